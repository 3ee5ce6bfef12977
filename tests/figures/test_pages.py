"""Figures for papers and slides: their widths, that nothing leaves them, and several in one."""

import csv
import re
from functools import partial
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from tueplots import figsizes

from gru_vanish.figures import FIGURES, Picture, page_of, panel_of, picture_of, write_picture
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.combined import in_rows
from gru_vanish.figures.pages import VENUES, WIDTH
from gru_vanish.figures.style import SMALLEST, look
from tests.figures.studies import STUDIES, findings
from tests.figures.test_figures import first, of

SIZES = {
    ("neurips", "full"): figsizes.neurips2024,
    ("neurips", "column"): figsizes.neurips2024,
    ("icml", "full"): figsizes.icml2024_full,
    ("icml", "column"): figsizes.icml2024_half,
    ("iclr", "full"): figsizes.iclr2024,
    ("aistats", "column"): figsizes.aistats2025_half,
    ("aaai", "column"): figsizes.aaai2024_half,
    ("uai", "column"): figsizes.uai2023_half,
    ("cvpr", "column"): figsizes.cvpr2024_half,
    ("eccv", "full"): figsizes.eccv2024,
    ("probnum", "column"): figsizes.probnum2025_half,
    ("jmlr", "full"): figsizes.jmlr2001,
    ("tmlr", "full"): figsizes.tmlr2023,
}
INCHES = {
    **{key: sizes()["figure.figsize"][0] for key, sizes in SIZES.items()},
    ("slides", "full"): figsizes.beamer_169(rel_width=0.9)["figure.figsize"][0],
    ("ieee", "column"): 252 / 72.27,  # \columnwidth of IEEEtran
    ("ieee", "full"): 516 / 72.27,
    ("screen", "full"): WIDTH,
}
NARROW = page_of("icml", "column")


def test_every_venue_has_a_known_width() -> None:
    assert {venue for venue, _ in INCHES} == set(VENUES)


@pytest.mark.parametrize(("venue", "columns"), INCHES)
def test_a_file_is_as_wide_as_the_venue_says(venue: str, columns: str, tmp_path: Path) -> None:
    page = page_of(venue, columns)
    one = picture_of("gradient_vs_length", of("gradient_vs_length", "one series"), page)
    write_picture(one, tmp_path, page, ["pdf", "svg"])
    assert not (tmp_path / "gradient_vs_length.png").exists()
    points = 72 * INCHES[venue, columns]
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ", (tmp_path / "gradient_vs_length.pdf").read_bytes())
    width = re.search(r'<svg [^>]*width="([\d.]+)pt"', (tmp_path / "gradient_vs_length.svg").read_text("utf-8"))
    assert box is not None
    assert width is not None
    assert float(box[1]) == pytest.approx(points, abs=0.01)
    assert float(width[1]) == pytest.approx(points, abs=0.01)


def laid_out(one: Picture) -> Figure:
    with look(NARROW.height(one.height), NARROW):
        canvas = Canvas.of(NARROW)
        one.compose(canvas)
        canvas.lay_out()
    assert isinstance(canvas.figure, Figure)
    return canvas.figure


@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_leaves_a_narrow_column_and_all_can_be_read(figure: str) -> None:
    drawn = laid_out(picture_of(figure, of(figure, first(figure)), NARROW))
    with look(1.0, NARROW):
        drawn.draw_without_rendering()
    renderer = Canvas(drawn, NARROW).renderer
    hidden = beyond(drawn)
    texts = [text for text in drawn.findobj(Text) if text.get_visible() and text.get_text().strip()]
    shown = [text for text in texts if id(text) not in hidden]
    assert shown
    for text in shown:
        box = text.get_window_extent(renderer)
        assert box.x0 > -1, text.get_text()
        assert box.x1 < drawn.bbox.width + 1, text.get_text()
        assert box.y0 > -1, text.get_text()
        assert box.y1 < drawn.bbox.height + 1, text.get_text()
        assert text.get_fontsize() >= SMALLEST


