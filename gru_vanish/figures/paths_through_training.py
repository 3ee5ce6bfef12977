"""Gates and path shares through a training, at the relevant steps and at all others, one row for each series."""

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

from gru_vanish.analysis import Findings
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.analysis.training import relevant
from gru_vanish.analysis.training_run import Run, mean_of
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.path_looks import PathLook, looks
from gru_vanish.figures.statements import band_statement, joined, opening, series_line
from gru_vanish.figures.style import points
from gru_vanish.figures.text import shown, wrapped
from gru_vanish.figures.training_frame import (
    Series,
    Table,
    first_run,
    learning_statements,
    note_of,
    set_checkpoint_axis,
    solved_statement,
    those_with,
)

NAME = "paths_through_training"
ROW_HEIGHT = 1.35  # inches
KINDS = {"gates": "gate level", "shares": "path share"}
RELEVANT, OTHER, ALL = "relevant", "other", "all"
WANTED = "no cell of it has a gate or more than one use of its state, nothing to draw"


@dataclass(frozen=True)
class Line:
    """One gate or path at one kind of steps."""

    part: str
    steps: str
    band: Band


def picture(findings: Findings, page: Page) -> Picture:
    """Return a row of two panels for every series."""
    table, drawn = those_with(findings, lambda one: bool(one.seeds) and bool(lines(one, "gates")), WANTED)
    height = 0.75 + ROW_HEIGHT * -(-len(drawn) // pairs_across(drawn, page))
    text, drawing = joined(caption(findings, table, drawn)), partial(compose, drawn=drawn, note=note_of(table, drawn))
    return Picture(NAME, height, drawing, text, alt(drawn), numbers(table))


def pairs_across(drawn: Sequence[Series], page: Page) -> int:
    """Return how many series stand side by side, each with its two panels."""
    return 1 if len(drawn) <= 4 else page.across(len(drawn), 2, least=2.6)


def alt(drawn: Sequence[Series]) -> str:
    """Return what is seen, in words."""
    found = {kind: [line for one in drawn for line in lines(one, kind)] for kind in KINDS}
    axes = [
        axis("optimizer step", "", *(first_run(one).checkpoint.steps for one in drawn)),
        *(axis(KINDS[kind], "", *(line.band.median for line in all_)) for kind, all_ in found.items()),
    ]
    told = (
        f"{one.name.short}: {', '.join(ends(f'{line.part} at {line.steps} steps', line.band.median) for line in some)}"
        for one in drawn
        if (some := lines(one, "gates"))
    )
    return alt_text("Line charts, two panels for each series: its gates and its path shares in training.", axes, told)


def kinds_of_steps(one: Series) -> dict[str, tuple[str, ...]]:
    """Return the relevant groups and the others; all together where the manifest does not tell them apart."""
    groups = tuple(first_run(one).groups)
    known = relevant(one)
    if not known:
        return {ALL: groups}
    others = tuple(group for group in groups if group not in known)
    return {RELEVANT: known, **({OTHER: others} if others else {})}


def values_of(run: Run, groups: Sequence[str], kind: str, part: str) -> FloatArray:
    """Return one gate or path at some groups, each counting once, (C,)."""
    found = [getattr(run.groups[group], kind) for group in groups if group in run.groups]
    return mean_of([each[part] for each in found if part in each], run)


def lines(one: Series, kind: str) -> list[Line]:
    """Return what is drawn of a series in one of its panels."""
    runs, steps = list(one.seeds.values()), first_run(one).checkpoint.steps
    parts = dict.fromkeys(part for group in first_run(one).groups.values() for part in getattr(group, kind))
    return [
        Line(part, words, band([values_of(run, groups, kind, part) for run in runs], steps.size))
        for part in parts
        for words, groups in kinds_of_steps(one).items()
    ]


def compose(canvas: Canvas, drawn: Sequence[Series], note: str | None) -> None:
    """Draw gates at the left and paths at the right, some series side by side."""
    across = pairs_across(drawn, canvas.page)
    grid = canvas.figure.subplots(-(-len(drawn) // across), 2 * across, squeeze=False)
    styles = looks(line.part for one in drawn for kind in KINDS for line in lines(one, kind))
    for place, one in enumerate(drawn):
        row, column = divmod(place, across)
        for side, (kind, words) in enumerate(KINDS.items()):
            axes = grid[row, 2 * column + side]
            draw_panel(axes, one, kind, styles)
            last = place + across >= len(drawn)
            axes.tick_params(labelbottom=last)
            if last:
                axes.set_xlabel("optimizer step")
            axes.set_ylabel(words, fontsize=points(7))
        title = wrapped(one.name.short, canvas.page.wrap(across, most=80))
        grid[row, 2 * column].set_title(title, fontsize=points(7), loc="left")
    for axes in list(grid.flat)[2 * len(drawn) :]:
        axes.remove()
    canvas.legend(handles(drawn, styles), note, most=5)


def draw_panel(axes: Axes, one: Series, kind: str, styles: Mapping[str, PathLook]) -> None:
    """Draw the gates or the paths of one series; a cell with one path has an empty panel that says so."""
    found = lines(one, kind)
    if not found:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "one path only", transform=axes.transAxes, ha="center", va="center", fontsize=points(7))
        return
    steps = first_run(one).checkpoint.steps
    for line in found:
        style = styles[line.part]
        axes.fill_between(steps, line.band.low, line.band.high, color=style.colour, alpha=0.15, linewidth=0, zorder=2)
        axes.plot(steps, line.band.median, color=style.colour, zorder=3, **look_of(line.steps, style))
    set_checkpoint_axis(axes, steps)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)


def look_of(steps: str, style: PathLook) -> dict[str, Any]:
    """Return dash and mark: solid and filled for relevant steps, dashed and hollow for others."""
    if steps == OTHER:
        return {"linestyle": (0, (3, 1.5)), "marker": style.marker, "markersize": 3.4, "markerfacecolor": "white"}
    return {"linestyle": "solid", "marker": style.marker, "markersize": 3.4}


def handles(drawn: Sequence[Series], styles: Mapping[str, PathLook]) -> list[Artist]:
    """Return the parts, and what solid and dashed are."""
    found: list[Artist] = [
        Line2D([], [], color=style.colour, marker=style.marker, markersize=3.4, label=shown(part))
        for part, style in styles.items()
    ]
    kinds = dict.fromkeys(kind for one in drawn for kind in kinds_of_steps(one))
    dark = PathLook("#404040", "", "solid", "o")
    if OTHER in kinds:
        found += [
            Line2D([], [], color="#404040", label=f"{kind} steps", **look_of(kind, dark)) for kind in (RELEVANT, OTHER)
        ]
    return found


def caption(findings: Findings, table: Table, drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "Mean level of every gate (over units, steps and samples of the test draw; a candidate's may be negative)"
    yield "and share of every use of h_(t-1) in the gradient of the task's own loss, at every checkpoint."
    yield "Solid: steps whose content the answer depends on; dashed: all others; groups of steps count equally."
    yield "Lines: median over seeds. A run that diverged shows its last weights."
    yield band_statement([line.band for one in drawn for line in lines(one, "gates")])
    told = {kind: groups for one in drawn for kind, groups in kinds_of_steps(one).items()}
    yield from (f"{kind} steps: {', '.join(groups)}." for kind, groups in told.items())
    yield from learning_statements(drawn)
    yield "Series:"
    inside = {id(one) for one in drawn}
    for one in table.series:
        yield series_line(one, list(statement(one)) if id(one) in inside else ["not drawn"])


def statement(one: Series) -> Iterator[str]:
    """Give what the caption says of a series."""
    yield solved_statement(one)
    counted = np.concatenate([group.counted for run in one.seeds.values() for group in run.groups.values()])
    known = counted[np.isfinite(counted)]
    if known.size and known.min() < 1.0:
        yield f"up to {1 - known.min():.1%} of steps and samples lost to cancellation"


def numbers(table: Table) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, kind, part, kind of steps and checkpoint."""
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        for kind in KINDS if one.seeds else ():
            for line in lines(one, kind):
                for place, step in enumerate(first_run(one).checkpoint.steps):
                    ends: dict[str, Any] = {"median": float(line.band.median[place])}
                    ends |= {"low": float(line.band.low[place]), "high": float(line.band.high[place])}
                    rows.append(
                        {
                            **identity(index, one), "kind": kind, "part": line.part, "steps": line.steps,
                            "step": int(step), **ends, "seeds": int(line.band.count[place]),
                        }
                    )  # fmt: skip
    return columns_of(rows)
