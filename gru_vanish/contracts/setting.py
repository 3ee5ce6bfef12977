"""One point of a study, and the part of it that shapes a program."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel

from gru_vanish.contracts.cell import Cell
from gru_vanish.contracts.holding import Holding
from gru_vanish.contracts.inputs import InitialState, Input
from gru_vanish.contracts.loss import Loss
from gru_vanish.contracts.node import Shaped
from gru_vanish.contracts.task import Task

Precision = Literal["float32", "float64"]
Matmul = Literal["highest", "high", "default"]


@dataclass(frozen=True)
class Setting:
    """All that decides the numbers of a unit, but its seed and its measure. No label, no title, no path."""

    cell: Cell
    init: BaseModel
    inputs: Input
    h0: InitialState
    loss: Loss
    lengths: tuple[int, ...]
    """Strictly ascending sequence lengths T ≥ 1."""
    precision: Precision
    matmul: Matmul
    task: Task | None = None
    """What the network is trained on; then ``inputs`` are sequences of it."""
    training: Shaped | None = None
    """How the network is trained."""
    ablated: tuple[Holding, ...] = ()
    """The cell with one gate held at its mean, for each gate that the training names: what follows from ``cell`` and
    ``training`` and is handed over because whoever trains knows no concrete cell."""

    def canonical(self) -> dict[str, Any]:
        """Return the setting as JSON values; equal settings give equal results, whatever the key order in a file.

        What a setting has not, a task or a training, does not appear; what follows from the rest does not either.
        """
        optional = {"task": self.task, "training": self.training}
        return {
            "cell": {**self.cell.model_dump(mode="json"), "init": self.init.model_dump(mode="json")},
            "inputs": self.inputs.model_dump(mode="json"),
            "h0": self.h0.model_dump(mode="json"),
            "loss": self.loss.model_dump(mode="json"),
            "lengths": list(self.lengths),
            "precision": self.precision,
            "matmul": self.matmul,
            **{name: node.model_dump(mode="json") for name, node in optional.items() if node is not None},
        }


@dataclass(frozen=True)
class Program:
    """What is compiled: structures and shapes. Gains, biases, scales and seeds are data and not in it."""

    measure: str
    cell: Cell
    inputs: Input
    h0: InitialState
    loss: Loss
    lengths: tuple[int, ...]
    precision: Precision
    matmul: Matmul
    task: Task | None = None
    training: Shaped | None = None
    ablated: tuple[Holding, ...] = ()

    @classmethod
    def of(cls, setting: Setting, measure: str) -> "Program":
        """Return the program that measures ``setting``."""
        shaped = {field.name: getattr(setting, field.name) for field in fields(cls) if field.name != "measure"}
        for name, value in shaped.items():
            if isinstance(value, Shaped):
                shaped[name] = value.structure()
        return cls(measure=measure, **shaped)

    @property
    def dtype(self) -> Any:
        """The dtype of states and adjoints."""
        return np.dtype(self.precision)

    @property
    def longest(self) -> int:
        """The longest length."""
        return self.lengths[-1]

    def describe(self) -> Mapping[str, Any]:
        """Return the program in words, for messages."""
        return {"measure": self.measure, "cell": self.cell.model_dump(mode="json"), "longest": self.longest}
