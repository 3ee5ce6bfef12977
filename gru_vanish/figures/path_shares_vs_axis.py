"""The share of every gate path in the gradient against one swept number, at the longest length."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Estimate, Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.axes import by_label, moving_axes, numeric_axes
from gru_vanish.analysis.axis_words import axis_name
from gru_vanish.analysis.decades import like_powers
from gru_vanish.analysis.path_shares import Paths, total_share
from gru_vanish.analysis.rows import Row, estimate, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.axis_words import axis_label, value_label
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.labels import Named, name_lines
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import common_name
from gru_vanish.figures.path_looks import PathLook, in_order, looks
from gru_vanish.figures.statements import joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import points
from gru_vanish.figures.text import shown, wrapped

MEASURE = "path_shares"
NAME = "path_shares_vs_axis"
ACROSS = 2  # panels per row
ROW_HEIGHT = {1: 2.5, 2: 2.1}  # inches by panels per row
LEAST = 2.4  # inches of a panel, for the values of its axis
MOST_TICKS = 11

Series = MeasuredSeries[Paths]


@dataclass(frozen=True)
class SweptPaths:
    """One label along its axis: the measured points by the rising swept value."""

    axis: str
    series: tuple[Series, ...]

    @property
    def values(self) -> list[float]:
        """The swept values."""
        return [float(one.swept[self.axis]) for one in self.series]

    @property
    def paths(self) -> list[str]:
        """The paths of the cell."""
        return in_order(path for one in self.series for seed in one.seeds.values() for path in seed.totals)


def picture(findings: Findings, page: Page) -> Picture:
    """Return a panel for every cell that is swept over one number.

    Raises `NotDrawableError` where there is no such cell, or none of its points is measured.
    """
    table: MeasureTable[Paths] = findings.of(MEASURE)
    axes = {label: numeric_axes(group) for label, group in by_label(table.series).items()}
    once = {label: found[0] for label, found in axes.items() if found is not None and len(found) == 1}
    if not once:
        raise NotDrawableError(
            f"shares are drawn against exactly one swept number of a cell; "
            f"study {findings.name} sweeps {in_words(table.series)}"
        )
    found = [swept(group, once[label]) for label, group in by_label(table.series).items() if label in once]
    panels = [panel for panel in found if panel.series]
    if not panels:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    absent = sum(not one.seeds for one in table.series)
    note = unfinished(table.finished, table.progress, absent, len(table.series))
    across = page.across(len(panels), ACROSS, LEAST)
    height = 0.75 + math.ceil(len(panels) / across) * page.row(ROW_HEIGHT, across)
    text, drawing = joined(caption(findings, table, panels)), partial(compose, panels=panels, note=note)
    return Picture(NAME, height, drawing, text, alt(panels), numbers(table, panels))


def alt(panels: Sequence[SweptPaths]) -> str:
    """Return what is seen, in words."""
    found = [
        (common_name(panel.series), path, [total_share(one, path) for one in panel.series])
        for panel in panels
        for path in panel.paths
    ]
    lines = [
        (f"{name}, {path}", [math.nan if each is None else each.mean for each in all_]) for name, path, all_ in found
    ]
    axes = [
        *(axis(axis_name(panel.axis).plain, "", panel.values) for panel in panels),
        axis("share of the gradient", "", *(shares for _, shares in lines)),
    ]
    kind = "Line chart, a panel for each cell: the share of every gate path against a swept number."
    return alt_text(kind, axes, (ends(name, shares) for name, shares in lines), "lines")


def in_words(series: Sequence[Series]) -> str:
    """Return what every label is swept over."""
    moving = {label: ", ".join(moving_axes(group)) for label, group in by_label(series).items()}
    return "; ".join(f"{label}: {axes or 'nothing'}" for label, axes in moving.items())


def swept(group: Sequence[Series], axis: str) -> SweptPaths:
    """Return the measured points of one label."""
    measured = [one for one in group if one.seeds]
    return SweptPaths(axis, tuple(sorted(measured, key=lambda one: float(one.swept[axis]))))


def compose(canvas: Canvas, panels: Sequence[SweptPaths], note: str | None) -> None:
    """Draw all panels; the names of a single one's paths stand at its lines if they fit."""
    across = canvas.page.across(len(panels), ACROSS, LEAST)
    places = canvas.panels(len(panels), across, sharey=True)
    paths = looks(path for panel in panels for path in panel.paths)
    for place, (axes, panel) in enumerate(zip(places, panels, strict=True)):
        drawn = draw_panel(axes, panel, paths)
        axes.set_title(wrapped(common_name(panel.series), canvas.page.wrap(across, points=8)), fontsize=points(8))
        if place % across == 0:
            axes.set_ylabel("share of the gradient")
    names = handles(paths)
    if len(panels) == 1:
        canvas.legend([], note, most=5)
        named = [Named(path, drawn[path], names[path]) for path in panels[0].paths]
        name_lines(canvas, places[0], named, corner=False)
    else:
        canvas.legend(list(names.values()), note, most=5)


