"""Independent normal inputs."""

from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.contracts.node import Numbers
from gru_vanish.inputs.normal import standard_normal


class Gaussian(Input):
    """x_{t,i} ~ N(0, s²), independent over steps, samples and components; s is ``scale``."""

    numeric: ClassVar[tuple[str, ...]] = ("scale",)

    kind: Literal["gaussian"] = "gaussian"
    size: int = Field(ge=1, le=65_536, description="components of x_t")
    scale: float = Field(1.0, ge=0.0, le=1e6, description="standard deviation s")
    batch: int = Field(16, ge=1, le=1_048_576, description="samples, each with a sequence of its own")

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Draw one block; the key of sample b is folded from the block's, so b alone decides what it sees."""
        keys = jax.vmap(jax.random.fold_in, (None, 0))(
            jax.random.fold_in(key, index), jnp.arange(self.batch, dtype=jnp.int32)
        )

        def sample(key: Array) -> Array:
            return standard_normal(key, (BLOCK, self.size))

        return jax.vmap(sample, out_axes=1)(keys) * jnp.asarray(numbers["scale"], jnp.float32)
