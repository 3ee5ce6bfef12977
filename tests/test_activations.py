"""Slopes that plain code rounds to zero, against values in twice the precision."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish import activations
from gru_vanish.activations import PLAIN, SAFE, complement, sech2, sigmoid, sigmoid_slope, tanh

FAR = {sech2: 40.0, sigmoid_slope: 80.0}
"""|a| up to which the slope is a normal number of float32."""


def exact_sech2(a: np.ndarray) -> np.ndarray:
    return 1 / np.cosh(a) ** 2


def exact_sigmoid_slope(a: np.ndarray) -> np.ndarray:
    return 0.25 * exact_sech2(a / 2)


EXACT = {sech2: exact_sech2, sigmoid_slope: exact_sigmoid_slope}
slopes = pytest.mark.parametrize("slope", EXACT, ids=lambda slope: slope.__name__)


@slopes
def test_slopes_are_right_to_rounding_wherever_they_are_normal_numbers(slope: Callable[[Any], Any]) -> None:
    for dtype in (np.float32, np.float64):
        a = np.linspace(-FAR[slope], FAR[slope], 4001).astype(dtype)
        shown = slope(jnp.asarray(a))
        assert shown.dtype == dtype
        exact = EXACT[slope](a.astype(np.longdouble))
        np.testing.assert_allclose(shown, exact, rtol=64 * np.finfo(dtype).eps)


@slopes
def test_slopes_are_even_and_fall_with_the_size_of_the_pre_activation(slope: Callable[[Any], Any]) -> None:
    a = jnp.linspace(0.0, FAR[slope], 501, dtype=jnp.float32)
    np.testing.assert_array_equal(slope(a), slope(-a))
    assert (np.diff(np.asarray(slope(a))[1:]) < 0).all()


@pytest.mark.parametrize(("name", "a"), [("tanh", 10.0), ("sigmoid", 20.0), ("complement", 20.0)])
def test_the_plain_slope_is_zero_where_the_safe_one_is_not(name: str, a: float) -> None:
    at = jnp.float32(a)
    assert jax.grad(getattr(PLAIN, name))(at) == 0
    safe = float(jax.grad(getattr(SAFE, name))(at))
    exact = exact_sech2(np.float64(a)) if name == "tanh" else exact_sigmoid_slope(np.float64(a))
    assert safe == pytest.approx(float(-exact if name == "complement" else exact), rel=1e-5)


@pytest.mark.parametrize("name", SAFE._fields)
def test_both_sets_have_the_same_values_and_slopes_near_zero(name: str) -> None:
    a = jnp.linspace(-3.0, 3.0, 202, dtype=jnp.float64)
    safe, plain = getattr(SAFE, name), getattr(PLAIN, name)
    np.testing.assert_allclose(safe(a), plain(a), rtol=1e-14)
    mine, theirs = (jax.vmap(jax.grad(function))(a) for function in (safe, plain))
    np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-15)


def test_the_complement_does_not_round_to_zero() -> None:
    a = jnp.float32(50.0)
    assert PLAIN.complement(a) == 0
    assert float(complement(a)) == pytest.approx(np.exp(-50.0), rel=1e-5)
    assert float(complement(jnp.float64(2.0)) + sigmoid(jnp.float64(2.0))) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize(
    ("function", "second"),
    [
        (tanh, lambda a: -2 * np.tanh(a) * exact_sech2(a)),
        (sigmoid, lambda a: -np.tanh(a / 2) * exact_sigmoid_slope(a)),
    ],
)
def test_second_derivatives_are_right_also_at_zero(
    function: Callable[[Any], Any], second: Callable[[Any], Any]
) -> None:
    a = np.array([-4.0, -0.5, 0.0, 0.5, 4.0])
    twice = jax.vmap(jax.grad(jax.grad(function)))(jnp.asarray(a))
    np.testing.assert_allclose(twice, second(a), rtol=1e-12, atol=1e-15)


def test_relu_has_slope_one_above_zero_and_zero_elsewhere() -> None:
    a = jnp.array([-2.0, -0.0, 0.0, 1e-30, 2.0])
    np.testing.assert_array_equal(jax.vmap(jax.grad(activations.relu))(a), [0.0, 0.0, 0.0, 1.0, 1.0])


@pytest.mark.parametrize("name", SAFE._fields)
def test_nan_stays_nan(name: str) -> None:
    assert np.isnan(getattr(SAFE, name)(jnp.float32(np.nan)))