def draw_panel(axes: Axes, panel: SweptPaths, paths: Mapping[str, PathLook]) -> dict[str, Line2D]:
    """Draw a line for every path, with the interval over seeds at every point; return the lines."""
    values = np.asarray(panel.values)
    if values[0] > 0.0 and like_powers(values):
        axes.set_xscale("log")
    elif values.size <= MOST_TICKS:
        axes.set_xticks(values, labels=[value_label(value) for value in panel.values])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS - 3))
    for level in (0.0, 1.0):
        axes.axhline(level, color="#8C8C8C", linewidth=0.5, zorder=1)
    drawn = {path: draw_line(axes, panel, path, paths[path]) for path in panel.paths}
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(axis_label(panel.axis))
    return drawn


def draw_line(axes: Axes, panel: SweptPaths, path: str, own: PathLook) -> Line2D:
    """Draw one path's share at every swept value; return its line."""
    points = [(value, total_share(one, path)) for value, one in zip(panel.values, panel.series, strict=True)]
    known = [(value, share) for value, share in points if share is not None]
    (line,) = axes.plot(
        [value for value, _ in known], [share.mean for _, share in known], color=own.colour, linestyle=own.dashes,
        marker=own.marker, markersize=3.6, zorder=3,
    )  # fmt: skip
    for value, share in known:
        if share.low is not None and share.high is not None:
            axes.plot([value, value], [share.low, share.high], color=own.colour, linewidth=1.2, zorder=3)
    return line


def handles(paths: Mapping[str, PathLook]) -> dict[str, Line2D]:
    """Return what stands before the name of every path."""
    return {
        path: Line2D(
            [], [], color=own.colour, linestyle=own.dashes, marker=own.marker, markersize=3.6, label=shown(path)
        )
        for path, own in paths.items()
    }


def caption(findings: Findings, table: MeasureTable[Paths], panels: Sequence[SweptPaths]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "Share of the gradient that goes by each use of h_(t-1), over all steps of the longest length; they sum to 1."
    yield "Mean over samples and seeds; bars: 95 % Student t interval over seeds."
    drawn = [one for panel in panels for one in panel.series]
    yield from settings(drawn)
    inside = {id(one) for one in drawn}
    yield "Series:"
    for one in table.series:
        if not one.seeds:
            yield series_line(one, ["not drawn"])
            continue
        shares = [f"{path} {text_of(total_share(one, path))}" for path in in_order(paths_of(one))]
        outside = [] if id(one) in inside else ["not in the figure"]
        yield series_line(one, [*shares, *table.analysis.remarks(one), *outside])


def paths_of(one: Series) -> list[str]:
    """Return the paths of a series' cell."""
    return [path for seed in one.seeds.values() for path in seed.totals]


def text_of(share: Estimate | None) -> str:
    """Return a share with its interval in words."""
    return "unknown" if share is None else share.text()


def numbers(table: MeasureTable[Paths], panels: Sequence[SweptPaths]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per point and path."""
    rows: list[Row] = []
    index = {id(one): place for place, one in enumerate(table.series)}
    for panel in panels:
        for value, one in zip(panel.values, panel.series, strict=True):
            for path in panel.paths:
                share = estimate("share", total_share(one, path))
                rows.append({**identity(index[id(one)], one), "swept": value, "path": path, **share})
    return columns_of(rows)
