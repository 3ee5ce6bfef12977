"""Where the name of a curve stands: on the curve if all names of a panel fit there, else in a list.

This is decided here for all figures. A swept value is a number on its curve. Up to `FEW` other curves are named
beside themselves if every name finds a place where it touches no curve and no other name; otherwise their names are
listed, with a piece of their line, in the emptiest corner, or below a single panel whose corners are all taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.panels import Curve, Panel
from gru_vanish.figures.style import FLOOR, points
from gru_vanish.figures.text import shown, wrapped

FEW = 5  # curves of a panel that may be named beside themselves
LETTERS = 26  # of a line of such a name
APART, OWN = 5.0, 1.5  # pixels at 100 dpi: least distance of a name to another curve, and to its own
PLACES = 40  # along a curve that are tried
CROWDED = 9  # from here on only every other value is written on its curve
SHORT = 10  # letters of a name that fits beside the end of a curve
Corner = Literal["lower left", "lower right", "upper right", "upper left"]
CORNERS: tuple[Corner, ...] = ("lower left", "lower right", "upper right", "upper left")


@dataclass(frozen=True)
class Named:
    """A line that is drawn, with its name and what stands before it in a list."""

    words: str
    line: Line2D
    handle: Line2D


@dataclass(frozen=True)
class Traced:
    """A curve of a panel as it is drawn: its line, and whether its number alone may stand for it."""

    curve: Curve[Any]
    line: Line2D
    whole: bool = True


def name_curves(
    canvas: Canvas, axes: Axes, panel: Panel[Any], traced: Sequence[Traced], floor: float | None = None
) -> None:
    """Name every curve of a panel; ``floor`` is the height below which the ground is grey."""
    numbered = [one for one in traced if one.curve.inline is not None and panel.title and one.whole]
    label_values(axes, numbered, floor)
    rest = sorted((one for one in traced if one not in numbered), key=lambda one: last(one.line))
    letters = 20 if panel.narrow else 44
    names = [Named(one.curve.words, one.line, piece(one.curve, letters)) for one in rest]
    name_lines(canvas, axes, names, small=panel.narrow)


def piece(curve: Curve[Any], letters: int) -> Line2D:
    """Return what stands before a name in a list."""
    return Line2D([], [], color=curve.colour, linestyle=curve.dashes, label=wrapped(curve.words, letters))


def name_lines(canvas: Canvas, axes: Axes, names: Sequence[Named], small: bool = False, corner: bool = True) -> None:
    """Name lines beside themselves where all names fit, else in a list; once every panel has its place.

    The list stands in a corner of the panel, or below it where ``corner`` is false.
    """
    if names:
        canvas.later.append(partial(beside_or_listed, canvas, axes, names, small, corner))


def beside_or_listed(canvas: Canvas, axes: Axes, names: Sequence[Named], small: bool, corner: bool) -> bool:
    """Name the lines; return whether something was added that takes place outside the axes."""
    if len(names) <= FEW and name_beside(canvas, axes, names):
        return False
    if corner and list_in_corner(canvas, axes, [one.handle for one in names], small):
        return False
    canvas.add_below([one.handle for one in names])
    return True


def name_beside(canvas: Canvas, axes: Axes, names: Sequence[Named]) -> bool:
    """Write each name beside its line; write none and return False if one finds no place."""
    paths = {id(line): in_pixels(line) for line in axes.lines}
    taken: list[Bbox] = [text.get_window_extent(canvas.renderer) for text in axes.texts]
    written: list[Text] = []
    for one in names:
        text = axes.text(
            0, 0, wrapped(one.words, LETTERS), fontsize=points(7), color=darker(one.line.get_color()), ha="left",
            va="bottom", linespacing=1.0, zorder=7, transform=None,
        )  # fmt: skip
        written.append(text)
        size = text.get_window_extent(canvas.renderer)
        others = [path for key, path in paths.items() if key != id(one.line)]
        found = next(
            (
                box
                for box in boxes(axes, paths[id(one.line)], size)
                if free(box, axes, paths[id(one.line)], others, taken)
            ),
            None,
        )
        if found is None:
            for each in written:
                each.remove()
            return False
        text.set_transform(axes.transData)
        x, y = axes.transData.inverted().transform((found.x0, found.y0))
        text.set_position((float(x), float(y)))
        taken.append(found)
    return True


def in_pixels(line: Line2D) -> Path:
    """Return where a line runs on the canvas; breaks where it is not finite stay breaks."""
    return line.get_transform().transform_path(line.get_path())


def darker(colour: Any) -> str:
    """Return a colour in which letters can be read on white."""
    red, green, blue = to_rgb(colour)
    return to_hex((0.6 * red, 0.6 * green, 0.6 * blue))


def boxes(axes: Axes, path: Path, size: Bbox) -> Iterator[Bbox]:
    """Give places for a name of this size, from the end of the visible part of its curve on back."""
    gap, width, height = OWN + 1.5, size.width, size.height
    for x, y in reversed(spots(path, axes.bbox)):
        for left, low in (
            (x + gap, y - height / 2),
            (x - width, y + gap), (x - width, y - gap - height),
            (x - width / 2, y + gap), (x - width / 2, y - gap - height),
            (x, y + gap), (x, y - gap - height),
            (x - gap - width, y - height / 2),
        ):  # fmt: skip
            yield Bbox.from_bounds(left, low, width, height)


def spots(path: Path, frame: Bbox) -> list[tuple[float, float]]:
    """Return points spread evenly over the part of a curve that lies in the frame."""
    clip = (frame.x0, frame.y0, frame.x1, frame.y1)
    pieces = [vertex for vertex, code in path.iter_segments(clip=clip, simplify=False) if code <= Path.LINETO]
    vertices = np.reshape(np.asarray(pieces, np.float64), (-1, 2))
    if len(vertices) < 2:
        return [(float(x), float(y)) for x, y in vertices]
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])
    at = np.linspace(0.0, way[-1], PLACES)
    return list(
        zip(np.interp(at, way, vertices[:, 0]).tolist(), np.interp(at, way, vertices[:, 1]).tolist(), strict=True)
    )


def free(box: Bbox, axes: Axes, own: Path, others: Sequence[Path], taken: Sequence[Bbox]) -> bool:
    """Say whether a name has this place for itself, well away from every other curve."""
    frame = axes.bbox
    if box.x0 < frame.x0 + 1 or box.x1 > frame.x1 - 2 or box.y0 < frame.y0 + 1 or box.y1 > frame.y1:
        return False
    if any(box.padded(2.0).overlaps(other) for other in taken):
        return False
    if own.intersects_bbox(box.padded(OWN), filled=False):
        return False
    return not any(other.intersects_bbox(box.padded(APART), filled=False) for other in others)


def list_in_corner(canvas: Canvas, axes: Axes, handles: Sequence[Line2D], small: bool) -> bool:
    """List names in the corner that covers least; return False where every corner covers curves of the only panel."""
    paths = [in_pixels(line) for line in axes.lines]
    found: dict[Corner, int] = {}
    for corner in CORNERS:
        listed = corner_list(axes, handles, corner, small)
        box = listed.get_window_extent(canvas.renderer)
        covered = sum(path.intersects_bbox(box, filled=False) for path in paths)
        covered += sum(box.overlaps(text.get_window_extent(canvas.renderer)) for text in axes.texts)
        too_large = box.width > axes.bbox.width or box.height > axes.bbox.height
        found[corner] = covered + (len(paths) if too_large else 0)
        listed.remove()
        if found[corner] == 0:
            break
    best = min(found, key=lambda corner: found[corner])
    if found[best] and len(canvas.figure.axes) == 1:
        return False
    corner_list(axes, handles, best, small)
    return True


def corner_list(axes: Axes, handles: Sequence[Line2D], corner: Corner, small: bool) -> Legend:
    """Write a list of names into a corner."""
    return axes.legend(
        handles=list(handles), loc=corner, frameon=False, fontsize=points(6 if small else 7),
        handlelength=1.5 if small else 2.2, handletextpad=0.5, borderaxespad=0.2, labelspacing=0.35,
    )  # fmt: skip


def last(line: Line2D) -> float:
    """Return the last finite height of a line: the order of the curves from below."""
    heights = np.asarray(line.get_ydata(), np.float64)
    finite = heights[np.isfinite(heights)]
    return float(finite[-1]) if finite.size else 0.0


def label_values(axes: Axes, traced: Sequence[Traced], floor: float | None) -> None:
    """Write the swept value on each curve, at heights that alternate so that neighbours keep apart."""
    ordered = sorted(traced, key=lambda one: last(one.line))
    step = 2 if len(ordered) >= CROWDED else 1
    for place, one in enumerate(ordered):
        if place % step == 0 or place == len(ordered) - 1:
            write_value(axes, one, place, floor)
    if ordered:
        legend = shown(f"on the curves: {ordered[0].curve.axis}")
        axes.text(0.03, 0.03, legend, transform=axes.transAxes, fontsize=points(6.5), ha="left", va="bottom")


def write_value(axes: Axes, one: Traced, place: int, floor: float | None) -> None:
    """Write one value: on the curve where it leaves the frame, below or above its end where it stays."""
    x, y, inside = spot(axes, one.line, place)
    curve = one.curve
    words = curve.words if not inside and len(curve.words) <= SHORT else curve.inline or ""
    ground = FLOOR if floor is not None and y < floor else "white"
    axes.text(
        x, y, shown(words), color="#202020", fontsize=points(7.5), ha="center" if inside else "right",
        va="center" if inside else "bottom" if last(one.line) > 0.0 else "top",
        path_effects=[withStroke(linewidth=2.2, foreground=ground)], zorder=7,
    )  # fmt: skip


def spot(axes: Axes, line: Line2D, place: int) -> tuple[float, float, bool]:
    """Return where the value stands, and whether that is on the curve or at its last point."""
    lengths, decades = (np.asarray(each, np.float64) for each in line.get_data())
    finite = np.isfinite(decades)
    lengths, decades = lengths[finite], decades[finite]
    bottom, top = axes.get_ylim()
    logarithmic = axes.get_xscale() == "log"
    low = bottom + (top - bottom) * (0.13 + 0.09 * (place % 4))
    high = top - (top - bottom) * (0.06 + 0.09 * (place % 4))
    if decades.size and decades[-1] < low:
        return cross(lengths, -decades, -low, logarithmic), low, True
    if decades.size and decades[-1] > top:
        return cross(lengths, decades, high, logarithmic), high, True
    return float(lengths[-1]), float(decades[-1]), False


def cross(lengths: FloatArray, rising: FloatArray, level: float, logarithmic: bool) -> float:
    """Return the T at which the curve first rises through the level (its first point if it starts above)."""
    axis = np.log(lengths) if logarithmic else lengths
    after = int(np.argmax(rising > level))
    if after == 0:
        return float(lengths[0])
    share = (level - rising[after - 1]) / (rising[after] - rising[after - 1])
    value = float(axis[after - 1] + share * (axis[after] - axis[after - 1]))
    return float(np.exp(value)) if logarithmic else value
