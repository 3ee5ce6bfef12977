"""What is in the figure of gates: read from the drawn artists."""

import csv
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from gru_vanish.figures import draw
from gru_vanish.figures.gate_statistics import compose, parts_of
from gru_vanish.figures.panels import arrange
from tests.analysis.gate_payload import SHIFT, SPREAD, STEPS, level
from tests.figures.studies import STUDIES, findings, on_canvas


def drawn(name: str) -> Figure:
    series = [one for one in findings(STUDIES[name](), ["gate_statistics"]).of("gate_statistics").series if one.seeds]
    return on_canvas(compose, arrange(series), parts_of(series), None)


def test_every_part_has_a_column_and_every_series_that_has_it_a_line() -> None:
    axes = drawn("six series").axes
    assert [one.get_title() for one in axes[:4]] == ["$h$", "candidate", "update", "reset"]
    middles = [[line for line in one.lines if line.get_linewidth() > 0.5] for one in axes[:4]]
    assert [len(lines) for lines in middles] == [6, 6, 3, 3]
    slow = middles[2][1]  # GRU_slow, b_z = −4; the median seed of five is the third
    np.testing.assert_array_equal(slow.get_xdata(), STEPS)
    np.testing.assert_allclose(slow.get_ydata(), level(-4.0) + SHIFT)
    assert axes[2].get_ylim() == (-0.03, 1.03)
    edges = [line for line in axes[2].lines if line.get_linewidth() < 0.5]
    np.testing.assert_allclose(edges[2].get_ydata(), level(-4.0) + SHIFT - 0.45 * SPREAD)


def test_groups_of_series_stand_below_one_another_with_their_names() -> None:
    figure = drawn("thirteen series")
    words = {text.get_text() for text in figure.findobj(Text)}
    assert {"GRU, uniform, z replaces", "GRU, uniform, z keeps", "$b_z$ = −4"} <= {
        word.replace("\u00a0", " ") for word in words
    }
    assert len(figure.axes) == 3 * 5


def test_the_numbers_beside_it_redraw_it(tmp_path: Path) -> None:
    draw("gate_statistics", findings(STUDIES["one series"](), ["gate_statistics"]), tmp_path)
    rows = list(csv.DictReader((tmp_path / "gate_statistics.csv").read_text(encoding="utf-8").splitlines()))
    assert [int(row["step"]) for row in rows] == [*STEPS.tolist()] * 2
    assert [row["part"] for row in rows] == ["state"] * STEPS.size + ["candidate"] * STEPS.size
    np.testing.assert_allclose([float(row["quantile_50"]) for row in rows[STEPS.size :]], level(0.0) + SHIFT)
