"""A figure that is too tall for its page: pressed a little, or cut between its rows into several.

A row begins where its panels have titles; panels without one belong to the row above them. What is cut is the figure
as it was laid out as a whole, so panels of all parts have one size and share their axes as they do together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gru_vanish.figures.canvas import DPI, PAD, Canvas
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.style import look, points

LOWEST = 0.7  # of its own height: a figure is pressed no further before it is cut, nor are its parts
THINNEST = 0.6  # the same of a figure of one row, which can not be cut
ROOM = 1.02  # of the page: what a figure may be taller than it
LINE = 1.1  # heights of letters from one mark of a scale to the next
COLORBAR = "<colorbar>"  # matplotlib's own label of its axes


@dataclass(frozen=True)
class Block:
    """The panels of a row with all that is below them before the next; inches from the foot of the figure."""

    axes: tuple[Axes, ...]
    top: float
    foot: float
    """of the panels themselves"""
    below: float
    """of what is written below them"""


def fitted(one: Picture, page: Page) -> Iterator[Figure]:
    """Give the picture as one figure where the page holds it, else as several."""
    height, natural = page.height(one.height), one.height * page.scale
    canvas = composed(one, page, height)
    over = 0.0 if page.tallest is None else height_of(canvas) - ROOM * page.tallest
    if over <= 0.0 or page.tallest is None:
        yield figure_of(canvas)
        return
    rows = 1 if canvas.grid is not None else len(blocks_of(canvas))
    pressed = height - (height_of(canvas) - page.tallest)
    if rows > 1 and pressed < LOWEST * natural:
        yield from parts(one, page, natural)
    else:
        yield figure_of(composed(one, page, max(pressed, THINNEST * natural)))


def composed(one: Picture, page: Page, height: float) -> Canvas:
    """Return the picture drawn and laid out, its panels for a figure of this height in inches."""
    with look(height, page):
        canvas = Canvas.of(page)
        one.compose(canvas)
        canvas.lay_out()
    return canvas


def figure_of(canvas: Canvas) -> Figure:
    """Return the whole figure of a canvas."""
    assert isinstance(canvas.figure, Figure)
    return canvas.figure


def height_of(canvas: Canvas) -> float:
    """Return the height of a whole figure in inches."""
    return float(figure_of(canvas).get_figheight())


def parts(one: Picture, page: Page, natural: float) -> Iterator[Figure]:
    """Give the figure in parts, each drawn anew and cut down to its rows."""
    canvas = composed(one, page, natural)
    found, room = blocks_of(canvas), (page.tallest or np.inf) * ROOM - words_below(canvas)
    kept = shares(found, room)
    taller = max(kept, key=lambda some: extent(found, some))
    over = max(0.0, extent(found, taller) - room) * len(found) / len(taller)
    for some in kept:
        canvas = composed(one, page, max(natural - over, LOWEST * natural))
        cut(canvas, some)
        yield figure_of(canvas)


def extent(blocks: Sequence[Block], some: range) -> float:
    """Return the inches from the first to the last of some blocks, with the words of an axis below them."""
    return blocks[some.start].top - blocks[some.stop - 1].foot + max(block.below for block in blocks)


def blocks_of(canvas: Canvas) -> list[Block]:
    """Return the blocks of a figure from above."""
    rows: list[list[Axes]] = []
    for axes in sorted(panels_of(figure_of(canvas)), key=lambda each: -each.bbox.y1):
        if rows and axes.bbox.y1 > min(each.bbox.y0 for each in rows[-1]) + 1.0:
            rows[-1].append(axes)
        else:
            rows.append([axes])
    groups: list[list[Axes]] = []
    for row in rows:
        if not groups or any(is_titled(axes) for axes in row):
            groups.append([])
        groups[-1] += row
    return [block_of(canvas, group) for group in groups]


def panels_of(figure: Figure) -> list[Axes]:
    """Return the panels that are seen, scales of colours left out."""
    return [axes for axes in figure.axes if axes.get_visible() and axes.get_label() != COLORBAR]


def is_titled(axes: Axes) -> bool:
    """Say whether something stands above a panel."""
    return any(axes.get_title(loc) for loc in ("left", "center", "right"))


def block_of(canvas: Canvas, group: Sequence[Axes]) -> Block:
    """Return a block with its borders."""
    tight = [box for axes in group if (box := axes.get_tightbbox(canvas.renderer)) is not None]
    foot = min(axes.bbox.y0 for axes in group)
    return Block(
        tuple(group), max(box.y1 for box in tight) / DPI, foot / DPI, (foot - min(box.y0 for box in tight)) / DPI
    )


def words_below(canvas: Canvas) -> float:
    """Return the inches that the words below all panels take, and the edges."""
    legends = [one.get_window_extent(canvas.renderer).height / DPI for one in canvas.figure.legends]
    return sum(legends) + (2 + bool(legends)) * PAD


def shares(blocks: Sequence[Block], room: float) -> list[range]:
    """Return which blocks stand on which part: on as few parts as can be, about as many on each."""
    greedy = [range(1)]
    for place in range(1, len(blocks)):
        longer = range(greedy[-1].start, place + 1)
        if extent(blocks, longer) <= room:
            greedy[-1] = longer
        else:
            greedy.append(range(place, place + 1))
    even = [range(int(some[0]), int(some[-1]) + 1) for some in np.array_split(range(len(blocks)), len(greedy))]
    return even if max(extent(blocks, some) for some in even) <= room else greedy


def cut(canvas: Canvas, kept: range) -> None:
    """Cut a figure down to some of its blocks; the words below all panels stay."""
    figure, blocks = figure_of(canvas), blocks_of(canvas)
    words, shown = words_below(canvas), [axes for place in kept for axes in blocks[place].axes]
    for axes in panels_of(figure):
        if axes not in shown:
            axes.set_visible(False)
    below = max(block.below for block in blocks)
    top, foot = blocks[kept.start].top, blocks[kept.stop - 1].foot
    for axes in lowest(shown):
        name_below(axes, figure.axes)
    width, before = figure.get_size_inches()
    height = top - foot + below + words
    lift = below + words - PAD - foot
    scales = [axes for axes in figure.axes if axes.get_label() == COLORBAR]
    high = max(axes.bbox.y1 for axes in shown) / DPI
    for axes in figure.axes:
        box = axes.get_position(original=True)
        low, end = (foot, high) if axes in scales else (box.y0 * before, box.y1 * before)
        axes.set_position((box.x0, (low + lift) / height, box.width, (end - low) / height))
    figure.set_size_inches(width, height)
    for axes in scales:
        thin_out(axes)


def thin_out(scale: Axes) -> None:
    """Leave out the marks of a scale of colours that have come too near to the one below them."""
    apart = LINE * points(7) * DPI / 72
    shown: list[float] = []
    for mark in scale.get_yticks():
        place = float(scale.transData.transform((0.0, mark))[1])
        if not shown or place - float(scale.transData.transform((0.0, shown[-1]))[1]) >= apart:
            shown.append(float(mark))
    scale.set_yticks(shown)


def lowest(shown: Sequence[Axes]) -> list[Axes]:
    """Return the panels with none below them."""
    return [one for one in shown if not any(each.bbox.y1 <= one.bbox.y0 and in_line(each, one) for each in shown)]


def in_line(one: Axes, other: Axes) -> bool:
    """Say whether two panels stand in one column."""
    return bool(one.bbox.x0 < other.bbox.x1 and other.bbox.x0 < one.bbox.x1)


def name_below(axes: Axes, among: Sequence[Axes]) -> None:
    """Give a panel the name and the numbers of its lower axis, if that stood at another one of its column."""
    if axes.get_xlabel() or not axes.spines["bottom"].get_visible():
        return
    column = [one for one in among if one.get_xlabel() and in_line(one, axes)]
    sharing = [one for one in column if axes.get_shared_x_axes().joined(one, axes)] or column
    if sharing:
        axes.set_xlabel(sharing[0].get_xlabel(), fontsize=sharing[0].xaxis.label.get_fontsize())
        axes.tick_params(labelbottom=True)
