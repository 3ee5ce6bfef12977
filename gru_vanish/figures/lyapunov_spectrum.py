"""Lyapunov exponents in order, with the Kaplan–Yorke dimension where the network is chaotic."""

import math
from collections.abc import Iterator, Sequence
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
from gru_vanish.analysis.lyapunov import Exponents, conditional
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, ends, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import REFERENCE, points
from gru_vanish.figures.text import wrapped

NAME = "lyapunov_spectrum"
ROW_HEIGHT = 1.6  # inches
NAMES_WIDTH = {1: 0.5, 2: 0.95}  # of the column of names, in widths of a panel, by panels in a row
LINES = 0.115  # inches that a line of names takes
LETTERS = 30  # of a line in the column of names
WIDE = 4.5  # inches of a page with room for a column of names; on others they stand below their row
DIMENSION: dict[str, Any] = {"marker": "D", "markersize": 4.2, "markerfacecolor": "white", "markeredgewidth": 0.9}
LOST: dict[str, Any] = {"marker": "o", "markersize": 2.6, "markerfacecolor": "white", "markeredgewidth": 0.6}

Series = MeasuredSeries[Exponents]


@dataclass(frozen=True)
class Spectrum:
    """What is drawn of a series."""

    known: Band
    """median over seeds of λ_i where all know it, nats per step"""
    lost: FloatArray
    """median of what is computed where some do not"""
    dimension: float | None
    """median Kaplan–Yorke dimension; None where no direction grows"""

    @property
    def ranks(self) -> NDArray[np.int64]:
        """i = 1 … n."""
        return np.arange(1, self.lost.size + 1)

    def at(self, rank: float) -> float:
        """Return the exponent at a place between two ranks, on the line that is drawn."""
        return float(np.interp(rank, self.ranks, self.known.median))


def spectrum_of(one: Series) -> Spectrum:
    """Return what is drawn of a series."""
    seeds = list(one.seeds.values())
    size = seeds[0].exponents.size
    sure = np.all([seed.resolved for seed in seeds], axis=0)
    shown = band([seed.exponents for seed in seeds], size)
    known = band([np.where(sure, seed.exponents, np.nan) for seed in seeds], size)
    finite = [seed.dimension for seed in seeds if math.isfinite(seed.dimension)]
    dimension = float(np.median(finite)) if finite else 0.0
    return Spectrum(known, np.where(sure, np.nan, shown.median), dimension if dimension > 0.0 else None)


def picture(findings: Findings, page: Page) -> Picture:
    """Return one line per series."""
    table: MeasureTable[Exponents] = findings.of("lyapunov")
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    spectra = {id(one): spectrum_of(one) for one in drawn}
    panels = arrange(drawn)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn, spectra))
    beside = page.room >= WIDE
    names = names_height(panels, LETTERS if beside else page.wrap())
    height = 0.6 + len(panels) * (max(ROW_HEIGHT, names) if beside else ROW_HEIGHT + names)
    drawing = partial(compose, panels=panels, spectra=spectra, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn, spectra), numbers(table, spectra))


def alt(drawn: Sequence[Series], spectra: dict[int, Spectrum]) -> str:
    """Return what is seen, in words."""
    axes = [
        axis("index i of the exponent", "", *(spectra[id(one)].ranks for one in drawn)),
        axis("Lyapunov exponent", "nats per step", *(spectra[id(one)].known.median for one in drawn)),
    ]
    kind = "Line chart: Lyapunov exponents in falling order; a diamond at the Kaplan-Yorke dimension."
    return alt_text(kind, axes, (spectrum_in_words(one, spectra[id(one)]) for one in drawn))


def spectrum_in_words(one: Series, shown: Spectrum) -> str:
    """Return the first and the last exponent, and the dimension."""
    dimension = "" if shown.dimension is None else f", dimension {number(shown.dimension)}"
    return ends(one.name.short, shown.known.median) + dimension


