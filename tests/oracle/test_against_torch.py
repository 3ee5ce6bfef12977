"""The oracle against PyTorch's RNN and GRU (reset after the product, z keeps, gates packed r, z, n)."""

from typing import Any

import numpy as np
import pytest

from tests.oracle.drawn_networks import (
    HIDDEN,
    INPUT,
    LENGTH,
    draw_gru_weights,
    draw_rnn_weights,
    draw_sequence,
)
from tests.oracle.numpy_gradients import forward, reverse_pass, sum_over_steps, weight_gradients
from tests.oracle.numpy_networks import GRU, Activation, Array, VanillaRNN

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")

Packed = dict[str, Array]


def states_and_gradients(module: Any, packed: Packed) -> tuple[Array, Array, Packed]:
    """h_1 … h_T, dL_T/dh_0 per sample, and dL_T/dθ summed over the samples."""
    module = module.double()
    module.load_state_dict({f"{name}_l0": torch.tensor(value) for name, value in packed.items()})
    xs, h0, cotangent = (torch.tensor(array) for array in draw_sequence())
    h0.requires_grad_()
    hs, _ = module(xs, h0[None])
    (hs[-1] @ cotangent).sum().backward()
    weights = {name: getattr(module, f"{name}_l0").grad.numpy() for name in packed}
    return hs.detach().numpy(), h0.grad.numpy(), weights


def check(network: VanillaRNN | GRU, module: Any, packed: Packed) -> Packed:
    """States and h0 gradients agree; PyTorch's weight gradients are returned for the caller to compare."""
    xs, h0, cotangent = draw_sequence()
    hs = forward(network, xs, h0)
    torch_hs, torch_gradient, torch_weights = states_and_gradients(module, packed)
    direction, growths = reverse_pass(network, hs, xs, cotangent, LENGTH)
    np.testing.assert_allclose(hs[1:], torch_hs, rtol=0, atol=1e-13)
    gradient = direction * np.exp(sum_over_steps(growths))[:, None]
    np.testing.assert_allclose(gradient, torch_gradient, rtol=1e-11, atol=1e-15)
    return torch_weights


def oracle_weights(network: VanillaRNN | GRU) -> Packed:
    xs, h0, cotangent = draw_sequence()
    gradients = weight_gradients(network, forward(network, xs, h0), xs, cotangent, LENGTH)
    return {name: gradient.sum(axis=0) for name, gradient in gradients.items()}


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_rnn(activation: Activation) -> None:
    w = draw_rnn_weights(11)
    network = VanillaRNN(w, activation)
    packed = {"weight_ih": w.U, "weight_hh": w.W, "bias_ih": w.b, "bias_hh": 0 * w.b}
    expected = check(network, torch.nn.RNN(INPUT, HIDDEN, nonlinearity=activation), packed)
    for name, torch_name in {"W": "weight_hh", "U": "weight_ih", "b": "bias_ih"}.items():
        np.testing.assert_allclose(oracle_weights(network)[name], expected[torch_name], rtol=1e-11, atol=1e-14)


def test_gru() -> None:
    w = draw_gru_weights(12)
    network = GRU(w, "after", "keeps")
    packed = {
        "weight_ih": np.concatenate([w.U_r, w.U_z, w.U_h]),
        "weight_hh": np.concatenate([w.W_r, w.W_z, w.W_h]),
        "bias_ih": np.concatenate([0.25 * w.b_r, 0.25 * w.b_z, w.b_h]),  # only the sum of two gate biases matters
        "bias_hh": np.concatenate([0.75 * w.b_r, 0.75 * w.b_z, w.b_hn]),
    }
    expected = check(network, torch.nn.GRU(INPUT, HIDDEN), packed)
    ours = oracle_weights(network)
    order = {
        "weight_ih": "U_r U_z U_h",
        "weight_hh": "W_r W_z W_h",
        "bias_ih": "b_r b_z b_h",
        "bias_hh": "b_r b_z b_hn",
    }
    for torch_name, names in order.items():
        stacked = np.concatenate([ours[name] for name in names.split()])
        np.testing.assert_allclose(stacked, expected[torch_name], rtol=1e-11, atol=1e-14)
