"""The gain at which a network ceases to lose its gradient, for the few networks of which it is known.

A plain RNN without an activation has J_t = W at every step, whatever the input; a tanh RNN without input and bias has
it at the origin.  Where W = g·Q is orthogonal, all its singular values are g.  Where the entries of W are independent
with variance (c g)²/n, its spectral radius tends to c g as n grows (circular law), so the long run turns at g = 1/c; at
finite n it does so within about n^(−½).

Sources: Saxe, McClelland & Ganguli 2014 (orthogonal); Girko 1985, Tao & Vu 2010 (circular law); Sompolinsky, Crisanti &
Sommers 1988 (tanh: below the critical gain every trajectory dies away, above it the origin is unstable).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.names import bias_text

# The standard deviation of the entries of an n×n matrix with gain 1, times √n.
SPREADS = {"gaussian": 1.0, "lecun": 1.0, "glorot": 1.0, "uniform": 1.0 / math.sqrt(3.0)}
ISOMETRIES = ("orthogonal", "identity")
INTERVENTIONS = ("stop", "hold", "tie")


@dataclass(frozen=True)
class Critical:
    """A critical gain, in words why it is one, and whether it is one in the limit of large networks only."""

    gain: float
    why: str
    limit: bool


def critical_gain(setting: Mapping[str, Any]) -> Critical | None:
    """Return the gain of the recurrent matrix at which a network is critical, None where it is not known."""
    cell = setting["cell"]
    recurrent = cell.get("init", {}).get("recurrent")
    kind = recurrent.get("kind") if isinstance(recurrent, Mapping) else recurrent
    if cell["kind"] != "rnn" or any(cell.get(word) for word in INTERVENTIONS) or not is_linear(setting):
        return None
    where = "the linear RNN" if cell.get("activation") == "identity" else "the tanh RNN at the origin, without input"
    if kind in ISOMETRIES:
        return Critical(1.0, f"{where}: all singular values of the {kind} matrix are g", limit=False)
    if kind in SPREADS:
        gain = 1.0 / SPREADS[kind]
        return Critical(
            gain, f"{where}: the spectral radius of the {kind} matrix is g/{gain:.3g} for large n", limit=True
        )
    return None


def is_linear(setting: Mapping[str, Any]) -> bool:
    """Say whether a plain RNN's Jacobian is its matrix: without activation, or at the origin that nothing moves."""
    cell = setting["cell"]
    if cell.get("activation") == "identity":
        return True
    at_rest = setting.get("inputs", {}).get("scale") == 0 and bias_text(cell["init"].get("bias", "zeros")) == "0"
    return cell.get("activation", "tanh") == "tanh" and at_rest
