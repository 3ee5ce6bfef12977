"""What is in the picture: read from the drawn artists, not from pixels."""

import csv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from gru_vanish.analysis.decades import DECADE
from gru_vanish.figures import draw
from gru_vanish.figures.frame import frame_of
from gru_vanish.figures.gradient_vs_length import compose, note_of, panels_of, plain_zero
from gru_vanish.figures.style import look
from gru_vanish.figures.text import literal, shown, wrapped
from tests.analysis.synthetic import cell, entry, study
from tests.figures.studies import STUDIES, findings, on_canvas, table, titled


def drawn(name: str) -> tuple[Figure, list[str]]:
    made = table(STUDIES[name]())
    panels = panels_of(made)
    frame = frame_of([curve.series for panel in panels for curve in panel.curves])
    figure = on_canvas(compose, panels, frame, note_of(made))
    return figure, [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_the_line_is_the_median_in_decades() -> None:
    figure, _ = drawn("one series")
    series = table(STUDIES["one series"]()).series[0]
    line = next(line for line in figure.axes[0].lines if len(line.get_xdata()) == series.lengths.size)
    np.testing.assert_array_equal(line.get_xdata(), series.lengths)
    np.testing.assert_allclose(line.get_ydata(), series.typical.median / DECADE)


@pytest.mark.parametrize("name", STUDIES)
def test_the_numbers_beside_the_figure_are_the_medians(name: str, tmp_path: Path) -> None:
    draw("gradient_vs_length", findings(STUDIES[name]()), tmp_path)
    with (tmp_path / "gradient_vs_length.csv").open(encoding="utf-8", newline="") as file:
        medians = [float(row["ln_h0_gradient_median"] or "nan") for row in csv.DictReader(file)]
    expected = table(STUDIES[name]()).band_columns()["ln_h0_gradient_median"]
    np.testing.assert_array_equal(medians, expected)


def test_the_mark_lies_where_plain_code_reads_zero() -> None:
    figure, words = drawn("one series")
    series = table(STUDIES["one series"]()).series[0]
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert len(marks) == 1
    assert marks[0].get_xdata()[0] == series.plain_zero_length
    place = list(series.lengths).index(series.plain_zero_length)
    assert marks[0].get_ydata()[0] == pytest.approx(series.typical.median[place] / DECADE)
    assert "plain float32 shows 0 from here" in words


def test_a_true_zero_carries_no_such_mark() -> None:
    _, words = drawn("exact zeros")
    assert not any(text.startswith("plain") for text in words)
    assert any("exactly 0 from T = 67" in text for text in words)
    assert all(plain_zero(one) is None for one in table(STUDIES["exact zeros"]()).series)


def test_the_article_has_three_panels_and_no_nameless_gru() -> None:
    panels = panels_of(table(STUDIES["thirteen series"]()))
    assert [panel.title for panel in panels] == ["", "GRU, uniform, z replaces", "GRU, uniform, z keeps"]
    assert [len(panel.curves) for panel in panels] == [3, 5, 5]
    assert [panel.reference is not None for panel in panels] == [False, True, True]
    assert [curve.inline for curve in panels[1].curves] == ["−4", "−2", "0", "2", "4"]
    assert panels[1].curves[0].axis == "b_z"


@pytest.mark.parametrize("name", STUDIES)
def test_title_and_words_give_the_whole_short_name(name: str) -> None:
    made = table(STUDIES[name]())
    panels = panels_of(made)
    curves = [curve for panel in panels for curve in panel.curves]
    assert sorted(curve.series.name.short for curve in curves) == sorted(
        one.name.short for one in made.series if one.curves
    )
    for panel in panels:
        for curve in panel.curves:
            said = f"{panel.title}, {curve.words}"
            assert all(facet.text in said for facet in curve.series.name.facets)
            if curve.inline is not None and panel.title:
                stated = f"{panel.title}, {curve.axis}"
                assert all(facet.text.split(" ")[0] in stated for facet in curve.series.name.facets)


def test_a_sweep_that_no_number_can_name_is_listed() -> None:
    parts = []
    for longest in (10.0, 100.0, 1000.0):
        bias = {"kind": "chrono", "t_min": 2.0, "t_max": longest}
        swept = {"cells.GRU.init.update_bias.t_max": longest}
        parts.append((entry("GRU", cell("gru", update_bias=bias), range(2), swept=swept), 0.1))
    panel = panels_of(table(study(parts, range(2))))[0]
    assert all(curve.inline is None for curve in panel.curves)
    assert panel.curves[0].words == "b_z = chrono(t_min 2, t_max 10)"


def test_an_unfinished_study_says_so_and_draws_nothing_in_its_place(tmp_path: Path) -> None:
    figure, words = drawn("unfinished")
    assert "UNFINISHED: 6 of 12 units measured; 1 of 3 series not drawn" in words
    assert any("(2 of 4 seeds)" in text.replace("\n", " ") for text in words)
    assert not any("−4" in text and "GRU" in text for text in words)
    assert len(figure.axes[0].collections) == 2
    draw("gradient_vs_length", findings(STUDIES["unfinished"]()), tmp_path)
    caption = (tmp_path / "gradient_vs_length.txt").read_text(encoding="utf-8")
    assert "UNFINISHED: 6 of 12" in caption
    assert "seeds 0 of 4, not drawn" in caption


def test_markup_in_a_title_is_printed_as_it_stands() -> None:
    title = r"$\frac{ <b>100 % & _x^"
    _, words = drawn("markup")
    assert any(r"\$\frac{ <b>100 % & _x^" in text for text in words)
    made = table(titled(title)).series[0]
    assert made.name.short.startswith(title)
    with look(3.0):
        text = Figure().text(0, 0, literal(title))
        assert text._preprocess_math(text.get_text()) == (title, False)


def test_our_symbols_are_set_and_wrapping_keeps_them_whole() -> None:
    assert shown("GRU, b_z = −4") == "GRU, $b_z$ = −4"
    assert shown(r"$b_z$") == r"\$$b_z$\$"
    assert wrapped("GRU, orthogonal, b_z = 0, z replaces", 20).count("\n") == 1
    assert literal("门\tx") == "\N{WHITE SQUARE} x"


def test_few_seeds_state_their_coverage(tmp_path: Path) -> None:
    draw("gradient_vs_length", findings(STUDIES["gains"]()), tmp_path)
    caption = (tmp_path / "gradient_vs_length.txt").read_text(encoding="utf-8")
    assert "exact coverage 75.0% (n = 3 seeds; fewer than six seeds allow no 95 %)" in caption


def test_the_axis_of_lengths_follows_their_spacing() -> None:
    assert frame_of(table(STUDIES["six series"]()).series).logarithmic
    assert not frame_of(table(STUDIES["gains"]()).series).logarithmic


def test_a_formula_in_a_title_is_defused_in_the_csv(tmp_path: Path) -> None:
    draw("gradient_vs_length", findings(titled("=1+1")), tmp_path)
    with (tmp_path / "gradient_vs_length.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["short_name"] == "'=1+1, uniform"
