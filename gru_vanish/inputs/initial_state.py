"""How h_0 is set."""

from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import InitialState
from gru_vanish.contracts.node import Numbers
from gru_vanish.inputs.normal import standard_normal


class ZeroState(InitialState):
    """h_0 = 0."""

    kind: Literal["zeros"] = "zeros"

    def draw(self, key: Array, batch: int, state_size: int, numbers: Numbers) -> Float[Array, "batch state"]:
        """Return zeros."""
        return jnp.zeros((batch, state_size), jnp.float32)


class GaussianState(InitialState):
    """h_0 ~ N(0, s²) in every component, one draw for each sample; s is ``scale``."""

    numeric: ClassVar[tuple[str, ...]] = ("scale",)

    kind: Literal["gaussian"] = "gaussian"
    scale: float = Field(1.0, ge=0.0, le=1e6, description="standard deviation s")

    def draw(self, key: Array, batch: int, state_size: int, numbers: Numbers) -> Float[Array, "batch state"]:
        """Draw each sample from a key of its own."""
        keys = jax.vmap(jax.random.fold_in, (None, 0))(key, jnp.arange(batch, dtype=jnp.int32))
        draws = jax.vmap(lambda key: standard_normal(key, (state_size,)))(keys)
        return draws * jnp.asarray(numbers["scale"], jnp.float32)
