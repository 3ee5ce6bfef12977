"""How far rounding errors can have grown along a trajectory, told by the adjoints that pass it.

An error ξ_s of the state at step s moves the loss of step t by ⟨δ_s, ξ_s⟩, where δ is the adjoint that set out at t. So
errors of a rounding unit ε at every step, independent of one another, come to ε √(Σ_s ‖δ_s‖²) of them, against ‖δ_t‖ of
one made at t itself. The largest such sum over all stretches s ≤ t that an adjoint has passed tells where two
trajectories that differ by rounding can have parted, at the price of a few numbers beside each adjoint.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool, Float, Int

from gru_vanish.flow.scaled import power_of_two

NOT_YET = np.int32(2**30)
"""Lowest exponent of an adjoint that has not joined."""
MOST = 30
"""Binary exponents beyond which growth is no longer told apart: 4^30 rounding units are beyond any threshold."""


class Growth(NamedTuple):
    """Σ ‖δ_s‖² / ‖δ_t‖² of each lane and sample, by the exponents of the adjoints."""

    lowest: Int[Array, "lanes batch"]
    """smallest exponent so far: that of the t which is compared with"""
    since: Float[Array, "lanes batch"]
    """the sum since then"""
    most: Float[Array, "lanes batch"]
    """the largest sum there was"""

    @classmethod
    def none(cls, batch: int) -> "Growth":
        """Return that of no lanes."""
        empty = jnp.zeros((0, batch), jnp.float32)
        return cls(jnp.zeros((0, batch), jnp.int32), empty, empty)

    def passed(self, exponent: Int[Array, "lanes batch"], passing: Bool[Array, "lanes 1"]) -> "Growth":
        """Return the growth one step further back, of the lanes that are ``passing``; the others have none yet."""
        # In primitives: this is traced for every segment, and each function of jax.numpy is a program of its own then.
        joined = jax.lax.broadcast_in_dim(passing, exponent.shape, (0, 1))
        never = jax.lax.full_like(exponent, NOT_YET)
        before = jax.lax.select(joined, self.lowest, never)
        now = jax.lax.select(joined, exponent, never)
        lowest = jax.lax.min(before, now)
        above = jax.lax.min(now - lowest, jax.lax.full_like(exponent, MOST))
        step = jax.lax.select(joined, power_of_two(above + above, jnp.float32), jax.lax.full_like(self.since, 0))
        since = jax.lax.select(now < before, step, self.since + step)
        return Growth(lowest, since, jax.lax.max(self.most, since))


def rounding(growth: Growth, dtype: np.dtype) -> Float[Array, " batch"]:
    """Return ε √(largest sum) of each sample, over all lanes: the relative error that rounding was expected to make."""
    unit = float(np.finfo(dtype).eps)
    return unit * jnp.sqrt(jnp.max(growth.most, axis=0).astype(jnp.float64))
