"""Share of the weight update that comes from lag k or further back, matrix by matrix, and where it is lost."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.lag_shares import LAGS, TOGETHER, Lags, median_lag
from gru_vanish.analysis.payload import IntArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, ends, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.lag_axis import LagAxis
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import COLOURS, DASHES, REFERENCE, points
from gru_vanish.figures.text import shown, wrapped

NAME = "lag_shares"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 3.0, 2: 2.6, 3: 2.3}  # inches by panels per row
STRIP = 0.42  # height of the three lags, in heights of the shares
WORDS = {"rounding": "rounding", "noise": "noise", "epsilon": "Adam's $\\epsilon$"}
MARKS = ("o", "s", "^", "D", "v", "P", "X")
LOGARITHMIC = 50  # length from which on lags stand at log10(1 + k)

Series = MeasuredSeries[Lags]


@dataclass(frozen=True)
class Shares:
    """What is drawn of a series, by weight: those that take part."""

    length: int
    lags: IntArray
    share: Mapping[str, Band]
    lost: Mapping[str, Mapping[str, float | None]]
    """median of each lag over seeds, None where there is none within T"""


def shares_of(one: Series) -> Shares:
    """Return what is drawn of a series."""
    seeds = list(one.seeds.values())
    first = seeds[0]
    found, lost = {}, {}
    for name in first.weights:
        seen = [seed.weights[name] for seed in seeds if name in seed.weights]
        curve = band([each.share for each in seen], first.lags.size)
        if np.isfinite(curve.median).any():
            found[name] = curve
            known = {kind: [each.lost[kind] for each in seen if not math.isnan(each.lost[kind])] for kind in LAGS}
            lost[name] = {kind: median_lag(lags, first.length) for kind, lags in known.items() if lags}
    return Shares(first.length, first.lags, found, lost)


def picture(findings: Findings, page: Page) -> Picture:
    """Return a panel for every series, with a strip of the three lags below it."""
    table: MeasureTable[Lags] = findings.of(NAME)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    found = {id(one): shares_of(one) for one in drawn}
    across = page.across(len(drawn), COLUMNS)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn, found))
    height = 0.75 + math.ceil(len(drawn) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, drawn=drawn, found=found, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn, found), numbers(table, found))


def alt(drawn: Sequence[Series], found: Mapping[int, Shares]) -> str:
    """Return what is seen, in words."""
    curves = [curve.median for one in found.values() for curve in one.share.values()]
    axes = [axis("lag k", "steps", *(one.lags for one in found.values())), axis("share P(k)", "", *curves)]
    kind = "Line charts, a panel for each series, a line for each weight matrix; a strip below with three lags."
    return alt_text(kind, axes, (f"{one.name.short}: {', '.join(shares_in_words(found[id(one)]))}" for one in drawn))


def shares_in_words(one: Shares) -> Iterator[str]:
    """Give how the share of all weights begins and ends, and where it is lost."""
    for name in [TOGETHER] if TOGETHER in one.share else list(one.share)[:1]:
        yield ends(label(name), one.share[name].median)
        lost = {kind: one.lost[name].get(kind) for kind in LAGS}
        yield from (f"{kind} from lag {number(lag)}" for kind, lag in lost.items() if lag is not None)


def weights_of(found: Mapping[int, Shares]) -> list[str]:
    """Return the weights of all series, each once, all together first."""
    names = dict.fromkeys(name for one in found.values() for name in one.share)
    return sorted(names, key=lambda name: name != TOGETHER)


def compose(canvas: Canvas, drawn: Sequence[Series], found: Mapping[int, Shares], note: str | None) -> None:
    """Draw all panels."""
    across = canvas.page.across(len(drawn), COLUMNS)
    rows = math.ceil(len(drawn) / across)
    grid = canvas.figure.subplots(
        2 * rows, across, sharex=True, sharey="row", squeeze=False, height_ratios=[1.0, STRIP] * rows
    )  # fmt: skip
    longest = max(one.length for one in found.values())
    lags, weights = LagAxis(longest >= LOGARITHMIC, longest), weights_of(found)
    for place in range(rows * across):
        row, column = divmod(place, across)
        above, below = grid[2 * row, column], grid[2 * row + 1, column]
        if place >= len(drawn):
            above.remove()
            below.remove()
            continue
        one = found[id(drawn[place])]
        draw_shares(above, one, lags, weights)
        draw_lags(below, one, lags, weights)
        above.set_title(wrapped(title(drawn[place]), canvas.page.wrap(across)), fontsize=points(7))
        above.tick_params(labelbottom=False)
        below.tick_params(labelbottom=place + across >= len(drawn))
        if column == 0:
            above.set_ylabel("share $P(k)$")
        if place + across >= len(drawn):
            below.set_xlabel("lag $k = T - t$ (steps)")
    handles = [Line2D([], [], label=label(name), **look_of(name, weights)) for name in weights]
    canvas.legend(handles, note, most=5)


def title(one: Series) -> str:
    """Return the series' name, and how many of its seeds are there if not all."""
    return f"{one.name.short} ({one.progress} seeds)" if one.missing else one.name.short