def names_height(panels: Sequence[Panel[Series]], letters: int) -> float:
    """Return the inches that the names of a group's curves take at most, with so many letters in a line."""
    names = max(sum(wrapped(curve.words, letters).count("\n") + 1.4 for curve in panel.curves) for panel in panels)
    titles = max(wrapped(panel.title, letters).count("\n") + 1.5 if panel.title else 0.0 for panel in panels)
    return LINES * (names + titles)


def compose(canvas: Canvas, panels: Sequence[Panel[Series]], spectra: dict[int, Spectrum], note: str | None) -> None:
    """Draw a row for every group of series, a second panel around 0 where any is chaotic, and names beside or below."""
    near = close_up([spectra[id(curve.series)] for panel in panels for curve in panel.curves])
    across = 1 if near is None else 2
    beside = canvas.page.room >= WIDE
    letters = LETTERS if beside else canvas.page.wrap()
    each = 1 if beside else 2
    grid = canvas.figure.add_gridspec(
        len(panels) * each, across + beside,
        width_ratios=[*[1.0] * across, *([NAMES_WIDTH[across]] if beside else [])],
        height_ratios=([1.0] if beside else [1.0, names_height(panels, letters) / ROW_HEIGHT]) * len(panels),
    )  # fmt: skip
    first: list[Axes] = []
    for place, panel in enumerate(panels):
        row = [
            canvas.figure.add_subplot(
                grid[place * each, column],
                sharex=first[column] if first else None, sharey=first[column] if first else None,
            )
            for column in range(across)
        ]  # fmt: skip
        first = first or row
        for axes in row:
            draw_group(axes, panel, spectra)
            axes.tick_params(labelbottom=place == len(panels) - 1)
        row[0].set_ylabel(r"$\lambda_i$ (nats per step)")
        name_curves(canvas.figure.add_subplot(grid[place, -1] if beside else grid[2 * place + 1, :]), panel, letters)
    if near is not None:
        first[0].set_title("all exponents", fontsize=points(7))
        first[1].set_title("around 0", fontsize=points(7))
        first[1].set_xlim(near.left, near.right)
        first[1].set_ylim(near.bottom, near.top)
    for axes in row:
        axes.set_xlabel("index $i$ of the exponent" if near is None else "index $i$")
    canvas.legend(legend([spectra[id(curve.series)] for panel in panels for curve in panel.curves]), note, most=2)


def draw_group(axes: Axes, panel: Panel[Series], spectra: dict[int, Spectrum]) -> None:
    """Draw the spectra of one group around a line at 0."""
    axes.axhline(0.0, color=REFERENCE, linewidth=0.6, zorder=1)
    for curve in panel.curves:
        draw_spectrum(axes, curve, spectra[id(curve.series)])
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)


@dataclass(frozen=True)
class Window:
    """Limits of a panel."""

    left: float
    right: float
    bottom: float
    top: float


def close_up(spectra: Sequence[Spectrum]) -> Window | None:
    """Return the part of the plane up to the largest dimension; None where nothing grows."""
    chaotic = [one for one in spectra if one.dimension is not None]
    if not chaotic:
        return None
    top = max(float(np.nanmax(one.known.high if one.known.count.max() > 1 else one.known.median)) for one in chaotic)
    bottom = min(one.at(one.dimension) for one in chaotic if one.dimension is not None)
    right = max(one.dimension for one in chaotic if one.dimension is not None)
    height = max(top - bottom, 1e-12)
    return Window(0.0, max(1.3 * right, 2.0), bottom - 0.25 * height, top + 0.1 * height)


