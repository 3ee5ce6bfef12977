"""Studies of a task: what the blocks ``task`` and ``training`` say, and what does not go together."""

from pathlib import Path

import pytest

from gru_vanish.config import ConfigError, load, setting_of
from gru_vanish.config.on_task import default_lengths
from gru_vanish.config.series import Series
from gru_vanish.contracts import Program
from gru_vanish.engine.units import unit
from gru_vanish.tasks import TaskSequences

STUDY = """
schema: 1
name: x
seeds: 2
task: {kind: adding, length: 30}
training:
  steps: 20
  optimizer: {kind: adam, learning_rate: 3e-3}
  clip: 1.0
  ablate: [update]
cells:
  GRU: {kind: gru, hidden: 5}
  RNN: {kind: rnn, hidden: 5}
measure: [h0_gradient, training]
"""


def series_of(folder: Path, text: str) -> tuple[Series, ...]:
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path).series


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [f"{one.line}:{one.column}: {one.path}: {one.message}" for one in caught.value.problems]


def test_inputs_and_lengths_follow_from_the_task(tmp_path: Path) -> None:
    gru, _ = series_of(tmp_path, STUDY)
    inputs = gru.setting.inputs
    assert isinstance(inputs, TaskSequences)
    assert (inputs.size, inputs.batch, inputs.longest) == (2, 16, 30)
    assert gru.setting.lengths[0] == 1
    assert gru.setting.lengths[-1] == 30
    (wider, _) = series_of(tmp_path, STUDY + "inputs: {kind: task, batch: 3}\nlengths: [2, 7]\n")
    assert (wider.setting.inputs.batch, wider.setting.lengths) == (3, (2, 7))


@pytest.mark.parametrize("steps", [1, 2, 3, 12, 100, 12_345])
def test_lengths_ascend_up_to_that_of_the_task(steps: int) -> None:
    found = default_lengths(steps)
    assert (found[0], found[-1]) == (1, steps)
    assert list(found) == sorted(set(found))
    assert len(found) <= 12


def test_each_task_of_a_sweep_has_its_own_lengths(tmp_path: Path) -> None:
    swept = series_of(tmp_path, STUDY + "sweep: {grid: {task.length: [10, 40]}}\n")
    assert [(one.label, one.setting.lengths[-1], one.setting.inputs.longest) for one in swept] == [
        ("GRU", 10, 10),
        ("GRU", 40, 40),
        ("RNN", 10, 10),
        ("RNN", 40, 40),
    ]


def test_a_gate_is_held_in_the_cells_that_have_it(tmp_path: Path) -> None:
    gru, rnn = (one.setting for one in series_of(tmp_path, STUDY))
    assert [held.held for held in gru.ablated] == [("update",)]
    assert gru.training is not None
    assert rnn.ablated == ()
    assert rnn.canonical()["training"]["ablate"] == []


def test_learning_rates_are_one_program_and_other_measures_do_not_read_them(tmp_path: Path) -> None:
    text = STUDY + "sweep: {grid: {training.optimizer.learning_rate: [1e-3, 1e-2], training.clip: [0.5, 2.0]}}\n"
    settings = [one.setting for one in series_of(tmp_path, text) if one.label == "GRU"]
    assert len({Program.of(setting, "training") for setting in settings}) == 1
    assert len({unit(setting, 0, "training").key for setting in settings}) == 4
    assert len({unit(setting, 0, "h0_gradient").key for setting in settings}) == 1


def test_a_setting_that_trains_is_found_again_in_its_record(tmp_path: Path) -> None:
    for one in series_of(tmp_path, STUDY):
        assert setting_of(one.setting.canonical()) == one.setting
        untrained = unit(one.setting, 0, "h0_gradient").setting
        assert "training" not in untrained.canonical()
        assert setting_of(untrained.canonical()) == untrained


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: adding", "kind: ading", "5:14: task.kind: given 'ading'"),
        ("length: 30", "length: 0", "5:30: task.length: given 0"),
        ("steps: 20", "stepps: 20", "training.stepps: unknown key; did you mean 'steps'?"),
        ("steps: 20", "steps: 20\n  checkpoints: [0, 30]", "a checkpoint at step 30 of 20 steps"),
        ("ablate: [update]", "ablate: [updat]", "10:12: training.ablate[0]: given 'updat'; allowed: "),
        ("ablate: [update]", "observe: [h0_gradent]", "no measure h0_gradent"),
        ("measure: [h0_gradient, training]", "measure: [h0_gradient]", "training: nothing in this study trains"),
        ("task: {kind: adding, length: 30}\n", "", "task: missing; measure: [training] needs this block"),
        ("hidden: 5}\n  RNN", "hidden: 5, hold: [reset]}\n  RNN", "cells.GRU: a network whose gates (reset)"),
        ("seeds: 2", "seeds: 2\nlengths: [31]", "lengths: they go up to T = 31, and the sequences"),
        ("seeds: 2", "seeds: 2\ninputs: {kind: gaussian, size: 2}", "inputs.kind: a study with a task is measured"),
        ("{kind: adam, learning_rate", "{kind: adam, lerning_rate", "did you mean 'learning_rate'?"),
    ],
)
def test_faults_are_told_at_their_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in STUDY
    found = problems(tmp_path, STUDY.replace(old, new, 1))
    assert any(expected in one for one in found), found


def test_without_a_task_lengths_are_required_and_no_inputs_are_of_one(tmp_path: Path) -> None:
    text = "schema: 1\nname: x\nseeds: 1\ninputs: {kind: task}\ncells:\n  A: {kind: rnn, hidden: 2}\n"
    found = problems(tmp_path, text)
    assert any("inputs: it needs a task" in one for one in found), found
    assert any("lengths: missing" in one for one in found), found


def test_a_figure_of_trainings_asks_for_what_it_shows(tmp_path: Path) -> None:
    text = STUDY + "figures: [training_curves, transport_through_training, solved_vs_length]\n"
    found = problems(tmp_path, text)
    assert [one.split(": ", 1)[1] for one in found] == [
        "figures[1]: transport_through_training shows what is taken on the way; "
        "write training: {observe: [h0_gradient]}",
        "figures[2]: solved_vs_length needs a cell that is swept over numbers along exactly one size of the task, "
        "such as task.length",
    ]
    swept = text.replace("  clip: 1.0", "  clip: 1.0\n  observe: [h0_gradient]")
    assert len(series_of(tmp_path, swept + "sweep: {grid: {task.length: [10, 40]}}\n")) == 4


def test_a_fault_of_the_study_is_not_followed_by_one_of_the_training(tmp_path: Path) -> None:
    assert [one.split(": ")[1] for one in problems(tmp_path, STUDY.replace("seeds: 2\n", ""))] == ["seeds"]
