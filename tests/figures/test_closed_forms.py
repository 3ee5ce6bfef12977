"""Closed forms under the data: the line is the form at every place, and the points are what was measured."""

import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import Compared, FormLine, comparisons
from gru_vanish.analysis.decades import DECADE
from gru_vanish.figures import closed_forms, decay_rate_vs_axis, draw, gradient_vs_length
from gru_vanish.figures.axis_words import spaced_labels
from gru_vanish.figures.form_look import THIN
from gru_vanish.figures.frame import frame_of
from gru_vanish.figures.rate_lines import rate_panels
from tests.figures.studies import STUDIES, findings, on_canvas

GAINS = (0.8, 0.9, 1.1)


@pytest.fixture
def made() -> Findings:
    return findings(STUDIES["closed form"]())


def thin(axes: Axes) -> list[tuple[np.ndarray, np.ndarray]]:
    """The lines of closed forms in a panel."""
    found = [line for line in axes.lines if line.get_linewidth() == THIN]
    assert all(line.get_zorder() < 2 for line in found)
    return [(np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)) for line in found]


def test_under_the_gradient_lies_the_form_from_its_own_start(made: Findings) -> None:
    panels = gradient_vs_length.panels_of(made.headline)
    frame = frame_of(made.headline.series)
    forms = gradient_vs_length.gradient_forms(made)
    figure = on_canvas(gradient_vs_length.compose, panels, frame, None, forms)
    lines = thin(figure.axes[0])
    assert len(lines) == len(GAINS)
    for one, gain, (lengths, decades) in zip(made.headline.series, GAINS, lines, strict=True):
        start = np.median([curve.typical[0] - curve.transport[0] for curve in one.curves])
        np.testing.assert_allclose(decades * DECADE, start + lengths * math.log(gain), atol=1e-9)
        measured = next(
            line for line in figure.axes[0].lines
            if line.get_marker() == "." and np.array_equal(line.get_ydata(), one.typical.median / DECADE)
        )  # fmt: skip
        assert measured.get_linestyle() == "None"


def test_under_the_decay_rates_lies_the_form_between_the_swept_values_too(made: Findings) -> None:
    panels = rate_panels(made.headline, made.claimed)
    figure = Figure()
    decay_rate_vs_axis.draw_panel(figure.subplots(), panels[0])
    ((gains, rates),) = thin(figure.axes[0])
    assert gains.size > 50
    assert set(GAINS) <= set(gains)
    np.testing.assert_allclose(rates, -np.log(gains), atol=1e-12)


def test_without_a_claim_there_is_no_such_line(made: Findings) -> None:
    manifest = {name: value for name, value in made.manifest.items() if name != "claims"}
    bare = Findings(manifest, made.read)
    assert gradient_vs_length.gradient_forms(bare) == {}
    assert rate_panels(bare.headline, bare.claimed)[0].lines[0].forms == ()
    assert comparisons(bare.claimed) == []


def test_a_panel_for_each_quantity_and_axis(made: Findings) -> None:
    over_lengths, over_gains = comparisons(made.claimed)
    assert (over_lengths.axis, len(over_lengths.curves)) == ("length", 3)
    assert (over_gains.metric.name, len(over_gains.curves)) == ("decay_rate", 1)
    (rates,) = over_gains.curves
    measured = [one.rate.whole for one in made.headline.series]
    np.testing.assert_allclose(rates.value, [one.mean for one in measured if one is not None], rtol=1e-12)
    assert (rates.low <= rates.value).all()
    assert (rates.value <= rates.high).all()
    for curve, gain in zip(over_lengths.curves, GAINS, strict=True):
        np.testing.assert_allclose(curve.forms[0].median, curve.places * math.log(gain), atol=1e-9)


def test_the_numbers_beside_it_hold_points_and_form(made: Findings, tmp_path: Path) -> None:
    draw(closed_forms.NAME, made, tmp_path)
    text = (tmp_path / "closed_forms.csv").read_text(encoding="utf-8")
    kinds = {line.split(",")[-5] for line in text.splitlines()[1:]}
    assert kinds == {"measured", "linear_orthogonal"}
    caption = (tmp_path / "closed_forms.txt").read_text(encoding="utf-8")
    assert "Thin line: closed form of a claim (linear_orthogonal)" in caption
    assert "Claims: " in caption


def unlike(places: tuple[float, ...], *values: tuple[float, ...], by_median: bool = False) -> Compared:
    """A curve that is its own closed form in every seed."""
    form = FormLine("itself", np.array(places), {seed: np.array(value) for seed, value in enumerate(values)})
    over = np.median if by_median else np.mean
    level = over(np.array(values), axis=0)
    return Compared((0,), "unlike", np.array(places), level, level, level, (form,), by_median)


@pytest.mark.parametrize("by_median", [False, True])
def test_a_form_that_differs_between_seeds_goes_through_points_that_are_equal_to_it(by_median: bool) -> None:
    axes = Figure().subplots()
    curve = unlike((1.0, 2.0), (0.0, 0.0), (-1.0, -2.0), (-11.0, -25.0), by_median=by_median)
    closed_forms.draw_curve(axes, curve, ("black", "solid", "o"), 0.0)
    ((places, levels),) = thin(axes)
    np.testing.assert_array_equal(places, curve.places)
    np.testing.assert_allclose(levels, curve.value)
    assert levels[1] == (-2.0 if by_median else -9.0)


def test_a_form_at_one_length_alone_stands_under_its_point() -> None:
    axes = Figure().subplots()
    closed_forms.draw_curve(axes, unlike((7.0,), (-0.3,), (-0.5,)), ("black", "solid", "o"), 0.0)
    ((places, levels),) = thin(axes)
    assert places.mean() == pytest.approx(7.0)
    assert np.ptp(places) > 0
    np.testing.assert_allclose(levels, -0.4)


def test_swept_values_next_to_each_other_share_a_label() -> None:
    assert spaced_labels([0.5, 0.65, 0.8, 2.0, 5.0]) == ["0.5", "", "0.8", "2", "5"]
    assert spaced_labels([0.9]) == ["0.9"]
    assert spaced_labels([1.0, 2.0, 3.0]) == ["1", "2", "3"]
