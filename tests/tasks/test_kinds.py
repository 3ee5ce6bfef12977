"""Each task is drawn as its paper says, where that is more than the right answer to x."""

import sys

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from gru_vanish.contracts import Examples
from gru_vanish.tasks.adding import Adding
from gru_vanish.tasks.copy_memory import CopyMemory
from gru_vanish.tasks.delayed_recall import DelayedRecall
from gru_vanish.tasks.digits import EVALUATION, TRAINING, Digits, images
from gru_vanish.tasks.random_permutation import RandomPermutation
from gru_vanish.tasks.selective_recall import SelectiveRecall
from gru_vanish.tasks.student import Student
from gru_vanish.tasks.temporal_order import TemporalOrder
from tests.tasks.made import BATCH, as_numpy, drawn, key


def uniformly(counts: np.ndarray, share: float, draws: int) -> None:
    """Every count is that of so likely an event, within five standard errors."""
    np.testing.assert_allclose(counts / draws, share, atol=5 * (share * (1 - share) / draws) ** 0.5)


def test_adding_draws_uniform_values_and_marks_every_step_of_each_half() -> None:
    x = drawn("adding").x.astype(np.float64)
    values, marked = x[..., 0], x[..., 1]
    assert 0 <= values.min() < 1e-3
    assert 1 - 1e-3 < values.max() < 1
    assert values.mean() == pytest.approx(1 / 2, abs=5 * (1 / 12 / values.size) ** 0.5)
    assert values.var() == pytest.approx(1 / 12, abs=5 * (1 / 180 / values.size) ** 0.5)
    uniformly(marked[:5].sum(axis=1), 1 / 5, BATCH)
    uniformly(marked[5:].sum(axis=1), 1 / 6, BATCH)
    both = (marked[:5, None] * marked[None, 5:]).sum(axis=2)
    uniformly(both, 1 / 30, BATCH)


def test_copy_memory_has_the_paper_s_layout() -> None:
    task = CopyMemory(blanks=100)
    assert (task.steps, task.input_size, task.output_size) == (120, 10, 9)
    group = drawn("copy_memory").group
    assert [task.groups[index][0] for index in group[:, 0]] == [*"sss", *"bbbb", "d", *"bbb"]
    symbols = drawn("copy_memory").x[:3, :, :4]
    uniformly(symbols.sum(axis=1), 1 / 4, BATCH)


@pytest.mark.parametrize(
    ("events", "length", "windows"),
    [
        (2, 23, [(2, 4), (11, 13)]),
        (3, 30, [(3, 6), (9, 12), (19, 22)]),
    ],
)
def test_temporal_order_draws_every_step_of_each_window(
    events: int, length: int, windows: list[tuple[int, int]]
) -> None:
    """Bounds in hundredths of the length, written out by hand."""
    x, _, group = drawn(f"temporal_order {events}")
    event = group == 1
    assert x.shape[0] == length
    for first, last in windows:
        uniformly(event[first - 1 : last].sum(axis=1), 1 / (last - first + 1), BATCH)
        uniformly(x[first - 1 : last, :, 0].sum(axis=1), 1 / 2 / (last - first + 1), BATCH)
    assert event.sum() == events * BATCH
    distractors = x[:, :, 2:6][group == 0]
    assert (distractors.sum(axis=1) == 1).all()
    uniformly(distractors.sum(axis=0), 1 / 4, len(distractors))


def test_noise_is_uniform_and_knows_nothing_of_the_bit() -> None:
    x, target, _ = drawn("delayed_recall")
    noise = x[1:, :, 0].astype(np.float64)
    assert noise.mean() == pytest.approx(0, abs=5 * (1 / 3 / noise.size) ** 0.5)
    assert noise.var() == pytest.approx(1 / 3, abs=5 * (4 / 45 / noise.size) ** 0.5)
    together = (noise * (2 * target - 1)).mean(axis=1)
    np.testing.assert_allclose(together, 0, atol=5 * (1 / 3 / BATCH) ** 0.5)


def test_random_permutation_draws_the_other_symbols_uniformly() -> None:
    x = drawn("random_permutation").x
    uniformly(x[0, :, :2].sum(axis=0), 1 / 2, BATCH)
    uniformly(x[1:, :, 2:].sum(axis=1), 1 / 10, BATCH)


def places(examples: Examples, subject: int) -> np.ndarray:
    """Give the step, from 0, of one subject in every sample."""
    seen = examples.x[:, :, subject]
    assert (seen.sum(axis=0) == 1).all()
    return np.argmax(seen, axis=0)


def test_a_student_s_history_reads_as_the_article_says() -> None:
    """20 steps of school with each of five subjects once, 40 other years, one query."""
    task = Student()
    x, _, group = as_numpy(jax.jit(task.draw, static_argnums=1)(key(), 50))
    assert (task.steps, task.input_size, task.output_size) == (61, 8, 1)
    assert task.groups[:5] == ("Chinese", "maths", "English", "programming", "physics")
    assert task.relevant == ("maths", "programming", "physics")
    subjects, other, query, mark = x[..., :5], x[..., 5], x[..., 6], x[..., 7]
    np.testing.assert_array_equal(subjects[:20].sum(axis=0), 1)
    np.testing.assert_array_equal(subjects.sum(axis=2) + other + query, 1)
    assert not subjects[20:].any()
    assert other[20:60].all()
    assert query[60].all()
    assert not mark[60].any()
    words = np.array(task.groups)[group]
    assert (words[20:60] == "distractor").all()
    assert (words[60] == "query").all()
    assert ((words[:20] == "other event").sum(axis=0) == 15).all()
    for index, subject in enumerate(task.groups[:5]):
        np.testing.assert_array_equal(words == subject, subjects[..., index] == 1)


