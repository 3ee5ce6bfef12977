"""Random symbols."""

from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.contracts.node import Numbers
from gru_vanish.inputs.keys import sample_keys


class OneHot(Input):
    """One of ``size`` symbols per step, all equally likely and independent: x_t = s·e_k, k uniform; s is ``scale``."""

    numeric: ClassVar[tuple[str, ...]] = ("scale",)

    kind: Literal["one_hot"] = "one_hot"
    scale: float = Field(1.0, ge=0.0, le=1e6, description="the one component that is not 0, s")

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Draw one block. The remainder of 32 bits favours a symbol by less than size / 2³²."""

        def sample(key: Array) -> Array:
            symbols = jax.random.bits(key, (BLOCK,), jnp.uint32) % jnp.uint32(self.size)
            return jax.nn.one_hot(symbols.astype(jnp.int32), self.size, dtype=jnp.float32)

        drawn = jax.vmap(sample, out_axes=1)(sample_keys(key, index, self.batch))
        return drawn * jnp.asarray(numbers["scale"], jnp.float32)
