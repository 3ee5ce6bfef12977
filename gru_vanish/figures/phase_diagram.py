"""Half-life over two swept numbers: where the gradient decays, and how fast, where it does not, and where it grows."""

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, ListedColormap, LogNorm
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gru_vanish.analysis import Findings, Table
from gru_vanish.analysis.axis_words import axis_name
from gru_vanish.figures.alt import alt_text, axis
from gru_vanish.figures.axis_words import value_label
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.caption import series_statement
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import common_name
from gru_vanish.figures.phase_grid import (
    DECAYS,
    GROWS,
    MISSING,
    NO_DECAY,
    NO_RATE,
    PhaseGrid,
    axes_in_words,
    columns,
    grids,
)
from gru_vanish.figures.phase_panel import DOT, KNOWN, LOOKS, MEASURED, draw_grid, has_zero
from gru_vanish.figures.statements import joined, opening, settings, unfinished

NAME = "phase_diagram"
ACROSS = 3  # panels per row
LEAST = 1.7  # inches of a panel
ROW_HEIGHT = {1: 2.9, 2: 2.4, 3: 2.2}  # inches by panels per row
WORDS = {
    NO_DECAY: "no decay resolved (interval holds 0)",
    GROWS: "the gradient grows",
    NO_RATE: "no decay rate",
    MISSING: "not measured",
}


def picture(findings: Findings, page: Page) -> Picture:
    """Return a panel for every cell that is swept over two numbers.

    Raises `NotDrawableError` where no cell is, or no point is measured.
    """
    table = findings.headline
    found = grids(table.series)
    if not found:
        raise NotDrawableError(
            f"a phase diagram needs a cell that is swept over exactly two axes, both of numbers; "
            f"study {table.name} sweeps {axes_in_words(table.series)}"
        )
    if all(bool((grid.kind == MISSING).all()) for grid in found):
        raise NotDrawableError(f"study {table.name}: no record yet, nothing to draw")
    across = page.across(len(found), ACROSS, LEAST)
    absent = sum(not one.curves for one in table.series)
    note = unfinished(table.finished, table.progress, absent, len(table.series))
    height = 0.45 + math.ceil(len(found) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, found=found, note=note)
    return Picture(NAME, height, drawing, joined(caption(table, found)), alt(found), columns(found))


def alt(found: Sequence[PhaseGrid]) -> str:
    """Return what is seen, in words."""
    axes = []
    for grid in found:
        axes += [axis(axis_name(grid.x_axis).plain, "", grid.x), axis(axis_name(grid.y_axis).plain, "", grid.y)]
    axes.append(axis("colour, half-life", "steps", *(grid.half_life for grid in found)))
    told = (f"{common_name(grid.series)}, {', '.join(kinds_in_words(grid))}" for grid in found)
    return alt_text("Heat map of half-lives over two swept numbers, a panel for each cell.", axes, told, "panels")


def kinds_in_words(grid: PhaseGrid) -> Iterator[str]:
    """Say how many points decay, and how many are of each other kind."""
    yield f"{int((grid.kind == DECAYS).sum())} of {grid.kind.size} points decay"
    for kind, words in WORDS.items():
        if count := int((grid.kind == kind).sum()):
            yield f"{count} {words}"


def compose(canvas: Canvas, found: Sequence[PhaseGrid], note: str | None) -> None:
    """Draw the panels, one scale of colours for all, and what the rest means."""
    across = canvas.page.across(len(found), ACROSS, LEAST)
    places = canvas.panels(len(found), across)
    norm, colours = norm_of(found), colour_map()
    for axes, grid in zip(places, found, strict=True):
        draw_grid(axes, grid, norm, colours, canvas.page.room / across)
    if norm is not None:
        bar = canvas.figure.colorbar(ScalarMappable(norm, colours), ax=places, pad=0.02, aspect=25)
        bar.set_label("half-life (steps)")
        ticks = scale_ticks(*bar.ax.get_ylim())
        bar.set_ticks(ticks, labels=[value_label(tick) for tick in ticks], minor=False)
        bar.minorticks_off()
        bar.outline.set_linewidth(0.4)
    canvas.legend(legend_handles(found), note)


def colour_map() -> Colormap:
    """Return the colours from a short half-life (dark) to a long one (light); their luminance rises."""
    return ListedColormap(colormaps["viridis"](np.linspace(0.05, 0.95, 256)))


def norm_of(found: Sequence[PhaseGrid]) -> LogNorm | None:
    """Return the logarithmic scale that holds all half-lives, None where there are none."""
    known = np.concatenate([grid.half_life[np.isfinite(grid.half_life)] for grid in found])
    if known.size == 0:
        return None
    low, high = float(known.min()), float(known.max())
    return LogNorm(low, high) if high > 1.05 * low else LogNorm(low / 1.5, high * 1.5)


def scale_ticks(low: float, high: float) -> list[float]:
    """Return round values on a logarithmic scale, its two ends where it holds less than two of them."""
    digits: Sequence[int] = range(1, 10) if high < 4 * low else (1, 2, 5) if high < 100 * low else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    inside = [digit * 10.0**power for power in powers for digit in digits if low <= digit * 10.0**power <= high]
    return inside if len(inside) > 1 else [low, high]


def legend_handles(found: Sequence[PhaseGrid]) -> list[Artist]:
    """Return what hatches, dots and lines mean: only those that are in the figure."""
    handles: list[Artist] = [
        Patch(label=words, linewidth=0.4, **LOOKS[kind])
        for kind, words in WORDS.items()
        if any(bool((grid.kind == kind).any()) for grid in found)
    ]
    if any(bool(grid.not_one.any()) for grid in found):
        handles.append(Line2D([], [], color="#000000", label="not one exponential", **DOT))
    if any(has_zero(grid) for grid in found):
        handles.append(Line2D([], [], label="measured rate 0", **MEASURED))
    if any(grid.critical for grid in found):
        limit = any(one.limit for grid in found for _, _, one in grid.critical)
        handles.append(Line2D([], [], label=f"known critical gain{' (random: large $n$)' if limit else ''}", **KNOWN))
    return handles


def caption(table: Table, found: Sequence[PhaseGrid]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(table.name, table.question, table.finished, table.progress)
    yield "Colour: the half-life ln 2 / decay rate in steps, on a logarithmic scale; the rate is the mean over seeds."
    yield "It is there where the rate's 95 % Student t interval over seeds is above 0; below 0 the gradient grows."
    if any(len(one.curves) == 1 for grid in found for one in grid.series):
        yield "One seed has no interval: the sign of its rate decides alone."
    yield "The points stand in the order of the swept values, at equal distances."
    if any(bool(grid.not_one.any()) for grid in found):
        yield "Dot: the halves of the window differ (not one exponential); the half-life is that of the whole window."
    if any(has_zero(grid) for grid in found):
        yield "Dashed: the mean rate passes through 0, by straight lines between the points."
    for grid in found:
        for why in dict.fromkeys(f"g = {one.gain:.4g}; {one.why}" for _, _, one in grid.critical):
            yield f"Solid ({grid.label}): known critical gain {why}."
    drawn = [one for grid in found for one in grid.series if one.curves]
    yield from settings(drawn)
    inside = {id(one) for grid in found for one in grid.series}
    yield "Series:"
    for one in table.series:
        yield series_statement(one) if id(one) in inside else f"{series_statement(one)[:-1]}, not in the diagram."
