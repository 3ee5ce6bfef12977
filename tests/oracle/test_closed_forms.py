"""The oracle against exact results and known facts: lengths to 20,000, sizes beyond the float range."""

import math
from typing import Literal

import numpy as np
import pytest

from tests.oracle.drawn_networks import (
    HIDDEN,
    INPUT,
    NETWORKS,
    draw_gru_weights,
    draw_orthogonal,
    draw_sequence,
)
from tests.oracle.numpy_gradients import forward, ln_h0_gradients, normalise, scaled_jacobian
from tests.oracle.numpy_networks import (
    GRU,
    Activation,
    Array,
    GRUWeights,
    RNNWeights,
    VanillaRNN,
    sech_squared,
    sigmoid,
)
from tests.oracle.numpy_statuses import has_path, twin_distance


def bias_only_gru(update_bias: Array) -> GRUWeights:
    zeros = GRUWeights(*(np.zeros_like(weight) for weight in draw_gru_weights(0, len(update_bias))))
    return zeros._replace(b_z=update_bias)


@pytest.mark.parametrize("a", [0.0, -3.0, 8.5, -20.0, 300.0, -330.0])
def test_derivatives_stay_non_zero_where_one_minus_y_squared_is_zero(a: float) -> None:
    ln_sech_squared = 2 * (math.log(2) - abs(a) - math.log1p(math.exp(-2 * abs(a))))
    ln_sigmoid = -math.log1p(math.exp(-a)) if a >= 0 else a - math.log1p(math.exp(a))
    assert math.log(sech_squared(np.array([a]))[0]) == pytest.approx(ln_sech_squared, rel=1e-14, abs=1e-15)
    assert math.log(sigmoid(np.array([a]))[0]) == pytest.approx(ln_sigmoid, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("gain", [0.9, 1.05])
def test_linear_orthogonal_rnn(gain: float) -> None:
    """ln‖δ_0‖ = T ln g + ln‖c‖, all singular values equal; from h_0 = 0 without inputs no state overflows."""
    length = 20_000
    cotangent = draw_sequence().cotangent
    network = VanillaRNN(RNNWeights(gain * draw_orthogonal(3), np.zeros((HIDDEN, INPUT)), np.zeros(HIDDEN)), "identity")
    xs = np.zeros((length, 1, INPUT))
    hs = forward(network, xs, np.zeros((1, HIDDEN)))
    gradient, transport = ln_h0_gradients(network, hs, xs, cotangent, [10, length])
    expected = np.array([[10.0], [length]]) * math.log(gain)
    np.testing.assert_allclose(transport, expected, rtol=0, atol=1e-15 * length)
    np.testing.assert_allclose(gradient, expected + math.log(np.linalg.norm(cotangent)), rtol=0, atol=1e-11)
    matrix, ln_scale = scaled_jacobian(network, hs, xs, 500)
    ln_singular = np.log(np.linalg.svd(matrix[0], compute_uv=False)) + ln_scale[0]
    np.testing.assert_allclose(ln_singular, 500 * math.log(gain), rtol=0, atol=1e-11)


@pytest.mark.parametrize(("reset", "update_gate", "sign"), [("before", "replaces", -1.0), ("after", "keeps", 1.0)])
def test_gru_with_update_biases_only(
    reset: Literal["before", "after"], update_gate: Literal["replaces", "keeps"], sign: float
) -> None:
    """Unit i gives c_i σ(∓b_i)^T: δ_0's norm in closed form, and T ln σ(∓b) + ln‖c‖ where all b are equal."""
    xs, h0, cotangent = draw_sequence(2_000, batch=1)
    lengths = [1, 50, 2_000]
    for bias in (np.full(HIDDEN, -4.0), np.full(HIDDEN, 4.0), np.linspace(-2.0, 6.0, HIDDEN)):
        network = GRU(bias_only_gru(bias), reset, update_gate)
        transport = ln_h0_gradients(network, forward(network, xs, h0), xs, cotangent, lengths)[1]
        per_unit = -np.log1p(np.exp(-sign * bias)) * np.array(lengths)[:, None] + np.log(np.abs(cotangent))
        largest = per_unit.max(axis=1)
        ln_norm = largest + 0.5 * np.log(np.sum(np.exp(2 * (per_unit - largest[:, None])), axis=1))
        expected = ln_norm - np.log(np.linalg.norm(cotangent))
        np.testing.assert_allclose(transport[:, 0], expected, rtol=0, atol=1e-12 * 2_000)


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
def test_pascanu_bound(activation: Activation) -> None:
    """‖δ_0‖ ≤ σ_max(W)^T ‖δ_T‖ at every sample and length."""
    xs, h0, cotangent = draw_sequence(300)
    weights = NETWORKS["rnn-tanh"].weights
    assert isinstance(weights, RNNWeights)
    network = VanillaRNN(weights, activation)
    lengths = [1, 10, 100, 300]
    transport = ln_h0_gradients(network, forward(network, xs, h0), xs, cotangent, lengths)[1]
    bound = np.array(lengths)[:, None] * np.log(np.linalg.norm(weights.W, 2))
    assert np.all(transport < bound)


def test_saturated_unit_against_a_sum_of_logarithms() -> None:
    """One unit, h = tanh(w h + b), b = 30: dh_T/dh_0 = ∏ w sech²(a_t), though float64 has tanh(30) = 1."""
    w, length = 0.5, 20_000
    one = np.ones((1, 1))
    network = VanillaRNN(RNNWeights(w * one, 0 * one, np.full(1, 30.0)))
    xs = np.zeros((length, 1, 1))
    hs = forward(network, xs, 0 * one)
    a = [30.0] + [30.5] * (length - 1)
    ln_slopes = [2 * (math.log(2) - value - math.log1p(math.exp(-2 * value))) for value in a]
    transport = ln_h0_gradients(network, hs, xs, np.ones(1), [length])[1]
    assert transport[0, 0] == pytest.approx(math.fsum(ln_slopes) + length * math.log(w), abs=1e-14 * length * 60)
    assert has_path(network, hs, xs, np.ones(1), length).all()


@pytest.mark.parametrize(
    ("kind", "update_bias", "rate", "spread"),
    [("rnn", 0.0, 0.61, 0.03), ("gru", 0.0, 0.46, 0.013), ("gru", 4.0, 1.26, 0.04)],
)
def test_known_decay_rates_at_uniform_initialisation(kind: str, update_bias: float, rate: float, spread: float) -> None:
    """n = 128, 32 normal inputs, weights uniform in ±1/√n: nats lost per step from T = 20 to 200."""
    hidden, inputs, batch, first, last = 128, 32, 8, 20, 200
    rng = np.random.default_rng(0)

    def uniform(columns: int) -> Array:
        return np.asarray(rng.uniform(-1, 1, (hidden, columns)) / np.sqrt(hidden))

    W_r, W_z, W_h = (uniform(hidden) for _ in range(3))
    U_r, U_z, U_h = (uniform(inputs) for _ in range(3))
    zero = np.zeros(hidden)
    b_z = np.full(hidden, update_bias)
    gru = GRU(GRUWeights(W_r, W_z, W_h, U_r, U_z, U_h, zero, b_z, zero, zero))
    network = VanillaRNN(RNNWeights(W_r, U_r, zero)) if kind == "rnn" else gru
    xs = rng.normal(size=(last, batch, inputs))
    hs = forward(network, xs, np.zeros((batch, hidden)))
    transport = ln_h0_gradients(network, hs, xs, rng.normal(size=hidden), [first, last])[1].mean(axis=1)
    assert (transport[0] - transport[1]) / (last - first) == pytest.approx(rate, abs=3 * spread)


def test_a_dead_relu_and_zero_weights_give_exact_zeros() -> None:
    xs, h0, cotangent = draw_sequence(5)
    alive = RNNWeights(np.eye(HIDDEN), np.zeros((HIDDEN, INPUT)), np.ones(HIDDEN))
    for weights, zero_from in [
        (alive, 9),
        (alive._replace(b=-9 * alive.b), 1),
        (alive._replace(W=0 * alive.W), 1),
    ]:
        network = VanillaRNN(weights, "relu")
        hs = forward(network, xs, np.abs(h0))
        for length in range(6):
            exact_zero = ~has_path(network, hs, xs, cotangent, length)
            gradient = ln_h0_gradients(network, hs, xs, cotangent, [length])[0][0]
            assert exact_zero.all() == np.isneginf(gradient).all() == (length >= zero_from)


def test_a_zero_and_non_finite_values_keep_their_meaning() -> None:
    unit, logarithm = normalise(np.array([[0.0, 0.0], [3e-200, 4e-200], [np.inf, 1.0], [3e200, -4e200]]))
    np.testing.assert_array_equal(unit[0], 0.0)
    np.testing.assert_allclose(unit[[1, 3]], [[0.6, 0.8], [0.6, -0.8]], rtol=1e-15)
    assert np.isneginf(logarithm[0])
    assert np.isnan(logarithm[2])
    np.testing.assert_allclose(logarithm[[1, 3]], math.log(5) + np.array([-200, 200]) * math.log(10), rtol=1e-15)


def test_an_overflowing_state_is_not_taken_for_a_zero_gradient() -> None:
    xs, h0, cotangent = draw_sequence(3)
    weights = RNNWeights(1e200 * draw_orthogonal(5), np.zeros((HIDDEN, INPUT)), np.zeros(HIDDEN))
    network = VanillaRNN(weights, "relu")
    gradient, transport = ln_h0_gradients(network, forward(network, xs, h0), xs, cotangent, [1, 3])
    assert np.all(np.isfinite(gradient[0]))
    assert np.all(np.isnan(gradient[1]) & np.isnan(transport[1]))


def test_twins_part_in_a_chaotic_network_and_never_in_a_linear_one() -> None:
    xs, h0, _ = draw_sequence(200, hidden=100)
    rng = np.random.default_rng(1)
    strong = RNNWeights(5 * rng.normal(size=(100, 100)) / 10, np.zeros((100, INPUT)), np.zeros(100))
    calm = RNNWeights(draw_orthogonal(4, 100), strong.U, strong.b)
    unit = 2.0**-24
    assert twin_distance(VanillaRNN(calm, "identity"), xs, h0, unit).max() < 2 * unit
    distance = twin_distance(VanillaRNN(strong), xs, h0, unit)
    assert np.all(distance[0] < 2 * unit)
    assert np.all(distance.max(axis=0) > 1e-2)