def name_curves(axes: Axes, panel: Panel[Series], letters: int) -> None:
    """Fill the place of names with those of a group's curves."""
    axes.set_axis_off()
    handles = [
        Line2D([], [], color=curve.colour, linestyle=curve.dashes, label=wrapped(curve.words, letters))
        for curve in panel.curves
    ]
    title = wrapped(panel.title, letters) if panel.title else None
    axes.legend(
        handles=handles, title=title, title_fontsize=points(7), fontsize=points(6.5), loc="center left", frameon=False,
        alignment="left", borderaxespad=0.0, handlelength=1.8, labelspacing=0.4, bbox_to_anchor=(-0.05, 0.5),
    )  # fmt: skip


def draw_spectrum(axes: Axes, curve: Curve[Series], one: Spectrum) -> None:
    """Draw one spectrum, the dimension on it, and what is lost."""
    colour, ranks = curve.colour, one.ranks
    axes.fill_between(ranks, one.known.low, one.known.high, color=colour, alpha=0.25, linewidth=0, zorder=2)
    dot = "." if ranks.size == 1 else ""
    axes.plot(ranks, one.known.median, color=colour, linestyle=curve.dashes, marker=dot, zorder=3)
    if np.isfinite(one.lost).any():
        axes.plot(ranks, one.lost, linestyle="none", markeredgecolor=colour, zorder=4, **LOST)
    if one.dimension is not None:
        height = one.at(one.dimension)
        axes.plot([one.dimension], [height], linestyle="none", markeredgecolor=colour, zorder=5, **DIMENSION)


def legend(spectra: Sequence[Spectrum]) -> list[Artist]:
    """Return what the marks mean: those that are in the figure."""
    handles: list[Artist] = []
    grey: dict[str, Any] = {"linestyle": "none", "markeredgecolor": "#404040"}
    if any(one.dimension is not None for one in spectra):
        handles.append(Line2D([], [], label="Kaplan–Yorke dimension", **grey, **DIMENSION))
    if any(np.isfinite(one.lost).any() for one in spectra):
        handles.append(Line2D([], [], label="lost to rounding", **grey, **LOST))
    return handles


def caption(
    findings: Findings, table: MeasureTable[Exponents], drawn: Sequence[Series], spectra: dict[int, Spectrum]
) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    first = next(iter(drawn[0].seeds.values()))
    yield "Lyapunov exponents in nats per step, in falling order, along the longest sequence."
    yield f"{first.steps} steps count, after a warm-up of {first.warm_up}; means over samples, median over seeds."
    yield band_statement([spectra[id(one)].known for one in drawn])
    if any(spectra[id(one)].dimension is not None for one in drawn):
        yield "Diamond: the Kaplan–Yorke dimension, median over seeds."
    if any(conditional(one.setting) for one in drawn):
        yield "Where there is an input the exponents are conditional on it."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        yield series_line(one, parts(one, table) if one.seeds else ["not drawn"])


def parts(one: Series, table: MeasureTable[Exponents]) -> list[str]:
    """Return what the caption says of a series: its ends, its dimension, and what a reader must know."""
    found = []
    for word, value in (
        ("λ_1 =", one.mean(lambda seed: float(seed.exponents[0]))),
        ("Kaplan–Yorke dimension", one.mean(lambda seed: seed.dimension)),
        ("sum of the positive exponents", one.mean(lambda seed: seed.entropy_bound)),
    ):
        if value is not None:
            found.append(f"{word} {value.text()}")
    return [*found, *table.analysis.remarks(one)]


def numbers(table: MeasureTable[Exponents], spectra: dict[int, Spectrum]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series and exponent."""
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        shown = spectra.get(id(one))
        if shown is None:
            continue
        dimension = math.nan if shown.dimension is None else shown.dimension
        rows += [
            {
                **identity(index, one),
                "rank": int(rank),
                "seeds": int(shown.known.count[place]),
                "exponent_median": float(shown.known.median[place]),
                "exponent_low": float(shown.known.low[place]),
                "exponent_high": float(shown.known.high[place]),
                "lost_median": float(shown.lost[place]),
                "dimension_median": dimension,
            }
            for place, rank in enumerate(shown.ranks)
        ]
    return columns_of(rows)
