"""The figure of two studies: over pairs of every shape, what its artists hold, and that it is the same twice."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from gru_vanish.analysis import Comparison, Findings, compare
from gru_vanish.analysis.decades import DECADE
from gru_vanish.figures import DEFAULT, NotDrawableError, page_of, write, write_picture
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.compared_numbers import LOOKS, layout_of
from gru_vanish.figures.comparison import COMPARISON_COLUMNS, comparison_picture
from gru_vanish.figures.style import look
from gru_vanish.figures.text import literal
from gru_vanish.figures.write import write_and_measure
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import Study, article, cell, entry, few, reader, study
from tests.figures.studies import STUDIES, on_canvas

HOSTILE = r"$\frac{ <b>100 % & _x^ \textbf{y} $$"


def two(a: Study, b: Study, **more: object) -> Comparison:
    return compare(Findings(a[0], reader(a[1])), Findings(b[0], reader(b[1])), **more)  # type: ignore[arg-type]


def shifted(scale: float, seeds: range = range(20, 26), count: int = 4) -> Study:
    """The series of `few` with other seeds and rates."""
    parts = few(seeds=range(1), count=count)[0]["series"]
    rates = (0.61, 0.46, 0.0145, 0.329, 0.369, -0.05)
    made = [entry(one["label"], one["setting"]["cell"], seeds, title=one["title"]) for one in parts]
    return study([(one, scale * rate) for one, rate in zip(made, rates, strict=False)], seeds)


def many(rate: float, seeds: range) -> Study:
    """Forty pairs with names too long for any page."""
    parts = [
        (entry(f"RNN{place}", cell("rnn"), seeds, title=f"a very long title {'of a cell ' * 9}{place}"), rate)
        for place in range(40)
    ]
    return study(parts, seeds)


def titled(title: str) -> Comparison:
    made = [study([(entry("RNN", cell("rnn"), seeds, title=title), 0.5)], seeds) for seeds in (range(3), range(5, 8))]
    return two(made[0], (made[1][0] | {"name": "x.y_z-2"}, made[1][1]))


def without_headline() -> Comparison:
    """Two studies that only train."""
    made = []
    for seeds in (range(4), range(10, 15)):
        manifest, records = with_measures(few(seeds=seeds, count=2), ["training"])
        made.append((manifest | {"measures": ["training"]}, records))
    return two(*made)


PAIRS: dict[str, Callable[[], Comparison]] = {
    "four pairs": lambda: two(few(seeds=range(6)), shifted(1.2)),
    "two pairs": lambda: two(few(seeds=range(6), count=2), shifted(1.2, count=2)),
    "thirteen pairs": lambda: two(article(seeds=range(4)), article(seeds=range(6, 10))),
    "forty pairs": lambda: two(many(0.5, range(2)), many(0.6, range(2, 4))),
    "one seed": lambda: two(few(seeds=range(1)), shifted(1.2, range(5, 6))),
    "the same records": lambda: two(few(), few()),
    "one is unfinished": lambda: two(STUDIES["unfinished"](), shifted(1.1, count=3)),
    "exact zeros": lambda: two(STUDIES["exact zeros"](), shifted(1.1, count=2)),
    "markup": lambda: titled(HOSTILE),
    "other script": lambda: titled("门控循环单元 🙂\nsecond\tline"),
    "without the h0 gradient": without_headline,
    "several measures": lambda: two(
        with_measures(few(seeds=range(5), count=3), ["path_shares", "jacobian", "lag_shares", "gate_statistics"]),
        with_measures(shifted(1.3, count=3), ["path_shares", "jacobian", "lag_shares", "gate_statistics"]),
    ),
}
PAGES = (DEFAULT, page_of("icml", "column"), page_of("slides"))


@pytest.mark.parametrize("pairs", PAIRS)
def test_every_shape_is_drawn_on_every_page(pairs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to its layout."""
    monkeypatch.setattr(write, "METADATA", {})
    comparison = PAIRS[pairs]()
    for page in PAGES[: {"four pairs": 3, "forty pairs": 2}.get(pairs, 1)]:
        picture = comparison_picture(comparison, page)
        paths, height = write_and_measure(picture, tmp_path, page, ())
        assert height < 16.0
        assert picture.name == "comparison"
        caption = next(path for path in paths if path.name.endswith(".txt")).read_text(encoding="utf-8")
        for title in (comparison.a.title, comparison.b.title):
            assert title in caption
        assert all(one.name in caption for one in comparison.pairs)
        assert ("UNFINISHED" in caption) == (pairs == "one is unfinished")
        with (tmp_path / "comparison.csv").open(encoding="utf-8", newline="") as file:
            names = csv.DictReader(file).fieldnames or []
        known = [column.name for column in COMPARISON_COLUMNS]
        assert [name for name in known if name in names] == list(names)
    assert len(picture.alt.split()) < 260


