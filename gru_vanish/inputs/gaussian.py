"""Independent normal inputs."""

from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.contracts.node import Numbers
from gru_vanish.inputs.keys import sample_keys
from gru_vanish.inputs.normal import standard_normal


class Gaussian(Input):
    """x_{t,i} ~ N(0, s²), independent over steps, samples and components; s is ``scale``."""

    numeric: ClassVar[tuple[str, ...]] = ("scale",)

    kind: Literal["gaussian"] = "gaussian"
    scale: float = Field(1.0, ge=0.0, le=1e6, description="standard deviation s")

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Draw one block."""

        def sample(key: Array) -> Array:
            return standard_normal(key, (BLOCK, self.size))

        drawn = jax.vmap(sample, out_axes=1)(sample_keys(key, index, self.batch))
        return drawn * jnp.asarray(numbers["scale"], jnp.float32)
