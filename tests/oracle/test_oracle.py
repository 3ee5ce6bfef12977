"""The oracle against itself by different means: adjoint, product of Jacobians, finite differences."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from tests.oracle.drawn_networks import HIDDEN, INPUT, LENGTH, NETWORKS, draw_gru_weights, draw_sequence
from tests.oracle.numpy_gradients import (
    finite_difference_h0_gradient,
    finite_difference_input_gradient,
    forward,
    ln_flow,
    ln_h0_gradients,
    ln_input_gradients,
    normalise,
    reverse_pass,
    scaled_jacobian,
    sum_over_steps,
    weight_gradients,
)
from tests.oracle.numpy_networks import GRU, Array, VanillaRNN

Net = VanillaRNN | GRU
every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())


@every_network
def test_use_jacobians_sum_to_the_finite_difference_jacobian_of_a_step(network: Net) -> None:
    xs, h0, _ = draw_sequence(1)
    jacobian = np.sum(list(network.use_jacobians(h0, xs[0]).values()), axis=0)
    rows = [finite_difference_h0_gradient(network, xs, h0, unit) for unit in np.eye(HIDDEN)]
    np.testing.assert_allclose(jacobian, np.stack(rows, axis=1), rtol=0, atol=1e-9)


@every_network
def test_use_cotangents_are_the_transposed_use_jacobians(network: Net) -> None:
    xs, h0, _ = draw_sequence(1)
    cotangent = np.random.default_rng(5).normal(size=h0.shape)
    jacobians, cotangents = network.use_jacobians(h0, xs[0]), network.use_cotangents(h0, xs[0], cotangent)
    assert jacobians.keys() == cotangents.keys()
    for use, jacobian in jacobians.items():
        expected = np.einsum("bij,bi->bj", jacobian, cotangent)
        np.testing.assert_allclose(cotangents[use], expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("network", [net for net in NETWORKS.values() if isinstance(net, GRU)])
def test_each_gate_path_is_switched_off_by_the_weights_it_runs_through(network: GRU) -> None:
    """W_z carries the update path alone, W_r the reset path alone, W_h both of the candidate's."""
    xs, h0, _ = draw_sequence(1)
    zero = np.zeros((HIDDEN, HIDDEN))
    for weight, silent in {"W_z": {"update"}, "W_r": {"reset"}, "W_h": {"candidate"}}.items():
        weights: Any = network.weights._replace(**{weight: zero})
        uses = replace(network, weights=weights).use_jacobians(h0, xs[0])
        if weight == "W_h" and network.reset == "before":
            silent = silent | {"reset"}
        assert {use for use, jacobian in uses.items() if not jacobian.any()} == silent


