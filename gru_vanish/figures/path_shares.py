"""The shares of the gate paths along the sequence, stacked: above 0 what adds to the gradient, below what takes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.path_shares import Paths, total_share
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.path_looks import PathLook, in_order, looks
from gru_vanish.figures.statements import joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import points
from gru_vanish.figures.text import shown, wrapped

NAME = "path_shares"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 2.4, 2: 1.9, 3: 1.6}  # inches by panels per row
LOWEST, HIGHEST = -0.5, 1.5
"""The frame goes no further: single steps may reach far beyond, and all else would be flat."""
MARGIN = 0.04

Series = MeasuredSeries[Paths]


def picture(findings: Findings, page: Page) -> Picture:
    """Return one panel for every series."""
    table: MeasureTable[Paths] = findings.of(NAME)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    across = page.across(len(drawn), COLUMNS)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn))
    height = 0.6 + math.ceil(len(drawn) / across) * page.row(ROW_HEIGHT, across)
    return Picture(NAME, height, partial(compose, drawn=drawn, note=note), text, alt(drawn), numbers(table))


def alt(drawn: Sequence[Series]) -> str:
    """Return what is seen, in words."""
    axes = [
        axis("step t", "", *(stretch(one)[0] for one in drawn)),
        axis("share of the gradient", "", *map(stacks, drawn)),
    ]
    kind = "Stacked areas, a panel for each series: the share of every gate path at each step; they sum to 1."
    return alt_text(kind, axes, (f"{one.name.short}: {shares_in_words(one)}" for one in drawn))


def shares_in_words(one: Series) -> str:
    """Return every path's share over all steps."""
    totals = {path: total_share(one, path) for path in in_order(next(iter(one.seeds.values())).totals)}
    return ", ".join(f"{path} {'unknown' if share is None else number(share.mean)}" for path, share in totals.items())


def stretch(one: Series) -> tuple[IntArray, dict[str, FloatArray]]:
    """Return the ends of the bins of the longest length, and every path's share there, mean over seeds."""
    seeds = list(one.seeds.values())
    ends = seeds[0].bin_ends[-1]
    found = {path: mean_over([seed.shares[path][-1] for seed in seeds]) for path in in_order(seeds[0].shares)}
    return ends[ends > 0], {path: share[ends > 0] for path, share in found.items()}


def mean_over(shares: Sequence[FloatArray]) -> FloatArray:
    """Return the mean of the seeds that have a value, nan where none has."""
    stacked = np.stack(shares)
    there = np.isfinite(stacked)
    count = there.sum(axis=0)
    total = np.where(there, stacked, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def stacks(one: Series) -> tuple[FloatArray, FloatArray]:
    """Return how far down and how far up the paths of every bin reach, stacked."""
    shares = np.nan_to_num(np.stack(list(stretch(one)[1].values())))
    return np.minimum(shares, 0.0).sum(axis=0), np.maximum(shares, 0.0).sum(axis=0)


def limits(series: Sequence[Series]) -> tuple[float, float]:
    """Return the frame that all panels share: all stacks, as far as the figure goes."""
    low, high = 0.0, 1.0
    for one in series:
        below, above = stacks(one)
        low, high = min(low, float(below.min())), max(high, float(above.max()))
    return max(low, LOWEST) - MARGIN, min(high, HIGHEST) + MARGIN


def beyond(one: Series) -> float:
    """Return the share of the bins whose stack leaves the frame."""
    below, above = stacks(one)
    return float(((above > HIGHEST) | (below < LOWEST)).mean())


def compose(canvas: Canvas, drawn: Sequence[Series], note: str | None) -> None:
    """Draw all panels and the names of the paths below them."""
    across = canvas.page.across(len(drawn), COLUMNS)
    places = canvas.panels(len(drawn), across, sharey=True)
    paths = looks(path for one in drawn for path in stretch(one)[1])
    frame = limits(drawn)
    for axes, one in zip(places, drawn, strict=True):
        draw_panel(axes, one, paths, frame)
        axes.set_title(wrapped(one.name.short, canvas.page.wrap(across)), fontsize=points(7))
    for place, axes in enumerate(places):
        if place % across == 0:
            axes.set_ylabel("share $s_p(t)$")
        if place + across >= len(drawn):
            axes.set_xlabel("step $t$")
    canvas.legend(handles(paths), note, most=5, handleheight=1.2)


def draw_panel(axes: Axes, one: Series, paths: Mapping[str, PathLook], frame: tuple[float, float]) -> None:
    """Stack the paths of one series, upwards from 0 where they add to the gradient and downwards where they take."""
    ends, shares = stretch(one)
    edges = np.concatenate([[0], ends]) + 0.5  # bin of step 1 from ½ to 1½
    above, below = np.zeros(ends.size), np.zeros(ends.size)
    for path, share in shares.items():
        look_ = paths[path]
        for sign, base in ((1.0, above), (-1.0, below)):
            part = np.where(np.isfinite(share), np.maximum(sign * share, 0.0), 0.0)
            top = base + sign * part
            axes.stairs(
                top, edges, baseline=base.copy(), fill=True, facecolor=look_.colour, hatch=look_.hatch or None,
                edgecolor="#FFFFFF" if look_.hatch else look_.colour, linewidth=0.0, zorder=2,
            )  # fmt: skip
            base[:] = top
    for level in (0.0, 1.0):
        axes.axhline(level, color="#000000", linewidth=0.5, zorder=4)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(*frame)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5]))
    axes.spines[["top", "right"]].set_visible(False)


def handles(paths: Mapping[str, PathLook]) -> list[Artist]:
    """Return a patch for every path."""
    return [
        Patch(facecolor=each.colour, hatch=each.hatch or None, edgecolor="#FFFFFF", linewidth=0.0, label=shown(path))
        for path, each in paths.items()
    ]


def caption(findings: Findings, table: MeasureTable[Paths], drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "Share of the gradient that passes step t by each use of h_(t-1), for the longest length."
    yield "Stacked: upwards from 0 what adds to the gradient, downwards what takes from it; at every t all add up to 1."
    yield "Mean over the steps of a bin, over samples and over seeds; no interval is drawn."
    if any(beyond(one) > 0.0 for one in drawn):
        yield f"The frame ends at {LOWEST:g} and {HIGHEST:g}; where a stack goes on beyond it a series' line says so."
    yield from settings(drawn)
    yield "Series, with each path's share over all steps (mean over seeds, 95 % Student t interval):"
    for one in table.series:
        yield series_line(one, list(statement(table, one)) if one.seeds else ["not drawn"])


def statement(table: MeasureTable[Paths], one: Series) -> Iterator[str]:
    """Give what the caption says of a series."""
    for path in in_order(next(iter(one.seeds.values())).totals):
        total = total_share(one, path)
        yield f"{path} {'unknown' if total is None else total.text()}"
    if beyond(one) > 0.0:
        yield f"{beyond(one):.1%} of its bins leave the frame"
    yield from table.analysis.remarks(one)


def numbers(table: MeasureTable[Paths]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, path and bin."""
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        if not one.seeds:
            continue
        ends, shares = stretch(one)
        starts = np.concatenate([[0], ends[:-1]]) + 1
        for path, share in shares.items():
            for first, last, value in zip(starts, ends, share, strict=True):
                bin_: dict[str, Any] = {"step_first": int(first), "step_last": int(last), "share": float(value)}
                rows.append({**identity(index, one), "path": path, "seeds": len(one.seeds), **bin_})
    return columns_of(rows)
