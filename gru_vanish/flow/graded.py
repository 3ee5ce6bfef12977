"""Matrices whose rows differ by thousands of decades, and their singular values.

A graded matrix has an exponent for every row: A = diag(2^e) M. What is done to it keeps every row right to rounding
relative to that row, never to the whole: multiplication by a triangular matrix from the left, and Jacobi's
orthogonalisation of the rows, which finds each singular value to high relative accuracy (Demmel & Veselić 1992).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.flow.orthonormal import factor
from gru_vanish.flow.scaled import binary_exponent, ln_norm, power_of_two, rescale, shift_of

FAR = 400
"""Binary places beyond which one row is nothing beside another; 2^(2·400) is still a float64."""
BOTTOM = -(2**30)
"""The exponent of nothing."""
SWEEPS = 40
"""Jacobi's sweeps end here; about ten are needed at most."""


class Graded(NamedTuple):
    """Rows m_i · 2^{e_i}, the largest component of each m_i in [1, 2), or all of them 0."""

    mantissa: Float[Array, "*axes rows n"]
    exponent: Int[Array, "*axes rows"]


def graded(mantissa: Float[Array, "*axes rows n"], exponent: Int[Array, "*axes rows"]) -> Graded:
    """Return the rows with their powers of two taken out."""
    shift = shift_of(mantissa)
    return Graded(rescale(mantissa, shift), exponent + shift)


def identity(size: int) -> Graded:
    """Return the unit matrix."""
    return Graded(jnp.eye(size, dtype=jnp.float64), jnp.zeros(size, jnp.int32))


def scale_columns(matrix: Float[Array, "rows k"], exponent: Int[Array, " k"]) -> Graded:
    """Return ``matrix`` · diag(2^exponent), row by row as large as its own largest term."""
    there = matrix != 0
    size = jnp.where(there, binary_exponent(jnp.abs(matrix)) + exponent[None], BOTTOM)
    row = jnp.max(size, axis=-1)
    # A term that is further below its row than float64 reaches is nothing in it.
    apart = jnp.clip(exponent[None] - row[:, None], -1022, 1022)
    scaled = jnp.where(there & (size - row[:, None] > -1022), matrix * power_of_two(apart, matrix.dtype), 0.0)
    return graded(scaled, jnp.where(row == BOTTOM, 0, row))


def times(upper: Float[Array, "rows k"], right: Graded) -> Graded:
    """Return ``upper`` · A for one graded A (rows k, columns n)."""
    factors = scale_columns(upper, right.exponent)
    return graded(factors.mantissa @ right.mantissa, factors.exponent)


def ln_rows(matrix: Graded) -> Float[Array, "*axes rows"]:
    """Return ln of the norm of every row; −inf for a row of zeros."""
    return ln_norm(matrix.mantissa, matrix.exponent)


class Spectrum(NamedTuple):
    """Singular values of one matrix."""

    ln: Float[Array, " n"]
    """ln σ_i, descending"""
    skew: Float[Array, ""]
    """the largest |cosine| between two rows in the last sweep: rounding where Jacobi has converged"""


def ln_singular_values(matrix: Graded) -> Spectrum:
    """Return ln σ_i of one graded square matrix.

    Two QR steps on the sorted rows bring it near to a diagonal wherever the rows differ much (Drmač & Veselić 2008);
    Jacobi's rotations do the rest.
    """
    near = jax.lax.fori_loop(0, 2, lambda _, rows: transposed_factor(rows), matrix)
    rows, skew = orthogonal_rows(near)
    return Spectrum(-jnp.sort(-ln_rows(rows)), skew)


def transposed_factor(matrix: Graded) -> Graded:
    """Return a triangular matrix with the same singular values, its rows more nearly orthogonal.

    A = D B with the rows sorted by size and Bᵀ = Q R, so Aᵀ = Q (R D). R has no graded rows, D only scales columns.
    """
    order = jnp.argsort(-ln_rows(matrix))
    sorted_ = jax.tree.map(lambda leaf: leaf[order], matrix)
    r = factor(sorted_.mantissa.T).r
    return scale_columns(r, sorted_.exponent)


