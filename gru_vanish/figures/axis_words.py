"""What a swept axis is called on a figure, and how its values are written."""

import math
from collections.abc import Sequence

from gru_vanish.analysis.names import SYMBOLS, number
from gru_vanish.figures.text import literal, shown

WORDS = {
    "init.recurrent.gain": "recurrent gain $g$",
    "init.input.gain": "input gain",
    "inputs.scale": "input scale",
    "h0.scale": "scale of $h_0$",
    "hidden": "hidden size $n$",
    "task.length": "task length $T$ (steps)",
    "task.lag": "lag of the task (steps)",
    "training.optimizer.learning_rate": "learning rate $\\eta$",
}

NEAREST = 0.04
"""Of an axis, from one label of a value to the next."""


def own_path(path: str) -> str:
    """Return an axis' path within its cell, the whole path where it is no cell's: equal for equal quantities."""
    return path.split(".", 2)[2] if path.startswith("cells.") and path.count(".") > 1 else path


def axis_label(path: str) -> str:
    """Return an axis' name: in words where there are some, else the end of its path."""
    own = own_path(path)
    if own in WORDS:
        return WORDS[own]
    last = own.rpartition(".")[2]
    if last in SYMBOLS:
        return f"{last.replace('_', ' ')} {shown(SYMBOLS[last])}"
    return literal(own.removeprefix("init.").replace("_", " "))


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


def in_words(path: str) -> str:
    """Return an axis' name without markup."""
    return axis_label(path).replace("$", "").replace("\\eta", "η")
