"""Impulses in silence."""

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


class Impulses(Input):
    """x_t ~ N(0, s²) in every component at t = first, first + period, …, and 0 at all other steps; s is ``scale``.

    ``period: 0`` is a single impulse, at t = first.
    """

    numeric: ClassVar[tuple[str, ...]] = ("scale",)

    kind: Literal["impulses"] = "impulses"
    scale: float = Field(1.0, ge=0.0, le=1e6, description="standard deviation s of an impulse's components")
    first: int = Field(1, ge=1, le=2**31 - 1, description="step of the first impulse")
    period: int = Field(0, ge=0, le=2**31 - 1, description="steps from one impulse to the next; 0 for a single one")

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Draw one block, and silence all steps but those of the impulses."""
        t = index.astype(jnp.int64) * BLOCK + jnp.arange(1, BLOCK + 1, dtype=jnp.int64)
        since = t - self.first
        sounds = (since == 0) | ((since > 0) & (since % self.period == 0)) if self.period else since == 0

        def sample(key: Array) -> Array:
            return standard_normal(key, (BLOCK, self.size))

        drawn = jax.vmap(sample, out_axes=1)(sample_keys(key, index, self.batch))
        return jnp.where(sounds[:, None, None], drawn * jnp.asarray(numbers["scale"], jnp.float32), jnp.float32(0))
