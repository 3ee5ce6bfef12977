"""The share of seeds that solve a task against its length, each cell in the setting that other seeds have chosen."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator
from matplotlib.transforms import offset_copy
from numpy.typing import NDArray

from gru_vanish.analysis import Findings
from gru_vanish.analysis.axes import by_label, moving_axes
from gru_vanish.analysis.axis_words import axis_name, own_path
from gru_vanish.analysis.decades import like_powers
from gru_vanish.analysis.names import bias_text, number
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.solved_by_length import Point, SizeLine, size_axis, size_lines
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.axis_words import axis_label, value_label
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.labels import Named, name_lines
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import joined, opening, series_line
from gru_vanish.figures.style import COLOURS, DASHES
from gru_vanish.figures.text import wrapped
from gru_vanish.figures.training_frame import Table, first_run, learning_statements, measured, note_of, solved_statement

NAME = "solved_vs_length"
LEAST = 2.2  # inches of a panel, for the words at its axis
MARKERS = ("o", "s", "^", "v", "D", "P", "X")
APART = 2.2  # points between the intervals of two cells at one length
MOST_TICKS = 11


def picture(findings: Findings, page: Page) -> Picture:
    """Return one panel for every swept size of the task."""
    table, _ = measured(findings)
    if not any(size_axis(group) for group in by_label(table.series).values()):
        raise NotDrawableError(
            f"it is drawn over one swept size of the task (task.length, task.lag), "
            f"and no cell of study {findings.name} is swept over just one"
        )
    lines = size_lines(table.series)
    if not lines:
        raise NotDrawableError(f"study {findings.name}: a choice of settings needs two seeds, nothing to draw")
    panels = panels_of(lines)
    drawn = [one for line in lines for one in line.series if one.seeds]
    height = 0.7 + 2.3 * math.ceil(len(panels) / page.across(len(panels), 2, LEAST))
    text, drawing = joined(caption(findings, table, lines)), partial(compose, panels=panels, note=note_of(table, drawn))
    return Picture(NAME, height, drawing, text, alt(panels), numbers(lines))


def alt(panels: Mapping[str, Sequence[SizeLine]]) -> str:
    """Return what is seen, in words."""
    lines = [line for panel in panels.values() for line in panel]
    sizes = {
        line.axis: [point.size for other in lines if other.axis == line.axis for point in other.points]
        for line in lines
    }
    axes = [*(axis(axis_name(path).plain, "", found) for path, found in sizes.items())]
    axes.append(axis("share of seeds that solve the task", "", [0.0, 1.0]))
    told = (ends(name_of(line), [point.solved / point.seeds for point in line.points]) for line in lines)
    return alt_text("Line chart: solved seeds against the size of the task, a line for each cell.", axes, told, "lines")


def panels_of(lines: Sequence[SizeLine]) -> dict[str, list[SizeLine]]:
    """Return the lines by the size that they are swept over."""
    found: dict[str, list[SizeLine]] = {}
    for line in lines:
        found.setdefault(own_path(line.axis), []).append(line)
    return found


def name_of(line: SizeLine) -> str:
    """Return the cell's name, with the number of settings that were tried at every size."""
    tried = sorted({point.candidates for point in line.points})
    words = line.series[0].name.cell
    if tried == [1]:
        return words
    return f"{words}, best of {tried[0]}" if len(tried) == 1 else f"{words}, best of {tried[0]} to {tried[-1]}"


def compose(canvas: Canvas, panels: Mapping[str, Sequence[SizeLine]], note: str | None) -> None:
    """Draw the panels and the names below them; of a single one at its lines if they fit."""
    grid = canvas.panels(len(panels), canvas.page.across(len(panels), 2, LEAST), sharey=True)
    lines = list(dict.fromkeys(line.label for panel in panels.values() for line in panel))
    for axes, panel in zip(grid, panels.values(), strict=True):
        drawn = draw_panel(axes, panel, lines)
    grid[0].set_ylabel("share of seeds that solve the task")
    handles = [
        Line2D([], [], label=wrapped(name_of(line), 60), **look_of(lines.index(line.label)))
        for panel in panels.values()
        for line in panel
    ]
    if len(panels) > 1:
        canvas.legend(handles, note, most=2)
        return
    canvas.legend([], note, most=2)
    (panel,) = panels.values()
    named = [Named(name_of(line), *each) for line, *each in zip(panel, drawn, handles, strict=True)]
    name_lines(canvas, grid[0], named, corner=False)


def look_of(place: int) -> dict[str, Any]:
    """Return colour, dash and mark of a cell."""
    return {
        "color": COLOURS[place % len(COLOURS)],
        "linestyle": DASHES[place % len(DASHES)],
        "marker": MARKERS[place % len(MARKERS)],
        "markersize": 3.6,
    }


