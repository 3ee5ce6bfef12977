"""Every task of the table obeys the laws of the contract."""

from hashlib import sha256
from typing import get_args

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.contracts import Examples, LossKind
from gru_vanish.tasks import TASKS
from tests.tasks.answers import SOLVERS, answers
from tests.tasks.made import BALANCED, BATCH, MADE, SEED, SMALLEST, drawn, key

FEW = 120
DIGESTS = {
    "adding": "601b960772157e78",
    "copy_memory": "8c6cc0aa0dd8ee4c",
    "temporal_order 2": "997387f86dae34da",
    "temporal_order 3": "75498650301a322d",
    "delayed_recall": "04d23dd250c32986",
    "delayed_xor": "dcf727a5b0bc8d29",
    "random_permutation": "b0a11b006a8ae799",
    "selective_recall": "d8ca328e04f9aa44",
    "student": "c863de4c48390777",
    "digits rows": "b33968dd4932a109",
    "digits pixels": "2aaccdd6b04bb709",
}
every_task = pytest.mark.parametrize("name", MADE)
DRAWS = [(name, False) for name in MADE] + [(name, True) for name in BALANCED]
every_draw = pytest.mark.parametrize(("name", "evaluation"), DRAWS)


def test_every_kind_is_made_here_and_solved() -> None:
    assert {task.kind for task in MADE.values()} == set(TASKS) == set(SOLVERS)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", TASKS)
def test_the_table_names_each_by_its_kind(kind: str) -> None:
    task = TASKS[kind]()
    assert task.kind == kind  # type: ignore[attr-defined]
    assert task.source
    assert "Source:" in (TASKS[kind].__doc__ or "")
    assert {task: 1}[TASKS[kind]()] == 1
    floats = {field for field, info in TASKS[kind].model_fields.items() if "float" in str(info.annotation)}
    assert floats == set(task.numeric)
    assert TASKS[kind].model_validate_json(task.model_dump_json()) == task


@every_task
def test_what_a_task_says_of_itself_fits_together(name: str) -> None:
    task = MADE[name]
    assert task.loss_kind in get_args(LossKind)
    assert 0 < task.solved_share < 1
    assert task.solved_below == pytest.approx(task.solved_share * task.baseline)
    assert len(set(task.groups)) == len(task.groups)
    assert set(task.relevant) <= set(task.groups)
    assert task.relevant
    assert 0 <= task.content.start < task.content.stop <= task.input_size
    assert list(task.output_steps) == sorted(set(task.output_steps))
    assert 1 <= task.output_steps[0] <= task.output_steps[-1] == task.steps


@every_draw
def test_shapes_dtypes_and_groups(name: str, evaluation: bool) -> None:
    task, (x, target, group) = MADE[name], drawn(name, evaluation)
    outputs = len(task.output_steps)
    assert (x.shape, x.dtype) == ((task.steps, BATCH, task.input_size), np.float32)
    assert (group.shape, group.dtype) == ((task.steps, BATCH), np.int32)
    assert set(np.unique(group)) == set(range(len(task.groups)))
    assert np.abs(x).max() <= 1
    if task.loss_kind == "cross_entropy":
        assert (target.shape, target.dtype) == ((outputs, BATCH), np.int32)
        assert 0 <= target.min() <= target.max() < task.output_size
    else:
        assert (target.shape, target.dtype) == ((outputs, BATCH, task.output_size), np.float32)


@every_task
def test_a_sample_depends_on_key_and_index_alone(name: str) -> None:
    """In a loop over keys, with fewer samples, from the structure and its numbers, fused with what follows."""
    task = MADE[name]
    structure, few = task.structure(), 11  # a square of the student's evaluation, and some of the next

    def body(carry: jax.Array, seed: jax.Array) -> tuple[jax.Array, list[Examples]]:
        given = structure.with_numbers(numbers)
        one = jax.random.wrap_key_data(jnp.stack([jnp.zeros_like(seed), seed]), impl="threefry2x32")
        both = [given.draw(one, few)] + [given.draw_evaluation(one, few)] * (name in BALANCED)
        return carry + jnp.sum(1.5 * both[0].x.astype(jnp.float64)), both

    numbers = task.numbers()
    seeds = jnp.asarray([SEED + 1, SEED, SEED], jnp.uint32)
    _, seen = jax.jit(lambda seeds: jax.lax.scan(body, jnp.float64(0), seeds))(seeds)
    for evaluation, found in enumerate(seen):
        for part, whole in zip(found, drawn(name, bool(evaluation)), strict=True):
            np.testing.assert_array_equal(part[1], whole[:, :few])
            np.testing.assert_array_equal(part[1], part[2])
        fixed = evaluation and name.startswith("digits")
        assert np.array_equal(found.x[0], found.x[1]) == fixed


