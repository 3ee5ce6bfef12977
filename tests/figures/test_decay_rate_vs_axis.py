"""What is in the figure of decay rates: read from the drawn artists."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from gru_vanish.analysis import Findings
from gru_vanish.figures import draw
from gru_vanish.figures.decay_rate_vs_axis import compose
from gru_vanish.figures.rate_lines import rate_panels
from tests.analysis.synthetic import reader
from tests.figures.studies import STUDIES, findings, on_canvas, table


def drawn(name: str) -> Figure:
    panels = rate_panels(table(STUDIES[name]()))
    return on_canvas(compose, panels, None)


def test_lines_hold_the_mean_rates_and_levels_the_unswept_cells() -> None:
    made = table(STUDIES["thirteen series"]())
    (axes,) = drawn("thirteen series").axes
    lines = [line for line in axes.lines if len(line.get_xdata()) == 5]
    for line, label in zip(lines, ("GRU", "GRU_keeps"), strict=True):
        swept = [one for one in made.series if one.label == label]
        ordered = sorted(swept, key=lambda one: next(iter(one.swept.values())))
        np.testing.assert_array_equal(line.get_xdata(), [-4, -2, 0, 2, 4])
        np.testing.assert_allclose(line.get_ydata(), [one.rate.whole.mean for one in ordered])
    levels = {float(line.get_ydata()[0]) for line in axes.lines if list(line.get_xdata()) == [0, 1]}
    unswept = {one.rate.whole.mean for one in made.series if not one.swept}
    assert unswept <= levels
    assert len(axes.patches) == 3  # the bands of the three references


def test_a_diamond_stands_at_every_break_even() -> None:
    made = table(STUDIES["thirteen series"]())
    (axes,) = drawn("thirteen series").axes
    diamonds = sorted(float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "D")
    assert diamonds == pytest.approx(sorted(one.value.mean for one in made.break_evens if one.value))
    assert len(diamonds) == 6


def test_what_is_not_one_exponential_is_hollow() -> None:
    made = table(STUDIES["gains"]())
    (axes,) = drawn("gains").axes
    hollow = {float(line.get_xdata()[0]) for line in axes.lines if line.get_markerfacecolor() == "white"}
    expected = {next(iter(one.swept.values())) for one in made.series if one.rate.shape == "not one exponential"}
    assert hollow == expected
    assert expected


def test_the_caption_tells_the_break_evens_and_what_is_missing(tmp_path: Path) -> None:
    manifest, records = STUDIES["thirteen series"]()
    for key in manifest["series"][1]["keys"]["h0_gradient"].values():
        del records[key]
    draw("decay_rate_vs_axis", Findings(manifest, reader(records)), tmp_path)
    caption = (tmp_path / "decay_rate_vs_axis.txt").read_text(encoding="utf-8")
    assert "UNFINISHED: 120 of 130" in caption
    assert "as fast as RNN, uniform at" in caption
    assert "faster above." in caption
    assert findings((manifest, records)).headline.series[1].name.full in caption