def label(name: str) -> str:
    """Return the words for a weight."""
    return "all weights" if name == TOGETHER else shown(name.replace("_", " "))


def look_of(name: str, weights: Sequence[str]) -> dict[str, Any]:
    """Return colour, dashes and mark of a weight; beyond seven weights, a colour has other dashes and another mark."""
    again, place = divmod(weights.index(name), len(COLOURS))
    other = (place + 3 * again) % len(COLOURS)
    return {
        "color": COLOURS[place],
        "linestyle": DASHES[other],
        "marker": MARKS[other],
        "markersize": 3.2,
        "markerfacecolor": "white",
        "markeredgewidth": 0.8,
    }


def draw_shares(axes: Axes, one: Shares, axis: LagAxis, weights: Sequence[str]) -> None:
    """Draw P(k) of every weight."""
    places = axis.place(one.lags)
    axes.axhline(0.0, color=REFERENCE, linewidth=0.5, zorder=1)
    for name in reversed([name for name in weights if name in one.share]):
        curve, style = one.share[name], look_of(name, weights)
        axes.fill_between(places, curve.low, curve.high, color=style["color"], alpha=0.15, linewidth=0, zorder=2)
        dot = "." if places.size == 1 else ""
        line = {"color": style["color"], "linestyle": style["linestyle"]}
        axes.plot(places, curve.median, linewidth=1.3 if name == TOGETHER else 0.9, marker=dot, zorder=3, **line)
    axis.label(axes.xaxis)
    axes.spines[["top", "right"]].set_visible(False)


def draw_lags(axes: Axes, one: Shares, axis: LagAxis, weights: Sequence[str]) -> None:
    """Draw the three lags of every weight, one line each; a lag beyond the sequence stands at its end, as an arrow."""
    mine = [name for name in weights if name in one.share]
    for row, kind in enumerate(LAGS):
        axes.axhline(-row, color="#DDDDDD", linewidth=0.5, zorder=1)
        for place, name in enumerate(mine):
            if kind not in one.lost[name]:
                continue
            lag = one.lost[name][kind]
            height = -row + 0.56 * (0.5 - place / max(len(mine) - 1, 1))
            style = look_of(name, weights) | {"linestyle": "none", "clip_on": False, "zorder": 4}
            if lag is None:
                lag, style = one.length, style | {"marker": ">", "markerfacecolor": style["color"]}
            axes.plot(axis.place(np.asarray([lag], np.int64)), [height], **style)
    axes.set_ylim(-len(LAGS) + 0.4, 0.6)
    axes.set_yticks([-row for row in range(len(LAGS))], [WORDS[kind] for kind in LAGS], fontsize=points(6.5))
    axes.tick_params(axis="y", length=0)
    axis.label(axes.xaxis)
    axes.spines[["top", "right", "left"]].set_visible(False)


def caption(
    findings: Findings, table: MeasureTable[Lags], drawn: Sequence[Series], found: Mapping[int, Shares]
) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "P(k): share of the gradient by the weights, for the longest sequence, that enters k or more steps before its"
    yield "end, by projection on the whole (shares add up; one may be negative). Median over seeds."
    if bands := [curve for one in found.values() for curve in one.share.values()]:
        yield band_statement(bands)
    yield "Below: the first lag whose part is under 2^-24 of the whole (rounding), under its noise over the batch"
    yield "(noise), and whose rms element is under 1e-8 (Adam's epsilon; it depends on the scale of the loss). Median"
    yield "over seeds; an arrow at the end: no such lag within the sequence."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        mine = found.get(id(one))
        yield series_line(one, ["not drawn"] if mine is None else [*levels(mine), *table.analysis.remarks(one)])


def levels(one: Shares) -> Iterator[str]:
    """Say what comes from before the last step, of all weights together."""
    curve = one.share.get(TOGETHER)
    if curve is not None and one.lags.size > 1 and one.lags[1] == 1:
        yield f"P(1) = {curve.median[1]:.2f} of all weights at T = {one.length}"


def numbers(table: MeasureTable[Lags], found: Mapping[int, Shares]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, weight and lag."""
    rows: list[Row] = []
    for index, series in enumerate(table.series):
        one = found.get(id(series))
        for name, curve in one.share.items() if one else ():
            lags = {f"{kind}_lag": one.lost[name].get(kind) for kind in LAGS}  # type: ignore[union-attr]
            rows += [
                {
                    **identity(index, series),
                    "weight": name,
                    "lag": int(lag),
                    "seeds": int(curve.count[place]),
                    "share_median": float(curve.median[place]),
                    "share_low": float(curve.low[place]),
                    "share_high": float(curve.high[place]),
                    **lags,
                }
                for place, lag in enumerate(one.lags)  # type: ignore[union-attr]
            ]
    return columns_of(rows)
