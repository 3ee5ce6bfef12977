"""What is written of a network: every tensor with the letters of its axes and a sentence."""

from dataclasses import dataclass

import numpy as np

from gru_vanish.oracle.agreement import quantities
from gru_vanish.oracle.compute import Computed
from gru_vanish.oracle.networks import Drawn


@dataclass(frozen=True)
class Tensor:
    """One array of the file."""

    values: np.ndarray
    axes: str
    """A name for each axis: t from 0 where ``times``, from 1 where ``T``."""
    meaning: str


def tensors(drawn: Drawn, computed: Computed) -> dict[str, Tensor]:
    """Return all that is written, by name; the derivatives are those that were derived by hand."""
    weights = {
        f"weight.{one.name}": Tensor(value, _axes(value), f"weight of the equations: {one.meaning}")
        for one, value in ((one, one.of(drawn.params)) for one in drawn.symbols)
    }
    gates = {
        f"gate.{name}": Tensor(gate, "T B n", f"pre-activation '{name}' of steps 1 … T")
        for name, gate in computed.gates.items()
    }
    values = {
        f"gate_value.{name}": Tensor(value, "T B n", f"{drawn.named.cell.gate_functions[name].value} of gate.{name}")
        for name, value in computed.values.items()
        if name in drawn.named.cell.gate_functions
    }
    found = {
        **weights,
        "x": Tensor(drawn.xs, "T B m", "inputs x_1 … x_T"),
        "projection": Tensor(drawn.projection, "n", "c of the loss L = sum over b of c · h_T[b]"),
        "states": Tensor(computed.states, "times B s", "states s_0 … s_T; s_0 is where the network starts"),
        "h": Tensor(computed.read, "times B n", "h_0 … h_T, the part of the state that the loss sees"),
        **gates,
        **values,
        "loss": Tensor(computed.loss, "B", "c · h_T[b] of every sample; L is their sum"),
        **_derivatives(drawn, computed),
    }
    return {name: Tensor(_plain(one.values), one.axes, one.meaning) for name, one in found.items()}


def _derivatives(drawn: Drawn, computed: Computed) -> dict[str, Tensor]:
    said = quantities(drawn, computed, "derived")
    words = {
        "gradient.states": ("times B s", "dL/ds_t, the total derivative; [0] is the gradient by the initial state"),
        "gradient.x": ("T B m", "dL/dx_t"),
        "jacobian.step": ("T B s s", "J_t = ds_t/ds_(t-1): [t - 1, b, i, j] is that of component i by component j"),
        "jacobian.whole": ("B s s", "ds_T/ds_0 = J_T … J_1"),
    }
    letters = {f"gradient.{one.name}": one for one in drawn.symbols}
    found = {}
    for name, values in said.items():
        axes, meaning = words.get(name) or (_axes(values), f"dL/d({letters[name].name}), summed over samples and steps")
        found[name] = Tensor(values, axes, meaning)
    return found


def _axes(weight: np.ndarray) -> str:
    """Return the axes of a weight: none of a single number, rows of a matrix are outputs."""
    if weight.ndim == 2:
        return "n n" if weight.shape[0] == weight.shape[1] else "n m"
    return "n" if weight.ndim else ""


def _plain(values: np.ndarray) -> np.ndarray:
    """Return float64 in C order, little-endian: what the file holds whatever the machine. A number stays one."""
    return np.asarray(values, "<f8", order="C")
