"""log₁₀ of the gradient with one gate path alone, and with all but one, against T, beside the gradient itself."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.decades import DECADE, like_powers
from gru_vanish.analysis.path_products import WHOLE, Products
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.path_looks import PathLook, in_order, looks
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import points
from gru_vanish.figures.text import shown, wrapped

NAME = "path_products"
COLUMNS = 3  # series per row
ROW_HEIGHT = {1: 3.4, 2: 2.9, 3: 2.5}  # inches of a series' two panels, by series per row
KINDS = {"alone": "one path\nalone", "without": "all but\none path"}
BELOW = 3.0
"""A panel goes down to so many times the gradient's own decades; a product that falls faster leaves it."""
LEAST = 10.0  # decades that a panel has at least
GRADIENT: dict[str, Any] = {"color": "#000000", "linewidth": 2.2, "alpha": 0.45}
SIZE = 2.6  # of the marks

Series = MeasuredSeries[Products]


@dataclass(frozen=True)
class Falls:
    """What is drawn of a series: every product over the lengths, by its name in the table."""

    lengths: IntArray
    bands: Mapping[str, Band]  # nats
    share_exact_zero: Mapping[str, FloatArray]  # (L,) mean over seeds

    @property
    def paths(self) -> list[str]:
        """The paths of the cell."""
        return in_order(name.partition(" ")[2] for name in self.bands if name != WHOLE)

    def gone(self, kind: str) -> list[str]:
        """Return the paths whose product is exactly zero in every sample, at every length."""
        return [path for path in self.paths if (self.share_exact_zero[f"{kind} {path}"] == 1.0).all()]

    def bottom(self) -> float:
        """Return the last decade of the two panels."""
        lowest = min((lowest_decade(one) for one in self.bands.values()), default=0.0)
        return max(lowest, min(BELOW * lowest_decade(self.bands[WHOLE]), -LEAST))

    def top(self) -> float:
        """Return the first decade of them."""
        ends = [np.concatenate([one.median, one.high]) for one in self.bands.values()]
        finite = np.concatenate(ends)[np.isfinite(np.concatenate(ends))] / DECADE
        return max(float(finite.max()), 0.0) if finite.size else 0.0


def lowest_decade(one: Band) -> float:
    """Return log10 of the lowest median, 0 where there is none."""
    finite = one.median[np.isfinite(one.median)]
    return float(finite.min()) / DECADE if finite.size else 0.0


def falls_of(one: Series) -> Falls:
    """Return what is drawn of a series."""
    seeds = list(one.seeds.values())
    lengths, names = seeds[0].lengths, list(seeds[0].products)
    seen = {name: [seed.products[name] for seed in seeds if name in seed.products] for name in names}
    return Falls(
        lengths,
        {name: band([each.ln for each in found], lengths.size) for name, found in seen.items()},
        {name: np.mean([each.share_exact_zero for each in found], axis=0) for name, found in seen.items()},
    )


def picture(findings: Findings, page: Page) -> Picture:
    """Return two panels for every series, one below the other."""
    table: MeasureTable[Products] = findings.of(NAME)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    found = {id(one): falls_of(one) for one in drawn}
    across = page.across(len(drawn), COLUMNS)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn, found))
    height = 0.75 + math.ceil(len(drawn) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, drawn=drawn, found=found, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn, found), numbers(table, found))


def alt(drawn: Sequence[Series], found: Mapping[int, Falls]) -> str:
    """Return what is seen, in words."""
    axes = [
        axis("sequence length T", "steps", *(one.lengths for one in found.values())),
        axis("log10 of the norm", "decades", *([one.bottom(), one.top()] for one in found.values())),
    ]
    kind = "Line charts, two panels for each series: the gradient by one path alone, and by all but one path."
    return alt_text(kind, axes, (f"{one.name.short}: {last_levels(found[id(one)])} at the end" for one in drawn))


def last_levels(one: Falls) -> str:
    """Return the last decade of the gradient and of every path alone."""
    alone = {name.removeprefix("alone "): band_ for name, band_ in one.bands.items() if name.startswith("alone ")}
    told = {"gradient": one.bands[WHOLE], **alone}
    return ", ".join(f"{name} {number(float(band_.median[-1]) / DECADE)}" for name, band_ in told.items())


def compose(canvas: Canvas, drawn: Sequence[Series], found: Mapping[int, Falls], note: str | None) -> None:
    """Draw products of one path above, of all but one below, each pair with its own decades."""
    across = canvas.page.across(len(drawn), COLUMNS)
    rows = math.ceil(len(drawn) / across)
    grid = canvas.figure.subplots(len(KINDS) * rows, across, sharex=True, squeeze=False)
    paths = looks(path for one in drawn for path in found[id(one)].paths)
    for place in range(rows * across):
        row, column = divmod(place, across)
        pair = [grid[len(KINDS) * row + level, column] for level in range(len(KINDS))]
        if place >= len(drawn):
            for axes in pair:
                axes.remove()
            continue
        for axes, (kind, words) in zip(pair, KINDS.items(), strict=True):
            draw_panel(axes, found[id(drawn[place])], kind, paths)
            if column == 0:
                axes.set_ylabel(words + r" ($\log_{10}$)", fontsize=points(7))
        pair[0].set_title(wrapped(title(drawn[place]), canvas.page.wrap(across)), fontsize=points(7))
        pair[0].tick_params(labelbottom=False)
        last = place + across >= len(drawn)
        pair[1].tick_params(labelbottom=last)
        if last:
            pair[1].set_xlabel("length $T$ (steps)" if across > 1 else "sequence length $T$ (steps)")
    canvas.legend(handles(paths), note, most=5)


