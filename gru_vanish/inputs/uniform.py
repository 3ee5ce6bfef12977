"""Independent uniform inputs."""

from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.contracts.node import Numbers
from gru_vanish.inputs.keys import sample_keys

BITS = 24
"""As many as a float32 holds exactly."""


class Uniform(Input):
    """x_{t,i} uniform on [−s, s), independent over steps, samples and components; s is ``scale``, the variance s²/3."""

    numeric: ClassVar[tuple[str, ...]] = ("scale",)

    kind: Literal["uniform"] = "uniform"
    scale: float = Field(1.0, ge=0.0, le=1e6, description="half of the range, s")

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Draw one block: k·2⁻²³ − 1 with k < 2²⁴ is exact, so the product with s is all that rounds."""

        def sample(key: Array) -> Array:
            bits = jax.random.bits(key, (BLOCK, self.size), jnp.uint32) >> (32 - BITS)
            return (bits.astype(jnp.int32) - 2 ** (BITS - 1)).astype(jnp.float32) * 2.0 ** (1 - BITS)

        drawn = jax.vmap(sample, out_axes=1)(sample_keys(key, index, self.batch))
        return drawn * jnp.asarray(numbers["scale"], jnp.float32)
