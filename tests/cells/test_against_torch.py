"""The presets `torch` and the plain RNN against PyTorch: states, h0 gradient, weight gradients."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.activations import SAFE
from gru_vanish.cells import LSTM, RNN
from gru_vanish.contracts import Cell
from tests.cells.frameworks import (
    HIDDEN,
    SIZE,
    Sequence,
    by_gate,
    drawn,
    lstm_packed,
    lstm_sequence,
    preset,
    run_cell,
    sequence,
)
from tests.oracle.numpy_networks import GRUWeights

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")

Packed = dict[str, np.ndarray]


def torch_run(module: Any, packed: Packed) -> tuple[np.ndarray, np.ndarray, Packed]:
    """Give h_1 … h_T, dL_T/dh_0 and dL_T/dθ of a module with our weights."""
    module = module.double()
    module.load_state_dict({f"{name}_l0": torch.tensor(np.array(value)) for name, value in packed.items()})
    xs, h0, cotangent = (torch.tensor(np.array(array)) for array in sequence())
    h0.requires_grad_()
    hs, _ = module(xs, h0[None])
    (hs[-1] @ cotangent).backward()
    weights = {name: getattr(module, f"{name}_l0").grad.numpy() for name in packed}
    return hs.detach().numpy(), h0.grad.numpy(), weights


def our_weight_gradients(cell: Cell, params: Any, given: Sequence | None = None) -> Any:
    """Give dL_T/dθ from the affine cotangents of all steps at once."""
    xs, h0, cotangent = given = given or sequence()
    hs, _ = run_cell(cell, params, given)
    states = jnp.concatenate([h0[None], hs[:-1]])
    drives = jax.vmap(lambda x: cell.drive(params, x))(xs)
    gates = jax.vmap(lambda h, drive: cell.advance(params, cell.same_state(h), drive, SAFE)[1])(states, drives)
    local = jax.vmap(lambda *step: cell.linearise(params, *step))(states, drives, gates)
    affine = []
    for t in reversed(range(len(xs))):
        pulled = cell.pullback(params, jax.tree.map(lambda leaf, t=t: leaf[t], local), cotangent)
        affine.append(pulled.affine)
        cotangent = sum(pulled.uses, jnp.zeros_like(cotangent))
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *reversed(affine))
    return cell.weight_cotangent(params, local, states, xs, stacked)


def check_states(cell: Cell, params: Any, hs: np.ndarray, gradient: np.ndarray) -> None:
    ours, our_gradient = run_cell(cell, params, sequence())
    np.testing.assert_allclose(ours, hs, rtol=0, atol=1e-14)
    np.testing.assert_allclose(our_gradient, gradient, rtol=1e-11, atol=1e-16)


def torch_pack(w: GRUWeights, hidden_gates: float) -> Packed:
    """Pack weights or gradients as PyTorch does: r, z, n; b_hr and b_hz are ``hidden_gates`` times ours."""
    return {
        "weight_ih": np.concatenate([w.U_r, w.U_z, w.U_h]),
        "weight_hh": np.concatenate([w.W_r, w.W_z, w.W_h]),
        "bias_ih": np.concatenate([w.b_r, w.b_z, w.b_h]),
        "bias_hh": np.concatenate([hidden_gates * w.b_r, hidden_gates * w.b_z, w.b_hn]),
    }


def test_gru() -> None:
    cell, init = preset("torch")
    params = drawn(cell, init)
    w = by_gate(cell, params)
    # Only the sum of the two biases of a gate matters.
    hs, gradient, weights = torch_run(torch.nn.GRU(SIZE, HIDDEN), torch_pack(w, hidden_gates=0.0))
    check_states(cell, params, hs, gradient)
    flat = torch_pack(by_gate(cell, our_weight_gradients(cell, params)), hidden_gates=1.0)
    for name, theirs in weights.items():
        np.testing.assert_allclose(flat[name], theirs, rtol=1e-11, atol=1e-14, err_msg=name)


def test_lstm() -> None:
    """The state is (h, c): both halves of the h0 gradient, and all weights."""
    cell, given = LSTM(hidden=HIDDEN), lstm_sequence()
    params = drawn(cell, cell.Init.model_validate(cell.presets["torch"]["init"]))
    packed = {name: torch.tensor(np.array(value)) for name, value in lstm_packed(params).items()}
    module = torch.nn.LSTM(SIZE, HIDDEN).double()
    bias = packed.pop("bias")
    halves = {"bias_ih": 0.25 * bias, "bias_hh": 0.75 * bias}  # only the sum of the two matters
    module.load_state_dict({f"{name}_l0": value for name, value in {**packed, **halves}.items()})
    xs, state, cotangent = (torch.tensor(np.array(array)) for array in given)
    h0, c0 = (half.clone().requires_grad_() for half in state.split(HIDDEN))
    hs, (_, last) = module(xs, (h0[None], c0[None]))
    (hs[-1] @ cotangent[:HIDDEN]).backward()
    ours, gradient = run_cell(cell, params, given)
    np.testing.assert_allclose(ours[:, :HIDDEN], hs.detach().numpy(), rtol=0, atol=1e-14)
    np.testing.assert_allclose(ours[-1, HIDDEN:], last[0].detach().numpy(), rtol=0, atol=1e-14)
    theirs = np.concatenate([h0.grad.numpy(), c0.grad.numpy()])
    np.testing.assert_allclose(gradient, theirs, rtol=1e-11, atol=1e-16)
    flat = lstm_packed(our_weight_gradients(cell, params, given))
    flat |= {"bias_ih": flat["bias"], "bias_hh": flat.pop("bias")}
    for name, mine in flat.items():
        np.testing.assert_allclose(mine, getattr(module, f"{name}_l0").grad, rtol=1e-11, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_rnn(activation: Any) -> None:
    cell = RNN(hidden=HIDDEN, activation=activation)
    params = drawn(cell, cell.Init.model_validate({"bias": "uniform"}))
    zero = np.zeros(HIDDEN)
    packed = {
        "weight_ih": params.input,
        "weight_hh": params.recurrent,
        "bias_ih": params.bias,
        "bias_hh": zero,
    }
    hs, gradient, weights = torch_run(torch.nn.RNN(SIZE, HIDDEN, nonlinearity=activation), packed)
    check_states(cell, params, hs, gradient)
    ours = our_weight_gradients(cell, params)
    flat = {"weight_ih": ours.input, "weight_hh": ours.recurrent, "bias_ih": ours.bias, "bias_hh": ours.bias}
    for name, theirs in weights.items():
        np.testing.assert_allclose(flat[name], theirs, rtol=1e-11, atol=1e-14, err_msg=name)
