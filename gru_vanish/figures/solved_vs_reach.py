"""What training achieves against how far the gradient reached before it: solved seeds, and the steps they took."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings
from gru_vanish.analysis.axes import by_label
from gru_vanish.analysis.intervals import Estimate
from gru_vanish.analysis.rows import Row, estimate, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.analysis.training import reach, reach_of, relevant, solved_fraction
from gru_vanish.figures.alt import alt_text, axis, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import common_name
from gru_vanish.figures.statements import joined, opening, series_line
from gru_vanish.figures.style import COLOURS
from gru_vanish.figures.text import wrapped
from gru_vanish.figures.training_frame import (
    Series,
    Table,
    first_run,
    learning_statements,
    note_of,
    solved_statement,
    those_with,
)

NAME = "solved_vs_reach"
LEAST = 2.2  # inches of a panel, for the words at its axis
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
UNSOLVED: dict[str, Any] = {"markerfacecolor": "white", "alpha": 0.9}
WANTED = (
    "it is not known how far the gradient reached before training; "
    "let the training's checkpoints begin with 0, and run the study again if its manifest is older than this figure"
)


def picture(findings: Findings, page: Page) -> Picture:
    """Return two panels with all series."""
    table, drawn = those_with(findings, lambda one: bool(one.seeds) and reach(one, 0) is not None, WANTED)
    height = 0.75 + 2.1 * (3 - page.across(2, 2, LEAST))
    text, drawing = joined(caption(findings, table, drawn)), partial(compose, drawn=drawn, note=note_of(table, drawn))
    return Picture(NAME, height, drawing, text, alt(drawn), numbers(drawn, table))


def alt(drawn: Sequence[Series]) -> str:
    """Return what is seen, in words."""
    axes = [
        axis("ln of the answer's gradient before training", "nats", [before(one).mean for one in drawn]),
        axis("share of seeds that solve the task", "", [0.0, 1.0]),
        axis("optimizer steps to solve", "", [0, *(first_run(one).last_step for one in drawn)]),
    ]
    told = (f"{one.name.short} at {number(before(one).mean)}, {solved_statement(one)}" for one in drawn)
    return alt_text("Two scatter plots: a mark for each series, and one for each seed.", axes, told)


def before(one: Series) -> Estimate:
    """Return ln‖∂ŷ/∂x‖ at the relevant steps before training, over seeds."""
    found = reach(one, 0)
    assert found is not None
    return found


def compose(canvas: Canvas, drawn: Sequence[Series], note: str | None) -> None:
    """Draw solved seeds at the left (or above), steps to solve of every seed at the right (or below)."""
    left, right = canvas.panels(2, canvas.page.across(2, 2, LEAST), sharex=True)
    for place, group in enumerate(by_label(drawn).values()):
        for one in group:
            draw_share(left, one, place)
            draw_seeds(right, one, place)
    left.set_ylim(-0.04, 1.04)
    left.set_ylabel("share of seeds that solve the task")
    right.set_ylabel("optimizer steps to solve")
    right.set_ylim(bottom=0)
    for budget in sorted({first_run(one).last_step for one in drawn}):
        right.axhline(budget, color="#8C8C8C", linewidth=0.7, linestyle=(0, (4, 2)), zorder=1)
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.set_xlabel(r"$\ln\,\Vert\partial \hat{y}/\partial x\Vert$ before training (nats)")
        axes.spines[["top", "right"]].set_visible(False)
    canvas.legend(handles(drawn), note, most=2)


def mark(place: int) -> dict[str, Any]:
    """Return colour and mark of a label."""
    return {"color": COLOURS[place % len(COLOURS)], "marker": MARKERS[place % len(MARKERS)], "linestyle": "none"}


def draw_share(axes: Axes, one: Series, place: int) -> None:
    """Draw the share of one series with its interval."""
    x, share = before(one), solved_fraction(list(one.seeds.values()))
    assert share is not None
    thin: dict[str, Any] = {"color": COLOURS[place % len(COLOURS)], "linewidth": 0.6, "alpha": 0.6, "zorder": 2}
    if share.low is not None and share.high is not None:
        axes.plot([x.mean, x.mean], [share.low, share.high], **thin)
    axes.plot([x.mean], [share.mean], markersize=4, zorder=3, **mark(place))


def draw_seeds(axes: Axes, one: Series, place: int) -> None:
    """Draw every seed at its own reach: filled where it solved the task, hollow at the budget where it did not."""
    for run in one.seeds.values():
        x = reach_of(run, relevant(one), 0)
        solved = run.solved_at is not None
        y = run.solved_at if run.solved_at is not None else run.last_step
        axes.plot(
            [x], [y], markersize=3.2, markeredgewidth=0.7, zorder=3, **mark(place), **({} if solved else UNSOLVED)
        )


def name_of(group: Sequence[Series]) -> str:
    """Return the name of a label: what its series share."""
    return common_name(group) if len(group) > 1 else group[0].name.short


def handles(drawn: Sequence[Series]) -> list[Artist]:
    """Return the names of the labels, and what is hollow."""
    found: list[Artist] = [
        Line2D([], [], markersize=4, label=wrapped(name_of(group), 44), **mark(place))
        for place, group in enumerate(by_label(drawn).values())
    ]
    if any(run.solved_at is None for one in drawn for run in one.seeds.values()):
        hollow: dict[str, Any] = {"marker": "o", "markersize": 4, "linestyle": "none", "markerfacecolor": "white"}
        found.append(Line2D([], [], markeredgecolor="#404040", label="hollow: not within the budget", **hollow))
    return found


def caption(findings: Findings, table: Table, drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "What training achieves against ln of the norm of d(answer)/d(content of x_t) at the task's relevant steps,"
    yield "mean over steps and samples, before training. Left: one mark for each series, at the mean over seeds of the"
    yield "gradient; bars: 95 % Clopper-Pearson interval of the share over seeds. Right: one mark for each seed."
    budgets = sorted({first_run(one).last_step for one in drawn})
    yield f"Budget: {' or '.join(map(str, budgets))} optimizer steps (dashed), hollow marks: not solved within it."
    yield "A threshold that may be seen is one of this task, optimizer and budget; it is no law."
    yield from learning_statements(drawn)
    yield "Series, with the gradient before training in nats (mean over seeds, 95 % Student t interval):"
    inside = {id(one) for one in drawn}
    for one in table.series:
        yield series_line(one, [before(one).text(), solved_statement(one)] if id(one) in inside else ["not drawn"])


def numbers(drawn: Sequence[Series], table: Table) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series and seed; shares and means are those of the series."""
    inside = {id(one) for one in drawn}
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        for seed, run in one.seeds.items() if id(one) in inside else ():
            rows.append(
                {
                    **identity(index, one),
                    "seed": seed,
                    "ln_answer_gradient": reach_of(run, relevant(one), 0),
                    "solved": run.solved_at is not None,
                    "solved_at": run.last_step if run.solved_at is None else run.solved_at,
                    "diverged": run.diverged_at is not None,
                    **estimate("ln_answer_gradient_mean", before(one)),
                    **estimate("solved_fraction", solved_fraction(list(one.seeds.values()))),
                }
            )
    return columns_of(rows)
