"""The level of h and of every gate along the sequence: the median unit, and the range of nine tenths of the units."""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.curves import band
from gru_vanish.analysis.decades import like_powers
from gru_vanish.analysis.gate_statistics import STATE, Gates
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import points
from gru_vanish.figures.text import shown, wrapped

NAME = "gate_statistics"
RANGE = (0, 2, 4)  # places of the quantiles 0.05, 0.5 and 0.95
ROW_HEIGHT = 1.45  # inches
ACROSS = 5  # parts side by side; more of them are folded into several rows
LEAST = 1.0  # inches of a part
WIDE = 4.5  # inches of a page with room for a column of names; on others they stand below their group
LINE = 0.125  # inches of a line of names
NAMES_WIDTH = 1.25  # of the column of names, in widths of a panel

Series = MeasuredSeries[Gates]


def picture(findings: Findings, page: Page) -> Picture:
    """Return a row for every group of series and a column for every part."""
    table: MeasureTable[Gates] = findings.of(NAME)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    panels, parts = arrange(drawn), parts_of(drawn)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn))
    height = 0.55 + sum(group_height(panel, parts, page) for panel in panels)
    drawing = partial(compose, panels=panels, parts=parts, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn), numbers(table))


def group_height(panel: Panel[Series], parts: Sequence[str], page: Page) -> float:
    """Return the height of a group of series, whose names stand beside or below it."""
    rows = len(folded(parts, page))
    if names_beside(page):
        return ROW_HEIGHT * max(rows, 1.4)
    lines = sum(wrapped(curve.words, page.wrap()).count("\n") + 1 for curve in panel.curves) + bool(panel.title)
    return ROW_HEIGHT * rows + LINE * (lines + 1)


def names_beside(page: Page) -> bool:
    """Say whether there is room for a column of names."""
    return page.room >= WIDE


def alt(drawn: Sequence[Series]) -> str:
    """Return what is seen, in words."""
    levels = {
        id(one): {part: found[1] for part in parts_of([one]) if (found := medians(one, part)) is not None}
        for one in drawn
    }
    axes = [
        axis("step t", "", *(steps_of(one) for one in drawn)),
        axis("median level of h and of each gate", "", *(each for found in levels.values() for each in found.values())),
    ]
    kind = "Line charts, a panel for h and for each gate: the median unit with the range of nine tenths of the units."
    told = {one.name.short: ", ".join(ends(part, each) for part, each in levels[id(one)].items()) for one in drawn}
    return alt_text(kind, axes, (f"{name}: {words}" for name, words in told.items()))


def parts_of(series: Sequence[Series]) -> list[str]:
    """Return the parts that any of the series has, the state first."""
    return list(dict.fromkeys([STATE, *(part for one in series for seed in one.seeds.values() for part in seed.parts)]))


def steps_of(one: Series) -> IntArray:
    """Return the steps at which a series was looked at."""
    return next(iter(one.seeds.values())).steps


def medians(one: Series, part: str) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """Return the quantiles 0.05, 0.5 and 0.95 over units, each the median over seeds; None without such a part."""
    seen = [seed.parts[part] for seed in one.seeds.values() if part in seed.parts]
    if not seen:
        return None
    size = steps_of(one).size
    low, middle, high = (band([each.quantiles[:, place] for each in seen], size).median for place in RANGE)
    return low, middle, high


def folded(parts: Sequence[str], page: Page) -> list[Sequence[str]]:
    """Return the parts as rows of about equal length, as few as there need be."""
    rows = math.ceil(len(parts) / (ACROSS if names_beside(page) else page.across(len(parts), ACROSS, LEAST)))
    across = math.ceil(len(parts) / rows)
    return [parts[start : start + across] for start in range(0, len(parts), across)]


