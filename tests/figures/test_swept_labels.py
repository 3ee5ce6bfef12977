"""The swept values on curves: each is told to be its own curve's, also where two curves run together."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from gru_vanish.figures import page_of, picture_of
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.cut import composed
from gru_vanish.figures.places import in_pixels
from gru_vanish.figures.swept_labels import LINE
from tests.figures.test_figures import of


@pytest.fixture(scope="module", params=["icml-full", "icml-column", "neurips-full"])
def drawn(request: pytest.FixtureRequest) -> Canvas:
    """The article's thirteen series: two sweeps whose curves run together at one end."""
    page = page_of(*request.param.split("-"))
    one = picture_of("gradient_vs_length", of("gradient_vs_length", "thirteen series"), page)
    return composed(one, page, page.height(one.height))


def is_lead(line: Line2D) -> bool:
    return line.get_color() == LINE["color"]


def curves(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if np.size(line.get_xdata()) > 2]


def values(axes: Axes) -> list[Text]:
    return [text for text in axes.texts if not text.get_text().startswith("on the curves")]


def distance(line: Line2D, point: np.ndarray) -> float:
    return float(np.hypot(*(in_pixels(line).interpolated(40).vertices - point).T).min())


def test_every_value_belongs_to_the_nearest_curve_or_to_that_at_the_end_of_its_line(drawn: Canvas) -> None:
    leads = 0
    for axes in drawn.figure.axes:
        lines = {line: in_pixels(line).vertices for line in axes.lines if is_lead(line)}
        of = [line for line in curves(axes) if line.get_linestyle() == "-"]
        if not values(axes):
            continue
        own = []
        for text in values(axes):
            middle = text.get_window_extent(drawn.renderer).get_points().mean(axis=0)
            lead = min(lines, key=lambda line: np.hypot(*(lines[line][1] - middle)), default=None)
            led = lead is not None and np.hypot(*(lines[lead][1] - middle)) < 12.0
            point = lines[lead][0] if lead is not None and led else middle
            leads += led
            near = sorted(of, key=lambda line: distance(line, point))
            assert distance(near[0], point) < 1.0
            assert distance(near[1], point) > 2.0
            own.append(near[0])
        assert len(set(own)) == len(own)  # no two values on one curve
    assert leads == sum(is_lead(line) for axes in drawn.figure.axes for line in axes.lines)


def test_values_touch_neither_one_another_nor_the_curve_of_another(drawn: Canvas) -> None:
    for axes in drawn.figure.axes:
        boxes = [text.get_window_extent(drawn.renderer) for text in axes.texts]
        assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place])
        for text in values(axes):
            box = text.get_window_extent(drawn.renderer)
            touched = [line for line in curves(axes) if in_pixels(line).intersects_bbox(box, filled=False)]
            assert len([line for line in touched if line.get_linestyle() == "-"]) <= 1


def test_a_line_to_a_value_is_no_minus(drawn: Canvas) -> None:
    for axes in drawn.figure.axes:
        for line in filter(is_lead, axes.lines):
            (_, low), (_, high) = in_pixels(line).vertices
            assert abs(high - low) > 5.0
