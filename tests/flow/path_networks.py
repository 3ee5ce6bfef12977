"""Settings of the tests about gate paths, and the NumPy networks beside them."""

from typing import Any, NamedTuple

import jax
import numpy as np

from gru_vanish.contracts import Program, Setting
from gru_vanish.flow import MEASURES
from gru_vanish.inputs import INITIAL_STATES
from tests.cells.leaky_tanh import LeakyParams, LeakyTanh
from tests.flow import settings, units
from tests.oracle import numpy_gradients
from tests.oracle.numpy_networks import Array, Network

LENGTHS = (20, 300)


class Given(NamedTuple):
    """What the functions of `tests.oracle.numpy_paths` take first."""

    network: Network
    hs: Array
    xs: Array
    cotangent: Array


def setting(name: str, init: Any = None, precision: str = "float64", lengths: tuple[int, ...] = LENGTHS) -> Setting:
    cell = settings.CELLS[name]
    start: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
    drawn = settings.random_biases(cell) if init is None else cell.Init.model_validate(init)
    return settings.setting(cell, lengths, init=drawn, precision=precision, h0=start)


def numpy_given(setting: Setting, seed: int = 0) -> Given:
    params, xs, h0, cotangent = settings.drawn(setting, seed)
    network = settings.oracle(setting.cell, params)
    return Given(network, numpy_gradients.forward(network, xs, h0), xs, cotangent)


def leaky_payload(measure: str, precision: str, leak: float, recurrent: Array) -> dict[str, np.ndarray]:
    """Give the payload of two units with h ← (1 − λ) h + λ tanh(W h) near 0, where J = (1 − λ) I + λ W."""
    cell = LeakyTanh(hidden=2)
    given = settings.setting(cell, (1, 2, 3), init=cell.Init(), precision=precision, batch=1)
    member, program = MEASURES[measure], Program.of(given, measure)
    drawn = member.draw(given, 0)
    drawn["params"] = LeakyParams(recurrent, np.zeros((2, 3)), np.zeros(2), np.asarray(leak))
    drawn["loss"] = {"c": np.array([1.0, 0.5])}
    found = units.compiled(program, 0)(jax.tree.map(np.asarray, member.data(given, 0, drawn)))
    return member.payload(program, found)