@every_network
def test_adjoint_jacobian_product_and_finite_differences_agree(network: Net) -> None:
    xs, h0, cotangent = draw_sequence()
    hs = forward(network, xs, h0)
    direction, growths = reverse_pass(network, hs, xs, cotangent, LENGTH)
    adjoint = direction * np.exp(sum_over_steps(growths))[:, None]
    matrix, ln_scale = scaled_jacobian(network, hs, xs, LENGTH)
    product = np.exp(ln_scale)[:, None] * (cotangent @ matrix)
    differences = finite_difference_h0_gradient(network, xs, h0, cotangent)
    np.testing.assert_allclose(adjoint, product, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(adjoint, differences, rtol=0, atol=1e-9)


@every_network
def test_adjoint_agrees_with_the_jacobian_product_far_below_the_smallest_float(network: Net) -> None:
    length = 1500
    xs, h0, cotangent = draw_sequence(length, batch=2)
    hs = forward(network, xs, h0)
    gradient, transport = ln_h0_gradients(network, hs, xs, cotangent, [1, length])
    matrix, ln_scale = scaled_jacobian(network, hs, xs, length)
    ln_product = normalise(cotangent @ matrix)[1] + ln_scale
    np.testing.assert_allclose(gradient[1], ln_product, rtol=0, atol=1e-12 * length)
    np.testing.assert_allclose(gradient - transport, np.log(np.linalg.norm(cotangent)), rtol=0, atol=1e-12)


@every_network
def test_weight_gradients_agree_with_finite_differences_along_a_direction(network: Net) -> None:
    xs, h0, cotangent = draw_sequence()
    gradients = weight_gradients(network, forward(network, xs, h0), xs, cotangent, LENGTH)
    rng = np.random.default_rng(8)
    assert gradients.keys() == set(network.weights._fields)
    for name, gradient in gradients.items():
        weight = getattr(network.weights, name)
        direction = 1e-5 * rng.normal(size=weight.shape)
        losses = []
        for moved in (weight + direction, weight - direction):
            weights: Any = network.weights._replace(**{name: moved})
            losses.append(forward(replace(network, weights=weights), xs, h0)[-1] @ cotangent)
        along = np.sum(gradient * direction, axis=tuple(range(1, gradient.ndim)))
        np.testing.assert_allclose(along / 1e-5, (losses[0] - losses[1]) / 2e-5, rtol=1e-7, atol=1e-8)


@every_network
def test_input_cotangent_agrees_with_finite_differences(network: Net) -> None:
    xs, h0, cotangent = draw_sequence(1)
    by_hand = network.input_cotangent(h0, xs[0], np.broadcast_to(cotangent, h0.shape))

    def loss(move: Array) -> Array:
        value: Array = network.step(h0, xs[0] + move) @ cotangent
        return value

    columns = [(loss(move) - loss(-move)) / 2e-5 for move in 1e-5 * np.eye(INPUT)]
    np.testing.assert_allclose(by_hand, np.stack(columns, axis=1), rtol=0, atol=1e-9)


@every_network
def test_gradients_on_the_way_agree_with_finite_differences(network: Net) -> None:
    """By h_t of a sequence that is begun at t, and by x_t."""
    xs, h0, cotangent = draw_sequence()
    hs = forward(network, xs, h0)
    by_state = np.exp(ln_flow(network, hs, xs, cotangent, LENGTH))
    by_input = np.exp(ln_input_gradients(network, hs, xs, cotangent, LENGTH))
    for t in (0, 5, LENGTH - 1):
        moved = finite_difference_h0_gradient(network, xs[t:], hs[t], cotangent)
        np.testing.assert_allclose(by_state[t], np.linalg.norm(moved, axis=1), rtol=0, atol=1e-8)
        moved = finite_difference_input_gradient(network, xs, h0, cotangent, t + 1)
        np.testing.assert_allclose(by_input[t], np.linalg.norm(moved, axis=1), rtol=0, atol=1e-8)


@pytest.mark.parametrize("reset", ["before", "after"])
def test_a_negated_update_gate_turns_one_convention_into_the_other(reset: Literal["before", "after"]) -> None:
    xs, h0, cotangent = draw_sequence()
    weights = draw_gru_weights(9)
    negated = weights._replace(W_z=-weights.W_z, U_z=-weights.U_z, b_z=-weights.b_z)
    replaces, keeps = GRU(weights, reset, "replaces"), GRU(negated, reset, "keeps")
    hs = forward(replaces, xs, h0)
    np.testing.assert_allclose(forward(keeps, xs, h0), hs, rtol=1e-12)
    first, second = (ln_h0_gradients(net, hs, xs, cotangent, [3, LENGTH])[0] for net in (replaces, keeps))
    np.testing.assert_allclose(first, second, rtol=0, atol=1e-12)


def test_reset_before_and_after_agree_only_where_the_reset_gate_is_one_constant() -> None:
    xs, h0, _ = draw_sequence()
    weights = draw_gru_weights(10)._replace(b_hn=np.zeros(HIDDEN))
    constant = weights._replace(W_r=0 * weights.W_r, U_r=0 * weights.U_r, b_r=np.full(HIDDEN, 0.3))
    differ, agree = (
        np.abs(forward(GRU(w, "before"), xs, h0) - forward(GRU(w, "after"), xs, h0)).max() for w in (weights, constant)
    )
    assert differ > 0.1
    assert agree < 1e-13
