"""What a trained network makes of every kind of step: effect on the answer, gradient, gates and paths."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings
from gru_vanish.analysis.rows import Row, estimate, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.analysis.training import relevant
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.group_cells import (
    EFFECT,
    GATES,
    PATHS,
    Cell,
    Quantity,
    cells,
    groups_of,
    quantities,
)
from gru_vanish.figures.pages import Page
from gru_vanish.figures.path_looks import PathLook, looks
from gru_vanish.figures.statements import joined, opening, series_line
from gru_vanish.figures.style import REFERENCE, points
from gru_vanish.figures.text import shown, wrapped
from gru_vanish.figures.training_frame import (
    Series,
    Table,
    learning_statements,
    measured,
    note_of,
    solved_statement,
)

NAME = "groups_after_training"
SPREAD, APART = 0.66, 0.3  # of the space of a group: for all parts of one panel, and at most between two of them
PART_HEIGHT, GROUP_HEIGHT, HEADS = 0.075, 0.155, 0.42  # inches
PLANTED: dict[str, Any] = {
    "marker": "D", "markersize": 5.5, "markerfacecolor": "none", "markeredgewidth": 0.8, "linestyle": "none",
}  # fmt: skip
HEADS_IN_WORDS = {"size": "log10 of the effect on the answer", "arriving": "log10 of the gradient that arrives"}
DOT: dict[str, Any] = {"color": "#000000", "marker": "o"}


def picture(findings: Findings, page: Page) -> Picture:
    """Return a row of panels for every series."""
    table, drawn = measured(findings)
    found = quantities(drawn)
    rows = rows_of(drawn, side_by_side(found, page))
    height = sum(row_height(one, found) + HEADS for _, one in rows) + 0.6
    text, drawing = joined(caption(findings, table, drawn)), partial(compose, drawn=drawn, note=note_of(table, drawn))
    return Picture(NAME, height, drawing, text, alt(drawn), numbers(table))


def side_by_side(columns: Sequence[Quantity], page: Page) -> int:
    """Return how many quantities stand side by side; the others stand below them."""
    most = page.across(len(columns), 4, least=1.3)
    return math.ceil(len(columns) / math.ceil(len(columns) / most))


def rows_of(drawn: Sequence[Series], across: int) -> list[tuple[Sequence[Quantity], Series]]:
    """Return the rows: so many quantities of a series each, and none of a series that has not one of them."""
    columns = quantities(drawn)
    folds = [columns[start : start + across] for start in range(0, len(columns), across)]
    return [(fold, one) for fold in folds for one in drawn if any(cells(one, each) for each in fold)]


def alt(drawn: Sequence[Series]) -> str:
    """Return what is seen, in words."""
    found = quantities(drawn)
    seen = {each.name: [cell for one in drawn for cell in cells(one, each)] for each in found}
    axes = [
        "kinds of steps of the task, one below the other",
        *(
            axis(
                HEADS_IN_WORDS.get(each.name, each.head),
                "",
                [cell.after.mean for cell in seen[each.name] if cell.after],
            )
            for each in found
        ),
    ]
    told = (f"{one.name.short}, {found[0].head}: {', '.join(changes(one, found[0]))}" for one in drawn)
    return alt_text("Dot plots, a row for each series: before (hollow) and after training (filled).", axes, told)


def changes(one: Series, quantity: Quantity) -> Iterator[str]:
    """Give the mean of every group before and after training."""
    for cell in cells(one, quantity):
        yield ends(cell.group, [each.mean for each in (cell.before, cell.after) if each is not None])


def row_height(one: Series, columns: Sequence[Quantity]) -> float:
    """Return the height of a series' panels in inches."""
    most = max(len({cell.part for cell in cells(one, quantity)}) for quantity in columns)
    return len(groups_of(one)) * max(GROUP_HEIGHT, PART_HEIGHT * most)


def compose(canvas: Canvas, drawn: Sequence[Series], note: str | None) -> None:
    """Draw a row for every series and a column for every quantity, folded where the page is narrow."""
    columns = quantities(drawn)
    across = side_by_side(columns, canvas.page)
    rows = rows_of(drawn, across)
    heights = [row_height(one, columns) for _, one in rows]
    grid = canvas.figure.add_gridspec(len(rows), across, height_ratios=heights)
    parts = looks(cell.part for one in drawn for each in (GATES, PATHS) for cell in cells(one, each))
    lowest = {
        each.name: max((row for row, (fold, one) in enumerate(rows) if each in fold and cells(one, each)), default=0)
        for each in columns
    }
    first: dict[str, Axes] = {}
    for row, (fold, one) in enumerate(rows):
        for column, quantity in enumerate(fold):
            axes = canvas.figure.add_subplot(grid[row, column], sharex=first.get(quantity.name))
            draw_panel(axes, one, quantity, parts)
            axes.tick_params(labelleft=column == 0, left=False, labelbottom=row == lowest[quantity.name])
            if row == lowest[quantity.name]:
                axes.set_xlabel(quantity.axis)
            name = [wrapped(one.name.short, canvas.page.wrap())] if column == 0 else []
            head = "\n".join([*name, *([quantity.head] if quantity.name not in first else [])])
            axes.set_title(head, fontsize=points(7), loc="left")
            first.setdefault(quantity.name, axes)
    canvas.legend(handles(drawn, parts), note, most=4)


