"""QR factorisation that keeps small rows, made of nothing but products.

It stands here and not in LAPACK for two reasons: LAPACK's last bits depend on its number of threads, and those threads
stand in each other's way as soon as several units run at a time.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.flow.scaled import power_of_two, rescale, shift_of

MIXINGS = 4
"""Diagonals of random signs in `general_frame`: two leave it far from general, from three on nothing changes."""
WIDTH = 16
"""Columns that are reflected one by one; all others feel so many reflections at a time, as products."""
UNIT = float(np.finfo(np.float64).eps)
"""The rounding unit ε; all of this is float64."""


class Factors(NamedTuple):
    """Q R of a square matrix: the columns of Q are orthonormal, R is upper triangular with a diagonal of any sign."""

    q: Float[Array, "n n"]
    r: Float[Array, "n n"]


class Growth(NamedTuple):
    """What one QR says of its directions."""

    ln: Float[Array, " n"]
    """ln|R_ii|, −inf for a zero: how far a direction was stretched beyond those before it"""
    rounding: Float[Array, " n"]
    """estimate of the relative error of R_ii, which may be large or infinite; 0 for an exact zero"""


class Reflections(NamedTuple):
    """H_1 … H_k = I − V T Vᵀ, each H_i = I − τ_i v_i v_iᵀ (Schreiber & Van Loan 1989)."""

    v: Float[Array, "n k"]
    t: Float[Array, "k k"]


def orthonormalise(matrix: Float[Array, "n n"]) -> tuple[Factors, Growth]:
    """Return Q and R of ``matrix``, right to rounding row by row, and what they say.

    J_t of a unit whose slope is 10⁻²⁰ has a row of that size. Householder's QR loses what is in it to the rounding of
    the large rows, unless the rows come in the order of falling size: then the error of each is small beside that row
    (Powell & Reid 1969; Cox & Higham 1998). So R_ii, which is made of the rows from the i-th on, is known to about ε
    times the size of the i-th row; and rows of zeros give exact zeros.
    """
    size = jnp.max(jnp.abs(matrix), axis=-1)
    order = jnp.argsort(-size)
    q, r = factor(matrix[order])
    diagonal, size = jnp.abs(jnp.diagonal(r)), size[order]
    rounding = jnp.where(size == 0, 0.0, UNIT * size / diagonal)
    return Factors(q[jnp.argsort(order)], r), Growth(jnp.log(diagonal), rounding)


def general_frame(size: int, number: Int[Array, ""]) -> Float[Array, "n n"]:
    """Return an orthogonal matrix in general position, one for each ``number``: the same wherever it is asked for.

    C D_4 Cᵀ D_3 C D_2 Cᵀ D_1 C with the matrix C of the discrete cosine transform and diagonals of random signs. In
    general position: what starts from it overlaps with every direction about as a uniformly random frame does.
    """
    key = jax.random.fold_in(jax.random.wrap_key_data(jnp.zeros(2, jnp.uint32), impl="threefry2x32"), number)
    signs = jax.random.rademacher(key, (MIXINGS, size), jnp.float64)
    place = np.arange(size)
    cosines = np.cos(np.pi * (place[:, None] + 0.5) * place / size) * math.sqrt(2.0 / size)
    cosines[:, 0] /= math.sqrt(2.0)
    frame = jnp.asarray(cosines)
    for turn in range(MIXINGS):
        frame = jnp.asarray(cosines.T if turn % 2 == 0 else cosines) @ (signs[turn][:, None] * frame)
    return frame


def factor(matrix: Float[Array, "n n"]) -> Factors:
    """Return Q and R of ``matrix`` by Householder's reflections."""
    size = matrix.shape[0]
    width = min(WIDTH, size)
    panels = -(-size // width)
    # Columns of zeros fill the last panel; they are reflected by nothing.
    wide = jnp.pad(matrix, ((0, 0), (0, panels * width - size)))

    def panel(at: Factors, index: Int[Array, ""]) -> tuple[Factors, None]:
        first = index * width
        columns, (v, t) = _reflect(jax.lax.dynamic_slice_in_dim(at.r, first, width, axis=1), first)
        r = at.r - v @ (t.T @ (v.T @ at.r))
        r = jax.lax.dynamic_update_slice_in_dim(r, columns, first, axis=1)
        return Factors(at.q - ((at.q @ v) @ t) @ v.T, r), None

    start = Factors(jnp.eye(size, dtype=matrix.dtype), wide)
    (q, r), _ = jax.lax.scan(panel, start, jnp.arange(panels, dtype=jnp.int32))
    return Factors(q, r[:, :size])


def _reflect(columns: Float[Array, "n k"], first: Int[Array, ""]) -> tuple[Float[Array, "n k"], Reflections]:
    """Return the columns first … first + k − 1 made triangular, and the reflections that did it."""
    size, width = columns.shape
    rows = jnp.arange(size, dtype=jnp.int32)
    places = jnp.arange(width, dtype=jnp.int32)

    def reflect(at: tuple[Array, Reflections], j: Int[Array, ""]) -> tuple[tuple[Array, Reflections], None]:
        columns, (v, t) = at
        pivot = first + j
        column = columns[:, j]
        new, tau, end = _reflection(jnp.where(rows >= pivot, column, 0.0), rows == pivot)
        columns = columns - jnp.outer(new, tau * (new @ columns))
        # What the reflection makes zero is zero, not rounding.
        column = jnp.where(rows < pivot, column, jnp.where(rows == pivot, end, 0.0))
        here = places == j
        columns = jnp.where(here[None], column[:, None], columns)
        t = jnp.where(here[None], jnp.where(here, tau, -tau * (t @ (new @ v)))[:, None], t)
        return (columns, Reflections(jnp.where(here[None], new[:, None], v), t)), None

    none = Reflections(jnp.zeros_like(columns), jnp.zeros((width, width), columns.dtype))
    (columns, found), _ = jax.lax.scan(reflect, (columns, none), places)
    return columns, found


def _reflection(x: Float[Array, " n"], at_pivot: Array) -> tuple[Float[Array, " n"], Array, Array]:
    """Return v, τ and β with (I − τ v vᵀ) x = β e, e the unit vector of the pivot; τ = 0 for x = 0."""
    shift = shift_of(x)
    y = rescale(x, shift)
    norm = jnp.sqrt(y @ y)
    alpha = jnp.sum(jnp.where(at_pivot, y, 0.0))
    # Away from α, so that α − β never cancels.
    beta = -jnp.copysign(norm, alpha)
    nothing = norm == 0
    v = jnp.where(at_pivot, 1.0, y / jnp.where(nothing, 1.0, alpha - beta))
    tau = jnp.where(nothing, 0.0, (beta - alpha) / jnp.where(nothing, 1.0, beta))
    return jnp.where(nothing, 0.0, v), tau, beta * power_of_two(shift, x.dtype)
