"""What a swept axis is called: on figures, beside the page's sliders and in tables."""

from dataclasses import dataclass

from gru_vanish.analysis.names import SYMBOLS


@dataclass(frozen=True)
class AxisName:
    """The words of an axis, its symbol (b_z, η) and the unit of its values, empty where there is none."""

    words: str
    symbol: str = ""
    unit: str = ""

    @property
    def plain(self) -> str:
        """All of it without markup."""
        return " ".join(part for part in (self.words, self.symbol, f"({self.unit})" * bool(self.unit)) if part)


NAMES = {
    "init.recurrent": AxisName("recurrent weights"),
    "init.recurrent.gain": AxisName("recurrent gain", "g"),
    "init.input": AxisName("input weights"),
    "init.input.gain": AxisName("input gain"),
    "inputs.scale": AxisName("input scale"),
    "h0.scale": AxisName("scale of", "h_0"),
    "hidden": AxisName("hidden size", "n"),
    "task.length": AxisName("task length", "T", "steps"),
    "task.lag": AxisName("lag of the task", unit="steps"),
    "training.optimizer.learning_rate": AxisName("learning rate", "η"),
}


def own_path(path: str) -> str:
    """Return an axis' path within its cell, the whole path where it is no cell's: equal for equal quantities."""
    return path.split(".", 2)[2] if label_of(path) is not None else path


def label_of(path: str) -> str | None:
    """Return the label of the cell that an axis belongs to, None where it moves all."""
    return path.split(".", 2)[1] if path.startswith("cells.") and path.count(".") > 1 else None


def axis_name(path: str) -> AxisName:
    """Return an axis' name: in words where there are some, else the end of its path."""
    own = own_path(path)
    last = own.rpartition(".")[2]
    if own in NAMES:
        return NAMES[own]
    if last in SYMBOLS:
        return AxisName(last.replace("_", " "), SYMBOLS[last])
    return AxisName(own.removeprefix("init.").replace("_", " "))