def draw_panel(axes: Axes, lines: Sequence[SizeLine], labels: Sequence[str]) -> list[Line2D]:
    """Draw every cell with its intervals; cells stand a little beside one another, so that each is seen."""
    drawn = []
    sizes = np.unique([point.size for line in lines for point in line.points])
    logarithmic = sizes.size > 2 and (like_powers(sizes.astype(np.int64)) or evenly_multiplied(sizes))
    if logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
    margin = (sizes[-1] / sizes[0]) ** 0.06 if logarithmic else max(0.06 * (sizes[-1] - sizes[0]), 0.5)
    axes.set_xlim(
        *((sizes[0] / margin, sizes[-1] * margin) if logarithmic else (sizes[0] - margin, sizes[-1] + margin))
    )
    for place, line in enumerate(lines):
        shift = APART * (place - (len(lines) - 1) / 2)
        beside = offset_copy(axes.transData, axes.figure, x=shift, units="points")  # type: ignore[arg-type]
        style = look_of(labels.index(line.label))
        drawn += axes.plot(
            [point.size for point in line.points], [point.solved / point.seeds for point in line.points],
            transform=beside, zorder=3, **style,
        )  # fmt: skip
        for point in line.points:
            share = point.share
            if share is not None and share.low is not None and share.high is not None:
                ends = [share.low, share.high]
                axes.plot([point.size] * 2, ends, transform=beside, color=style["color"], linewidth=0.9, zorder=2)
    axes.set_ylim(-0.03, 1.03)
    if sizes.size <= MOST_TICKS:
        axes.set_xticks(sizes, labels=[value_label(size) for size in sizes])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS - 3))
    axes.set_xlabel(axis_label(lines[0].axis))
    axes.spines[["top", "right"]].set_visible(False)
    return drawn


def evenly_multiplied(sizes: NDArray[np.float64]) -> bool:
    """Say whether each size is about the same multiple of the one before."""
    if sizes[0] <= 0:
        return False
    ratios = sizes[1:] / sizes[:-1]
    return bool(ratios.min() >= 1.4 and ratios.max() <= 1.5 * ratios.min())


def caption(findings: Findings, table: Table, lines: Sequence[SizeLine]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    budgets = sorted({first_run(one).last_step for line in lines for one in line.series if one.seeds})
    yield f"Share of seeds whose test loss falls below the task's bound within {budgets[0]} optimizer steps" + (
        "." if len(budgets) == 1 else f" to {budgets[-1]}."
    )
    yield "Bars: 95 % Clopper-Pearson interval over seeds (exact for one setting; a choice adds a little to it)."
    yield "Each cell in the setting that suits it: the seeds are halved, and each half is shown in the setting with the"
    yield "least mean test loss of the other half, a diverged run counting with the baseline; no seed chose its own."
    for line in lines:
        yield f"{line.series[0].name.cell}, the settings: {axes_in_words(line)}."
        for point in line.points:
            size = f"{own_path(line.axis)} {number(point.size)}"
            yield f"- {size}: {point.solved} of {point.seeds} seeds; {choices(line, point)}."
    drawn = [one for line in lines for one in line.series if one.seeds]
    yield from learning_statements(drawn)
    yield "All series, each setting by itself:"
    for one in table.series:
        yield series_line(one, [solved_statement(one)] if one.seeds else ["not drawn"])


def axes_in_words(line: SizeLine) -> str:
    """Return what a cell was tried with, or that nothing was chosen."""
    paths = [path for path in moving_axes(line.series) if path != line.axis]
    if not paths:
        return "one, nothing to choose"
    return ", ".join(f"{own_path(path)} {' / '.join(values(line, path))}" for path in paths)


def values(line: SizeLine, path: str) -> list[str]:
    """Return the values of one axis, each once."""
    return list(dict.fromkeys(bias_text(one.swept.get(path)) for one in line.series))


def choices(line: SizeLine, point: Point) -> str:
    """Say which settings were chosen at a point."""
    paths = [path for path in moving_axes(line.series) if path != line.axis]
    if not paths:
        return "no choice"
    told = [
        ", ".join(f"{own_path(path)} {bias_text(choice.series.swept.get(path))}" for path in paths)
        + f" ({choice.solved} of {len(choice.seeds)})"
        for choice in point.choices
    ]
    return "chosen: " + " and ".join(told)


def numbers(lines: Sequence[SizeLine]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per cell, size and half of the seeds; the share is that of both halves."""
    rows: list[Row] = []
    for line in lines:
        for point in line.points:
            for choice in point.choices:
                rows.append(
                    {
                        "label": line.label,
                        "axis": line.axis,
                        "size": point.size,
                        "settings_tried": point.candidates,
                        "chosen": choice.series.name.short,
                        "chosen_by": " ".join(map(str, choice.chosen_by)),
                        "reported_seeds": " ".join(map(str, choice.seeds)),
                        "reported_solved": choice.solved,
                        "solved": point.solved,
                        "seeds": point.seeds,
                        **estimate("solved_fraction", point.share),
                    }
                )
    return columns_of(rows)
