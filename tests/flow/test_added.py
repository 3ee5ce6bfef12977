"""Sums of scaled vectors, against fractions."""

from fractions import Fraction

import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.flow.scaled import added

PRECISIONS = ["float32", "float64"]


def total(one: list[float], e: int, other: list[float], f: int, precision: str) -> tuple[list[Fraction], int]:
    vectors = [jnp.asarray([each], precision) for each in (one, other)]
    exponents = [jnp.asarray([each], jnp.int32) for each in (e, f)]
    mantissa, exponent = added(vectors[0], exponents[0], vectors[1], exponents[1])
    assert mantissa.dtype == np.dtype(precision)
    assert exponent.dtype == np.int32
    return [Fraction(float(each)) for each in mantissa[0]], int(exponent[0])


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("apart", [0, 1, 5, 20, 60, 126, 127, 400, 1022, 1023, 100_000])
@pytest.mark.parametrize("base", [0, -(10**9), 10**9])
@pytest.mark.parametrize("swapped", [False, True])
def test_the_larger_decides_and_the_smaller_is_rounded_once(
    apart: int, base: int, swapped: bool, precision: str
) -> None:
    """Every component is the true sum to one rounding, or to what the dtype can not tell from the larger vector."""
    dtype = np.finfo(precision)
    one, other = ([float(np.dtype(precision).type(value)) for value in row] for row in ([1.3, 0.0], [-1.9, 1.1]))
    terms = (one, base, other, base - apart)
    mantissa, exponent = total(*(terms[2:] + terms[:2] if swapped else terms), precision=precision)
    assert exponent == base
    true = [Fraction(a) + Fraction(b) / 2**apart for a, b in zip(one, other, strict=True)]
    for shown, exact in zip(mantissa, true, strict=True):
        lost = 2 * Fraction(float(dtype.tiny)) if apart > -dtype.minexp else 0
        assert abs(shown - exact) <= abs(exact) * Fraction(float(dtype.eps)) + lost


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("exponent", [0, -400, 400, -(10**9)])
def test_a_vector_of_zeros_has_no_exponent(exponent: int, precision: str) -> None:
    for far in (0, 10**9, -(10**9)):
        assert total([0.0, 0.0], far, [1.5, -1.0], exponent, precision) == ([Fraction(3, 2), -1], exponent)
        assert total([1.5, -1.0], exponent, [0.0, 0.0], far, precision) == ([Fraction(3, 2), -1], exponent)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_what_cancels_leaves_what_is_left(precision: str) -> None:
    assert total([1.0, 1.5], 7, [-1.0, -1.25], 7, precision) == ([0, Fraction(1, 4)], 7)
