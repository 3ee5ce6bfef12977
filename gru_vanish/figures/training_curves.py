"""Loss, accuracy and gradient norm against the optimizer step: median over seeds and its interval, with divergences."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.analysis.training_run import Run
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import band_statement, joined, opening, series_line
from gru_vanish.figures.style import REFERENCE, points
from gru_vanish.figures.text import wrapped
from gru_vanish.figures.training_frame import (
    Series,
    Table,
    diverged,
    first_run,
    learning_statements,
    measured,
    note_of,
    solved_statement,
)

NAME = "training_curves"
ACROSS = 3  # panels side by side
ROW_HEIGHT = {1: 1.5, 2: 1.4, 3: 1.3}  # inches by panels side by side
LINE = 0.12  # inches of a line of names
BASELINE: dict[str, Any] = {"color": REFERENCE, "linewidth": 0.9, "linestyle": (0, (1, 1.5))}
SOLVED: dict[str, Any] = {"color": REFERENCE, "linewidth": 0.7, "linestyle": (0, (6, 3))}
GONE: dict[str, Any] = {"marker": "x", "markersize": 5, "markeredgewidth": 1.2, "linestyle": "none"}
AFTER_CLIPPING = 0.45  # width of its line

QUANTITIES: dict[str, tuple[str, Callable[[Run], IntArray], Callable[[Run], FloatArray]]] = {
    "loss": ("test loss", lambda run: run.test.steps, lambda run: run.test.loss),
    "accuracy": ("accuracy", lambda run: run.test.steps, lambda run: run.test.accuracy),
    "gradient": ("gradient norm", lambda run: run.batch.steps, lambda run: run.gradient),
    "clipped": ("", lambda run: run.batch.steps, lambda run: run.clipped),
}
"""By name: what stands at the axis (nothing for a line in the panel above), steps and values of a run."""


def picture(findings: Findings, page: Page) -> Picture:
    """Return a column for every group of series."""
    table, drawn = measured(findings)
    panels = arrange(drawn)
    across = page.across(len(panels), ACROSS)
    blocks = math.ceil(len(panels) / across)
    lines = max(named_lines(panel, letters(page, across)) for panel in panels)
    height = blocks * (len(rows_of(drawn)) * page.row(ROW_HEIGHT, across) + lines * LINE + 0.2) + 0.55
    text = joined(caption(findings, table, drawn))
    drawing = partial(compose, panels=panels, drawn=drawn, note=note_of(table, drawn))
    return Picture(NAME, height, drawing, text, alt(drawn), numbers(table))


def letters(page: Page, across: int) -> int:
    """Return the letters of a line of names below a column."""
    return page.wrap(across, most=90, points=6.5, margin=0.45)


def alt(drawn: Sequence[Series]) -> str:
    """Return what is seen, in words."""
    seen = {name: [over_seeds(one, name) for one in drawn] for name in rows_of(drawn)}
    axes = [
        axis("optimizer step", "", *(steps for found in seen.values() for steps, _ in found)),
        *(axis(QUANTITIES[name][0], "", *(values.median for _, values in found)) for name, found in seen.items()),
    ]
    told = (f"{ends(one.name.short, over_seeds(one, 'loss')[1].median)}, {solved_statement(one)}" for one in drawn)
    kind = "Line charts below one another, median over seeds with bands; of each series the test loss is told."
    return alt_text(kind, axes, told)


def rows_of(series: Sequence[Series]) -> list[str]:
    """Return the quantities that have a row: accuracy where answers are classes."""
    runs = [run for one in series for run in one.seeds.values()]
    classes = any(np.isfinite(run.test.accuracy).any() for run in runs)
    return ["loss", *(["accuracy"] if classes else []), "gradient"]


def named_lines(panel: Panel[Series], wide: int) -> int:
    """Return how many lines of so many letters the names below a column take."""
    return sum(1 + wrapped(curve.words, wide).count("\n") for curve in panel.curves) + bool(panel.title)


def over_seeds(one: Series, quantity: str) -> tuple[IntArray, Band]:
    """Return the steps of a quantity, and its median with the interval over the seeds that have not diverged."""
    _, steps_of, values_of = QUANTITIES[quantity]
    steps = steps_of(first_run(one))
    return steps, band([values_of(run) for run in one.seeds.values()], steps.size)


def compose(canvas: Canvas, panels: Sequence[Panel[Series]], drawn: Sequence[Series], note: str | None) -> None:
    """Draw quantities below one another, groups of series side by side with their names below."""
    rows = rows_of(drawn)
    across = canvas.page.across(len(panels), ACROSS)
    blocks = math.ceil(len(panels) / across)
    wide = letters(canvas.page, across)
    lines = max(named_lines(panel, wide) for panel in panels)
    heights = [*(canvas.page.row(ROW_HEIGHT, across) for _ in rows), lines * LINE] * blocks
    grid = canvas.figure.add_gridspec(len(heights), across, height_ratios=heights)
    first: dict[str, Axes] = {}
    for place, panel in enumerate(panels):
        top, column = (place // across) * (len(rows) + 1), place % across
        for down, quantity in enumerate(rows):
            beside = next(iter(first.values()), None)
            axes = canvas.figure.add_subplot(grid[top + down, column], sharex=beside, sharey=first.get(quantity))
            first.setdefault(quantity, axes)
            draw_panel(axes, panel, quantity)
            axes.tick_params(labelbottom=down == len(rows) - 1, labelleft=column == 0)
            if column == 0:
                axes.set_ylabel(QUANTITIES[quantity][0])
            if down == len(rows) - 1:
                axes.set_xlabel("optimizer step")
        name_curves(canvas.figure.add_subplot(grid[top + len(rows), column]), panel, wide)
    for quantity, axes in first.items():
        set_values(axes, quantity, [curve.series for panel in panels for curve in panel.curves])
    canvas.legend(legend_handles(drawn), note, most=4)


def draw_panel(axes: Axes, panel: Panel[Series], quantity: str) -> None:
    """Draw one quantity of one group."""
    for curve in panel.curves:
        draw_curve(axes, curve, quantity)
    if quantity == "loss":
        for which, level_look in (("baseline", BASELINE), ("solved_below", SOLVED)):
            for level in sorted({getattr(first_run(curve.series), which) for curve in panel.curves}):
                axes.axhline(level, zorder=1, **level_look)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.spines[["top", "right"]].set_visible(False)


def draw_curve(axes: Axes, curve: Curve[Series], quantity: str) -> None:
    """Draw the median of one series, with its band but for gradients, and a cross above for every divergence."""
    steps, seen = over_seeds(curve.series, quantity)
    if quantity != "gradient":  # a gradient's bands would hide the lines
        axes.fill_between(steps, seen.low, seen.high, color=curve.colour, alpha=0.2, linewidth=0, zorder=2)
    dot = "." if steps.size == 1 else ""
    axes.plot(steps, seen.median, color=curve.colour, linestyle=curve.dashes, marker=dot, zorder=3)
    if quantity == "gradient":
        _, clipped = over_seeds(curve.series, "clipped")
        axes.plot(steps, clipped.median, color=curve.colour, linewidth=AFTER_CLIPPING, zorder=3)
    if gone := diverged(curve.series):
        above = axes.get_xaxis_transform()
        axes.plot(gone, [0.96] * len(gone), color=curve.colour, transform=above, clip_on=False, zorder=5, **GONE)


def set_values(axes: Axes, quantity: str, drawn: Sequence[Series]) -> None:
    """Set the axis of a quantity: shares from 0 to 1, all else in decades where it spans more than one."""
    if quantity == "accuracy":
        axes.set_ylim(-0.03, 1.03)
        return
    values = np.concatenate([over_seeds(one, quantity)[1].median for one in drawn])
    known = values[np.isfinite(values) & (values > 0)]
    if known.size and known.max() > 10 * known.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=5))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(4))


def name_curves(axes: Axes, panel: Panel[Series], wide: int) -> None:
    """Fill the last row of a column with the names of its curves."""
    axes.set_axis_off()
    handles = [
        Line2D([], [], color=curve.colour, linestyle=curve.dashes, label=wrapped(curve.words, wide))
        for curve in panel.curves
    ]
    title = wrapped(panel.title, wide + 4) if panel.title else None
    axes.legend(
        handles=handles, title=title, title_fontsize=points(7), fontsize=points(6.5), loc="upper left", frameon=False,
        handlelength=1.8,
        alignment="left", borderaxespad=0.0, borderpad=0.0, labelspacing=0.25,
    )  # fmt: skip


def legend_handles(drawn: Sequence[Series]) -> list[Artist]:
    """Return what the other lines and marks are."""
    thin: dict[str, Any] = {"color": "#404040", "linewidth": AFTER_CLIPPING}
    found: list[Artist] = [
        Line2D([], [], label="nothing learnt", **BASELINE),
        Line2D([], [], label="solved", **SOLVED),
        Line2D([], [], label="thin: after clipping", **thin),
    ]
    if any(diverged(one) for one in drawn):
        found.append(Line2D([], [], color="#404040", label="a seed diverged", **GONE))
    return found


def caption(findings: Findings, table: Table, drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "Loss (and share of right answers, where answers are classes) of the test draw after each optimizer step,"
    yield "and the norm of the batch's gradient before (thick) and after (thin) clipping, without a band."
    yield "Lines: median over seeds."
    yield band_statement([over_seeds(one, "loss")[1] for one in drawn])
    yield "Dots: the loss of an answer that has learnt nothing; long dashes: the loss below which the task is solved."
    if any(diverged(one) for one in drawn):
        yield "Cross: a seed whose next step could not be taken; from there on it is in no median."
    yield from learning_statements(drawn)
    yield "Series:"
    for one in table.series:
        yield series_line(one, list(statement(one)) if one.seeds else ["not drawn"])


def statement(one: Series) -> Iterator[str]:
    """Give what the caption says of a series."""
    yield solved_statement(one)
    if gone := diverged(one):
        yield f"{len(gone)} of {len(one.seeds)} diverged at step {', '.join(map(str, gone))}"


def numbers(table: Table) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, quantity and step; of a divergence its step alone."""
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        for quantity in QUANTITIES if one.seeds else ():
            steps, seen = over_seeds(one, quantity)
            for place, step in enumerate(steps):
                ends: dict[str, Any] = {
                    "median": float(seen.median[place]), "low": float(seen.low[place]),
                    "high": float(seen.high[place]), "seeds": int(seen.count[place]),
                }  # fmt: skip
                if ends["seeds"]:
                    rows.append({**identity(index, one), "quantity": quantity, "step": int(step), **ends})
        nothing = dict.fromkeys(("median", "low", "high"), math.nan)
        rows += [
            {**identity(index, one), "quantity": "diverged", "step": step, **nothing, "seeds": 1}
            for step in diverged(one)
        ]
    return columns_of(rows)
