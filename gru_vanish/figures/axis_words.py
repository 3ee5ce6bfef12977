"""How the name of a swept axis and its values are set on a figure."""

import math
from collections.abc import Sequence

from gru_vanish.analysis.axis_words import axis_name
from gru_vanish.analysis.names import number
from gru_vanish.figures.text import literal

NEAREST = 0.04
"""Of an axis, from one label of a value to the next."""


def axis_label(path: str) -> str:
    """Return an axis' name, its symbol as maths."""
    name = axis_name(path)
    parts = (literal(name.words), f"${name.symbol}$" * bool(name.symbol), f"({name.unit})" * bool(name.unit))
    return " ".join(part for part in parts if part)


def value_label(value: float) -> str:
    """Return a swept value to three digits."""
    return number(float(f"{value:.3g}"))


def spaced_labels(values: Sequence[float]) -> list[str]:
    """Return the labels of rising values on a straight axis; one too near to the last one that has a label has none."""
    nearest = NEAREST * (values[-1] - values[0])
    last = -math.inf
    labels = []
    for value in values:
        stands = value - last >= nearest
        last = value if stands else last
        labels.append(value_label(value) if stands else "")
    return labels
