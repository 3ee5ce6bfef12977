"""The share of every gate path in the gradient against one swept number, at the longest length."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Estimate, Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.axes import by_label, moving_axes, numeric_axes
from gru_vanish.analysis.path_shares import Paths, total_share
from gru_vanish.analysis.rows import Row, estimate, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.axis_words import axis_label, value_label
from gru_vanish.figures.figure import NotDrawableError
from gru_vanish.figures.frame import spread_like_powers
from gru_vanish.figures.panels import common_name
from gru_vanish.figures.path_looks import PathLook, in_order, looks
from gru_vanish.figures.statements import joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import look
from gru_vanish.figures.text import shown, wrapped
from gru_vanish.figures.write import write_figure

MEASURE = "path_shares"
NAME = "path_shares_vs_axis"
ACROSS = 2  # panels per row
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


def draw_figure(findings: Findings, folder: Path) -> list[Path]:
    """Draw a panel for every cell that is swept over one number; return the files.

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
    rows = math.ceil(len(panels) / ACROSS)
    with look(0.75 + rows * (2.5 if len(panels) == 1 else 2.1)):
        text = joined(caption(findings, table, panels))
        return write_figure(compose(panels, rows, note), NAME, folder, text, numbers(table, panels))


def in_words(series: Sequence[Series]) -> str:
    """Return what every label is swept over."""
    moving = {label: ", ".join(moving_axes(group)) for label, group in by_label(series).items()}
    return "; ".join(f"{label}: {axes or 'nothing'}" for label, axes in moving.items())


def swept(group: Sequence[Series], axis: str) -> SweptPaths:
    """Return the measured points of one label."""
    measured = [one for one in group if one.seeds]
    return SweptPaths(axis, tuple(sorted(measured, key=lambda one: float(one.swept[axis]))))


def compose(panels: Sequence[SweptPaths], rows: int, note: str | None) -> Figure:
    """Return the figure with all its panels."""
    figure = Figure(layout="constrained")
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03)  # type: ignore[union-attr, call-arg]
    across = min(len(panels), ACROSS)
    places = list(figure.subplots(rows, across, sharey=True, squeeze=False).flat)
    paths = looks(path for panel in panels for path in panel.paths)
    for place, (axes, panel) in enumerate(zip(places, panels, strict=False)):
        draw_panel(axes, panel, paths)
        axes.set_title(wrapped(common_name(panel.series), 64 // across), fontsize=8)
        if place % across == 0:
            axes.set_ylabel("share of the gradient")
    for axes in places[len(panels) :]:
        axes.remove()
    figure.legend(
        handles=handles(paths), title=note, loc="outside lower center", ncols=min(len(paths), 5), frameon=False
    )
    return figure


def draw_panel(axes: Axes, panel: SweptPaths, paths: Mapping[str, PathLook]) -> None:
    """Draw a line for every path, with the interval over seeds at every point."""
    values = np.asarray(panel.values)
    if values[0] > 0.0 and spread_like_powers([values]):
        axes.set_xscale("log")
    elif values.size <= MOST_TICKS:
        axes.set_xticks(values, labels=[value_label(value) for value in panel.values])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS - 3))
    for level in (0.0, 1.0):
        axes.axhline(level, color="#8C8C8C", linewidth=0.5, zorder=1)
    for path in panel.paths:
        draw_line(axes, panel, path, paths[path])
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(axis_label(panel.axis))


def draw_line(axes: Axes, panel: SweptPaths, path: str, own: PathLook) -> None:
    """Draw one path's share at every swept value."""
    points = [(value, total_share(one, path)) for value, one in zip(panel.values, panel.series, strict=True)]
    known = [(value, share) for value, share in points if share is not None]
    axes.plot(
        [value for value, _ in known], [share.mean for _, share in known], color=own.colour, linestyle=own.dashes,
        marker=own.marker, markersize=3.6, zorder=3,
    )  # fmt: skip
    for value, share in known:
        if share.low is not None and share.high is not None:
            axes.plot([value, value], [share.low, share.high], color=own.colour, linewidth=1.2, zorder=3)


def handles(paths: Mapping[str, PathLook]) -> list[Artist]:
    """Return a line for every path."""
    return [
        Line2D([], [], color=own.colour, linestyle=own.dashes, marker=own.marker, markersize=3.6, label=shown(path))
        for path, own in paths.items()
    ]


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
