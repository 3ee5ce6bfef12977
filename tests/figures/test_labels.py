"""Where names of curves stand: at the curves where they fit, else in a list."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.path import Path

from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.labels import FEW, Named, name_lines
from gru_vanish.figures.pages import page_of
from gru_vanish.figures.places import in_pixels
from gru_vanish.figures.style import look

X = np.linspace(0.0, 10.0, 60)


def named(curves: dict[str, np.ndarray], venue: str = "neurips") -> tuple[Canvas, Axes]:
    page = page_of(venue)
    with look(2.5, page):
        canvas = Canvas.of(page)
        (axes,) = canvas.panels(1, 1)
        lines = [axes.plot(X, values, label=name)[0] for name, values in curves.items()]
        axes.set_ylim(-10, 10)
        handles = [Line2D([], [], color=line.get_color(), label=line.get_label()) for line in lines]
        name_lines(canvas, axes, [Named(*each) for each in zip(curves, lines, handles, strict=True)])
        canvas.lay_out()
    return canvas, axes


def fan(count: int) -> dict[str, np.ndarray]:
    return {f"GRU, slope {slope:.1f}": slope * X for slope in np.linspace(-1.0, 1.0, count)}


def test_names_stand_at_their_curves_and_touch_none() -> None:
    canvas, axes = named(fan(4))
    assert axes.get_legend() is None
    assert [text.get_text() for text in axes.texts] == list(fan(4))
    for text, line in zip(axes.texts, axes.lines, strict=True):
        box = text.get_window_extent(canvas.renderer)
        assert not any(in_pixels(other).intersects_bbox(box, filled=False) for other in axes.lines)
        distances = [distance(in_pixels(other), box.get_points().mean(axis=0)) for other in axes.lines]
        assert int(np.argmin(distances)) == axes.lines.index(line)
        assert axes.bbox.x0 <= box.x0
        assert box.x1 <= axes.bbox.x1


def distance(path: Path, point: np.ndarray) -> float:
    dense = path.interpolated(20).vertices
    return float(np.hypot(*(dense - point).T).min())


@pytest.mark.parametrize(
    "curves",
    [
        lambda: fan(FEW + 1),
        lambda: {f"RNN {place}": 0.05 * place * np.ones_like(X) for place in range(4)},
        lambda: {"a name that is far too long to stand anywhere at all " * 6: np.sin(3 * X) * 9},
    ],
    ids=["many", "close", "long"],
)
def test_else_they_are_listed(curves: Callable[[], dict[str, np.ndarray]]) -> None:
    canvas, axes = named(curves())
    assert axes.texts == [] or not axes.texts
    legends = [one for one in [axes.get_legend(), *canvas.figure.legends] if one is not None]
    assert len(legends) == 1
    assert [text.get_text() for text in legends[0].get_texts()] == list(curves())


def test_a_list_that_would_cover_a_curve_stands_below_the_only_panel() -> None:
    curves = {f"RNN with a long name, {place}": 9.5 * np.sin(9 * X + place) for place in range(6)}
    canvas, axes = named(curves)
    assert axes.get_legend() is None
    (below,) = canvas.figure.legends
    assert below.get_window_extent(canvas.renderer).y1 < axes.bbox.y0


def test_what_stands_below_takes_no_height_from_the_panel() -> None:
    curves = {f"RNN with a long name, {place}": 9.5 * np.sin(9 * X + place) for place in range(6)}
    crowded, _ = named(curves)
    free, _ = named(fan(4))
    assert crowded.figure.bbox.height > free.figure.bbox.height
    assert crowded.figure.bbox.width == free.figure.bbox.width


def test_a_curve_that_breaks_off_or_leaves_the_frame_is_named_where_it_is_seen() -> None:
    broken = np.where(X < 4, 3.0, np.nan)
    _, axes = named({"ends": broken, "leaves": -5.0 * X})
    ends, leaves = axes.texts
    assert ends.get_position()[0] <= 4.2
    assert -10 <= leaves.get_position()[1] <= 1
    assert leaves.get_position()[0] <= 2.5  # it is below the frame from 2 on


def test_every_later_step_is_taken_whatever_the_one_before_has_added() -> None:
    taken: list[int] = []
    with look(2.0):
        canvas = Canvas.of(page_of("screen"))
        canvas.panels(2, 2)
        canvas.later += [lambda place=place: not taken.append(place) for place in range(3)]  # type: ignore[misc]
        canvas.lay_out()
    assert taken == [0, 1, 2]
