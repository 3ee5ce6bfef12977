"""What a setting is, in the words that a closed form asks for."""

from collections.abc import Mapping
from typing import Any

from gru_vanish.analysis.claims.closed_form import Setting
from gru_vanish.analysis.names import bias_text

INTERVENTIONS = ("stop", "hold", "tie")
TOUCHED = "something is done to the cell"


def kind(value: Any) -> str:
    """Return the kind of an initialiser."""
    return str(value.get("kind")) if isinstance(value, Mapping) else str(value)


def gain(value: Any) -> float:
    """Return the gain of an initialiser, 1 where none is said."""
    return float(value.get("gain", 1.0)) if isinstance(value, Mapping) else 1.0


def untouched(setting: Setting) -> bool:
    """Say whether a cell is as its equations say: nothing clamped, held, stopped or tied."""
    cell = setting["cell"]
    return not any(cell.get(word) for word in INTERVENTIONS) and not cell["init"].get("clamp")


def silent(setting: Setting) -> bool:
    """Say whether no input reaches the cell."""
    inputs = setting["inputs"]
    no_weights = kind(setting["cell"]["init"].get("input")) == "zeros"
    return bool(inputs.get("scale") == 0 or inputs.get("kind") == "zeros" or no_weights)


def constant(value: Any) -> float:
    """Return the number of a bias that is the same in every unit."""
    return float(bias_text(value).replace("−", "-"))


def is_constant(value: Any) -> bool:
    """Say whether a bias is the same in every unit."""
    return value is None or kind(value) in ("constant", "zeros")


def not_zero(init: Setting, *names: str) -> str | None:
    """Name the weights and biases among these that are not all 0; None where there is none."""
    found = [name for name in names if init.get(name) is not None and not is_zero(init[name])]
    return f"{' and '.join(f'init.{name}' for name in found)} must be zeros" if found else None


def is_zero(value: Any) -> bool:
    """Say whether an initialiser draws nothing but 0."""
    return kind(value) == "zeros" or (kind(value) == "constant" and float(value["value"]) == 0.0)


def rests(setting: Setting) -> str | None:
    """Return why a network does not stay at the origin."""
    if not silent(setting):
        return "there must be no input"
    return None if kind(setting["h0"]) == "zeros" else "h0 must be zeros"
