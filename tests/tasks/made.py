"""Small tasks of every kind, and what they draw."""

from functools import cache

import jax
import numpy as np

from gru_vanish.contracts import Examples, Task
from gru_vanish.tasks.adding import Adding
from gru_vanish.tasks.copy_memory import CopyMemory
from gru_vanish.tasks.delayed_recall import DelayedRecall
from gru_vanish.tasks.delayed_xor import DelayedXOR
from gru_vanish.tasks.digits import Digits
from gru_vanish.tasks.random_permutation import RandomPermutation
from gru_vanish.tasks.selective_recall import SelectiveRecall
from gru_vanish.tasks.student import Student
from gru_vanish.tasks.temporal_order import TemporalOrder

MADE: dict[str, Task] = {
    "adding": Adding(length=11),
    "copy_memory": CopyMemory(blanks=5, symbols=3, alphabet=4),
    "temporal_order 2": TemporalOrder(length=23),
    "temporal_order 3": TemporalOrder(length=30, events=3),
    "delayed_recall": DelayedRecall(lag=6),
    "delayed_xor": DelayedXOR(apart=3, lag=4),
    "random_permutation": RandomPermutation(length=9, alphabet=12),
    "selective_recall": SelectiveRecall(weights=(0.3, -1.7, 1.0), ignored=1, early=6, lag=3),
    "student": Student(school=8, distractors=5),
    "digits rows": Digits(),
    "digits pixels": Digits(order="pixels"),
}
BALANCED = [name for name, task in MADE.items() if type(task).draw_evaluation is not Task.draw_evaluation]
"""Tasks whose evaluation is another draw than that of training."""
SMALLEST: list[Task] = [
    Adding(length=2),
    CopyMemory(blanks=1, symbols=1, alphabet=2),
    TemporalOrder(length=20),
    TemporalOrder(length=20, events=3),
    DelayedRecall(lag=1),
    DelayedXOR(apart=1, lag=0),
    RandomPermutation(length=2, alphabet=3),
    SelectiveRecall(weights=(2.0,), ignored=0, early=1, lag=0),
    Student(school=5, distractors=0),
]
BATCH = 6000
SEED = 5


def key(seed: int = SEED) -> jax.Array:
    return jax.random.key(seed, impl="threefry2x32")


def drawn(name: str, evaluation: bool = False) -> Examples:
    """Give many samples of a task, as NumPy arrays."""
    return _drawn(name, evaluation)


@cache
def _drawn(name: str, evaluation: bool) -> Examples:
    task = MADE[name]
    assert not evaluation or name in BALANCED
    draw = task.draw_evaluation if evaluation else task.draw
    return as_numpy(jax.jit(draw, static_argnums=1)(key(), BATCH))


def as_numpy(examples: Examples) -> Examples:
    return Examples(*(np.asarray(part) for part in examples))  # type: ignore[arg-type]