def beyond(drawn: Figure) -> set[int]:
    """The labels of ticks that are not drawn: of axes that are off, or beyond the ends of their axis."""
    found = set()
    for axes in drawn.axes:
        box = axes.bbox.padded(1)
        for axis in (axes.xaxis, axes.yaxis):
            for label in (each for tick in (*axis.majorTicks, *axis.minorTicks) for each in (tick.label1, tick.label2)):
                x, y = label.get_transform().transform(label.get_position())
                inside = box.x0 <= x <= box.x1 if axis is axes.xaxis else box.y0 <= y <= box.y1
                if not (axes.axison and inside):
                    found.add(id(label))
        if not axes.axison:
            found |= {id(axes.xaxis.label), id(axes.yaxis.label)}
    return found


SEVERAL = ["gradient_vs_length", "path_shares", "singular_values"]


@pytest.fixture(scope="module")
def panel() -> Picture:
    return panel_of(SEVERAL, findings(STUDIES["six series"](), ["path_shares", "jacobian"]), NARROW)


def test_several_figures_in_one_are_those_alone_with_letters(panel: Picture) -> None:
    made = findings(STUDIES["six series"](), ["path_shares", "jacobian"])
    together = laid_out(panel)
    alone = [laid_out(picture_of(name, made, NARROW)) for name in SEVERAL]
    assert len(together.axes) == sum(len(one.axes) for one in alone)
    drawn = [line for axes in together.axes for line in axes.lines]
    for line, other in zip(drawn, (line for one in alone for axes in one.axes for line in axes.lines), strict=True):
        assert line.get_xydata().tobytes() == other.get_xydata().tobytes()
    letters = [text for text in together.findobj(Text) if re.fullmatch(r"\([a-z]\)", text.get_text())]
    assert [text.get_text() for text in letters] == ["(a)", "(b)", "(c)"]


def test_several_figures_in_one_have_one_set_of_files(panel: Picture, tmp_path: Path) -> None:
    files = write_picture(panel, tmp_path, NARROW, ["svg"])
    stem = "+".join(SEVERAL)
    assert [path.name for path in files] == [f"{stem}.{kind}" for kind in ("svg", "txt", "alt.txt", "csv")]
    caption = (tmp_path / f"{stem}.txt").read_text("utf-8")
    assert caption.count("Study ") == 1
    assert [line for line in caption.splitlines() if line.startswith("(")] == [
        f"({letter}) {name}" for letter, name in zip("abc", SEVERAL, strict=True)
    ]
    with (tmp_path / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["panel"] for row in rows} == {"a", "b", "c"}
    assert all((row["ln_h0_gradient_median"] != "") == (row["panel"] == "a") for row in rows)
    assert all((row["path"] != "") == (row["panel"] == "b") for row in rows)
    alt = (tmp_path / f"{stem}.alt.txt").read_text("utf-8")
    assert alt.startswith("3 figures in one. (a) Line chart: ")


@pytest.mark.parametrize("names", [["flow_map"], ["flow_map", "flow_map"], list(FIGURES)])
def test_a_panel_holds_a_few_figures_each_once(names: list[str]) -> None:
    with pytest.raises(LookupError, match=r"a panel holds 2 to 8 figures, each once; these are flow_map|gradient"):
        panel_of(names, of("gradient_vs_length", "one series"))


@pytest.mark.parametrize(
    ("venue", "columns", "sentence"),
    [
        ("nurips", "full", "no venue 'nurips'; did you mean 'neurips'? There is: screen, neurips"),
        ("icml", "half", "no width 'half'. There is: column, full"),
        ("icml", "colum", "no width 'colum'; did you mean 'column'?"),
    ],
)
def test_an_unknown_page_is_named_with_the_nearest(venue: str, columns: str, sentence: str) -> None:
    with pytest.raises(LookupError) as fault:
        page_of(venue, columns)
    assert sentence in str(fault.value)


def test_figures_stand_side_by_side_where_they_are_about_equally_high() -> None:
    made = findings(STUDIES["six series"](), ["path_shares", "input_gradient"])
    page = page_of("neurips")

    def rows(*names: str) -> list[list[str]]:
        found = in_rows([partial(picture_of, name, made) for name in names], page)
        return [[one.name for one in row] for row in found]

    assert rows("gradient_vs_length", "input_gradient") == [["gradient_vs_length", "input_gradient"]]
    # At half of the width six panels stand below one another: as a curve's neighbour they would draw it out.
    assert rows("gradient_vs_length", "path_shares") == [["gradient_vs_length"], ["path_shares"]]
    assert rows("gradient_vs_length", "path_shares", "input_gradient")[1:] == [["path_shares"], ["input_gradient"]]
