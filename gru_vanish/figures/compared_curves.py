"""log₁₀ ‖∂L/∂h₀‖ against the length T, two studies in one panel for each pair of series."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator
from numpy.typing import NDArray

from gru_vanish.analysis import SeriesTable
from gru_vanish.analysis.comparing import SAME_RECORDS, Comparison, Pair
from gru_vanish.analysis.decades import DECADE, like_powers
from gru_vanish.analysis.payload import MEASURE
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.compared_words import cut, opening_of_two, unfinished_of_two
from gru_vanish.figures.decades import Decades, draw_band, seen_of
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import band_statement, joined
from gru_vanish.figures.style import COLOURS, DASHES, FLOOR, points
from gru_vanish.figures.text import shown, wrapped

NAME = "gradient_vs_length"
ROWS = 3  # of panels at most
ACROSS = 4
LINES = 3  # of a panel's title at most
ROW_HEIGHT = {1: 2.6, 2: 2.1, 3: 1.75, 4: 1.4}  # inches by panels per row
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": COLOURS[0], "linestyle": "solid", "linewidth": 1.1},
    {"color": COLOURS[1], "linestyle": DASHES[1], "linewidth": 1.3},
)
"""Of study A and of study B: told apart in grey by their dashes."""


@dataclass(frozen=True)
class Both:
    """A pair with its two curves, and whether these are one."""

    pair: Pair
    a: SeriesTable
    b: SeriesTable
    same: bool


def curves_picture(comparison: Comparison, page: Page) -> Picture:
    """Return the panels; raise `NotDrawableError` where no pair has the h0 gradient measured in both."""
    found = drawable_pairs(comparison)
    if not found:
        raise NotDrawableError("no pair of series has records of h0_gradient in both studies")
    kept = surest(comparison, found, ROWS * page.across(len(found), ACROSS, 1.25))
    across = page.across(len(kept), ACROSS, 1.25)
    height = 0.5 + math.ceil(len(kept) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, comparison=comparison, drawn=kept)
    text = joined(caption(comparison, kept, len(found)))
    return Picture(NAME, height, drawing, text, alt(comparison, kept), columns(kept))


def drawable_pairs(comparison: Comparison) -> list[Both]:
    """Return the pairs that have a measured seed in both studies."""
    if MEASURE not in comparison.measures:
        return []
    tables = comparison.a.findings.headline, comparison.b.findings.headline
    same = {one.pair for one in comparison.numbers if one.measure == MEASURE and one.outcome == SAME_RECORDS}
    found = [
        Both(pair, tables[0].series[pair.a], tables[1].series[pair.b], place in same)
        for place, pair in enumerate(comparison.pairs)
    ]
    return [one for one in found if one.a.curves and one.b.curves]


def surest(comparison: Comparison, found: Sequence[Both], most: int) -> list[Both]:
    """Return at most so many pairs in their order: those whose decay rate or level differs most surely."""
    sure: dict[str, float] = {}
    for one in comparison.numbers:
        if one.measure == MEASURE and one.is_main and one.pair is not None and one.tested and one.corrected:
            sure[one.name] = min(one.tested.p, sure.get(one.name, 1.0))
    kept = sorted(found, key=lambda one: sure.get(one.pair.name, 2.0))[:most]
    return [one for one in found if one in kept]


def compose(canvas: Canvas, comparison: Comparison, drawn: Sequence[Both]) -> None:
    """Draw all panels, and below them which line is which study's."""
    across = canvas.page.across(len(drawn), ACROSS, 1.25)
    places = canvas.panels(len(drawn), across, sharex=True, sharey=True)
    series = [series for one in drawn for series in (one.a, one.b)]
    bands = [values for one in series for values in seen_of(one.typical)]
    frame = Decades.of(bands, [one.precision for one in series])
    logarithmic = like_powers(max((one.lengths for one in series), key=len))
    last_row = len(drawn) - across
    for place, (axes, one) in enumerate(zip(places, drawn, strict=True)):
        frame.prepare(axes)
        draw_both(axes, one)
        if logarithmic:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(numticks=5))
        width = canvas.page.wrap(across, most=60, points=6.5)
        axes.set_title(wrapped(cut(one.pair.name, LINES * width - LINES), width), fontsize=points(6.5))
        axes.tick_params(labelbottom=place >= last_row, labelleft=place % across == 0)
        if place >= last_row:
            axes.set_xlabel("$T$ (steps)")
        if place % across == 0:
            axes.set_ylabel(r"$\log_{10}\Vert\partial L/\partial h_0\Vert$")
    canvas.legend(handles(comparison, frame), unfinished_of_two(comparison))


