"""What a trained network makes of every kind of step: effect on the answer, gradient, gates and paths."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings
from gru_vanish.analysis.intervals import Estimate, student_interval
from gru_vanish.analysis.rows import Row, estimate, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.analysis.training import relevant
from gru_vanish.analysis.training_run import Group
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.frame import DECADE
from gru_vanish.figures.pages import Page
from gru_vanish.figures.path_looks import PathLook, looks
from gru_vanish.figures.statements import joined, opening, series_line
from gru_vanish.figures.style import REFERENCE, points
from gru_vanish.figures.text import shown, wrapped
from gru_vanish.figures.training_frame import (
    Series,
    Table,
    first_run,
    learning_statements,
    measured,
    note_of,
    solved_statement,
)

NAME = "groups_after_training"
CANDIDATE = "candidate"  # not a gate that lets through or not: its level may be negative, and is left out
SPREAD, APART = 0.66, 0.3  # of the space of a group: for all parts of one panel, and at most between two of them
PART_HEIGHT, GROUP_HEIGHT, HEADS = 0.075, 0.155, 0.42  # inches
PLANTED: dict[str, Any] = {
    "marker": "D", "markersize": 5.5, "markerfacecolor": "none", "markeredgewidth": 0.8, "linestyle": "none",
}  # fmt: skip
DOT: dict[str, Any] = {"color": "#000000", "marker": "o"}


@dataclass(frozen=True)
class Quantity:
    """A column of the figure: what of a group is shown, by the part that it is about, in the unit of the axis."""

    name: str
    head: str
    axis: str
    zero: bool = False
    """Whether 0 is a line of its own."""


HEADS_IN_WORDS = {"size": "log10 of the effect on the answer", "arriving": "log10 of the gradient that arrives"}
EFFECT = Quantity("effect", "effect on the answer", r"$\partial \hat{y}/\partial x$", zero=True)
SIZE = Quantity("size", "effect on the answer", r"$\log_{10}\Vert\partial \hat{y}/\partial x\Vert$")
ARRIVING = Quantity("arriving", "gradient that arrives", r"$\log_{10}\Vert\partial L/\partial x\Vert$")
GATES = Quantity("gates", "gates", "mean level")
PATHS = Quantity("paths", "paths", "share of the gradient")


@dataclass(frozen=True)
class Cell:
    """One group in one column, one part: before and after training, and the change paired by seed."""

    group: str
    part: str
    before: Estimate | None
    after: Estimate | None
    change: Estimate | None


def picture(findings: Findings, page: Page) -> Picture:
    """Return a row of panels for every series."""
    table, drawn = measured(findings)
    found = quantities(drawn)
    folds = math.ceil(len(found) / side_by_side(found, page))
    height = folds * sum(row_height(one, found) + HEADS for one in drawn) + 0.6
    text, drawing = joined(caption(findings, table, drawn)), partial(compose, drawn=drawn, note=note_of(table, drawn))
    return Picture(NAME, height, drawing, text, alt(drawn), numbers(table))


def side_by_side(columns: Sequence[Quantity], page: Page) -> int:
    """Return how many quantities stand side by side; the others stand below them."""
    most = page.across(len(columns), 4, least=1.3)
    return math.ceil(len(columns) / math.ceil(len(columns) / most))


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


def values_of(group: Group, quantity: Quantity) -> dict[str, Any]:
    """Return a quantity of one group of one seed by its parts, each (C,)."""
    if quantity.name == "gates":
        return {gate: mean for gate, mean in group.gates.items() if gate != CANDIDATE}
    if quantity.name == "paths":
        return dict(group.shares)
    if quantity.name == "effect":
        return {"": group.answer_gradient}
    return {"": (group.ln_answer_gradient if quantity.name == "size" else group.ln_input_gradient) / DECADE}


def quantities(drawn: Sequence[Series]) -> list[Quantity]:
    """Return the columns: the signed effect where it is one number, gates and paths where a cell has some."""
    groups = [group for one in drawn for run in one.seeds.values() for group in run.groups.values()]
    signed = any(np.isfinite(group.answer_gradient).any() for group in groups)
    found = [EFFECT if signed else SIZE, ARRIVING]
    return found + [each for each in (GATES, PATHS) if any(values_of(group, each) for group in groups)]


def groups_of(one: Series) -> list[str]:
    """Return the groups in the task's own order."""
    known = list(first_run(one).groups)
    order = [group for group in one.task.get("groups", ()) if group in known]
    return [*order, *(group for group in known if group not in order)]


def cells(one: Series, quantity: Quantity) -> list[Cell]:
    """Return what stands in one panel: every group and part, over seeds."""
    found = []
    for group in groups_of(one):
        for part in values_of(first_run(one).groups[group], quantity):
            seen = [values_of(run.groups[group], quantity)[part] for run in one.seeds.values()]
            begun = all(run.before() is not None for run in one.seeds.values()) and len(seen[0]) > 1
            before = [float(each[0]) for each in seen] if begun else []
            after = [float(each[-1]) for each in seen]
            change = [last - first for first, last in zip(before, after, strict=True)] if begun else []
            found.append(Cell(group, part, *(student_interval(each) for each in (before, after, change))))
    return found


def row_height(one: Series, columns: Sequence[Quantity]) -> float:
    """Return the height of a series' panels in inches."""
    most = max(len({cell.part for cell in cells(one, quantity)}) for quantity in columns)
    return len(groups_of(one)) * max(GROUP_HEIGHT, PART_HEIGHT * most)


def compose(canvas: Canvas, drawn: Sequence[Series], note: str | None) -> None:
    """Draw a row for every series and a column for every quantity, folded where the page is narrow."""
    columns = quantities(drawn)
    across = side_by_side(columns, canvas.page)
    folds = [columns[start : start + across] for start in range(0, len(columns), across)]
    heights = [row_height(one, columns) for one in drawn] * len(folds)
    grid = canvas.figure.add_gridspec(len(heights), across, height_ratios=heights)
    parts = looks(cell.part for one in drawn for each in (GATES, PATHS) for cell in cells(one, each))
    lowest = {
        each.name: max((row for row, one in enumerate(drawn) if cells(one, each)), default=len(drawn) - 1)
        for each in columns
    }
    first: dict[str, Axes] = {}
    for place, (fold, (row, one)) in enumerate(product(folds, enumerate(drawn))):
        for column, quantity in enumerate(fold):
            axes = canvas.figure.add_subplot(grid[place, column], sharex=first.get(quantity.name))
            first.setdefault(quantity.name, axes)
            draw_panel(axes, one, quantity, parts)
            axes.tick_params(labelleft=column == 0, left=False, labelbottom=row == lowest[quantity.name])
            if row == lowest[quantity.name]:
                axes.set_xlabel(quantity.axis)
            name = [wrapped(one.name.short, canvas.page.wrap())] if column == 0 else []
            head = "\n".join([*name, *([quantity.head] if row == 0 else [])])
            axes.set_title(head, fontsize=points(7), loc="left")
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
