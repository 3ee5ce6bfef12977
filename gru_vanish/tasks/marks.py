"""Marks of subjects that come at random steps: what the tasks of selective recall share."""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int, UInt32

from gru_vanish.tasks.draws import permutation, symmetric, words


class History(NamedTuple):
    """One sample: at the step of each subject its mark, at every other step a mark of no consequence."""

    subjects: Float[Array, "steps subjects"]
    """One-hot; zeros at the steps of other events."""
    mark: Float[Array, " steps"]
    """Uniform on [−1, 1)."""
    target: Float[Array, "1 1"]
    """Σ_s w_s · mark_s."""


def history(
    bits: UInt32[Array, " steps"],
    places: Int[Array, " subjects"],
    weights: Sequence[float] | Float[Array, " weights"],
) -> History:
    """Make the marks of all steps of random bits, and set the subjects to their steps ``places`` (from 0)."""
    marks = symmetric(bits)
    here = jnp.arange(len(bits), dtype=jnp.int32)[:, None] == places[None, :]
    return History(here.astype(jnp.float32), marks, weighted_sum(marks[places], weights)[None, None])


def weighted_sum(
    marks: Float[Array, " subjects"], weights: Sequence[float] | Float[Array, " weights"]
) -> Float[Array, ""]:
    """Return Σ_s w_s · mark_s in float32; subjects behind the last weight do not count.

    The products of two float32 are exact in float64, so it does not matter whether a compiler fuses product and sum.
    """
    exact = jnp.asarray(weights, jnp.float64).astype(jnp.float32).astype(jnp.float64)
    total = jnp.float64(0)
    for index in range(exact.shape[0]):
        total = total + exact[index] * marks[index].astype(jnp.float64)
    return total.astype(jnp.float32)


def balanced_places(key: Array, batch: int, subjects: int, steps: int) -> Int[Array, "batch subjects"]:
    """Return the steps of the subjects so that among ``steps`` samples in a row each subject has every step once.

    In sample b of such a group, subject s stands at step q[(p[s] + b) mod n], n = ``steps``: rows of a cyclic Latin
    square whose symbols p and columns q are permuted at random, anew for every group.
    """
    groups = -(-batch // steps)

    def square(bits: Array) -> Array:
        symbols, columns = permutation(bits[:steps])[:subjects], permutation(bits[steps:])
        return columns[(symbols[None, :] + jnp.arange(steps, dtype=jnp.int32)[:, None]) % steps]

    squares = jax.vmap(square)(words(key, groups, 2 * steps))
    return squares.reshape(groups * steps, subjects)[:batch]
