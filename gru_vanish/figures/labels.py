"""Where the name of a curve stands: on the curve if all names of a panel fit there, else in a list.

This is decided here for all figures. A swept value is a number on its curve. Up to `FEW` other curves are named
beside themselves if every name finds a place where it touches no curve and no other name; otherwise their names are
listed, with a piece of their line, in the emptiest corner, or below a single panel whose corners are all taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.panels import Curve, Panel
from gru_vanish.figures.places import boxes, free, in_pixels
from gru_vanish.figures.style import points
from gru_vanish.figures.swept_labels import Traced, label_values, last
from gru_vanish.figures.text import wrapped

FEW = 5  # curves of a panel that may be named beside themselves
LETTERS = 26  # of a line of such a name
Corner = Literal["lower left", "lower right", "upper right", "upper left"]
CORNERS: tuple[Corner, ...] = ("lower left", "lower right", "upper right", "upper left")


@dataclass(frozen=True)
class Named:
    """A line that is drawn, with its name and what stands before it in a list."""

    words: str
    line: Line2D
    handle: Line2D


def name_curves(
    canvas: Canvas, axes: Axes, panel: Panel[Any], traced: Sequence[Traced], floor: float | None = None
) -> None:
    """Name every curve of a panel; ``floor`` is the height below which the ground is grey."""
    # On a line a value hides what can be guessed; of single points it would hide what was measured.
    dotted = len(traced) <= FEW and any(one.line.get_linestyle() == "None" for one in traced)
    numbered = [one for one in traced if one.curve.inline is not None and panel.title and one.whole and not dotted]
    label_values(canvas, axes, numbered, floor)
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


def darker(colour: Any) -> str:
    """Return a colour in which letters can be read on white."""
    red, green, blue = to_rgb(colour)
    return to_hex((0.6 * red, 0.6 * green, 0.6 * blue))


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
