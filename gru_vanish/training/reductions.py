"""Values of single steps and samples, (steps, samples), as one number for each step or for each group of steps.

Logarithms of norms: never −∞ in a mean; the mean is over the finite ones, the root mean square over all, and the share
of zeros stands beside them.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array
from jaxtyping import Bool, Float, Int


class Typical(NamedTuple):
    """What values ln v show; NaN where there are none."""

    mean: Float[Array, "*axes"]
    """mean of ln v over those that are not 0: the typical one"""
    rms: Float[Array, "*axes"]
    """ln of the root mean square of v: what an average feels"""
    zero: Float[Array, "*axes"]
    """share of v = 0"""


def typical(ln: Float[Array, "steps samples"], counted: Bool[Array, "steps samples"], axis: tuple[int, ...]) -> Typical:
    """Return what the counted values show over ``axis``."""
    number, finite = _total(counted, axis), counted & jnp.isfinite(ln)
    largest = jnp.max(jnp.where(finite, ln, -jnp.inf), axis=axis, keepdims=True)
    # A value that is not a number has no place in a mean, and must not be passed over either.
    broken = jnp.any(counted & (jnp.isnan(ln) | jnp.isposinf(ln)), axis=axis)
    squares = jnp.sum(jnp.where(finite, jnp.exp(2 * (ln - largest)), 0.0), axis=axis)
    rms = jnp.squeeze(largest, axis) + 0.5 * jnp.log(squares / number)
    mean = jnp.sum(jnp.where(finite, ln, 0.0), axis=axis) / _total(finite, axis)
    zero = _total(counted & jnp.isneginf(ln), axis) / number
    return Typical(*(jnp.where(broken, jnp.nan, value) for value in (mean, jnp.where(zero == 1, -jnp.inf, rms), zero)))


def mean(values: Float[Array, "steps samples"], counted: Bool[Array, "steps samples"]) -> Float[Array, ""]:
    """Return the mean of the counted values."""
    return jnp.sum(jnp.where(counted, values, 0.0)) / _total(counted, (0, 1))


def members(group: Int[Array, "steps samples"], index: int) -> Bool[Array, "steps samples"]:
    """Return which steps belong to a group."""
    return group == index


def _total(flags: Bool[Array, "steps samples"], axis: tuple[int, ...]) -> Float[Array, "*axes"]:
    return jnp.sum(flags.astype(jnp.float64), axis=axis)
