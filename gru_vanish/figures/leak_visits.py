"""The gradient split by the number k of steps off the leak: signed shares against k, and what cancels between them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.leak_visits import FURTHER, Visits
from gru_vanish.analysis.path_shares import Paths
from gru_vanish.analysis.payload import IntArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import REFERENCE, points, sequential
from gru_vanish.figures.text import wrapped

NAME = "leak_visits"
COLUMNS = 3  # panels per row
LEAST = 1.6  # inches of a panel, for the words below it
ROW_HEIGHT = {1: 3.1, 2: 2.7, 3: 2.35}  # inches by panels per row, with the lines of words below
WORDS = {1: 0.22, 2: 0.3, 3: 0.38}  # height of these, in heights of a panel
LOWEST, HIGHEST = -0.5, 1.5
"""The frame goes no further: where much cancels, a share may be any number."""
MARGIN = 0.05
DASHES = ("solid", (0, (4, 1.2)), (0, (5, 1.2, 1.2, 1.2)), (0, (1.2, 1.2)))
MARKS = ("o", "s", "D", "v")
APART = 4  # places between the last number of visits and all further ones
MEAN: dict[str, Any] = {"marker": "^", "markersize": 4.5, "linestyle": "none", "markeredgewidth": 0.0}


@dataclass(frozen=True)
class Parts:
    """What is drawn of one length of a series."""

    length: int
    share: Band  # over k, all further visits last
    cancellation: float  # kappa: exp of the median over seeds of ln kappa
    cancelled: float  # share of samples that are withheld, mean over seeds
    visits: float | None  # mean number of visits, median over seeds; None where unknown

    @property
    def further(self) -> bool:
        """Whether there are more visits than are told apart."""
        return self.length > self.share.median.size - 2

    @property
    def kappa(self) -> str:
        """The sign before kappa: without telling all parts apart it is the least that it may be."""
        return "≥" if self.further else "="


@dataclass(frozen=True)
class Split:
    """What is drawn of a series."""

    visits: IntArray  # (K,) 0 … K − 2 and FURTHER
    parts: tuple[Parts, ...]

    @property
    def places(self) -> IntArray:
        """Where the numbers of visits stand on the axis."""
        return np.where(self.visits == FURTHER, self.further, self.visits).astype(np.int64)

    @property
    def further(self) -> int:
        """Where all further visits stand."""
        return int(self.visits[:-1].max()) + APART

    def place(self, visits: float) -> float:
        """Return where a mean number of visits stands: at the further ones where it is one of them."""
        return visits if visits <= self.visits[:-1].max() else float(self.further)


def split_of(one: MeasuredSeries[Visits], paths: MeasuredSeries[Paths]) -> Split:
    """Return what is drawn of a series; its mean visits come from its path shares."""
    seeds = list(one.seeds.values())
    first = seeds[0]
    parts = [
        Parts(
            length=int(length),
            share=band([seed.share[place] for seed in seeds], first.visits.size),
            cancellation=float(np.exp(band([seed.ln_cancellation[place : place + 1] for seed in seeds], 1).median[0])),
            cancelled=float(np.mean([seed.cancelled[place] for seed in seeds])),
            visits=mean_visits(paths, int(length)),
        )
        for place, length in enumerate(first.lengths)
    ]
    return Split(first.visits, tuple(parts))


def mean_visits(one: MeasuredSeries[Paths], length: int) -> float | None:
    """Return the mean number of steps off the leak at a length, median over seeds; None where no seed knows it."""
    known = [float(seed.visits[seed.lengths == length][0]) for seed in one.seeds.values() if length in seed.lengths]
    finite = [visits for visits in known if math.isfinite(visits)]
    return float(np.median(finite)) if finite else None


def picture(findings: Findings, page: Page) -> Picture:
    """Return a panel for every series, a line for every length shown."""
    table: MeasureTable[Visits] = findings.of(NAME)
    paths: MeasureTable[Paths] = findings.of("path_shares")
    splits = {
        id(one): split_of(one, beside) for one, beside in zip(table.series, paths.series, strict=True) if one.seeds
    }
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    across = page.across(len(drawn), COLUMNS, LEAST)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn, splits))
    height = 0.6 + math.ceil(len(drawn) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, drawn=drawn, splits=splits, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn, splits), numbers(table, splits))


def alt(drawn: Sequence[MeasuredSeries[Visits]], splits: Mapping[int, Split]) -> str:
    """Return what is seen, in words."""
    shares = [parts.share.median for one in splits.values() for parts in one.parts]
    axes = [
        axis("steps off the leak k", "", *(one.visits[:-1] for one in splits.values())),
        axis("signed share of the gradient", "", *shares),
    ]
    kind = "Line charts, a panel for each series, a line for each length T, all further k apart at the right."
    return alt_text(kind, axes, (f"{one.name.short}: {', '.join(statement(splits[id(one)]))}" for one in drawn))


def compose(
    canvas: Canvas, drawn: Sequence[MeasuredSeries[Visits]], splits: Mapping[int, Split], note: str | None
) -> None:
    """Draw shares above, and below them what belongs to each length, in words."""
    across = canvas.page.across(len(drawn), COLUMNS, LEAST)
    rows = math.ceil(len(drawn) / across)
    words_height = canvas.page.row(WORDS, across)
    grid = canvas.figure.subplots(2 * rows, across, squeeze=False, height_ratios=[1.0, words_height] * rows)
    frame = limits(splits.values())
    for place in range(rows * across):
        row, column = divmod(place, across)
        above, below = grid[2 * row, column], grid[2 * row + 1, column]
        below.set_axis_off()
        if place >= len(drawn):
            above.remove()
            continue
        one = splits[id(drawn[place])]
        draw_panel(above, one, frame)
        above.set_title(wrapped(title(drawn[place]), canvas.page.wrap(across)), fontsize=points(7))
        above.set_xlabel("steps off the leak, $k$", fontsize=points(7), labelpad=1.5)
        if column == 0:
            above.set_ylabel("signed share")
        below.legend(
            handles=[line(parts, index) for index, parts in enumerate(one.parts)], loc="upper center", frameon=False,
            fontsize=points(6), handlelength=2.6, handletextpad=0.5, borderaxespad=0.0, labelspacing=0.25,
        )  # fmt: skip
    handles: list[Artist] = [Line2D([], [], color="#404040", label="mean number of steps off the leak", **MEAN)]
    canvas.legend(handles, note)


def title(one: MeasuredSeries[Visits]) -> str:
    """Return the series' name, and how many of its seeds are there if not all."""
    return f"{one.name.short} ({one.progress} seeds)" if one.missing else one.name.short