@every_draw
def test_the_target_is_what_a_plain_reading_of_x_gives(name: str, evaluation: bool) -> None:
    task, (x, target, _) = MADE[name], drawn(name, evaluation)
    found = answers(task, x[:, :FEW])
    if task.loss_kind == "cross_entropy":
        np.testing.assert_array_equal(found, target[:, :FEW])
    else:
        np.testing.assert_array_equal(found.astype(np.float32), target[:, :FEW])
        loss = ((found - target[:, :FEW]) ** 2).sum(axis=2).mean()
        assert loss < 1e-13 * task.baseline


def test_the_smallest_of_each_kind_are_right_as_well() -> None:
    """A single step, no lag, no room to spare."""
    draws = jax.jit(lambda key: [task.draw_evaluation(key, 33) for task in SMALLEST])(key())
    for task, (x, target, group) in zip(SMALLEST, draws, strict=True):
        assert x.shape == (task.steps, 33, task.input_size)
        np.testing.assert_array_equal(answers(task, np.asarray(x)).astype(target.dtype), target)
        assert len(np.unique(np.asarray(target))) > 1
        assert {task.groups.index(word) for word in task.relevant} <= set(np.unique(np.asarray(group)))


@every_task
def test_the_target_follows_the_relevant_content_and_nothing_else(name: str) -> None:
    """What stands at relevant steps goes on to the next sample, and the targets go with it; the rest stays."""
    task, (x, target, group) = MADE[name], cut(drawn(name), FEW)
    moved = x.copy()
    for word in task.relevant:
        pass_on(moved, group == task.groups.index(word), task.content)
    np.testing.assert_array_equal(
        answers(task, moved).astype(target.dtype), np.roll(target, 1, axis=1), err_msg="relevant"
    )


@every_task
def test_every_relevant_group_alone_changes_the_target(name: str) -> None:
    task, (x, target, group) = MADE[name], cut(drawn(name), FEW)
    for word in task.relevant:
        moved = x.copy()
        pass_on(moved, group == task.groups.index(word), task.content)
        assert (answers(task, moved).astype(target.dtype) != target).mean() > 0.05, word


@every_task
def test_steps_of_an_irrelevant_group_may_exchange_what_they_hold(name: str) -> None:
    task, (x, target, group) = MADE[name], cut(drawn(name), FEW)
    generator = np.random.default_rng(0)
    moved = x.copy()
    for word in set(task.groups) - set(task.relevant):
        here = group == task.groups.index(word)
        moved[here] = generator.permutation(moved[here], axis=0)
    assert np.array_equal(moved, x) == (name in {"copy_memory", "digits rows", "digits pixels"})
    np.testing.assert_array_equal(answers(task, moved).astype(target.dtype), target)


def pass_on(x: np.ndarray, here: np.ndarray, content: slice) -> None:
    """Give the content of the steps ``here`` to the same steps, in their order, of the next sample."""
    per_sample = here.sum(axis=0)
    assert (per_sample == per_sample[0]).all()
    samples, steps = np.nonzero(here.T)
    x[steps, samples, content] = np.roll(x[steps, samples, content], per_sample[0], axis=0)


def cut(examples: Examples, batch: int) -> Examples:
    return Examples(*(part[:, :batch] for part in examples))


@every_task
def test_other_numbers_are_no_other_program(name: str) -> None:
    task = MADE[name]
    other = task.with_numbers({field: 2 * value for field, value in task.numbers().items()})
    assert other.structure() == task.structure()
    assert hash(task.structure()) == hash(task.structure().structure())
    shapes = {field: (shape.shape, shape.dtype) for field, shape in task.number_shapes().items()}
    assert shapes == {field: (value.shape, value.dtype) for field, value in task.numbers().items()}


@every_task
def test_the_same_bits_on_every_device_and_version(name: str) -> None:
    """Written down once: random bits, integers and exact scalings, so nothing may ever move these."""
    digest = sha256()
    for evaluation in (False, name in BALANCED):
        for part in cut(drawn(name, evaluation), 50):
            digest.update(np.ascontiguousarray(part).astype(part.dtype.newbyteorder("<")).tobytes())
    assert digest.hexdigest()[:16] == DIGESTS[name]
