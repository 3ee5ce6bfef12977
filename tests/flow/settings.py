"""Small settings that the tests of this folder share, and the bridge to the independent NumPy networks."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Cell, Program, Setting
from gru_vanish.flow import MEASURES
from gru_vanish.flow.network import Network
from gru_vanish.inputs import INITIAL_STATES, INPUTS
from gru_vanish.losses import LOSSES
from tests.oracle import numpy_networks

CELLS: dict[str, Cell] = {
    "rnn tanh": RNN(hidden=7),
    "rnn relu": RNN(hidden=7, activation="relu"),
    "rnn identity": RNN(hidden=7, activation="identity"),
    "gru before replaces": GRU(hidden=6),
    "gru before keeps": GRU(hidden=6, update_gate="keeps"),
    "gru after replaces": GRU(hidden=6, reset="after", candidate_bias="both"),
    "gru after keeps": GRU(hidden=6, reset="after", update_gate="keeps", candidate_bias="both"),
    "gru after outside": GRU(hidden=6, reset="after", update_gate="keeps"),
}


SHORT = (7, 50)
LONG = (1, 100, 20_000)
"""Lengths that several tests share, and with them the compiled programs."""


def random_biases(cell: Cell) -> Any:
    """Return an init in which every bias is drawn, so that none can be forgotten unseen."""
    both = {"bias": {"kind": "uniform"}}
    if cell.kind == "gru":  # type: ignore[attr-defined]
        both |= {"recurrent_bias": {"kind": "uniform"}, "update_bias": {"kind": "constant", "value": 0.3}}
    return cell.Init.model_validate(both)


def setting(
    cell: Cell,
    lengths: tuple[int, ...],
    *,
    init: Any = None,
    precision: str = "float64",
    size: int = 3,
    scale: float = 1.0,
    batch: int = 4,
    h0: Any = None,
) -> Setting:
    """Return a setting with normal inputs and the projection loss."""
    return Setting(
        cell=cell,
        init=init if init is not None else random_biases(cell),
        inputs=INPUTS["gaussian"](size=size, scale=scale, batch=batch),  # type: ignore[call-arg]
        h0=h0 or INITIAL_STATES["zeros"](),
        loss=LOSSES["projection"](),
        lengths=lengths,
        precision=precision,  # type: ignore[arg-type]
        matmul="highest",
    )


def data(setting: Setting, seed: int) -> Any:
    """Return what the kernels read."""
    measure = MEASURES["h0_gradient"]
    return measure.data(setting, seed, measure.draw(setting, seed))


def compile_stage(program: Program, stage: int) -> Any:
    """Return one stage of the headline measure, to be compiled at its first call."""
    return jax.jit(MEASURES["h0_gradient"].stages[stage].kernel(program))


def measured(
    setting: Setting, seed: int = 0, compiled: Callable[[Program, int], Any] = compile_stage
) -> dict[str, np.ndarray]:
    """Return the payload of the headline measure, by a direct call of its kernels, compiled afresh."""
    measure = MEASURES["h0_gradient"]
    program, unit = Program.of(setting, "h0_gradient"), data(setting, seed)
    outputs: dict[str, Any] = {}
    for index, stage in enumerate(measure.stages):
        if stage.wanted(outputs):
            outputs |= compiled(program, index)(unit)
    return measure.payload(program, outputs)


def drawn(setting: Setting, seed: int = 0) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    """Return (params, xs, h0, cotangent) of a unit, as the program sees them, in float64."""
    unit = data(setting, seed)
    xs, h0 = _sequences(Program.of(setting, "h0_gradient"))(unit)
    seen = unit["params"], xs, h0, unit["loss"]["c"]
    return jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), seen)  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _sequences(program: Program) -> Any:
    """Return the compiled function data → (x_1 … x_T, h_0)."""

    def sequences(unit: Any) -> tuple[Any, Any]:
        network = Network(program, unit)
        return network.inputs(0, program.longest), network.initial()

    return jax.jit(sequences)


def oracle(cell: Cell, params: Any) -> Any:
    """Return the independent NumPy network with the same weights."""
    if isinstance(cell, RNN):
        weights = numpy_networks.RNNWeights(params.recurrent, params.input, params.bias)
        return numpy_networks.VanillaRNN(weights, activation=cell.activation)
    assert isinstance(cell, GRU)
    weights = numpy_networks.GRUWeights(
        params.reset, params.update, params.candidate, *params.input, *params.bias, params.inner_bias
    )
    return numpy_networks.GRU(weights, reset=cell.reset, update_gate=cell.update_gate)