def orthogonal_rows(matrix: Graded) -> tuple[Graded, Float[Array, ""]]:
    """Rotate pairs of rows until all are orthogonal to rounding: their norms are the singular values.

    One sweep meets every pair once, as the rounds of a tournament: n/2 pairs at a time.
    """
    size = matrix.mantissa.shape[-1]
    tolerance = size * np.finfo(np.float64).eps

    def unsettled(at: tuple[Graded, Array, Array]) -> Array:
        return (at[1] > tolerance) & (at[2] < SWEEPS)

    def sweep(at: tuple[Graded, Array, Array]) -> tuple[Graded, Array, Array]:
        rows, skew = _sweep(at[0])
        return rows, skew, at[2] + 1

    even = jax.tree.map(lambda leaf: jnp.concatenate([leaf, jnp.zeros_like(leaf[: size % 2])]), matrix)
    first = even, jnp.asarray(jnp.inf, jnp.float64), jnp.asarray(0, jnp.int32)
    rows, skew, _ = jax.lax.while_loop(unsettled, sweep, first)
    return jax.tree.map(lambda leaf: leaf[:size], rows), skew


def _sweep(rows: Graded) -> tuple[Graded, Float[Array, ""]]:
    half = rows.exponent.shape[0] // 2

    def seat(old: Array, across: Array) -> tuple[Array, Array]:
        """Everybody but the first moves on by one seat."""
        if half == 1:
            return old, across
        return jnp.concatenate([old[:1], across[:1], old[1:-1]]), jnp.concatenate([across[1:], old[-1:]])

    def play(at: tuple[Graded, Graded, Array], _: None) -> tuple[tuple[Graded, Graded, Array], None]:
        left, right, skew = at
        left, right, cosine = jax.vmap(rotate)(left, right)
        (m, n), (e, f) = (seat(*pair) for pair in zip(left, right, strict=True))
        return (Graded(m, e), Graded(n, f), jnp.maximum(skew, jnp.max(cosine))), None

    left, right = (jax.tree.map(lambda leaf, part=part: leaf[part], rows) for part in (slice(half), slice(half, None)))
    first = left, right, jnp.asarray(0.0, jnp.float64)
    # After 2·half − 1 rounds all have met, and everybody sits where they sat.
    (left, right, skew), _ = jax.lax.scan(play, first, None, length=2 * half - 1)
    return jax.tree.map(lambda a, b: jnp.concatenate([a, b]), left, right), skew


def rotate(one: Graded, other: Graded) -> tuple[Graded, Graded, Float[Array, ""]]:
    """Return two rows turned in their plane until they are orthogonal, and |cosine| of the angle that they had.

    With a the larger row, b the smaller, b = β·2^g in units of a and r = 2^g ≤ 1: α = ‖a‖², β² r² = ‖b‖², γ = ⟨a, β⟩,

        τ = 2γ / (D + √(D² + 4γ²r²)),  D = α − ‖b‖² ≥ 0,   t = r τ = tan of the angle,  c = (1 + t²)^(−1/2)
        a ← c (a + r t β),   β ← c (β − τ a)

    so that nothing under- or overflows however small r is: the small row loses what it shares with the large one.
    """
    sizes = ln_rows(one), ln_rows(other)
    swapped = sizes[1] > sizes[0]
    a, b = _exchange(swapped, one, other)
    r = power_of_two(jnp.clip(b.exponent - a.exponent, -FAR, FAR), jnp.float64)
    alpha, beta, gamma = jnp.dot(a.mantissa, a.mantissa), jnp.dot(b.mantissa, b.mantissa), a.mantissa @ b.mantissa
    apart = jnp.maximum(alpha - beta * r * r, 0.0)
    below = apart + jnp.sqrt(apart**2 + (2 * gamma * r) ** 2)
    tau = jnp.where(below > 0, 2 * gamma / jnp.where(below > 0, below, 1.0), 0.0)
    # A row of zeros is orthogonal to all; b alone may be one.
    length = jnp.sqrt(alpha * beta)
    cosine = jnp.where(length > 0, jnp.abs(gamma) / jnp.where(length > 0, length, 1.0), 0.0)
    t = r * tau
    c = 1 / jnp.sqrt(1 + t * t)
    turned_a = graded(c * (a.mantissa + r * t * b.mantissa), a.exponent)
    turned_b = graded(c * (b.mantissa - tau * a.mantissa), b.exponent)
    return *_exchange(swapped, turned_a, turned_b), cosine


def _exchange(wanted: Array, one: Graded, other: Graded) -> tuple[Graded, Graded]:
    """Return (other, one) where wanted, else (one, other)."""
    return (
        jax.tree.map(lambda x, y: jnp.where(wanted, y, x), one, other),
        jax.tree.map(lambda x, y: jnp.where(wanted, x, y), one, other),
    )