def limits(splits: Sequence[Split] | Any) -> tuple[float, float]:
    """Return the frame that all panels share: all medians and bands, as far as the figure goes."""
    low, high = 0.0, 1.0
    for parts in (parts for one in splits for parts in one.parts):
        seen = np.concatenate([parts.share.median, parts.share.low, parts.share.high])
        finite = seen[np.isfinite(seen)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return max(low, LOWEST) - MARGIN, min(high, HIGHEST) + MARGIN


def beyond(one: Split) -> bool:
    """Say whether any median share lies outside the frame."""
    medians = np.concatenate([parts.share.median for parts in one.parts])
    return bool(((medians > HIGHEST + MARGIN) | (medians < LOWEST - MARGIN)).any())


def look_of(index: int) -> dict[str, Any]:
    """Return colour, dashes and mark of a length, dark for the shortest."""
    return {"color": sequential(len(MARKS))[index], "linestyle": DASHES[index], "marker": MARKS[index]}


def draw_panel(axes: Axes, one: Split, frame: tuple[float, float]) -> None:
    """Draw the shares of one series, a line for every length, all further visits apart at the right."""
    places = one.places
    axes.axhline(0.0, color=REFERENCE, linewidth=0.5, zorder=1)
    axes.axvline(one.further - APART / 2, color=REFERENCE, linewidth=0.5, linestyle=(0, (1, 2)), zorder=1)
    for index, parts in enumerate(one.parts):
        style, share = look_of(index), parts.share
        own = slice(0, min(parts.length + 1, places.size - 1))  # more than T visits there are not
        axes.fill_between(places[own], share.low[own], share.high[own], color=style["color"], alpha=0.18, linewidth=0)
        axes.plot(places[own], share.median[own], linewidth=0.9, markersize=1.8, zorder=3, **style)
        if parts.further:
            axes.plot([places[-1]] * 2, [share.low[-1], share.high[-1]], color=style["color"], linewidth=0.9, zorder=3)
            axes.plot(places[-1:], share.median[-1:], markersize=3.2, zorder=3, **style | {"linestyle": "none"})
        if parts.visits is not None:
            axes.plot([one.place(parts.visits)], [frame[0]], color=style["color"], clip_on=False, zorder=5, **MEAN)
    last = int(one.visits[:-1].max())
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if last / step <= 4)
    ticks = list(range(0, last + 1, step))
    axes.set_xticks([*ticks, one.further], [*map(str, ticks), rf"$>${last}"])
    axes.set_xlim(-0.03 * one.further, 1.06 * one.further)
    axes.set_ylim(*frame)
    axes.spines[["top", "right"]].set_visible(False)


