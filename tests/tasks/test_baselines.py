"""What "nothing learnt" costs: the closed forms, what is drawn, and that nothing but the relevant steps does better."""

from math import log

import numpy as np
import pytest

from gru_vanish.contracts import Task
from gru_vanish.tasks.adding import Adding
from gru_vanish.tasks.copy_memory import CopyMemory
from gru_vanish.tasks.delayed_recall import DelayedRecall
from gru_vanish.tasks.delayed_xor import DelayedXOR
from gru_vanish.tasks.digits import Digits
from gru_vanish.tasks.random_permutation import RandomPermutation
from gru_vanish.tasks.selective_recall import SelectiveRecall
from gru_vanish.tasks.student import Student
from gru_vanish.tasks.temporal_order import TemporalOrder
from tests.tasks.made import BATCH, MADE, drawn

HALF = BATCH // 2
every_task = pytest.mark.parametrize("name", MADE)

KNOWN: list[tuple[Task, float]] = [
    (Adding(length=100), 1 / 6),
    (Adding(length=750), 1 / 6),
    (CopyMemory(blanks=100), 10 * log(8) / 120),
    (CopyMemory(blanks=500), 10 * log(8) / 520),
    (TemporalOrder(events=2), log(4)),
    (TemporalOrder(events=3), log(8)),
    (DelayedRecall(), log(2)),
    (DelayedXOR(), log(2)),
    (RandomPermutation(), log(2)),
    (SelectiveRecall(weights=(1.0, -2.0, 0.5), ignored=4), 5.25 / 3),
    (Student(), 0.75),
    (Digits(), log(10)),
]


@pytest.mark.parametrize(("task", "value"), KNOWN, ids=lambda one: type(one).__name__ if isinstance(one, Task) else "")
def test_closed_forms(task: Task, value: float) -> None:
    assert task.baseline == pytest.approx(value, rel=1e-14)


def test_adding_counts_as_solved_below_a_hundredth() -> None:
    assert Adding().solved_below == pytest.approx(0.01, rel=1e-14)


def wanted(name: str) -> np.ndarray:
    """Give the targets in float64, (batch, outputs, k): a class as its one-hot."""
    task, target = MADE[name], drawn(name).target
    if task.loss_kind == "cross_entropy":
        return np.eye(task.output_size)[target].swapaxes(0, 1)
    return target.astype(np.float64).swapaxes(0, 1)


def squared(answer: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Give the squared error of each sample: the sum over components, the mean over output steps."""
    return ((answer - target) ** 2).sum(axis=2).mean(axis=1)


@every_task
def test_the_best_answer_that_does_not_look_costs_the_baseline(name: str) -> None:
    """The mean, or the frequencies, of one half of the samples at each output step, judged on the other half."""
    task, target = MADE[name], wanted(name)
    learnt, judged = target[:HALF].mean(axis=0), target[HALF:]
    if task.loss_kind == "cross_entropy":
        right = np.maximum((judged * learnt).sum(axis=2), 1 / HALF)
        loss = -np.log(right).mean(axis=1)
    else:
        loss = squared(learnt, judged)
    error = loss.std() / HALF**0.5
    # What is learnt from HALF samples costs more than the truth: half a 1/HALF for each free frequency of a step, or
    # one part in HALF of a variance. Twice that is allowed.
    cost = (task.output_size - 1) / HALF if task.loss_kind == "cross_entropy" else 2 * task.baseline / HALF
    assert loss.mean() == pytest.approx(task.baseline, abs=4 * error + cost)


@pytest.mark.parametrize(("name", "share"), [("temporal_order 2", 0.75), ("temporal_order 3", 0.875)])
def test_temporal_order_guessed_is_wrong_so_often(name: str, share: float) -> None:
    target = drawn(name).target[0]
    wrong = [(target != guess).mean() for guess in range(MADE[name].output_size)]
    np.testing.assert_allclose(wrong, share, atol=4 * (share * (1 - share) / BATCH) ** 0.5)


@every_task
def test_irrelevant_steps_tell_nothing(name: str) -> None:
    """Least squares from all that is not relevant content is no better than a constant, on samples it has not seen."""
    gain, error = gain_of_regression(name, seen=False)
    assert gain < 4 * error


@pytest.mark.parametrize("name", ["adding", "delayed_recall", "random_permutation", "copy_memory", "digits rows"])
def test_the_same_regression_that_sees_all_does_better(name: str) -> None:
    """So the test above could have failed."""
    gain, error = gain_of_regression(name, seen=True)
    assert gain > 10 * error


def gain_of_regression(name: str, seen: bool) -> tuple[float, float]:
    """Give by how much the squared error is less than a constant's, and the standard error of that."""
    task, (x, _, group), target = MADE[name], drawn(name), wanted(name)
    given = x.astype(np.float64)
    for word in task.relevant:
        here = group == task.groups.index(word)
        given[..., task.content] *= seen | ~here[..., None]
    features = np.concatenate([np.ones((BATCH, 1)), given.swapaxes(0, 1).reshape(BATCH, -1)], axis=1)
    learnt = np.linalg.lstsq(features[:HALF], target[:HALF].reshape(HALF, -1), rcond=1e-10)[0]
    answer = (features[HALF:] @ learnt).reshape(target[HALF:].shape)
    gain = squared(target[:HALF].mean(axis=0), target[HALF:]) - squared(answer, target[HALF:])
    return float(gain.mean()), float(gain.std() / HALF**0.5) + 1e-12
