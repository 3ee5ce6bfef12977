"""Row-wise QR and singular values of long products, against decimal arithmetic and closed forms."""

from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.flow import graded, orthonormal
from gru_vanish.flow.graded import Graded
from tests.oracle import decimal_products

SIZE = 5
LONG = 40
"""Factors of a long product."""


@jax.jit
def product(matrices: Any, frame: Any) -> Any:
    """Give the singular values of M_T … M_1 as the measure finds them, Σ ln|R_ii|, and what rounding does to R_ii."""

    def step(carry: Any, matrix: Any) -> Any:
        frame, upper = carry
        (frame, r), grown = orthonormal.orthonormalise(matrix @ frame)
        return (frame, graded.times(r, upper)), grown

    (_, upper), grown = jax.lax.scan(step, (frame, graded.identity(SIZE)), matrices)
    found = graded.ln_singular_values(upper)
    return found.ln, found.skew, grown.ln.sum(), grown.rounding.sum(axis=0)


def frame(seed: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(SIZE, SIZE)))[0]


def gaussian(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=(SIZE, SIZE)) / np.sqrt(SIZE)


def saturated(rng: np.random.Generator) -> np.ndarray:
    """Slopes down to 10⁻²⁵ before a matrix: singular to rounding, if rows did not count each for itself."""
    return 10.0 ** rng.uniform(-25, 0, SIZE)[:, None] * gaussian(rng)


def leaky(rng: np.random.Generator) -> np.ndarray:
    """Nearly a multiple of the unit matrix: all singular values stay close together."""
    return 0.98 * np.eye(SIZE) + 0.02 * gaussian(rng)


def hidden(rng: np.random.Generator) -> np.ndarray:
    """The direction that grows most comes last and is barely coupled to the others."""
    return np.triu(1e-12 * gaussian(rng), 1) + np.diag(np.linspace(0.1, 5.0, SIZE))


@pytest.mark.parametrize("make", [gaussian, saturated, leaky, hidden])
def test_products_against_decimal_arithmetic(make: Any) -> None:
    rng = np.random.default_rng(1)
    matrices = np.stack([make(rng) for _ in range(LONG)])
    exact = decimal_products.ln_singular_values(matrices, 2400 if make is saturated else 400)
    for seed in (0, 1):
        ln, skew, ln_determinant, rounding = product(matrices, frame(seed))
        np.testing.assert_allclose(ln, exact, rtol=0, atol=1e-12)
        assert skew < 1e-14
        assert rounding.max() < 1e-12
        assert float(ln_determinant) == pytest.approx(exact.sum(), abs=1e-12)
    span = exact[0] - exact[-1]
    assert span > 1000 if make is saturated else span > 0.2


def test_a_power_of_a_rotated_diagonal_matrix() -> None:
    """U D^T V with known U, D, V: 27,000 decades between the first and the last."""
    rng = np.random.default_rng(2)
    u, v = frame(3), frame(4)
    ln_d = np.log([2.0, 1.0, 0.3, 1e-4, 1e-9])
    powers = np.broadcast_to(np.diag(np.exp(ln_d)), (3000, SIZE, SIZE))
    matrices = np.concatenate([v[None], powers, u[None]])
    ln, *_ = product(matrices, frame(int(rng.integers(100))))
    # 3002 steps of rounding, n² each.
    np.testing.assert_allclose(ln, 3000 * ln_d, rtol=0, atol=1e-10)


@pytest.mark.parametrize("gap", [1, 3])
def test_short_products_against_scipy(gap: int) -> None:
    rng = np.random.default_rng(5)
    matrices = np.stack([gaussian(rng) for _ in range(gap)])
    whole = np.linalg.multi_dot([*matrices[::-1], np.eye(SIZE)])
    padded = np.concatenate([np.broadcast_to(np.eye(SIZE), (LONG - gap, SIZE, SIZE)), matrices])
    ln, *_ = product(padded, frame(0))
    np.testing.assert_allclose(ln, np.log(np.linalg.svd(whole, compute_uv=False)), rtol=0, atol=1e-12)


def test_dead_units_leave_exact_zeros() -> None:
    """Two dead rows at one step and one at another: rank 3, and what is left is right."""
    rng = np.random.default_rng(6)
    matrices = np.stack([gaussian(rng) for _ in range(LONG)])
    matrices[10, [1, 3]] = 0.0
    matrices[20, 2] = 0.0
    ln, _, ln_determinant, rounding = product(matrices, frame(0))
    assert np.isneginf(ln_determinant)
    assert rounding.max() < 1e-12
    assert np.isneginf(ln[3:]).all()
    alive = [0, 2, 4]
    # The same product through the three live rows: U S Vᵀ of (…)·(live rows).
    left = np.linalg.multi_dot(matrices[:10:-1])[:, alive]
    right = np.linalg.multi_dot(matrices[10::-1])[alive]
    r_left, r_right = np.linalg.qr(left)[1], np.linalg.qr(right.T)[1]
    expected = np.log(np.linalg.svd(r_left @ r_right.T, compute_uv=False))
    np.testing.assert_allclose(ln[:3], expected, rtol=0, atol=1e-9)


