"""A classifier that is sure: 1 − p_y is neither rounded nor lost, however near 1 p_y is."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.losses import LOSSES

PRECISIONS = ["float32", "float64"]


def shown(gap: float, precision: str, right: int = 0) -> tuple[float, np.ndarray]:
    """ln of the largest component, and the direction, where ŷ = (gap, 0, −1) and W_o = 1."""
    drawn = {"readout": jnp.eye(3, dtype=precision), "target": jnp.eye(3, dtype=precision)[right]}
    h = jnp.asarray([gap, 0.0, -1.0], precision)
    mantissa, exponent = LOSSES["cross_entropy"](outputs=3).cotangent(drawn, h)  # type: ignore[call-arg]
    assert mantissa.dtype == np.dtype(precision)
    size = float(jnp.max(jnp.abs(mantissa)))
    return math.log(size) + int(exponent) * math.log(2), np.asarray(mantissa, np.float64) / size


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("gap", [10.0, 20.0, 80.0, 100.0, 800.0, 1e5, 7e8])
def test_however_sure(gap: float, precision: str) -> None:
    """1 − p_y = (1 + e⁻¹) e^−gap / (1 + (1 + e⁻¹) e^−gap)."""
    tail = 1 + math.exp(-1)
    ln, direction = shown(gap, precision)
    expected = math.log(tail) - gap - math.log1p(tail * math.exp(-gap))
    assert ln == pytest.approx(expected, rel=1e-15, abs=2e-7 if precision == "float32" else 1e-14)
    rounding = 2e-7 if precision == "float32" else 1e-12
    np.testing.assert_allclose(direction, [-1, 1 / tail, math.exp(-1) / tail], rtol=0, atol=rounding)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_plain_code_shows_nothing_of_it(precision: str) -> None:
    loss = LOSSES["cross_entropy"](outputs=3)  # type: ignore[call-arg]
    drawn = {"readout": jnp.eye(3, dtype=precision), "target": jnp.eye(3, dtype=precision)[0]}
    plain = jax.grad(loss.value, 1)(drawn, jnp.asarray([800.0, 0.0, -1.0], precision))
    assert not plain.any()
    assert loss.rounds


@pytest.mark.parametrize("precision", PRECISIONS)
def test_sure_of_the_wrong_class(precision: str) -> None:
    ln, direction = shown(500.0, precision, right=1)
    assert ln == pytest.approx(0.0, abs=1e-7)
    np.testing.assert_allclose(direction, [1, -1, 0], rtol=0, atol=1e-7)


def test_what_no_exponent_can_tell_is_withheld() -> None:
    _, direction = shown(1e12, "float64")
    assert np.isnan(direction).all()
