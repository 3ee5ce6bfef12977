"""GRU and LSTM against Equinox's, weight for weight; and the RNN against a plain loop."""

from typing import Any

import equinox
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.cells import GRU, LSTM, RNN
from tests.cells.frameworks import (
    HIDDEN,
    SIZE,
    by_gate,
    drawn,
    lstm_packed,
    lstm_sequence,
    packed,
    preset,
    run,
    run_cell,
    sequence,
)
from tests.oracle.numpy_networks import GRUWeights


def equinox_cell(w: GRUWeights) -> Any:
    """Give Equinox's cell with our weights; it packs the gates in the order r, z, n."""
    cell = equinox.nn.GRUCell(SIZE, HIDDEN, dtype=jnp.float64, key=jax.random.key(0))
    gates = (w.U_r, w.U_z, w.U_h), (w.W_r, w.W_z, w.W_h), (w.b_r, w.b_z, w.b_h)
    leaves = [*map(jnp.concatenate, gates), w.b_hn]
    return equinox.tree_at(lambda cell: [cell.weight_ih, cell.weight_hh, cell.bias, cell.bias_n], cell, leaves)


@pytest.mark.parametrize("name", ["torch", "keras", "flax_linen"])
def test_states_and_h0_gradient(name: str) -> None:
    cell, init = preset(name)
    params = drawn(cell, init)
    theirs = equinox_cell(by_gate(cell, params))
    hs, gradient = run(lambda h, x: theirs(x, h), sequence())
    ours, our_gradient = run_cell(cell, params, sequence())
    np.testing.assert_allclose(ours, hs, rtol=0, atol=1e-14)
    np.testing.assert_allclose(our_gradient, gradient, rtol=1e-12)


def test_equinox_weights_are_ours() -> None:
    """The other way round: Equinox draws, we take its numbers apart."""
    theirs = equinox.nn.GRUCell(SIZE, HIDDEN, dtype=jnp.float64, key=jax.random.key(7))
    leaves = theirs.weight_hh, theirs.weight_ih, theirs.bias
    blocks = [block for leaf in leaves for block in jnp.split(leaf, 3)]
    params = packed(GRUWeights(*blocks, theirs.bias_n))
    cell = GRU(hidden=HIDDEN, reset="after", update_gate="keeps", candidate_bias="both")
    hs, gradient = run(lambda h, x: theirs(x, h), sequence())
    ours, our_gradient = run_cell(cell, params, sequence())
    np.testing.assert_allclose(ours, hs, rtol=0, atol=1e-14)
    np.testing.assert_allclose(our_gradient, gradient, rtol=1e-12)


@pytest.mark.parametrize("change", [{"reset": "before", "candidate_bias": "outside"}, {"update_gate": "replaces"}])
def test_another_convention_is_another_network(change: dict[str, str]) -> None:
    """Otherwise the agreement above would show nothing."""
    cell, init = preset("torch")
    params = drawn(cell, init)
    theirs = equinox_cell(by_gate(cell, params))
    hs, _ = run(lambda h, x: theirs(x, h), sequence())
    ours, _ = run_cell(GRU(**{**cell.model_dump(), **change}), params, sequence())
    assert np.abs(ours - hs).max() > 1e-2


def test_z_that_replaces_is_z_that_keeps_with_negated_weights() -> None:
    cell, init = preset("article")
    params = drawn(cell, init)
    w = by_gate(cell, params)
    negated = packed(w._replace(W_z=-w.W_z, U_z=-w.U_z, b_z=-w.b_z))
    other, _ = preset("cho2014")
    for one, two in zip(run_cell(cell, params, sequence()), run_cell(other, negated, sequence()), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12)


def test_lstm() -> None:
    """States (h, c) of every step, and the gradient by both halves of the first."""
    cell = LSTM(hidden=HIDDEN)
    params = drawn(cell, cell.Init.model_validate({"bias": "uniform", "forget_bias": 1.0, "output_bias": "uniform"}))
    theirs = equinox.nn.LSTMCell(SIZE, HIDDEN, dtype=jnp.float64, key=jax.random.key(0))
    leaves = list(lstm_packed(params).values())
    theirs = equinox.tree_at(lambda cell: [cell.weight_ih, cell.weight_hh, cell.bias], theirs, leaves)

    def step(state: Any, x: Any) -> Any:
        return jnp.concatenate(theirs(x, (state[:HIDDEN], state[HIDDEN:])))

    states, gradient = run(step, lstm_sequence())
    ours, our_gradient = run_cell(cell, params, lstm_sequence())
    np.testing.assert_allclose(ours, states, rtol=0, atol=1e-14)
    np.testing.assert_allclose(our_gradient, gradient, rtol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
def test_rnn(activation: str) -> None:
    cell = RNN(hidden=HIDDEN, activation=activation)  # type: ignore[arg-type]
    params = drawn(cell, cell.Init.model_validate({"bias": "uniform"}))
    phi = {"tanh": jnp.tanh, "relu": jax.nn.relu, "identity": lambda a: a}[activation]
    hs, gradient = run(lambda h, x: phi(params.recurrent @ h + params.input @ x + params.bias), sequence())
    ours, our_gradient = run_cell(cell, params, sequence())
    np.testing.assert_allclose(ours, hs, rtol=0, atol=1e-14)
    np.testing.assert_allclose(our_gradient, gradient, rtol=1e-12, atol=1e-15)
