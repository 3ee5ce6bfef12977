"""What is in the flow map, the curve of the input gradient and the bound: read from the artists, not from pixels."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from gru_vanish.analysis.decades import DECADE
from gru_vanish.figures import NotDrawableError, draw, flow_map, gradient_bound, input_gradient
from gru_vanish.figures.flow_columns import colour_limits, columns, map_of, median, runs
from gru_vanish.figures.flow_map import HATCH, NOTHING
from gru_vanish.figures.lag_axis import LagAxis, between
from gru_vanish.figures.panels import arrange
from tests.analysis.synthetic import FLOAT32_NORM_FLOOR, cell, entry, few, study
from tests.figures.studies import STUDIES, findings, on_canvas


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def drawn_map() -> tuple[Figure, list[flow_map.Series]]:
    series = list(findings(few(count=2), ["flow_map"]).of("flow_map").series)
    return on_canvas(flow_map.compose, series, [map_of(one) for one in series], None), series


def boxes(figure: Figure, panel: int, hatch: str | None) -> tuple[np.ndarray, np.ndarray | None]:
    """The corners (left, low, right, high) of the cells with this hatch, (N, 4), and their values if they have some."""
    (found,) = [
        one for one in figure.axes[panel].collections if isinstance(one, PolyCollection) and one.get_hatch() == hatch
    ]
    corners = [(*path.vertices.min(axis=0), *path.vertices.max(axis=0)) for path in found.get_paths()]
    return np.reshape(corners, (-1, 4)), found.get_array()


def inside(corners: np.ndarray, length: int, lag: int) -> np.ndarray:
    """Which boxes hold this point."""
    left, low, right, high = corners.T
    height = np.log10(1 + lag)
    return (left < length) & (length < right) & (low < height) & (height < high)


def test_every_cell_has_the_colour_of_a_measured_value_and_lies_at_its_length_and_lag() -> None:
    figure, series = drawn_map()
    shown = map_of(series[0])
    corners, values = boxes(figure, 0, None)
    assert values is not None
    assert len(corners) == np.isfinite(shown.ln_gradient).sum()
    for row, place in zip(*np.nonzero(np.isfinite(shown.ln_gradient)), strict=True):
        length = shown.lengths[place]
        (at,) = np.flatnonzero(inside(corners, length, length - shown.steps[row]))
        assert values[at] == pytest.approx(shown.ln_gradient[row, place] / DECADE)


def test_what_plain_code_shows_as_zero_is_hatched_and_nothing_else() -> None:
    figure, series = drawn_map()
    shown = map_of(series[0])
    corners, _ = boxes(figure, 0, HATCH["hatch"])
    for row, place in zip(*np.nonzero(np.isfinite(shown.ln_gradient)), strict=True):
        length, zero = shown.lengths[place], shown.ln_gradient[row, place] < FLOAT32_NORM_FLOOR
        assert inside(corners, length, length - shown.steps[row]).any() == zero
    assert any("plain float32 code shows 0" in text.get_text() for text in figure.legends[0].get_texts())


def test_the_direct_derivative_has_a_value_at_the_last_step_alone() -> None:
    figure, series = drawn_map()
    lengths = map_of(series[0]).lengths
    assert figure.axes[2].get_title().startswith("direct derivative alone")
    corners, _ = boxes(figure, 2, None)
    dotted, _ = boxes(figure, 2, NOTHING["hatch"])
    assert len(corners) == len(dotted) == lengths.size
    for length in lengths:
        assert inside(corners, length, 0).any()
        assert not inside(corners, length, length).any()
        assert not inside(dotted, length, 0).any()
        assert inside(dotted, length, length).any()


def test_the_numbers_beside_the_map_are_the_medians(tmp_path: Path) -> None:
    made = findings(few(count=2), ["flow_map"])
    draw("flow_map", made, tmp_path)
    found = rows_of(tmp_path / "flow_map.csv")
    shown = map_of(made.of("flow_map").series[0])
    mine = [row for row in found if row["label"] == "RNN" and row["length"] == "1000"]
    assert [int(row["step"]) for row in mine] == shown.steps.tolist()
    np.testing.assert_array_equal([float(row["ln_gradient_median"]) for row in mine], shown.ln_gradient[:, -1])
    assert [row["direct_zero"] for row in mine] == ["1"] * (len(mine) - 1) + ["0"]
    assert sum(int(row["plain_zero"]) for row in mine) == shown.plain_zero[:, -1].sum() > 0


def test_too_many_series_for_one_figure_get_a_sentence(tmp_path: Path) -> None:
    parts = [
        (entry("RNN", cell("rnn"), [0], swept={"inputs.scale": float(scale)}, scale=float(scale)), 0.5)
        for scale in range(1, 26)
    ]
    with pytest.raises(NotDrawableError, match="has 25 series; a figure of flow maps holds 23"):
        draw("flow_map", findings(study(parts, [0]), ["flow_map"]), tmp_path)


def test_medians_leave_out_what_is_not_finite() -> None:
    rows = [np.array([1.0, np.nan, -np.inf]), np.array([3.0, 5.0, np.nan]), np.array([7.0, 6.0, np.nan])]
    np.testing.assert_array_equal(median(rows), [3.0, 5.5, np.nan])


def test_cells_touch_and_hold_their_place() -> None:
    places = np.array([0.0, 1.0, 4.0])
    np.testing.assert_array_equal(between(places, 0.2, 0.5), [-0.2, 0.5, 2.5, 4.5])
    assert list(runs(np.array([True, False, True, True]))) == [(0, 1), (2, 4)]
    shown = map_of(findings(few(count=1), ["flow_map"]).of("flow_map").series[0])
    found = list(columns(shown, shown.ln_gradient, LagAxis(True, 1000)))
    assert [one.right for one in found[:-1]] == [one.left for one in found[1:]]


@pytest.mark.parametrize(("logarithmic", "lags"), [(True, [0, 1, 9, 99]), (False, [0, 1, 9, 99]), (True, [0, 500])])
def test_every_lag_lies_in_a_cell_of_its_own_from_0_to_the_last(logarithmic: bool, lags: list[int]) -> None:
    axis = LagAxis(logarithmic, 1000)
    borders, places = axis.borders(np.array(lags)), axis.place(np.array(lags))
    assert ((borders[:-1] < places) & (places < borders[1:])).all()
    least = axis.place(np.array([1]))[0] / 2
    assert borders[0] == -least
    assert borders[-1] <= places[-1] + least


def test_colours_end_at_a_tick_around_the_values_or_at_the_deepest_that_is_drawn() -> None:
    shown = map_of(findings(few(count=1), ["flow_map"]).of("flow_map").series[0])
    assert colour_limits([shown], ["float32"]) == (-60.0, 1.0, True, False)
    assert colour_limits([shown], ["float32", "float64"]) == (-200.0, 1.0, True, False)
    slow = replace(shown, ln_gradient=np.clip(shown.ln_gradient, -12.0, 0.0))
    assert colour_limits([slow], ["float32", "float64"]) == (-10.0, 0.0, False, False)
    growing = replace(shown, ln_gradient=-shown.ln_gradient)
    assert colour_limits([growing], ["float32"]) == (-1.0, 60.0, False, True)


def test_lags_have_a_place_for_zero_and_ticks_at_powers_of_ten() -> None:
    axis = LagAxis(True, 1000)
    np.testing.assert_allclose(axis.place(np.array([0, 9, 99, 999])), [0, 1, 2, 3])
    figure, _ = drawn_map()
    figure.canvas.draw()
    assert [text.get_text() for text in figure.axes[0].yaxis.get_majorticklabels()] == ["0", "1", "10", "100", "1000"]


def test_the_line_of_the_input_gradient_is_the_median_in_decades_against_steps_back() -> None:
    made = findings(few(count=2), ["input_gradient"]).of("input_gradient")
    lines = {id(one): input_gradient.line_of(one) for one in made.series}
    figure = on_canvas(input_gradient.compose, arrange(made.series), lines, None)
    line = lines[id(made.series[0])]
    assert line.lags[0] == 0
    np.testing.assert_allclose(line.shown.median, 0.2 - 0.5 * line.lags)
    curve = next(drawn for drawn in figure.axes[0].lines if len(drawn.get_xdata()) == line.lags.size)
    np.testing.assert_allclose(curve.get_xdata(), np.log10(1 + line.lags))
    np.testing.assert_allclose(curve.get_ydata(), line.shown.median / DECADE)
    (mark, _) = [drawn for drawn in figure.axes[0].lines if drawn.get_marker() == "o"]
    assert mark.get_xdata()[0] == pytest.approx(np.log10(1 + line.plain_zero))


def test_the_bound_is_drawn_beside_the_transport_of_plain_rnns_alone(tmp_path: Path) -> None:
    made = findings(STUDIES["six series"](), ["h0_gradient", "recurrent_spectrum"])
    draw("gradient_bound", made, tmp_path)
    found = rows_of(tmp_path / "gradient_bound.csv")
    assert {row["label"] for row in found} == {"RNN", "RNN_orth", "RNN_big"}
    mine = [row for row in found if row["label"] == "RNN"]
    lengths = np.array([int(row["length"]) for row in mine])
    bound = [float(row["ln_transport_bound_median"]) for row in mine]
    np.testing.assert_allclose(bound, lengths * np.log(0.62))
    text = (tmp_path / "gradient_bound.txt").read_text(encoding="utf-8")
    assert "not drawn: no bound" in text
    assert "bound −0.478" in text.replace("-", "−")


def test_a_study_without_a_plain_rnn_gets_a_sentence(tmp_path: Path) -> None:
    made = study([(entry("GRU", cell("gru", update_bias=0.0), range(3)), 0.4)], range(3))
    with pytest.raises(NotDrawableError, match="has no plain RNN"):
        draw("gradient_bound", findings(made, ["recurrent_spectrum"]), tmp_path)


def test_the_transport_that_comes_closest_to_its_bound_is_told() -> None:
    made = findings(few(count=1), ["recurrent_spectrum"])
    one, spectra = made.headline.series[0], made.of("recurrent_spectrum").series[0]
    pair = gradient_bound.pair_of(one, spectra)
    assert pair is not None
    closest = max(
        float(((curve.transport - curve.lengths * np.log(0.6 + 0.01 * curve.seed)) / curve.lengths).max())
        for curve in one.curves
    )
    assert pair.excess == pytest.approx(closest)
