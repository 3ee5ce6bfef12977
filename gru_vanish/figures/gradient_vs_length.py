"""log₁₀ ‖∂L/∂h₀‖ against the length T: median over seeds and its interval, one curve per series."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from gru_vanish.analysis import Findings, SeriesTable, Table
from gru_vanish.analysis.claims import FormLine
from gru_vanish.analysis.decades import DECADE
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.alt import alt_text, axis, ends, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.caption import caption
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.form_look import POINTS, draw_form, form_handle, form_statement, gradient_forms, in_decades
from gru_vanish.figures.frame import Frame, frame_of, precisions
from gru_vanish.figures.labels import name_curves
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import unfinished
from gru_vanish.figures.style import FLOOR, REFERENCE, points
from gru_vanish.figures.swept_labels import Traced
from gru_vanish.figures.text import shown, wrapped

NAME = "gradient_vs_length"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 2.9, 2: 2.6, 3: 2.35}  # inches by panels per row
BESIDE: dict[str, Any] = {"color": REFERENCE, "linewidth": 0.8, "linestyle": (0, (4, 2))}
"""The look of a reference; the curves of a sweep are solid, so that a dash tells it apart in grey."""

Forms = Mapping[int, Sequence[tuple[FormLine, FloatArray]]]
"""The closed forms of series, by the identity of their tables, with what is drawn of each in nats."""


def picture(findings: Findings, page: Page) -> Picture:
    """Return the figure with its caption and the numbers drawn.

    Raises `NotDrawableError` where no series has a measured seed.
    """
    table = findings.headline
    panels = panels_of(table)
    if not panels:
        raise NotDrawableError(f"study {table.name}: no record yet, nothing to draw")
    frame = frame_of([curve.series for panel in panels for curve in panel.curves])
    across = page.across(len(panels), COLUMNS)
    forms = gradient_forms(findings)
    text = caption(table, panels, frame) + (form_statement(names_of(forms)) + "\n" if forms else "")
    height = 0.45 + math.ceil(len(panels) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, panels=panels, frame=frame, note=note_of(table), forms=forms)
    return Picture(NAME, height, drawing, text, alt(table, frame), table.band_columns())


def alt(table: Table, frame: Frame) -> str:
    """Return what is seen, in words."""
    drawn = [one for one in table.series if one.curves]
    axes = [
        axis("sequence length T", "steps", *(one.lengths for one in drawn)) + (" (log)" if frame.logarithmic else ""),
        axis("log10 of the norm of dL/dh_0", "decades", [frame.bottom, frame.top]),
    ]
    kind = "Line chart: the gradient by the initial state, median over seeds with a band."
    return alt_text(kind, axes, alt_findings(drawn))


def alt_findings(drawn: Sequence[SeriesTable]) -> Iterator[str]:
    """Give every series with its first and last value and its decay rate."""
    for one in drawn:
        rate = one.rate.whole
        told = "no decay rate" if rate is None else f"decay rate {number(rate.mean)} nats/step"
        yield f"{ends(one.name.short, one.typical.median / DECADE)}, {told}"


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
    canvas: Canvas,
    panels: Sequence[Panel[SeriesTable]],
    frame: Frame,
    note: str | None,
    forms: Forms | None = None,
) -> None:
    """Draw all panels; the note stands above the legend."""
    across = canvas.page.across(len(panels), COLUMNS)
    places = canvas.panels(len(panels), across, sharex=True, sharey=True)
    for axes, panel in zip(places, panels, strict=True):
        draw_panel(canvas, axes, panel, frame, forms or {})
    label_axes(places, across)
    handles = legend_handles(panels, frame)
    if forms:
        handles.append(form_handle(names_of(forms)))
    canvas.legend(handles, note, most=2 if across > 1 else 3)


def label_axes(places: Sequence[Axes], across: int) -> None:
    """Name the quantities at the outer panels; a panel with none below it shows its own T axis."""
    for place, axes in enumerate(places):
        if place % across == 0:
            axes.set_ylabel(r"$\log_{10}\,\Vert\partial L/\partial h_0\Vert_2$")
        if place + across >= len(places):
            axes.set_xlabel("length $T$ (steps)" if across > 1 else "sequence length $T$ (steps)")
            axes.tick_params(labelbottom=True)


def draw_panel(canvas: Canvas, axes: Axes, panel: Panel[SeriesTable], frame: Frame, forms: Forms) -> None:
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
    traced = [draw_curve(axes, curve, frame, forms.get(id(curve.series), ())) for curve in panel.curves]
    title = panel.title or ("one setting each" if panel.narrow else "")
    if title:
        axes.set_title(wrapped(title, 30), fontsize=points(8))
    name_curves(canvas, axes, panel, traced, frame.floor)


def horizontal_limits(frame: Frame) -> tuple[float, float]:
    """Return the limits of the T axis, with a little room beside the first and the last point."""
    if frame.logarithmic:
        room = (frame.right / frame.left) ** 0.03
        return frame.left / room, frame.right * room
    room = 0.03 * (frame.right - frame.left) or 1.0
    return frame.left - room, frame.right + room


def draw_curve(
    axes: Axes, curve: Curve[SeriesTable], frame: Frame, forms: Sequence[tuple[FormLine, FloatArray]]
) -> Traced:
    """Draw one series: its closed form if any, its median with the band, and the mark where plain code reads zero."""
    one = curve.series
    median, low, high = (values / DECADE for values in (one.typical.median, one.typical.low, one.typical.high))
    axes.fill_between(one.lengths, low, high, color=curve.colour, alpha=0.25, linewidth=0, zorder=2)
    for form, values in forms:
        draw_form(axes, form, in_decades(values), curve.colour, curve.dashes)
    dot = "." if one.lengths.size == 1 else ""
    shape: dict[str, Any] = POINTS if forms else {"linestyle": curve.dashes, "marker": dot}
    (line,) = axes.plot(one.lengths, median, color=curve.colour, zorder=3, **shape)
    leaving = crossing(one, frame)
    if leaving is not None:
        axes.plot([leaving], [frame.bottom], "v", color=curve.colour, markersize=3, clip_on=False, zorder=5)
    zero = plain_zero(one)
    if zero is not None:
        axes.plot([zero[0]], [zero[1]], **mark(curve.colour))
    return Traced(curve, line, whole=not one.missing and bool(np.isfinite(median).all()))


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