def test_the_curves_are_the_medians_of_both_studies() -> None:
    comparison = two(few(seeds=range(6), count=3), shifted(1.2, count=3))
    figure = on_canvas(comparison_picture(comparison).compose)
    curves = [axes for axes in figure.findobj(Axes) if axes.get_xscale() == "log"]
    assert len(curves) == 3
    for axes, one in zip(curves, comparison.pairs, strict=True):
        lines = [line for line in axes.lines if len(line.get_xdata()) > 2]
        for line, side, index in zip(lines, (comparison.a, comparison.b), (one.a, one.b), strict=True):
            expected = side.findings.headline.series[index].typical.median / DECADE
            np.testing.assert_allclose(line.get_ydata(), expected)
        assert lines[0].get_linestyle() != lines[1].get_linestyle()


def test_the_dots_are_the_differences_and_their_faces_the_outcomes() -> None:
    comparison = two(few(seeds=range(6)), shifted(1.2))
    drawn = layout_of(comparison, DEFAULT)
    assert list(drawn.chosen) == [("h0_gradient", "decay_rate", ""), ("h0_gradient", "ln_h0_gradient", "")]
    rates = drawn.chosen["h0_gradient", "decay_rate", ""]
    values = [one.tested.value for one in (rates[pair] for pair in drawn.rows) if one.tested]
    assert values == sorted(values)
    figure = on_canvas(comparison_picture(comparison).compose)
    axes = next(one for one in figure.findobj(Axes) if one.get_title() == "decay rate")
    dots = [line for line in axes.lines if line.get_linestyle() == "None"]
    np.testing.assert_allclose([float(line.get_xdata()[0]) for line in dots], values)
    for line, pair in zip(dots, drawn.rows, strict=True):
        assert line.get_markerfacecolor() == LOOKS[rates[pair].outcome]["markerfacecolor"]
    whiskers = [line for line in axes.lines if line.get_linestyle() == "-" and line.get_linewidth() > 1.0]
    for line, pair in zip(whiskers, drawn.rows, strict=True):
        tested = rates[pair].tested
        assert tested is not None
        assert line.get_xdata().tolist() == [tested.low, tested.high]


def test_what_does_not_fit_is_said() -> None:
    text = comparison_picture(PAIRS["forty pairs"](), page_of("icml", "column")).caption
    assert "6 of 40 pairs are drawn: those whose decay rate or level differs most surely." in text
    assert "of 40 pairs are drawn: those that differ most surely." in text


def test_a_title_is_no_markup() -> None:
    figure = on_canvas(comparison_picture(titled(HOSTILE)).compose)
    words = " ".join(text.get_text() for text in figure.findobj(Text))
    assert literal("100 % & _x^")[:6] in words


def test_nothing_to_compare_is_not_drawn() -> None:
    made = few(count=1)
    nothing = Findings(made[0], reader({}))
    with pytest.raises(NotDrawableError, match="no pair of series has records of h0_gradient in both studies; no num"):
        comparison_picture(compare(nothing, nothing))


def test_the_same_records_are_drawn_once_over() -> None:
    comparison = PAIRS["the same records"]()
    figure = on_canvas(comparison_picture(comparison).compose)
    assert "same records" in [text.get_text() for text in figure.findobj(Text)]


TWICE = """
import sys
from pathlib import Path
from tests.figures.test_comparison import PAIRS
from gru_vanish.figures.comparison import comparison_picture
from gru_vanish.figures import DEFAULT, write_picture
write_picture(comparison_picture(PAIRS["two pairs"]()), Path(sys.argv[1]), DEFAULT)
assert "jax" not in sys.modules
"""


def test_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    write_picture(comparison_picture(PAIRS["two pairs"]()), first, DEFAULT)
    subprocess.run([sys.executable, "-c", TWICE, str(second)], check=True, env=os.environ | {"PYTHONHASHSEED": "1"})
    found = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in (first, second)]
    assert found[0] == found[1]
    assert {name.partition(".")[2] for name in found[0]} == {"pdf", "svg", "png", "txt", "alt.txt", "csv"}
    assert b"/CIDFontType2" in found[0]["comparison.pdf"]
    assert b"/Type3" not in found[0]["comparison.pdf"]


def test_a_canvas_is_as_wide_as_its_page() -> None:
    page = page_of("neurips")
    picture = comparison_picture(PAIRS["four pairs"](), page)
    with look(page.height(picture.height), page):
        canvas = Canvas.of(page)
        picture.compose(canvas)
        canvas.lay_out()
        assert canvas.figure.bbox.width == pytest.approx(page.width * 100, rel=1e-6)
