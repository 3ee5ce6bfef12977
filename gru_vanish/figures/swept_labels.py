"""The swept value on each curve of a sweep: a number where the curve stands alone, else beside it with a line to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.panels import Curve
from gru_vanish.figures.places import clear, in_pixels, spots
from gru_vanish.figures.style import FLOOR, points
from gru_vanish.figures.text import shown

CROWDED = 9  # from here on only every other value is written on its curve
BEFORE = 0.88  # of the way along a curve that ends in the frame: its value stands there, and the end is seen
NEXT = 2.0  # pixels at 100 dpi: least distance of a value on its curve to another curve
FAR = (7.0, 11.0, 16.0, 24.0, 34.0)  # pixels from a curve to a value that a line leads to
LINE: dict[str, Any] = {"color": "#606060", "linewidth": 0.5, "linestyle": "solid", "zorder": 6.5}


@dataclass(frozen=True)
class Traced:
    """A curve of a panel as it is drawn: its line, and whether its number alone may stand for it."""

    curve: Curve[Any]
    line: Line2D
    whole: bool = True


@dataclass(frozen=True)
class Place:
    """Where a value stands, and from where on its curve a line leads to it, if one does."""

    box: Bbox
    lead: tuple[float, float] | None = None


def label_values(canvas: Canvas, axes: Axes, traced: Sequence[Traced], floor: float | None) -> None:
    """Write the swept value on each curve, once every panel has its place, and say below what the values are of."""
    if traced:
        legend = shown(f"on the curves: {traced[0].curve.axis}")
        axes.text(0.03, 0.03, legend, transform=axes.transAxes, fontsize=points(6.5), ha="left", va="bottom")
        canvas.later.append(partial(write_values, canvas, axes, traced, floor))


def write_values(canvas: Canvas, axes: Axes, traced: Sequence[Traced], floor: float | None) -> bool:
    """Write the values at heights that alternate, so that neighbours keep apart; they take no place outside."""
    ordered = sorted(traced, key=lambda one: last(one.line))
    step = 2 if len(ordered) >= CROWDED else 1
    chosen = [one for place, one in enumerate(ordered) if place % step == 0 or place == len(ordered) - 1]
    taken = [text.get_window_extent(canvas.renderer) for text in axes.texts]
    for place, one in enumerate(chosen):
        text = axes.text(
            0, 0, shown(one.curve.inline or ""), color="#202020", fontsize=points(7.5), ha="center", va="center",
            zorder=7, transform=None,
        )  # fmt: skip
        rivals = [in_pixels(other.line) for other in ordered if other is not one]
        found = place_of(canvas, axes, one, text, place, rivals, taken)
        put(axes, text, found, floor)
        taken.append(found.box)
    return False


def place_of(
    canvas: Canvas, axes: Axes, one: Traced, text: Text, turn: int, rivals: Sequence[Path], taken: Sequence[Bbox]
) -> Place:
    """Return the best place of a value: on its curve near the height that it is its turn to have, else beside it.

    A line may lead there across a reference, but across none of the ``rivals``, which have values too.
    """
    size = text.get_window_extent(canvas.renderer)
    own = in_pixels(one.line)
    # A closed form of its own has its colour, and is no other curve.
    drawn = [line for line in axes.lines if line.get_color() != one.line.get_color()]
    others = [in_pixels(line) for line in drawn if np.size(line.get_xdata()) > 1]
    at = spots(own, axes.bbox)
    frame = axes.bbox
    wanted = frame.y0 + frame.height * (0.13 + 0.09 * (turn % 4))
    near = sorted(at, key=lambda spot: abs(spot[1] - wanted)) if at[-1][1] < wanted else at[int(BEFORE * len(at)) :: -1]
    upon = [Place(centred(x, y, size)) for x, y in near]
    beside = [place for spot in near if alone(spot, rivals) for place in led(spot, size, rivals)]
    for lines in (others, rivals):
        for places, curves in ((upon, lines), (beside, [own, *lines])):
            found = next((place for place in places if clear(place.box, axes, curves, taken, NEXT)), None)
            if found is not None:
                return found
    return upon[0]


def alone(spot: tuple[float, float], rivals: Sequence[Path]) -> bool:
    """Say whether a line that ends at this point of a curve ends at no other."""
    box = Bbox.from_bounds(*spot, 0.0, 0.0).padded(1.5 * NEXT)
    return not any(rival.intersects_bbox(box, filled=False) for rival in rivals)


def led(spot: tuple[float, float], size: Bbox, rivals: Sequence[Path]) -> Iterator[Place]:
    """Give places to both sides of a point of a curve from which a line to it crosses no rival."""
    x, y = spot
    for far in FAR:
        for side, rise in ((1, 1), (-1, -1), (-1, 1), (1, -1)):  # aslant: a level line would be a minus
            box = centred(x + side * (far + size.width / 2), y + rise * far, size)
            end = box.x0 if side > 0 else box.x1
            line = Path([(x + side * 1.5, y), (end, y + rise * far)])
            if not any(line.intersects_path(other, filled=False) for other in rivals):
                yield Place(box, (x, y))


def centred(x: float, y: float, size: Bbox) -> Bbox:
    """Return a box of this size around a point."""
    return Bbox.from_bounds(x - size.width / 2, y - size.height / 2, size.width, size.height)


def put(axes: Axes, text: Text, place: Place, floor: float | None) -> None:
    """Move a value to its place, with the ground of that place around it, and draw the line that leads there."""
    there = axes.transData.inverted()
    middle = ((place.box.x0 + place.box.x1) / 2, (place.box.y0 + place.box.y1) / 2)
    x, y = (float(each) for each in there.transform(middle))
    text.set_transform(axes.transData)
    text.set_position((x, y))
    ground = FLOOR if floor is not None and y < floor else "white"
    text.set_path_effects([withStroke(linewidth=2.2, foreground=ground)])
    if place.lead is not None:
        end = (place.box.x0 if place.lead[0] < middle[0] else place.box.x1, middle[1])
        ends = there.transform([place.lead, end])
        axes.add_line(Line2D(ends[:, 0], ends[:, 1], **LINE))


def last(line: Line2D) -> float:
    """Return the last finite height of a line: the order of the curves from below."""
    heights = np.asarray(line.get_ydata(), np.float64)
    finite = heights[np.isfinite(heights)]
    return float(finite[-1]) if finite.size else 0.0
