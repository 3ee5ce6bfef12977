"""The weights that a task plants: the target is what they make of the contents, step by step."""

import jax
import numpy as np
import pytest

from gru_vanish.contracts import Task
from gru_vanish.engine.manifest import task_facts
from tests.tasks.made import MADE

PLANTED = {name for name, task in MADE.items() if task.planted}


def test_the_tasks_that_plant_weights() -> None:
    assert {"adding", "student", "selective_recall"} == PLANTED


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_the_target_is_the_weighted_sum_of_the_contents(name: str) -> None:
    task: Task = MADE[name]
    drawn = task.draw(jax.random.key(3), 5)
    content = np.asarray(drawn.x)[..., task.content].sum(axis=2)
    group = np.asarray(drawn.group)
    weights = np.asarray([task.planted.get(each, 0.0) for each in task.groups])[group]
    np.testing.assert_allclose(np.asarray(drawn.target)[0, :, 0], (weights * content).sum(axis=0), rtol=0, atol=1e-6)
    assert {each for each, weight in task.planted.items() if weight} == set(task.relevant)
    for index, each in enumerate(task.groups):
        varies = bool(np.ptp(content[group == index]) > 0)
        assert varies == (each in task.planted), each


@pytest.mark.parametrize("name", MADE)
def test_what_the_manifest_says_of_a_task(name: str) -> None:
    facts = task_facts(MADE[name])
    assert set(facts["relevant"]) <= set(facts["groups"])
    assert facts["solved_below"] < facts["baseline"]
    assert set(facts["planted"]) <= set(facts["groups"])
