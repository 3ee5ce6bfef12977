"""Singular values of a product of matrices in decimal arithmetic with as many digits as it takes.

The product is formed, the eigenvalues of MᵀM are found by the classical Jacobi method, and nothing is scaled: what
float64 needs care for, hundreds of digits do by themselves.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext

import numpy as np

from tests.oracle.numpy_networks import Array

Rows = list[list[Decimal]]


def ln_singular_values(matrices: Sequence[Array], digits: int) -> Array:
    """ln σ_i of M_T … M_1 (matrices from M_1 on), descending; ``digits`` above twice the decades that they span."""
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = digits, -(10**9), 10**9
        product = _exact(matrices[0])
        for matrix in matrices[1:]:
            product = _times(_exact(matrix), product)
        squares = _eigenvalues(_times([list(column) for column in zip(*product, strict=True)], product), digits)
        return np.array(sorted((float(square.ln() / 2) for square in squares), reverse=True))


def _exact(matrix: Array) -> Rows:
    return [[Decimal(float(entry)) for entry in row] for row in matrix]


def _times(left: Rows, right: Rows) -> Rows:
    columns = list(zip(*right, strict=True))
    return [[sum((a * b for a, b in zip(row, column, strict=True)), Decimal(0)) for column in columns] for row in left]


def _eigenvalues(symmetric: Rows, digits: int) -> list[Decimal]:
    """Eigenvalues of a symmetric matrix, each entry to 10^−digits of the largest."""
    a, size = [list(row) for row in symmetric], len(symmetric)
    bound = Decimal(10) ** (5 - digits) * max(a[i][i] for i in range(size))
    while max(abs(a[i][j]) for i in range(size) for j in range(i)) > bound:
        for p in range(size):
            for q in range(p + 1, size):
                if a[p][q]:
                    _rotate(a, p, q)
    return [a[i][i] for i in range(size)]


def _rotate(a: Rows, p: int, q: int) -> None:
    """Turn the plane (p, q) until a_pq = 0."""
    cotangent = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = (1 if cotangent >= 0 else -1) / (abs(cotangent) + (1 + cotangent**2).sqrt())
    c = 1 / (1 + t * t).sqrt()
    for row in a:
        row[p], row[q] = c * (row[p] - t * row[q]), c * (row[q] + t * row[p])
    a[p], a[q] = (
        [c * (x - t * y) for x, y in zip(a[p], a[q], strict=True)],
        [c * (y + t * x) for x, y in zip(a[p], a[q], strict=True)],
    )