def title(one: Series) -> str:
    """Return the series' name, and how many of its seeds are there if not all."""
    return f"{one.name.short} ({one.progress} seeds)" if one.missing else one.name.short


def draw_panel(axes: Axes, one: Falls, kind: str, paths: Mapping[str, PathLook]) -> None:
    """Draw the products of one kind on the broad line of the gradient, and name those that are exactly zero."""
    dot = "." if one.lengths.size == 1 else ""
    axes.plot(one.lengths, one.bands[WHOLE].median / DECADE, marker=dot, zorder=2, **GRADIENT)
    for path in reversed(one.paths):
        draw_product(axes, one.lengths, one.bands[f"{kind} {path}"], paths[path])
    if like_powers(one.lengths):
        axes.set_xscale("log")
        room = float(one.lengths[-1] / one.lengths[0]) ** 0.03
        axes.set_xlim(one.lengths[0] / room, one.lengths[-1] * room)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    bottom, top = one.bottom(), one.top()
    margin = 0.05 * (top - bottom)
    axes.set_ylim(bottom - margin, top + margin)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    if gone := one.gone(kind):
        words = wrapped(f"exactly 0: {', '.join(gone)}", 34)
        axes.text(0.03, 0.04, words, transform=axes.transAxes, fontsize=points(6), ha="left", va="bottom")


def draw_product(axes: Axes, lengths: IntArray, shown_: Band, own: PathLook) -> None:
    """Draw one product: the band of its median, and the median with a mark at some lengths."""
    median, low, high = (values / DECADE for values in (shown_.median, shown_.low, shown_.high))
    axes.fill_between(lengths, low, high, color=own.colour, alpha=0.2, linewidth=0, zorder=1)
    axes.plot(
        lengths, median, color=own.colour, linestyle=own.dashes, linewidth=0.9, marker=own.marker, markersize=SIZE,
        markevery=max(lengths.size // 5, 1), zorder=3,
    )  # fmt: skip


def handles(paths: Mapping[str, PathLook]) -> list[Artist]:
    """Return what the lines mean."""
    found: list[Artist] = [Line2D([], [], label="the gradient, by all paths", **GRADIENT)]
    for path, own in paths.items():
        style: dict[str, Any] = {"linestyle": own.dashes, "linewidth": 0.9, "marker": own.marker, "markersize": SIZE}
        found.append(Line2D([], [], color=own.colour, label=shown(path), **style))
    return found


def caption(
    findings: Findings, table: MeasureTable[Products], drawn: Sequence[Series], found: Mapping[int, Falls]
) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "log10 of the norm of dL/dh_0 as it would be if the gradient went back by one use of h_(t-1) alone (above),"
    yield "and by all of them but that one (below), at every step, against the sequence length T, in steps; broad line:"
    yield "by all paths, the gradient itself. The forward pass is the same throughout."
    yield "Each product has an exponent of its own, and they do not add up. Where the gradient is a mixture, most of it"
    yield "changes from path to path on its way and is in no product of one path: both kinds then mislead, and may all"
    yield "lie far below it. What each path contributes is told by path_shares, which add up to 1."
    yield "Each value is the mean of the logarithm over a seed's samples; the line is the median over seeds."
    if bands := [shown_ for one in found.values() for shown_ in one.bands.values() if shown_.count.any()]:
        yield band_statement(bands)
    yield "Every series has decades of its own; a line that ends at the bottom goes on below."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        mine = found.get(id(one))
        yield series_line(one, ["not drawn"] if mine is None else [*levels(mine), *table.analysis.remarks(one)])


def levels(one: Falls) -> Iterator[str]:
    """Say what every product is at the longest length."""
    for name, shown_ in one.bands.items():
        decade = float(shown_.median[-1]) / DECADE
        zero = one.share_exact_zero[name][-1] == 1.0
        yield f"{name} " + (f"10^{decade:.1f}" if math.isfinite(decade) else "exactly 0" if zero else "unknown")
    yield f"at T = {int(one.lengths[-1])}"


def numbers(table: MeasureTable[Products], found: Mapping[int, Falls]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, product and length."""
    rows: list[Row] = []
    for index, series in enumerate(table.series):
        one = found.get(id(series))
        for name, shown_ in one.bands.items() if one else ():
            rows += [
                {
                    **identity(index, series),
                    "product": name,
                    "length": int(length),
                    "seeds": int(shown_.count[place]),
                    "ln_norm_median": float(shown_.median[place]),
                    "ln_norm_low": float(shown_.low[place]),
                    "ln_norm_high": float(shown_.high[place]),
                    "share_exact_zero": float(one.share_exact_zero[name][place]),  # type: ignore[union-attr]
                }
                for place, length in enumerate(one.lengths)  # type: ignore[union-attr]
            ]
    return columns_of(rows)
