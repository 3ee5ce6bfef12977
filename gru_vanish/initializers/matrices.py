"""Distributions of weight matrices W of shape (rows, columns) = (fan out, fan in)."""

from abc import abstractmethod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from gru_vanish.initializers.base import Initializer

FloatArray = NDArray[np.float64]


class MatrixInitializer(Initializer):
    """A distribution of matrices; ``gain`` g multiplies every entry."""

    @abstractmethod
    def matrix(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return one (rows, columns) matrix of a cell with ``hidden`` units."""


class Gained(MatrixInitializer):
    """A distribution with a gain."""

    gain: float = Field(1.0, ge=-1e6, le=1e6, description="factor g on every entry")

    def matrix(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return g times a draw with gain 1."""
        return self.gain * self.unit(rng, rows, columns, hidden)

    @abstractmethod
    def unit(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return a draw with gain 1."""


class Uniform(Gained):
    """U(−g/√n, g/√n) with n the hidden size, also for input weights (PyTorch's default)."""

    kind: Literal["uniform"] = "uniform"

    def unit(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return U(−1/√n, 1/√n)."""
        bound = hidden**-0.5
        return rng.uniform(-bound, bound, (rows, columns))


class Orthogonal(Gained):
    """g·Q with Q Haar-distributed: orthonormal columns if rows ≥ columns, else orthonormal rows.

    Source: Saxe et al. 2014; the sign fix that makes QR uniform is Mezzadri 2007.
    """

    kind: Literal["orthogonal"] = "orthogonal"

    def unit(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return Q."""
        tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(tall)
        # Without the signs of diag(R), QR prefers some rotations to others.
        q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
        return q if rows >= columns else q.T


class Gaussian(Gained):
    """N(0, g²/columns)."""

    kind: Literal["gaussian"] = "gaussian"

    def unit(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return N(0, 1/columns)."""
        return rng.standard_normal((rows, columns)) * columns**-0.5


class Identity(Gained):
    """g·I: ones on the main diagonal, also of a matrix that is not square."""

    kind: Literal["identity"] = "identity"

    def unit(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return I."""
        return np.eye(rows, columns)


class Glorot(Gained):
    """U(−b, b), b = g·√(6 / (rows + columns)) (Glorot & Bengio 2010, "normalized initialization")."""

    kind: Literal["glorot"] = "glorot"

    def unit(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return U(−b, b)."""
        bound = (6.0 / (rows + columns)) ** 0.5
        return rng.uniform(-bound, bound, (rows, columns))


_CUT_NORMAL_SD = 0.87962566103423978
"""Standard deviation of a standard normal cut at ±2."""


class LeCun(Gained):
    """A normal of variance g²/columns, cut at two of its uncut standard deviations (LeCun et al. 1998, as in Flax)."""

    kind: Literal["lecun"] = "lecun"

    def unit(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return the cut normal of variance 1/columns."""
        draws = rng.standard_normal((rows, columns))
        while (outside := np.abs(draws) > 2.0).any():
            draws[outside] = rng.standard_normal(int(outside.sum()))
        return draws * (columns**-0.5 / _CUT_NORMAL_SD)


class Zeros(MatrixInitializer):
    """All entries 0."""

    kind: Literal["zeros"] = "zeros"

    def matrix(self, rng: np.random.Generator, rows: int, columns: int, hidden: int) -> FloatArray:
        """Return zeros."""
        return np.zeros((rows, columns))


def matrix_from_shorthand(value: Any) -> Any:
    """Turn the name of an initialiser into its mapping: ``uniform`` means ``{kind: uniform}``."""
    return {"kind": value} if isinstance(value, str) else value
