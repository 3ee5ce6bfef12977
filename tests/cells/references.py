"""The bridge from a cell and its weights to the NumPy network that its source describes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gru_vanish.contracts import Cell
from tests.oracle import numpy_dynamics, numpy_gated
from tests.oracle.numpy_gated import ByComplexStep


def lstm(cell: Any, w: Any) -> ByComplexStep:
    recurrent = np.concatenate([w.input_gate, w.forget_gate, w.output_gate, w.candidate])
    return numpy_gated.LSTM(np.concatenate([recurrent, np.concatenate(w.input)], axis=1), np.concatenate(w.bias))


def mgu(cell: Any, w: Any) -> ByComplexStep:
    (u_f, u_h), (b_f, b_h) = w.input, w.bias
    gate, candidate = np.concatenate([w.forget, u_f], axis=1), np.concatenate([w.candidate, u_h], axis=1)
    return numpy_gated.MGU(gate, b_f, candidate, b_h, w.inner_bias, cell.reset, cell.forget_gate)


def ugrnn(cell: Any, w: Any) -> ByComplexStep:
    (u_z, u_h), (b_z, b_h) = w.input, w.bias
    gate, candidate = np.concatenate([w.update, u_z], axis=1), np.concatenate([w.candidate, u_h], axis=1)
    return numpy_gated.UGRNN(gate, b_z, candidate, b_h, cell.activation)


def minimal_rnn(cell: Any, w: Any) -> ByComplexStep:
    b_z, b_h = w.bias
    return numpy_gated.MinimalRNN(w.input, b_h, np.concatenate([w.update, w.latent], axis=1), b_z)


def min_gru(cell: Any, w: Any) -> ByComplexStep:
    (u_z, u_h), (b_z, b_h) = w.input, w.bias
    return numpy_gated.MinGRU(u_z, b_z, u_h, b_h, cell.candidate)


def plain(cell: Any, w: Any) -> ByComplexStep:
    return numpy_dynamics.Plain(np.concatenate([w.recurrent, w.input], axis=1), w.bias, cell.phi)


def antisymmetric(cell: Any, w: Any) -> ByComplexStep:
    upper = np.triu(w.recurrent, 1) - np.tril(w.recurrent, -1).T
    return numpy_dynamics.EulerFlow(upper, w.input, w.bias, w.step, w.diffusion)


def cornn(cell: Any, w: Any) -> ByComplexStep:
    weights = np.concatenate([w.position, w.velocity, w.input], axis=1)
    implicit = cell.damping == "implicit"
    return numpy_dynamics.Oscillators(weights, w.bias, w.step, w.stiffness, w.friction, implicit)


def lem(cell: Any, w: Any) -> ByComplexStep:
    gates = ("step_z", "step_y", "candidate_z", "candidate_y")
    matrices = {gate: np.concatenate([getattr(w, gate), v], axis=1) for gate, v in zip(gates, w.input, strict=True)}
    return numpy_dynamics.ExpressiveMemory(matrices, dict(zip(gates, w.bias, strict=True)), w.step)


def lru(cell: Any, w: Any) -> ByComplexStep:
    scale = np.exp(w.gamma_log)[:, None]
    inputs = np.concatenate([scale * w.input_real, scale * w.input_imaginary])
    return numpy_dynamics.Spirals(np.exp(w.nu_log), np.exp(w.theta_log), inputs)


REFERENCES: dict[str, Callable[[Any, Any], ByComplexStep]] = {
    "lstm": lstm,
    "mgu": mgu,
    "ugrnn": ugrnn,
    "minimal_rnn": minimal_rnn,
    "min_gru": min_gru,
    "irnn": plain,
    "orthogonal_rnn": plain,
    "antisymmetric": antisymmetric,
    "cornn": cornn,
    "lem": lem,
    "lru": lru,
}


def kind(cell: Cell) -> str:
    return str(cell.model_dump()["kind"])


def reference(cell: Cell, params: Any) -> ByComplexStep:
    """Give the network with the same weights, in float64."""
    wide = type(params)(*(np.asarray(leaf, np.float64) for leaf in params))
    return REFERENCES[kind(cell)](cell, wide)
