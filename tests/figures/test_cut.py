"""Figures that their page does not hold: pressed, or cut between their rows, and nothing is lost."""

from functools import cache
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from gru_vanish.figures import draw, page_of, picture_of
from gru_vanish.figures.canvas import DPI, Canvas
from gru_vanish.figures.cut import COLORBAR, ROOM, fitted
from gru_vanish.figures.style import SMALLEST, look
from tests.figures.test_figures import of
from tests.figures.test_pages import beyond

SLIDE, SCREEN = page_of("slides"), page_of("screen")
CUT = [("flow_map", "six series"), ("path_shares", "thirteen series"), ("lag_shares", "six series")]
PRESSED = [("gate_statistics", "six series"), ("decay_rate_vs_axis", "thirteen series")]


@cache
def parts_of(name: str, study: str) -> list[Figure]:
    return list(fitted(picture_of(name, of(name, study), SLIDE), SLIDE))


def seen(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_visible() and axes.get_label() != COLORBAR]


def titles(figures: list[Figure]) -> list[str]:
    return sorted(axes.get_title().replace("\n", " ") for figure in figures for axes in seen(figure))


@pytest.mark.parametrize(("name", "study"), CUT)
def test_what_a_slide_does_not_hold_is_cut_into_parts_that_it_holds(name: str, study: str) -> None:
    (whole,) = fitted(picture_of(name, of(name, study), SCREEN), SCREEN)
    parts = parts_of(name, study)
    assert len(parts) > 1
    assert SLIDE.tallest is not None
    assert titles(parts) == titles([whole])
    for figure in parts:
        assert figure.get_figheight() <= ROOM * SLIDE.tallest + 1e-6
        assert figure.get_figwidth() == pytest.approx(SLIDE.width)
        low = min(axes.bbox.y0 for axes in seen(figure))
        assert all(axes.get_xlabel() for axes in seen(figure) if axes.bbox.y0 < low + 1.0)
        inside(figure)
    sizes = [(axes.bbox.width, axes.bbox.height) for figure in parts for axes in seen(figure)[:1]]
    assert all(size == pytest.approx(sizes[0], abs=0.5) for size in sizes)


def inside(figure: Figure) -> None:
    """Nothing leaves the figure, and no panel lies on another one's words or on those below."""
    with look(1.0, SLIDE):
        figure.draw_without_rendering()
    renderer = Canvas(figure, SLIDE).renderer
    hidden = beyond(figure)
    shown = [text for axes in seen(figure) for text in axes.findobj(Text)]
    for text in (one for one in shown if one.get_visible() and one.get_text().strip() and id(one) not in hidden):
        box = text.get_window_extent(renderer)
        assert box.y0 > -1, text.get_text()
        assert box.y1 < figure.get_figheight() * DPI + 1, text.get_text()
        assert text.get_fontsize() >= SMALLEST
    tight = [box for axes in seen(figure) if (box := axes.get_tightbbox(renderer)) is not None]
    for legend in figure.legends:
        top = legend.get_window_extent(renderer).y1
        assert min(box.y0 for box in tight) > top - 1


@pytest.mark.parametrize(("name", "study"), PRESSED)
def test_one_row_is_pressed_to_the_slide(name: str, study: str) -> None:
    (figure,) = parts_of(name, study)
    assert SLIDE.tallest is not None
    assert figure.get_figheight() <= ROOM * SLIDE.tallest + 1e-6
    inside(figure)


def test_a_screen_has_no_end() -> None:
    assert len(list(fitted(picture_of("lag_shares", of("lag_shares", "six series"), SCREEN), SCREEN))) == 1


def test_the_marks_of_a_scale_keep_apart() -> None:
    figure = parts_of("flow_map", "six series")[0]
    (scale,) = (axes for axes in figure.axes if axes.get_label() == COLORBAR)
    boxes = [
        label.get_window_extent(Canvas(figure, SLIDE).renderer)
        for label in scale.get_yticklabels()
        if scale.bbox.y0 - 1 <= label.get_transform().transform(label.get_position())[1] <= scale.bbox.y1 + 1
    ]
    assert len(boxes) > 2
    assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place])
    panels = seen(figure)
    assert scale.bbox.y0 == pytest.approx(min(axes.bbox.y0 for axes in panels), abs=8)  # but for its arrow
    assert scale.bbox.y1 == pytest.approx(max(axes.bbox.y1 for axes in panels), abs=1)


def test_parts_are_numbered_and_say_so(tmp_path: Path) -> None:
    files = draw("lag_shares", of("lag_shares", "six series"), tmp_path, SLIDE)
    names = {path.name for path in files}
    assert {"lag_shares-1.pdf", "lag_shares-2.pdf", "lag_shares-1.txt", "lag_shares-2.alt.txt"} <= names
    assert [name for name in names if name.endswith(".csv")] == ["lag_shares.csv"]
    assert all(path.is_file() for path in files)
    for ending in ("txt", "alt.txt"):
        assert (tmp_path / f"lag_shares-2.{ending}").read_text(encoding="utf-8").startswith("Part 2 of 2.\n")
