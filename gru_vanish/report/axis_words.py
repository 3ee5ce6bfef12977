"""What a swept number is called beside its slider, and how its values are written."""

from typing import Any

from gru_vanish.analysis.axes import is_number
from gru_vanish.analysis.names import SYMBOLS, initialiser_text, number

WORDS = {
    "init.recurrent.gain": "recurrent gain g",
    "init.recurrent": "recurrent weights",
    "init.input": "input weights",
    "init.input.gain": "input gain",
    "inputs.scale": "input scale",
    "h0.scale": "scale of h₀",
    "hidden": "hidden size n",
    "task.length": "task length T",
    "task.lag": "lag of the task",
    "training.optimizer.learning_rate": "learning rate η",
}


def own_path(path: str) -> str:
    """Return an axis' path within its cell, the whole path where it is no cell's: equal for equal quantities."""
    return path.split(".", 2)[2] if path.startswith("cells.") and path.count(".") > 1 else path


def label_of(path: str) -> str | None:
    """Return the label of the cell that an axis belongs to, None where it moves all."""
    return path.split(".", 2)[1] if path.startswith("cells.") and path.count(".") > 1 else None


def axis_words(path: str) -> str:
    """Return an axis' name: in words where there are some, else the end of its path."""
    own = own_path(path)
    if own in WORDS:
        return WORDS[own]
    last = own.rpartition(".")[2]
    if last in SYMBOLS:
        return f"{last.replace('_', ' ')} {SYMBOLS[last]}"
    return own.removeprefix("init.").replace("_", " ")


def value_words(value: Any) -> str:
    """Return a swept value: a number to four digits, a word, an initialiser."""
    return number(float(f"{float(value):.4g}")) if is_number(value) else initialiser_text(value)
