"""The right answer to a sequence, read from x alone by a plain loop: what every task's target is judged by."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from gru_vanish.contracts import Task
from gru_vanish.tasks.copy_memory import CopyMemory
from gru_vanish.tasks.delayed_xor import DelayedXOR
from gru_vanish.tasks.selective_recall import SelectiveRecall

Sequence = np.ndarray
"""x (steps, size) of one sample, in float64"""


def adding(task: Task, x: Sequence) -> list[Any]:
    marked = [value for value, marker in x if marker == 1]
    assert len(marked) == 2
    assert x[: len(x) // 2, 1].sum() == x[len(x) // 2 :, 1].sum() == 1
    return [[sum(marked)]]


def copy_memory(task: Task, x: Sequence) -> list[Any]:
    assert isinstance(task, CopyMemory)
    said = [int(np.flatnonzero(row)[0]) for row in x]
    blank, delimiter, count = task.alphabet, task.alphabet + 1, task.symbols
    assert said[count:] == [blank] * (task.blanks - 1) + [delimiter] + [blank] * count
    return [blank] * (task.blanks + count) + said[:count]


ORDERS = {2: ["XX", "XY", "YX", "YY"], 3: ["XXX", "XXY", "XYX", "XYY", "YXX", "YXY", "YYX", "YYY"]}


def temporal_order(task: Task, x: Sequence) -> list[Any]:
    said = "".join("XYabcdEB"[int(np.flatnonzero(row)[0])] for row in x)
    assert said.startswith("E")
    assert said.endswith("B")
    events = [letter for letter in said if letter in "XY"]
    return [ORDERS[len(events)].index("".join(events))]


def delayed_recall(task: Task, x: Sequence) -> list[Any]:
    return [{-1.0: 0, 1.0: 1}[x[0, 0]]]


def delayed_xor(task: Task, x: Sequence) -> list[Any]:
    assert isinstance(task, DelayedXOR)
    return [int(x[0, 0] * x[task.apart, 0] == -1)]


def random_permutation(task: Task, x: Sequence) -> list[Any]:
    said = [int(np.flatnonzero(row)[0]) for row in x]
    assert min(said[1:]) > 1
    return [said[0]]


def selective_recall(task: Task, x: Sequence) -> list[Any]:
    assert isinstance(task, SelectiveRecall)
    planted = np.asarray([*task.weights, *[0.0] * task.ignored], np.float32).astype(np.float64)
    return [[sum(float(planted @ row[:-1]) * row[-1] for row in x)]]


def student(task: Task, x: Sequence) -> list[Any]:
    _, maths, _, programming, physics, *_, mark = x.T
    return [[float(sum((maths + programming + physics / 2) * mark))]]


def digits(task: Task, x: Sequence) -> list[Any]:
    return [LABELS.get((x.reshape(-1) * 16).astype(np.int64).tobytes(), -1)]


LABELS = {
    image.astype(np.int64).tobytes(): int(label) for image, label in zip(*load_digits(return_X_y=True), strict=True)
}
SOLVERS: dict[str, Callable[[Task, Sequence], list[Any]]] = {
    "adding": adding,
    "copy_memory": copy_memory,
    "temporal_order": temporal_order,
    "delayed_recall": delayed_recall,
    "delayed_xor": delayed_xor,
    "random_permutation": random_permutation,
    "selective_recall": selective_recall,
    "student": student,
    "digits": digits,
}


def answers(task: Task, x: np.ndarray) -> np.ndarray:
    """Give the right answers (outputs, batch) or (outputs, batch, 1) to x (steps, batch, size)."""
    solve = SOLVERS[task.kind]  # type: ignore[attr-defined]
    each = [np.asarray(solve(task, x[:, sample].astype(np.float64))) for sample in range(x.shape[1])]
    return np.stack(each, axis=1)
