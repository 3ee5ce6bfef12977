"""What a swept axis is called on a figure, and how its values are written."""

from gru_vanish.analysis.names import SYMBOLS, number
from gru_vanish.figures.text import literal, shown

WORDS = {
    "init.recurrent.gain": "recurrent gain $g$",
    "init.input.gain": "input gain",
    "inputs.scale": "input scale",
    "h0.scale": "scale of $h_0$",
    "hidden": "hidden size $n$",
    "task.length": "task length $T$",
    "task.lag": "lag of the task",
    "training.optimizer.learning_rate": "learning rate $\\eta$",
}


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