def line(parts: Parts, index: int) -> Line2D:
    """Return what stands before the words for a length."""
    return Line2D([], [], linewidth=0.9, markersize=2.6, label=words(parts), **look_of(index))


def words(parts: Parts) -> str:
    """Return what belongs to a length: how much cancels, the mean number of visits, what is withheld."""
    sign = {"=": "=", "≥": r"\geq"}[parts.kappa]
    found = [rf"$T = {parts.length}$: $\kappa {sign}$ {figures(parts.cancellation)}"]
    if parts.visits is not None:
        found.append(f"mean {parts.visits:.3g}")
    if parts.cancelled > 0.0:
        found.append("withheld" if parts.cancelled == 1.0 else f"{parts.cancelled:.0%} withheld")
    return ", ".join(found)


def figures(value: float) -> str:
    """Return a number of at least 1 in few letters."""
    if not math.isfinite(value):
        return "unknown"
    return f"{value:.3g}" if value < 1000 else f"$10^{{{math.log10(value):.1f}}}$"


def caption(
    findings: Findings,
    table: MeasureTable[Visits],
    drawn: Sequence[MeasuredSeries[Visits]],
    splits: Mapping[int, Split],
) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "The gradient dL/dh_0 cut into parts by the number k of steps that were not taken by the leak: the signed"
    yield "share of each part is its projection on the whole; all shares add up to 1. At the right: all further k."
    yield "Mean over a seed's samples; the line is the median over seeds."
    if bands := [parts.share for one in splits.values() for parts in one.parts if parts.share.count.any()]:
        yield band_statement(bands)
    yield "kappa: the norms of the parts together over the norm of the gradient, mean over samples of ln kappa, median"
    yield "over seeds; 1: nothing cancels. All further k count as one part, so it is the least that it may be where"
    yield "there are any. Where kappa times the rounding unit is above 1e-3 the shares are lost and withheld."
    yield "Mean number of steps off the leak: T times 1 minus the leak's share, from the path shares, at any T."
    if any(beyond(one) for one in splits.values()):
        yield f"The frame ends at {LOWEST:g} and {HIGHEST:g}; shares beyond it are in the numbers beside the figure."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        mine = splits.get(id(one))
        yield series_line(one, ["not drawn"] if mine is None else [*statement(mine), *table.analysis.remarks(one)])


def statement(one: Split) -> Iterator[str]:
    """Say what belongs to every length."""
    for parts in one.parts:
        mean = "unknown" if parts.visits is None else f"{parts.visits:.4g}"
        yield f"T = {parts.length}: kappa {parts.kappa} {parts.cancellation:.3g} and mean k {mean}"


def numbers(table: MeasureTable[Visits], splits: Mapping[int, Split]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, length and number of visits."""
    rows: list[Row] = []
    for index, series in enumerate(table.series):
        one = splits.get(id(series))
        for parts in one.parts if one else ():
            rows += [
                {
                    **identity(index, series),
                    "length": parts.length,
                    "visits": int(visits),
                    "seeds": int(parts.share.count[place]),
                    "share_median": float(parts.share.median[place]),
                    "share_low": float(parts.share.low[place]),
                    "share_high": float(parts.share.high[place]),
                    "cancellation": parts.cancellation,
                    "share_cancelled": parts.cancelled,
                    "mean_visits": parts.visits,
                }
                for place, visits in enumerate(one.visits)  # type: ignore[union-attr]
            ]
    return columns_of(rows)