def draw_both(axes: Axes, one: Both) -> None:
    """Draw the curve of A and that of B over it."""
    for series, look in zip((one.a, one.b), LOOKS, strict=True):
        draw_band(axes, series.lengths.astype(np.float64), series.typical, look)
    if one.same:
        axes.text(
            0.96, 0.94, "same records", transform=axes.transAxes, ha="right", va="top", fontsize=points(6.5),
            color="#404040",
        )  # fmt: skip


def handles(comparison: Comparison, frame: Decades) -> list[Artist]:
    """Return what the lines and the ground mean."""
    titles = comparison.a.title, comparison.b.title
    found: list[Artist] = [
        Line2D([], [], label=f"{letter}: {shown(cut(title, 40))}", **look)
        for letter, title, look in zip("AB", titles, LOOKS, strict=True)
    ]
    if frame.floor is not None:
        found.append(Patch(color=FLOOR, label=rf"below the norm floor, $10^{{{round(frame.floor)}}}$"))
    return found


def caption(comparison: Comparison, drawn: Sequence[Both], count: int) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening_of_two(comparison)
    yield "log10 of the norm of dL/dh_0, in decades, against the sequence length T, in steps; one panel for each pair."
    yield "Solid: study A. Dashed: study B. Lines are medians over seeds of the mean logarithm over a seed's samples."
    yield band_statement([series.typical for one in drawn for series in (one.a, one.b)])
    if len(drawn) < count:
        yield f"{len(drawn)} of {count} pairs are drawn: those whose decay rate or level differs most surely."


def alt(comparison: Comparison, drawn: Sequence[Both]) -> str:
    """Return what is seen, in words."""
    series = [series for one in drawn for series in (one.a, one.b)]
    axes = [
        axis("sequence length T", "steps", *(one.lengths for one in series)),
        axis("log10 of the norm of dL/dh_0", "decades", *(one.typical.median / DECADE for one in series)),
    ]
    told = [f"{ends(f'{one.pair.name}: A', last(one.a))}, {ends('B', last(one.b))}" for one in drawn]
    titles = f"{comparison.a.title} (A) and {comparison.b.title} (B)"
    return alt_text(f"Line charts of two studies, {titles}, one for each pair of series.", axes, told, "pairs")


def last(one: SeriesTable) -> NDArray[np.float64]:
    """Return the first and last of the curve that is finite, in decades."""
    return np.asarray(one.typical.median / DECADE, np.float64)


def columns(drawn: Sequence[Both]) -> dict[str, NDArray[Any]]:
    """Return the numbers that are drawn, one row per pair, study and length."""
    rows = [
        (one.pair.name, study, int(length), int(band.count[at]), band.median[at], band.low[at], band.high[at])
        for one in drawn
        for study, series in (("A", one.a), ("B", one.b))
        for band in (series.typical,)
        for at, length in enumerate(series.lengths)
    ]
    names = ("series", "study", "length", "seeds", "ln_h0_gradient_median", "ln_h0_gradient_low", "ln_h0_gradient_high")
    kinds = (object, object, np.int64, np.int64, np.float64, np.float64, np.float64)
    values = zip(*rows, strict=True)
    return {name: np.asarray(column, kind) for name, column, kind in zip(names, values, kinds, strict=True)}