def test_nothing_but_zeros() -> None:
    ln, skew, _, rounding = product(np.zeros((LONG, SIZE, SIZE)), frame(0))
    assert np.isneginf(ln).all()
    assert skew == 0
    assert not rounding.any()


def test_what_float64_can_not_tell_is_known_to_be_unknown() -> None:
    """Rank one and a remainder of 10⁻¹⁷: the small singular values are those of the rounding, or zeros by accident."""
    rng = np.random.default_rng(7)
    matrices = np.stack([np.outer(gaussian(rng)[0], gaussian(rng)[0]) + 1e-17 * gaussian(rng) for _ in range(LONG)])
    exact = decimal_products.ln_singular_values(matrices, 1500)
    for seed in (0, 1, 2):
        ln, _, _, rounding = product(matrices, frame(seed))
        assert abs(ln[0] - exact[0]) < 1e-12
        assert rounding[0] < 1e-12
        assert (np.abs(ln[1:] - exact[1:]) > 0.1).all()
        assert (rounding[1:] > 1.0).all()


@pytest.mark.parametrize("size", [1, 2, 17, 40])
def test_reflections_factor_a_matrix(size: int) -> None:
    """Below, at and beyond the width of a panel."""
    matrix = np.random.default_rng(size).normal(size=(size, size))
    q, r = map(np.asarray, jax.jit(orthonormal.factor)(matrix))
    np.testing.assert_allclose(q @ r, matrix, rtol=0, atol=1e-13)
    np.testing.assert_allclose(q.T @ q, np.eye(size), rtol=0, atol=1e-13)
    assert not np.tril(r, -1).any()
    expected = np.abs(np.diag(np.linalg.qr(matrix)[1]))
    np.testing.assert_allclose(np.abs(np.diag(r)), expected, rtol=1e-12)


def test_small_rows_keep_their_digits() -> None:
    """Each row of Q R is right relative to that row, 10⁻⁶⁰ beside 1; without the order of the rows it is not."""
    rng = np.random.default_rng(8)
    matrix = 10.0 ** np.array([-30.0, 0.0, -60.0, -10.0, -45.0])[:, None] * rng.normal(size=(SIZE, SIZE))
    sizes = np.abs(matrix).max(axis=1, keepdims=True)

    def error(factors: Any) -> float:
        q, r = map(np.asarray, factors)
        return float(np.abs((q @ r - matrix) / sizes).max())

    assert error(jax.jit(orthonormal.orthonormalise)(matrix)[0]) < 1e-14
    assert error(jax.jit(orthonormal.factor)(matrix)) > 1e-3


def test_a_nan_is_not_hidden() -> None:
    matrix = np.eye(SIZE)
    matrix[2, 2] = np.nan
    assert np.isnan(jax.jit(orthonormal.orthonormalise)(matrix)[1].ln).any()


def test_rotating_two_rows_at_any_distance() -> None:
    """Their norms multiply to the area that they span, and they are orthogonal beside their sizes."""
    rng = np.random.default_rng(9)
    a, b = rng.normal(size=(2, SIZE))
    area = 0.5 * np.log(np.dot(a, a) * np.dot(b, b) - np.dot(a, b) ** 2)
    turn = jax.jit(graded.rotate)
    for apart in (0, 1, -3, 700, -5000):
        one, other = (graded.graded(row, np.int32(exponent)) for row, exponent in ((a, 10_000), (b, 10_000 + apart)))
        first, second, cosine = turn(one, other)
        assert float(cosine) == pytest.approx(abs(a @ b) / np.linalg.norm(a) / np.linalg.norm(b))
        found = float(graded.ln_rows(first) + graded.ln_rows(second))
        assert found == pytest.approx(area + (20_000 + apart) * np.log(2.0), rel=1e-14)
        assert abs(float(first.mantissa @ second.mantissa)) < 1e-14
        zero = Graded(np.zeros(SIZE), np.int32(0))
        assert float(turn(one, zero)[2]) == 0


def test_the_frames_that_everything_starts_from() -> None:
    """Orthogonal, different, the same at every call, and nowhere near to the axes: no leading block is singular."""
    frame = jax.jit(orthonormal.general_frame, static_argnums=0)
    frames = [np.asarray(frame(24, np.int32(number))) for number in (0, 1, 0)]
    for one in frames:
        np.testing.assert_allclose(one @ one.T, np.eye(24), rtol=0, atol=1e-13)
        blocks = [np.linalg.svd(part, compute_uv=False)[-1] for part in leading(one) + leading(one[::-1])]
        assert min(blocks) > 1e-5
    np.testing.assert_array_equal(frames[0], frames[2])
    assert np.abs(frames[0] - frames[1]).max() > 0.1


def leading(matrix: np.ndarray) -> list[np.ndarray]:
    return [matrix[:size, :size] for size in range(1, len(matrix) + 1)]