def compose(canvas: Canvas, panels: Sequence[Panel[Series]], parts: Sequence[str], note: str | None) -> None:
    """Draw parts side by side and groups of series below one another, their names at the right or below them."""
    rows, beside = folded(parts, canvas.page), names_beside(canvas.page)
    across = len(rows[0])
    each = len(rows) + (0 if beside else 1)
    below = [max(0.2, (group_height(panel, parts, canvas.page) / ROW_HEIGHT - len(rows))) for panel in panels]
    heights = [height for room in below for height in ([1.0] * len(rows) + ([] if beside else [room]))]
    grid = canvas.figure.add_gridspec(
        len(panels) * each, across + beside, height_ratios=heights,
        width_ratios=[*(1.0 for _ in range(across)), *([NAMES_WIDTH] if beside else [])],
    )  # fmt: skip
    first: dict[str, Axes] = {}
    for group, panel in enumerate(panels):
        top = group * each
        for down, row in enumerate(rows):
            for column, part in enumerate(row):
                shared = next(iter(first.values()), None)
                axes = canvas.figure.add_subplot(grid[top + down, column], sharex=shared, sharey=first.get(part))
                draw_part(axes, panel, part)
                last = group == len(panels) - 1 and down == lowest(rows, column)
                axes.tick_params(labelbottom=last)
                if last and down == len(rows) - 1:  # one further up would push the rows apart
                    axes.set_xlabel("step $t$", fontsize=points(8))
                if part not in first:
                    first[part] = axes
                    axes.set_title("$h$" if part == STATE else shown(part), fontsize=points(8))
        spot = grid[top : top + len(rows), -1] if beside else grid[top + len(rows), :]
        name_curves(canvas.figure.add_subplot(spot), panel, 24 if beside else canvas.page.wrap())
    canvas.legend([], note)


def lowest(rows: Sequence[Sequence[str]], column: int) -> int:
    """Return the last of the rows that has this column."""
    return max(place for place, row in enumerate(rows) if column < len(row))


def draw_part(axes: Axes, panel: Panel[Series], part: str) -> None:
    """Draw one part of one group; the axes of a part that no series has stay without a frame."""
    found = [(curve, medians(curve.series, part)) for curve in panel.curves]
    if all(values is None for _, values in found):
        axes.set_axis_off()
        return
    for curve, values in found:
        if values is None:
            continue
        low, middle, high = values
        steps = steps_of(curve.series)
        dot = "." if steps.size == 1 else ""
        axes.fill_between(steps, low, high, color=curve.colour, alpha=0.12, linewidth=0)
        for edge in (low, high):
            axes.plot(steps, edge, color=curve.colour, linestyle=curve.dashes, linewidth=0.4)
        axes.plot(steps, middle, color=curve.colour, linestyle=curve.dashes, marker=dot)
    if like_powers(steps_of(panel.curves[0].series)):
        axes.set_xscale("log")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    if part != STATE and is_share(values for _, values in found if values is not None):
        axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)


def is_share(values: Iterable[tuple[FloatArray, FloatArray, FloatArray]]) -> bool:
    """Say whether a gate lies between 0 and 1 throughout, and is best seen between these."""
    return all(bool(np.nanmin(low) >= 0.0) and bool(np.nanmax(high) <= 1.0) for low, _, high in values)


def name_curves(axes: Axes, panel: Panel[Series], letters: int) -> None:
    """Fill the last column or row with the names of a group's curves."""
    axes.set_axis_off()
    handles = [line(curve, letters) for curve in panel.curves]
    title = wrapped(panel.title, letters) if panel.title else None
    axes.legend(
        handles=handles, title=title, title_fontsize=points(7), fontsize=points(6.5), loc="center left", frameon=False,
        alignment="left", borderaxespad=0.0, handlelength=1.8, labelspacing=0.3, bbox_to_anchor=(-0.05, 0.5),
    )  # fmt: skip


def line(curve: Curve[Series], letters: int) -> Line2D:
    """Return what stands before a name."""
    return Line2D([], [], color=curve.colour, linestyle=curve.dashes, label=wrapped(curve.words, letters))


def caption(findings: Findings, table: MeasureTable[Gates], drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "h and every gate, after its function, against the step t of the longest sequence."
    yield "Line: the median over all units and samples; shade: from the quantile 0.05 to 0.95 of them."
    yield "Each of these three is the median over seeds; the shade is no interval over seeds."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        yield series_line(one, list(table.analysis.remarks(one)) if one.seeds else ["not drawn"])


def numbers(table: MeasureTable[Gates]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, part and step."""
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        for part in parts_of([one]) if one.seeds else ():
            values = medians(one, part)
            if values is None:
                continue
            for place, step in enumerate(steps_of(one)):
                low, middle, high = (float(each[place]) for each in values)
                spread: dict[str, Any] = {"quantile_05": low, "quantile_50": middle, "quantile_95": high}
                rows.append(
                    {**identity(index, one), "part": part, "step": int(step), "seeds": len(one.seeds), **spread}
                )
    return columns_of(rows)
