"""What the artists of the figures of trainings hold."""

import csv
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.text import Text

from gru_vanish.analysis import Findings
from gru_vanish.config.drawable import lacking, swept_sizes
from gru_vanish.config.vocabulary import FIGURE_NEEDS
from gru_vanish.figures import (
    NotDrawableError,
    draw,
    groups_after_training,
    paths_through_training,
    solved_vs_length,
    solved_vs_reach,
    training_curves,
    transport_through_training,
)
from gru_vanish.figures.panels import arrange
from gru_vanish.figures.path_looks import looks
from gru_vanish.figures.training_frame import Series, in_words, learning_statements, shared
from gru_vanish.training import Training
from tests.analysis.gate_payload import level
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader
from tests.analysis.training_payload import (
    BASELINE,
    BUDGET,
    CHECKPOINTS,
    CLIP,
    EVALUATED,
    LENGTH,
    LENGTHS,
    PLANTED,
    SHARE,
    SHIFT,
    STEPS,
    halving,
    rate,
)
from tests.figures.studies import STUDIES, on_canvas

SLOW = 2  # GRU, b_z = −4


def findings(study: Any = None) -> Findings:
    manifest, records = with_measures(study or few(seeds=range(3), count=3), ["training"])
    return Findings(manifest, reader(records))


@pytest.fixture(scope="module")
def series() -> list[Series]:
    return list(findings().of("training").series)