def draw_panel(axes: Axes, one: Series, quantity: Quantity, parts: Mapping[str, PathLook]) -> None:
    """Draw one quantity of one series: from hollow (before) to filled (after), with the interval of the latter."""
    groups, found = groups_of(one), cells(one, quantity)
    order = list(dict.fromkeys(cell.part for cell in found))
    for cell in found:
        shift = min(APART, SPREAD / len(order)) * (order.index(cell.part) - (len(order) - 1) / 2)
        style = DOT if cell.part == "" else {"color": parts[cell.part].colour, "marker": parts[cell.part].marker}
        draw_cell(axes, cell, groups.index(cell.group) + shift, style)
    if quantity is EFFECT:
        planted = one.task.get("planted", {})
        there = [group for group in groups if group in planted]
        places = [groups.index(group) for group in there]
        axes.plot([planted[group] for group in there], places, color="#D55E00", zorder=2, **PLANTED)
    if quantity.zero:
        axes.axvline(0.0, color=REFERENCE, linewidth=0.6, zorder=1)
    axes.set_yticks(range(len(groups)), labels=[shown(group) for group in groups])
    for label, group in zip(axes.get_yticklabels(), groups, strict=True):
        label.set_fontweight("bold" if group in relevant(one) else "normal")
    axes.set_ylim(len(groups) - 0.4, -0.6)
    for place in range(len(groups)):
        axes.axhline(place, color="#E6E6E6", linewidth=0.5, zorder=0)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.spines[["top", "right", "left"]].set_visible(False)
    if not found:
        axes.set_axis_off()
        words = "one path only" if quantity is PATHS else f"no {quantity.name}"
        axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", fontsize=points(7))


def draw_cell(axes: Axes, cell: Cell, height: float, style: Mapping[str, Any]) -> None:
    """Draw one part of one group."""
    if cell.before is not None and cell.after is not None:
        axes.plot([cell.before.mean, cell.after.mean], [height] * 2, color=style["color"], linewidth=0.5, zorder=2)
    if cell.before is not None:
        axes.plot([cell.before.mean], [height], markersize=3.2, markerfacecolor="white", markeredgewidth=0.6,
                  linestyle="none", zorder=3, **style)  # fmt: skip
    if cell.after is not None:
        if cell.after.low is not None and cell.after.high is not None:
            axes.plot([cell.after.low, cell.after.high], [height] * 2, color=style["color"], linewidth=1.5, zorder=3)
        axes.plot([cell.after.mean], [height], markersize=3.6, linestyle="none", zorder=4, **style)


def handles(drawn: Sequence[Series], parts: Mapping[str, PathLook]) -> list[Artist]:
    """Return what the marks are."""
    plain: dict[str, Any] = {"linestyle": "none", "markersize": 3.6, **DOT}
    found: list[Artist] = [
        Line2D([], [], label="before training", markerfacecolor="white", markeredgewidth=0.6, **plain),
        Line2D([], [], label="after training", **plain),
    ]
    if any(one.task.get("planted") for one in drawn) and EFFECT in quantities(drawn):
        found.append(Line2D([], [], color="#D55E00", label="planted weight", **PLANTED))
    if any(relevant(one) for one in drawn):
        found.append(Line2D([], [], linestyle="none", label="bold: the answer depends on it"))
    return found + [
        Line2D([], [], linestyle="none", color=style.colour, marker=style.marker, markersize=3.6, label=shown(part))
        for part, style in parts.items()
    ]


def caption(findings: Findings, table: Table, drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "Every kind of step of the task, on the test draw; bold: those that the answer depends on."
    if EFFECT in quantities(drawn):
        yield "Effect on the answer: d(answer)/d(content of x_t) with its sign, mean over steps and samples; diamond:"
        yield "the weight that the task has planted, which a network that solves it must reach."
    else:
        yield "Effect on the answer: norm of d(answer)/d(content of x_t), mean of its logarithm."
    yield "Gradient that arrives: norm of d(own loss)/dx_t, mean of its logarithm. Gates: mean level over units,"
    yield "without the candidate. Paths: share of each use of h_(t-1) in the gradient of the own loss."
    yield "Hollow: before training; filled: at the last checkpoint, with the 95 % Student t interval over seeds;"
    yield "a run that diverged shows its last weights."
    yield from learning_statements(drawn)
    yield "Series:"
    for one in table.series:
        yield series_line(one, [solved_statement(one)] if one.seeds else ["not drawn"])


def numbers(table: Table) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, quantity, group and part, with the change by seed."""
    drawn = [one for one in table.series if one.seeds]
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        for quantity in quantities(drawn) if one.seeds else ():
            planted = one.task.get("planted", {}) if quantity is EFFECT else {}
            for cell in cells(one, quantity):
                rows.append(
                    {
                        **identity(index, one),
                        "quantity": quantity.name,
                        "group": cell.group,
                        "part": cell.part,
                        "planted": planted.get(cell.group),
                        **estimate("before", cell.before),
                        **estimate("after", cell.after),
                        **estimate("change", cell.change),
                        "seeds": len(one.seeds),
                    }
                )
    return columns_of(rows)