@pytest.mark.parametrize(("name", "subjects", "early"), [("student", 5, 8), ("selective_recall", 4, 6)])
def test_in_training_subjects_come_at_random_steps(name: str, subjects: int, early: int) -> None:
    examples = drawn(name)
    where = np.array([places(examples, subject) for subject in range(subjects)])
    for one in where:
        uniformly(np.bincount(one, minlength=early), 1 / early, BATCH)
    pairs = np.bincount(where[0] * early + where[1], minlength=early**2).reshape(early, early)
    assert not np.diag(pairs).any()
    uniformly(pairs[~np.eye(early, dtype=bool)], 1 / early / (early - 1), BATCH)


def test_in_an_evaluation_every_subject_is_once_at_every_step_among_samples_in_a_row() -> None:
    examples, school = drawn("student", evaluation=True), 8
    where = np.array([places(examples, subject) for subject in range(5)])
    squares = where[:, : BATCH // school * school].reshape(5, -1, school)
    np.testing.assert_array_equal(np.sort(squares, axis=2), np.broadcast_to(np.arange(school), squares.shape))
    assert all(len(set(column)) == 5 for column in where.T)
    drawn_alike = (squares[:, 1:] == squares[:, :1]).mean()
    assert drawn_alike == pytest.approx(1 / school, abs=0.02)
    pairs = np.bincount(where[0] * school + where[1], minlength=school**2).reshape(school, school)
    # Within a square pairs come together, so the counts spread by as much as if only the squares were drawn.
    uniformly(pairs[~np.eye(school, dtype=bool)] / school, 1 / school / (school - 1), BATCH // school)


def test_digits_are_all_there_and_none_is_in_both_parts() -> None:
    pixels, label = images()
    assert np.bincount(label).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (TRAINING, EVALUATION, len(label)) == (1437, 360, 1797)
    assert np.bincount(label[TRAINING:]).tolist() == [32, 32, 25, 39, 40, 35, 41, 33, 36, 47]
    assert len({image.tobytes() for image in pixels}) == 1797
    assert pixels.dtype == np.float32
    np.testing.assert_array_equal(np.unique(pixels), np.arange(17) / 16)


@pytest.mark.parametrize("order", ["rows", "pixels"])
def test_digits_train_on_one_part_and_are_evaluated_on_the_other_in_order(order: str) -> None:
    pixels, label = images()
    x, target, _ = drawn(f"digits {order}")
    known = {image.tobytes(): place for place, image in enumerate(pixels)}
    seen = np.array([known[np.ascontiguousarray(x[:, sample]).tobytes()] for sample in range(BATCH)])
    assert seen.max() < TRAINING
    np.testing.assert_array_equal(label[seen], target[0])
    # Of 1437 images, 6000 draws miss each with probability e^−4.18.
    assert len(set(seen)) / TRAINING == pytest.approx(1 - np.exp(-BATCH / TRAINING), abs=0.02)
    x, target, _ = drawn(f"digits {order}", evaluation=True)
    held_out = TRAINING + np.arange(BATCH) % EVALUATION
    np.testing.assert_array_equal(x.swapaxes(0, 1).reshape(BATCH, 64), pixels[held_out])
    np.testing.assert_array_equal(target[0], label[held_out])


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ValidationError, match=r"pip install 'gru-vanish\[digits\]'"):
        Digits()
    images.cache_clear()
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'gru-vanish\[digits\]'"):
        images()


def test_selective_recall_names_what_counts() -> None:
    task = SelectiveRecall(weights=(1.0, -2.0), ignored=2, early=4)
    assert task.groups == ("subject 1", "subject 2", "subject 3", "subject 4", "distractor")
    assert task.relevant == ("subject 1", "subject 2")
    assert SelectiveRecall.model_validate_json('{"weights": [1, 0.5], "early": 4}').weights == (1.0, 0.5)


@pytest.mark.parametrize(
    ("task", "fields", "says"),
    [
        (Adding, {"length": 1}, "length"),
        (CopyMemory, {"blanks": 0}, "blanks"),
        (TemporalOrder, {"length": 19}, "length"),
        (TemporalOrder, {"events": 4}, "events"),
        (DelayedRecall, {"lag": 0}, "lag"),
        (RandomPermutation, {"alphabet": 2}, "alphabet"),
        (SelectiveRecall, {"weights": ()}, "weights"),
        (SelectiveRecall, {"weights": (1.0, 0.0)}, "raise 'ignored' instead"),
        (SelectiveRecall, {"weights": (float("nan"),)}, "weights"),
        (SelectiveRecall, {"early": 4}, "no room for 5 subjects"),
        (Student, {"school": 4}, "school"),
        (Digits, {"order": "columns"}, "order"),
    ],
)
def test_what_makes_no_sense_is_refused(task: type[Adding], fields: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        task.model_validate(fields)