def rows_of(name: str, study: str, folder: Path) -> list[dict[str, str]]:
    draw(name, findings(STUDIES[study]()), folder)
    return list(csv.DictReader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def words_in(axes: Any) -> set[str]:
    return {text.get_text().replace("\n", " ").replace("\u00a0", " ") for text in axes.findobj(Text)}


def test_curves_are_medians_with_levels_and_crosses(series: list[Series]) -> None:
    figure = on_canvas(training_curves.compose, arrange(series), series, None)
    loss, accuracy, gradient, _ = figure.axes
    assert [axes.get_ylabel() for axes in (loss, accuracy, gradient)] == ["test loss", "accuracy", "gradient norm"]
    slow = next(line for line in loss.lines if to_hex(line.get_color()) == "#0072b2")
    np.testing.assert_array_equal(slow.get_xdata(), EVALUATED)
    np.testing.assert_allclose(slow.get_ydata(), BASELINE * 2.0 ** (-EVALUATED / halving(series[SLOW].setting, 1)))
    flat = {
        float(line.get_ydata()[0])
        for line in loss.lines
        if len(set(line.get_ydata())) == 1 and len(line.get_ydata()) == 2
    }
    assert flat == {BASELINE, SHARE * BASELINE}
    crosses = [line for line in loss.lines if line.get_marker() == "x"]
    assert [list(line.get_xdata()) for line in crosses] == [[90]]
    thin = [line for line in gradient.lines if line.get_linewidth() == training_curves.AFTER_CLIPPING]
    assert len(thin) == 3
    assert all(max(line.get_ydata()) <= CLIP for line in thin)
    np.testing.assert_array_equal(thin[0].get_xdata(), STEPS)


def test_a_curve_behind_a_divergence_is_that_of_the_others(series: list[Series]) -> None:
    """The RNN's median over its seeds 0 and 2 from step 90 on: their mean, since they are two."""
    _, seen = training_curves.over_seeds(series[0], "loss")
    later = EVALUATED >= 90
    both = [BASELINE * 2.0 ** (-EVALUATED[later] / halving(series[0].setting, seed)) for seed in (0, 2)]
    np.testing.assert_allclose(seen.median[later], np.mean(both, axis=0))
    assert set(seen.count[later].tolist()) == {2}
    assert set(seen.count[~later].tolist()) == {3}


def test_the_numbers_of_the_curves_hold_what_diverged(tmp_path: Path) -> None:
    rows = rows_of("training_curves", "one series", tmp_path)
    gone = [row for row in rows if row["quantity"] == "diverged"]
    assert [(row["step"], row["median"]) for row in gone] == [("90", "")]
    caption = (tmp_path / "training_curves.txt").read_text(encoding="utf-8")
    assert "solved by 0 of 5 within 200 steps, 1 of 5 diverged at step 90" in caption


def test_transport_flattens_from_dark_to_light(series: list[Series]) -> None:
    figure = on_canvas(transport_through_training.compose, series, None)
    panel = figure.axes[SLOW]
    assert len(panel.lines) == CHECKPOINTS.size
    for line, step in zip(panel.lines, CHECKPOINTS, strict=True):
        expected = -rate(series[SLOW].setting, step) * LENGTHS / math.log(10)
        np.testing.assert_allclose(line.get_ydata(), expected, atol=1e-12)
    assert len(panel.collections) == 2  # bands of the first and the last checkpoint
    names = {text.get_text() for text in figure.legends[0].get_texts()}
    assert names == {"before training", "step 20", "step 200"}


def test_a_study_that_does_not_look_at_transport_is_told_what_to_write(tmp_path: Path) -> None:
    manifest, records = with_measures(few(seeds=range(2), count=1), ["training"])
    for record in records.values():
        for name in [name for name in record.payload if name.startswith("h0_gradient/")]:
            del record.payload[name]
    with pytest.raises(NotDrawableError, match=r"training: \{observe: \[h0_gradient\]\}"):
        draw("transport_through_training", Findings(manifest, reader(records)), tmp_path)


def line_at(axes: Axes, colour: str, filled: bool) -> Any:
    found = [line for line in axes.lines if to_hex(line.get_color()) == colour.lower()]
    (one,) = [line for line in found if (line.get_markerfacecolor() != "white") == filled]
    return one


def test_gates_and_paths_at_relevant_steps_and_at_others(series: list[Series]) -> None:
    figure = on_canvas(paths_through_training.compose, series, None)
    gates, paths = figure.axes[2 * SLOW], figure.axes[2 * SLOW + 1]
    styles = looks(["update", "reset", "candidate", "leak"])
    learnt = 1 - 2.0 ** (-CHECKPOINTS / halving(series[SLOW].setting, 1))
    shut = level(-4.0)
    update = shut + 0.3 * (1 - shut) * 0.75 * learnt  # weights 1 and ½ count equally
    np.testing.assert_allclose(line_at(gates, styles["update"].colour, True).get_ydata(), update)
    np.testing.assert_allclose(line_at(gates, styles["update"].colour, False).get_ydata(), shut)
    np.testing.assert_allclose(line_at(paths, styles["leak"].colour, True).get_ydata(), 0.9 - 0.4 * 0.75 * learnt)
    assert "one path only" in words_in(figure.axes[1])


def test_every_group_goes_from_hollow_to_its_planted_weight(series: list[Series]) -> None:
    figure = on_canvas(groups_after_training.compose, series, None)
    effect, arriving, gates, paths = figure.axes[4 * SLOW : 4 * SLOW + 4]
    diamonds = next(line for line in effect.lines if line.get_marker() == "D")
    assert dict(zip(diamonds.get_ydata(), diamonds.get_xdata(), strict=True)) == dict(enumerate(PLANTED.values()))
    labels = effect.get_yticklabels()
    assert [(label.get_text(), label.get_fontweight()) for label in labels] == [
        ("maths", "bold"), ("physics", "bold"), ("distractor", "normal"),
    ]  # fmt: skip
    marks = [line for line in effect.lines if line.get_marker() == "o"]
    before, after = marks[0], marks[1]  # of maths
    assert before.get_markerfacecolor() == "white"
    np.testing.assert_allclose(before.get_xdata(), 0.0, atol=1e-12)
    ends = [1 - 2.0 ** (-BUDGET / halving(series[SLOW].setting, seed)) for seed in range(3)]
    np.testing.assert_allclose(after.get_xdata(), np.mean(ends))
    dots = [line for line in arriving.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(dots[0].get_xdata(), (-0.25 * LENGTH - 1) / math.log(10))
    assert len({line.get_color() for line in gates.lines if line.get_marker() in "^v"}) == 2
    assert "one path only" not in words_in(paths)
    assert {"no gates", "one path only"} <= words_in(figure.axes[2]) | words_in(figure.axes[3])


def test_the_change_of_a_group_is_paired_by_seed(tmp_path: Path) -> None:
    """A shift from seed to seed that is there before and after leaves no trace in the change."""
    rows = rows_of("groups_after_training", "six series", tmp_path)
    (row,) = [row for row in rows if (row["label"], row["quantity"], row["group"]) == ("GRU_slow", "arriving", "maths")]
    half = float(row["change_high"]) - float(row["change"])
    assert half == pytest.approx(0.0, abs=1e-12)
    assert float(row["after_high"]) - float(row["after"]) > 1e-3
    assert {row["planted"] for row in rows if row["quantity"] == "effect"} == {"1.0", "0.5", "0.0"}


def test_reach_and_solved_stand_where_they_are() -> None:
    """Eight seeds: the loss of the GRU at b_z = 0 halves in 30 (1 + s/10) steps, and that of the last too slowly."""
    made = findings(few(seeds=range(8), count=2))
    series = list(made.of("training").series)
    left, right = on_canvas(solved_vs_reach.compose, series, None).axes
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in left.lines if line.get_marker() in ("o", "s")]
    middle = SHIFT * 2.5  # mean of seed − 1
    assert points == [(pytest.approx(-10 + middle), 0.0), (pytest.approx(-5 + middle), 7 / 8)]
    hollow = [line for line in right.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == 8 + 1
    assert {float(line.get_ydata()[0]) for line in hollow} == {BUDGET}
    filled = [line for line in right.lines if line.get_marker() == "s" and line not in hollow]
    steps = [math.ceil(-30 * (1 + seed / 10) * math.log2(SHARE) / 25) * 25 for seed in range(7)]
    assert sorted(float(line.get_ydata()[0]) for line in filled) == sorted(steps)
    text = "\n".join(solved_vs_reach.caption(made, made.of("training"), series))
    assert "Budget: 200 optimizer steps" in text
    assert "it is no law" in text


def test_the_best_of_several_settings_is_told_with_its_choice(tmp_path: Path) -> None:
    rows = rows_of("solved_vs_length", "task lengths", tmp_path)
    assert {(row["label"], row["size"], row["settings_tried"]) for row in rows} == {
        (label, size, "2") for label in ("RNN", "GRU") for size in ("10.0", "40.0")
    }
    assert all(not set(row["chosen_by"].split()) & set(row["reported_seeds"].split()) for row in rows)
    caption = (tmp_path / "solved_vs_length.txt").read_text(encoding="utf-8")
    assert "no seed chose its own" in caption
    assert "GRU, the settings: init.recurrent uniform / orthogonal." in caption


def test_the_axis_of_lengths_shows_the_lengths(series: list[Series]) -> None:
    made = findings(STUDIES["task lengths"]()).of("training")
    lines = solved_vs_length.size_lines(made.series)
    figure = on_canvas(solved_vs_length.compose, solved_vs_length.panels_of(lines), None)
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["10", "40"]
    assert axes.get_xlabel() == "task length $T$ (steps)"
    assert [text.get_text() for text in axes.texts] == ["RNN, best of 2", "GRU, best of 2"]  # at the lines


def test_what_all_trainings_share_is_said_once() -> None:
    block = {"kind": "adam", "learning_rate": 0.01, "eps": 1e-8}
    both = shared([{"steps": 5, "optimizer": block}, {"steps": 5, "optimizer": {**block, "learning_rate": 0.1}}])
    assert in_words(both) == "steps 5, optimizer adam(eps 1e-08)"
    assert in_words(shared([1, 2])) == ""
    told = list(learning_statements(findings().of("training").series))
    assert "1 of 9 runs diverged; they are counted as not solved." in told


@pytest.mark.parametrize("study", STUDIES)
def test_the_config_refuses_a_study_without_a_swept_size(study: str) -> None:
    """The config room looks for the size on its own, since it draws nothing: both must agree."""
    made = STUDIES[study]()[0]["series"]
    entries: Any = [SimpleNamespace(label=one["label"], swept=tuple(one["swept"].items())) for one in made]
    assert any(swept_sizes(entries).values()) == (study == "task lengths")


def test_the_config_refuses_a_training_that_does_not_look() -> None:
    def told(observe: tuple[str, ...]) -> list[str]:
        one: Any = SimpleNamespace(
            label="RNN", swept=(), setting=SimpleNamespace(training=Training(steps=5, observe=observe))
        )
        return list(lacking(FIGURE_NEEDS["transport_through_training"], [one]))

    assert told(("h0_gradient",)) == []
    assert told(("jacobian",)) == ["shows what is taken on the way; write training: {observe: [jacobian, h0_gradient]}"]
