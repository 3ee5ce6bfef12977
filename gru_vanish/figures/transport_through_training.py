"""Transport of the gradient against the length T at every checkpoint of a training, one panel for each series."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.decades import DECADE, like_powers
from gru_vanish.analysis.names import value_text
from gru_vanish.analysis.payload import IntArray
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.analysis.training_run import Run
from gru_vanish.figures.alt import alt_text, axis, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.decades import Decades, draw_band, seen_of
from gru_vanish.figures.figure import Picture
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import band_statement, joined, opening, series_line
from gru_vanish.figures.style import DASHES, points, sequential
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

NAME = "transport_through_training"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 2.5, 2: 2.1, 3: 1.8}  # inches by panels per row
MOST = 8  # checkpoints that are drawn
WANTED = "the h0 gradient is not taken on the way; write training: {observe: [h0_gradient]} in its config"


def picture(findings: Findings, page: Page) -> Picture:
    """Return one panel for every series."""
    table, drawn = those_with(findings, has_transport, WANTED)
    across = page.across(len(drawn), COLUMNS)
    height = 0.7 + math.ceil(len(drawn) / across) * page.row(ROW_HEIGHT, across)
    text, drawing = joined(caption(findings, table, drawn)), partial(compose, drawn=drawn, note=note_of(table, drawn))
    return Picture(NAME, height, drawing, text, alt(drawn), numbers(table))


def alt(drawn: Sequence[Series]) -> str:
    """Return what is seen, in words."""
    steps = shown_steps(drawn)
    seen = [bands(one, steps) for one in drawn]
    axes = [
        axis("length T", "steps", *(lengths_of(one) for one in drawn)),
        axis("log10 of the transport", "decades", *(shown.median / DECADE for one in seen for shown in one.values())),
    ]
    kind = f"Line charts, a panel for each series, a line for each of {len(steps)} checkpoints of the training."
    return alt_text(kind, axes, (f"{one.name.short}: {', '.join(rates(one))}" for one in drawn))


def rates(one: Series) -> Iterator[str]:
    """Give the decay rate before and after training."""
    for word, place in (("before", 0), ("after", -1)):
        rate = one.mean(partial(decay_rate, place=place))
        yield f"decay rate {word} {'unknown' if rate is None else f'{number(rate.mean)} nats/step'}"


def has_transport(one: Series) -> bool:
    """Say whether every seed has the h0 gradient at its checkpoints."""
    return bool(one.seeds) and all(run.observed.transport is not None for run in one.seeds.values())


def shown_steps(series: Sequence[Series]) -> list[int]:
    """Return the checkpoints that are drawn: all, or a few spread over them, the first and the last among them."""
    steps = sorted({int(step) for one in series for step in first_run(one).checkpoint.steps})
    if len(steps) <= MOST:
        return steps
    return [steps[round(place)] for place in np.linspace(0, len(steps) - 1, MOST)]


def lengths_of(one: Series) -> IntArray:
    """Return the lengths of a series."""
    seen = first_run(one).observed.transport
    assert seen is not None
    return seen.lengths


def transport(run: Run, place: int) -> Any:
    """Return the transport of one checkpoint over the lengths, nats."""
    assert run.observed.transport is not None
    return run.observed.transport.ln_transport[place]


def bands(one: Series, steps: Sequence[int]) -> dict[int, Band]:
    """Return the transport over seeds at every one of these checkpoints that the series has."""
    own = first_run(one).checkpoint.steps.tolist()
    size = lengths_of(one).size
    return {
        step: band([transport(run, own.index(step)) for run in one.seeds.values()], size)
        for step in steps
        if step in own
    }


def look_of(place: int, count: int) -> dict[str, Any]:
    """Return colour and dash of a checkpoint: dark before, light after, a dash of its own in turn."""
    return {"color": sequential(count)[place], "linestyle": DASHES[place % len(DASHES)]}


def compose(canvas: Canvas, drawn: Sequence[Series], note: str | None) -> None:
    """Draw all panels."""
    across = canvas.page.across(len(drawn), COLUMNS)
    places = canvas.panels(len(drawn), across, sharey=True)
    steps = shown_steps(drawn)
    seen = [bands(one, steps) for one in drawn]
    values = [each for one in seen for shown in one.values() for each in seen_of(shown)]
    frame = Decades.of(values, [str(one.setting["precision"]) for one in drawn])
    logarithmic = like_powers(max(map(lengths_of, drawn), key=len))
    for place, (axes, one, own) in enumerate(zip(places, drawn, seen, strict=True)):
        draw_panel(axes, one, own, steps, frame)
        axes.set_title(wrapped(one.name.short, canvas.page.wrap(across)), fontsize=points(7))
        if logarithmic:
            axes.set_xscale("log")
        else:
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        if place % across == 0:
            axes.set_ylabel(r"transport ($\log_{10}$)")
        if place + across >= len(drawn):
            axes.set_xlabel("length $T$ (steps)")
    handles = [
        Line2D([], [], label=f"step {step}" if step else "before training", **look_of(place, len(steps)))
        for place, step in enumerate(steps)
    ]
    canvas.legend(handles, note, most=4)


def draw_panel(axes: Axes, one: Series, own: dict[int, Band], steps: Sequence[int], frame: Decades) -> None:
    """Draw the checkpoints of one series."""
    lengths = lengths_of(one).astype(np.float64)
    frame.prepare(axes)
    for place, step in enumerate(steps):
        if step in own:
            style = look_of(place, len(steps))
            if step in (min(own), max(own)):  # more bands than these two would hide one another
                draw_band(axes, lengths, own[step], style)
            else:
                axes.plot(
                    lengths, own[step].median / DECADE, marker="." if lengths.size == 1 else "", zorder=3, **style
                )


def caption(findings: Findings, table: Table, drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "Transport log10(|delta_0|/|delta_T|) of the network as it is at each checkpoint, against the length T,"
    yield "mean over the samples; line: median over seeds. A run that diverged shows its last weights."
    steps = shown_steps(drawn)
    yield band_statement([shown for one in drawn for shown in bands(one, steps).values()])
    yield "Bands are drawn for the first and the last checkpoint."
    yield from learning_statements(drawn)
    losses = {value_text(one.setting.get("loss")) for one in drawn}
    if len(losses) == 1:
        yield f"loss of the transport: {losses.pop()}."
    yield "Series, with the decay rate before and after (mean over seeds, 95 % Student t interval):"
    inside = {id(one) for one in drawn}
    for one in table.series:
        yield series_line(one, list(statement(one)) if id(one) in inside else ["not drawn"])


def statement(one: Series) -> Iterator[str]:
    """Give what the caption says of a series."""
    for word, place in (("before", 0), ("after", -1)):
        rate = one.mean(partial(decay_rate, place=place))
        yield f"{word} {'unknown' if rate is None else f'{rate.text()} nats/step'}"
    yield solved_statement(one)


def decay_rate(run: Run, place: int) -> float:
    """Return the decay rate at one checkpoint, nats per step."""
    return float(run.observed.numbers["h0_gradient.decay_rate", ""][place])


def numbers(table: Table) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, checkpoint and length, in nats."""
    drawn = [one for one in table.series if has_transport(one)]
    steps = shown_steps(drawn)
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        for step, shown in bands(one, steps).items() if has_transport(one) else ():
            for place, length in enumerate(lengths_of(one)):
                middle, low, high = (float(each[place]) for each in seen_of(shown))
                ends: dict[str, Any] = {"ln_transport_median": middle, "ln_transport_low": low}
                ends |= {"ln_transport_high": high, "seeds": int(shown.count[place])}
                rows.append({**identity(index, one), "step": step, "length": int(length), **ends})
    return columns_of(rows)
