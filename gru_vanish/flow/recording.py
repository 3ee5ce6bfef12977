"""Rows of a record that a scan writes as it passes the steps of a grid."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool, Float, Int

from gru_vanish.flow.scaled import as_plain, ln_norm, plain_norm


class Reading(NamedTuple):
    """What vectors (…, n) show, each of them (…)."""

    ln: Float[Array, "*axes"]
    """ln of the norm, float64; −inf for a vector of zeros"""
    plain_zero: Bool[Array, "*axes"]
    """every component is 0 in plain code"""
    plain_norm_zero: Bool[Array, "*axes"]
    """``jnp.linalg.norm`` shows 0 in plain code, since it squares first"""


def read(mantissa: Float[Array, "*axes n"], exponent: Int[Array, "*axes"]) -> Reading:
    """Return what the vectors m · 2^e show."""
    shown = as_plain(mantissa, exponent)
    return Reading(ln_norm(mantissa, exponent), jnp.all(shown == 0, axis=-1), plain_norm(shown) == 0)


def rows(count: int, row: Any) -> Any:
    """Return ``count`` empty rows, and one more for what is not kept. ``row`` gives shapes and dtypes."""
    return jax.tree.map(lambda leaf: jnp.zeros((count + 1, *leaf.shape), leaf.dtype), row)


def keep(record: Any, times: np.ndarray, t: Int[Array, ""], look: Callable[[], Any]) -> Any:
    """Return the record with what ``look`` gives in the row of t, where t is one of ``times``; looks only there.

    A row may be written in part: what is given must fit into its start along every axis.
    """
    here = times == t
    wanted = jnp.any(here)
    shapes = jax.eval_shape(look)
    blank = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)
    seen = jax.lax.cond(wanted, look, lambda: blank)
    # What is not wanted goes into the spare row: a write at every step is cheaper than a branch around the record.
    row = jnp.where(wanted, jnp.argmax(here), len(times)).astype(jnp.int32)

    def write(kept: Array, new: Array) -> Array:
        return jax.lax.dynamic_update_slice(kept, new[None], (row, *(jnp.int32(0) for _ in new.shape)))

    return jax.tree.map(write, record, seen)
