"""The inputs that a network sees are the sequences that the task evaluates on."""

from dataclasses import replace
from functools import cache
from typing import Any

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from gru_vanish.cells import RNN
from gru_vanish.contracts import BLOCK, Program, Setting, Task
from gru_vanish.flow.network import INPUT_STREAM
from gru_vanish.tasks import TaskSequences
from gru_vanish.tasks.adding import Adding
from gru_vanish.tasks.selective_recall import SelectiveRecall
from gru_vanish.tasks.student import Student
from tests.flow import settings

SEED, BATCH = 3, 6
TASKS: dict[str, Task] = {
    "longer than a block": Adding(length=BLOCK + 44),
    "balanced": Student(school=7, distractors=3),
    "with numbers": SelectiveRecall(weights=(0.3, -2.0), ignored=1, early=5, lag=4),
}


def setting(task: Task) -> Setting:
    given = settings.setting(RNN(hidden=4), (task.steps,), precision="float32")
    return replace(given, inputs=TaskSequences.of(task, BATCH))


@cache
def examples(task: Task) -> Any:
    given = setting(task)
    key = jax.random.wrap_key_data(settings.data(given, SEED)["key"], impl="threefry2x32")
    return jax.jit(task.draw_evaluation, static_argnums=1)(jax.random.fold_in(key, INPUT_STREAM), BATCH)


@pytest.mark.parametrize("name", TASKS)
def test_a_network_sees_what_the_task_evaluates_on(name: str) -> None:
    task = TASKS[name]
    seen = settings.drawn(setting(task), SEED)[1]
    np.testing.assert_array_equal(seen, np.asarray(examples(task).x, np.float64))


def test_blocks_are_cut_from_the_sequences_and_silent_behind_their_end() -> None:
    task = TASKS["longer than a block"]
    given = setting(task)
    key = jax.random.wrap_key_data(settings.data(given, SEED)["key"], impl="threefry2x32")
    block = jax.jit(given.inputs.block)
    last = np.asarray(block(jax.random.fold_in(key, INPUT_STREAM), np.int32(1), given.inputs.numbers()))
    assert (last.shape, last.dtype) == ((BLOCK, BATCH, 2), np.float32)
    np.testing.assert_array_equal(last[:44], examples(task).x[BLOCK:])
    assert not last[44:].any()


def test_they_end_with_the_task() -> None:
    assert TaskSequences.of(TASKS["balanced"], BATCH).longest == 11


def test_a_measure_runs_on_them() -> None:
    """The headline measure against the NumPy network on the task's sequences: δ_0 as a product of Jacobians."""
    task = TASKS["balanced"]
    given = setting(task)
    params, _, h0, c = settings.drawn(given, SEED)
    found = settings.measured(given, SEED)["ln_h0_gradient"][0]
    xs = np.asarray(examples(task).x, np.float64)
    for sample in range(BATCH):
        h, jacobian = h0[sample], np.eye(4)
        for x in xs[:, sample]:
            h = np.tanh(params.recurrent @ h + params.input @ x + params.bias)
            jacobian = (1 - h**2)[:, None] * params.recurrent @ jacobian
        assert found[sample] == pytest.approx(np.log(np.linalg.norm(c @ jacobian)), abs=1e-5)


def test_a_task_s_numbers_are_data() -> None:
    task = TASKS["with numbers"]
    other = task.with_numbers({"weights": (5.0, 7.0)})
    one, two = TaskSequences.of(task, BATCH), TaskSequences.of(other, BATCH)
    assert one != two
    assert len({Program.of(setting(each), "h0_gradient") for each in (task, other)}) == 1
    assert {name: value.tolist() for name, value in one.numbers().items()} == {"task.weights": [0.3, -2.0]}
    assert {name: shape.shape for name, shape in one.number_shapes().items()} == {"task.weights": (2,)}


def test_the_key_of_a_result_tells_the_task() -> None:
    inputs = TaskSequences.of(TASKS["with numbers"], BATCH).model_dump(mode="json")
    assert inputs["task"] == {
        "kind": "selective_recall",
        "weights": [0.3, -2.0],
        "ignored": 1,
        "early": 5,
        "lag": 4,
    }


def test_another_width_than_the_task_s_is_refused() -> None:
    with pytest.raises(ValidationError, match="size is 3, but the task's x_t has 2 components"):
        TaskSequences(size=3, batch=4, task=TASKS["longer than a block"])
