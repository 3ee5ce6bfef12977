"""Sequences with targets: what a network is trained on.

A new task is one new file and one line in `TASKS`.
"""

from gru_vanish.contracts import Task
from gru_vanish.tasks.adding import Adding
from gru_vanish.tasks.copy_memory import CopyMemory
from gru_vanish.tasks.delayed_recall import DelayedRecall
from gru_vanish.tasks.delayed_xor import DelayedXOR
from gru_vanish.tasks.digits import Digits
from gru_vanish.tasks.random_permutation import RandomPermutation
from gru_vanish.tasks.selective_recall import SelectiveRecall
from gru_vanish.tasks.sequences import TaskSequences
from gru_vanish.tasks.student import Student
from gru_vanish.tasks.temporal_order import TemporalOrder

TASKS: dict[str, type[Task]] = {
    "adding": Adding,
    "copy_memory": CopyMemory,
    "temporal_order": TemporalOrder,
    "delayed_recall": DelayedRecall,
    "delayed_xor": DelayedXOR,
    "random_permutation": RandomPermutation,
    "selective_recall": SelectiveRecall,
    "student": Student,
    "digits": Digits,
}

__all__ = ["TASKS", "TaskSequences"]
