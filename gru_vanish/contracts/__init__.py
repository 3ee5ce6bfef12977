"""The interfaces that the rooms share, and the laws that every member obeys.

This room imports no other room. A new cell, input, loss or measure implements one of these classes and is
named in the table of its folder; one conformance test per interface runs over the whole table.
"""

from gru_vanish.contracts.activation import Activations
from gru_vanish.contracts.cell import Cell, GateFunction, Pulled
from gru_vanish.contracts.given import WEIGHTS, GivenWeights, Weights
from gru_vanish.contracts.holding import Holding, Level
from gru_vanish.contracts.inputs import BLOCK, InitialState, Input
from gru_vanish.contracts.iterated import Call, Iterated
from gru_vanish.contracts.loss import Direct, Loss
from gru_vanish.contracts.measure import Measure, Outputs, Payload, Stage
from gru_vanish.contracts.node import Node
from gru_vanish.contracts.setting import Program, Setting
from gru_vanish.contracts.status import STATUSES, Status
from gru_vanish.contracts.streams import Streams
from gru_vanish.contracts.task import Examples, LossKind, Task

__all__ = [
    "BLOCK",
    "STATUSES",
    "WEIGHTS",
    "Activations",
    "Call",
    "Cell",
    "Direct",
    "Examples",
    "GateFunction",
    "GivenWeights",
    "Holding",
    "InitialState",
    "Input",
    "Iterated",
    "Level",
    "Loss",
    "LossKind",
    "Measure",
    "Node",
    "Outputs",
    "Payload",
    "Program",
    "Pulled",
    "Setting",
    "Stage",
    "Status",
    "Streams",
    "Task",
    "Weights",
]
