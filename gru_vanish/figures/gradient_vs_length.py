"""log₁₀ ‖∂L/∂h₀‖ against the length T: median over seeds and its interval, one curve per series."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from gru_vanish.analysis import Findings, SeriesTable, Table
from gru_vanish.analysis.claims import FormLine
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.caption import caption
from gru_vanish.figures.figure import NotDrawableError
from gru_vanish.figures.form_look import POINTS, draw_form, form_handle, form_statement, gradient_forms, in_decades
from gru_vanish.figures.frame import DECADE, Frame, frame_of, precisions
from gru_vanish.figures.labels import label_curves
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import unfinished
from gru_vanish.figures.style import FLOOR, REFERENCE, look
from gru_vanish.figures.text import shown, wrapped
from gru_vanish.figures.write import write_figure

NAME = "gradient_vs_length"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 2.9, 2: 2.6, 3: 2.35}  # inches by panels per row
BESIDE: dict[str, Any] = {"color": REFERENCE, "linewidth": 0.8, "linestyle": (0, (4, 2))}
"""The look of a reference; the curves of a sweep are solid, so that a dash tells it apart in grey."""

Forms = Mapping[int, Sequence[tuple[FormLine, FloatArray]]]
"""The closed forms of series, by the identity of their tables, with what is drawn of each in nats."""


def draw_figure(findings: Findings, folder: Path) -> list[Path]:
    """Draw the figure as PDF, SVG and PNG, with its caption and the numbers drawn; return the files.

    Raises `NotDrawableError` where no series has a measured seed.
    """
    table = findings.headline
    panels = panels_of(table)
    if not panels:
        raise NotDrawableError(f"study {table.name}: no record yet, nothing to draw")
    drawn = [curve.series for panel in panels for curve in panel.curves]
    frame = frame_of(drawn)
    across = min(len(panels), COLUMNS)
    rows = math.ceil(len(panels) / across)
    forms = gradient_forms(findings)
    text = caption(table, panels, frame) + (form_statement(names_of(forms)) + "\n" if forms else "")
    with look(0.45 + rows * ROW_HEIGHT[across]):
        note = note_of(table)
        figure = compose(panels, frame, rows, across, note, forms)
        return write_figure(figure, NAME, folder, text, table.band_columns())


def names_of(forms: Forms) -> list[str]:
    """Return the names of the closed forms that are drawn."""
    return [line.form for lines in forms.values() for line, _ in lines]


def panels_of(table: Table) -> list[Panel[SeriesTable]]:
    """Return the panels of the series that have a measured seed."""
    return arrange([one for one in table.series if one.curves], zero_remark)


def zero_remark(one: SeriesTable) -> list[str]:
    """Say from where on nothing but exact zeros is left, and so no line."""
    gone = np.flatnonzero(one.share_exact_zero() == 1.0)
    return [f"exactly 0 from T = {one.lengths[gone[0]]}"] if gone.size else []


def note_of(table: Table) -> str | None:
    """Return the warning that an unfinished study carries, None for a finished one."""
    absent = sum(not one.curves for one in table.series)
    return unfinished(table.finished, table.progress, absent, len(table.series))


def compose(
    panels: Sequence[Panel[SeriesTable]], frame: Frame, rows: int, across: int, note: str | None, forms: Forms
) -> Figure:
    """Return the figure with all its panels; the note stands above the legend."""
    figure = Figure(layout="constrained")
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02)  # type: ignore[union-attr, call-arg]
    grid = figure.subplots(rows, across, sharex=True, sharey=True, squeeze=False)
    places = list(grid.flat)
    for axes, panel in zip(places, panels, strict=False):
        draw_panel(axes, panel, frame, forms)
    for axes in places[len(panels) :]:
        axes.remove()
    label_axes(places[: len(panels)], across)
    handles = legend_handles(panels, frame)
    if forms:
        handles.append(form_handle(names_of(forms)))
    if handles or note:
        columns = 2 if across > 1 else 3
        figure.legend(handles=handles, title=note, loc="outside lower center", ncols=columns, frameon=False)
    return figure


def label_axes(places: Sequence[Axes], across: int) -> None:
    """Name the quantities at the outer panels; a panel with none below it shows its own T axis."""
    for place, axes in enumerate(places):
        if place % across == 0:
            axes.set_ylabel(r"$\log_{10}\,\Vert\partial L/\partial h_0\Vert_2$")
        if place + across >= len(places):
            axes.set_xlabel("sequence length $T$" if across > 2 else "sequence length $T$ (steps)")
            axes.tick_params(labelbottom=True)


def draw_panel(axes: Axes, panel: Panel[SeriesTable], frame: Frame, forms: Forms) -> None:
    """Draw one panel: the floor, the reference, the curves, their marks and their names."""
    if frame.logarithmic:
        axes.set_xscale("log")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylim(frame.bottom, frame.top)
    axes.set_xlim(*horizontal_limits(frame))
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10], integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    if frame.floor is not None:
        axes.axhspan(frame.bottom, frame.floor, color=FLOOR, linewidth=0, zorder=0)
    if panel.reference is not None:
        line = panel.reference
        axes.plot(line.lengths, line.typical.median / DECADE, zorder=1, **BESIDE)
    for curve in panel.curves:
        draw_curve(axes, curve, frame, forms.get(id(curve.series), ()))
    title = panel.title or ("one setting each" if panel.narrow else "")
    if title:
        axes.set_title(wrapped(title, 30), fontsize=8)
    label_curves(axes, panel, frame)


def horizontal_limits(frame: Frame) -> tuple[float, float]:
    """Return the limits of the T axis, with a little room beside the first and the last point."""
    if frame.logarithmic:
        room = (frame.right / frame.left) ** 0.03
        return frame.left / room, frame.right * room
    room = 0.03 * (frame.right - frame.left) or 1.0
    return frame.left - room, frame.right + room


def draw_curve(
    axes: Axes, curve: Curve[SeriesTable], frame: Frame, forms: Sequence[tuple[FormLine, FloatArray]]
) -> None:
    """Draw one series: its closed form if any, its median with the band, and the mark where plain code reads zero."""
    one = curve.series
    median, low, high = (values / DECADE for values in (one.typical.median, one.typical.low, one.typical.high))
    axes.fill_between(one.lengths, low, high, color=curve.colour, alpha=0.25, linewidth=0, zorder=2)
    for line, values in forms:
        draw_form(axes, line, in_decades(values), curve.colour, curve.dashes)
    dot = "." if one.lengths.size == 1 else ""
    shape: dict[str, Any] = POINTS if forms else {"linestyle": curve.dashes, "marker": dot}
    axes.plot(one.lengths, median, color=curve.colour, zorder=3, **shape)
    leaving = crossing(one, frame)
    if leaving is not None:
        axes.plot([leaving], [frame.bottom], "v", color=curve.colour, markersize=3, clip_on=False, zorder=5)
    zero = plain_zero(one)
    if zero is not None:
        axes.plot([zero[0]], [zero[1]], **mark(curve.colour))


def plain_zero(one: SeriesTable) -> tuple[int, float] | None:
    """Return T and decade where plain code reads zero; None where it never does, or is right to do so."""
    if one.plain_zero_length is None:
        return None
    place = int(np.searchsorted(one.lengths, one.plain_zero_length))
    level = float(one.typical.median[place]) / DECADE
    return (one.plain_zero_length, level) if math.isfinite(level) else None


def mark(colour: str) -> dict[str, Any]:
    """Return the look of the mark where plain code reads zero from."""
    return {"marker": "o", "markersize": 3.6, "markerfacecolor": "white", "markeredgecolor": colour,
            "markeredgewidth": 0.9, "linestyle": "none", "zorder": 6}  # fmt: skip


def crossing(one: SeriesTable, frame: Frame) -> float | None:
    """Return the last T at which the median leaves the frame at the bottom, None if it never does."""
    decades = one.typical.median / DECADE
    for place in range(one.lengths.size - 1, 0, -1):
        before, after = float(decades[place - 1]), float(decades[place])
        if before >= frame.bottom > after:
            share = (before - frame.bottom) / (before - after)
            ends = np.log(one.lengths) if frame.logarithmic else one.lengths.astype(np.float64)
            value = float(ends[place - 1] + share * (ends[place] - ends[place - 1]))
            return math.exp(value) if frame.logarithmic else value
    return None


def legend_handles(panels: Sequence[Panel[SeriesTable]], frame: Frame) -> list[Artist]:
    """Return what the marks mean: only those that are in the figure."""
    drawn = [curve.series for panel in panels for curve in panel.curves]
    handles: list[Artist] = []
    dtype = "/".join(precisions(drawn))
    if any(plain_zero(one) is not None for one in drawn):
        handles.append(Line2D([], [], label=f"plain {dtype} shows 0 from here", **mark("#404040")))
    if frame.floor is not None:
        power = rf"$10^{{{round(frame.floor)}}}$"
        handles.append(Patch(color=FLOOR, label=f"below the norm floor of {dtype}, {power}"))
    if any(crossing(one, frame) is not None for one in drawn):
        style: dict[str, Any] = {"marker": "v", "markersize": 3, "linestyle": "none", "color": "#404040"}
        handles.append(Line2D([], [], label="goes on below the frame", **style))
    reference = next((panel.reference for panel in panels if panel.reference is not None), None)
    if reference is not None:
        label = f"{shown(reference.name.short)}, for reference"
        handles.append(Line2D([], [], label=label, **BESIDE))
    return handles
