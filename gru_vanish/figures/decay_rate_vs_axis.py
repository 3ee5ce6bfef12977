"""The decay rate against one swept number, with the unswept cells beside it and the value where they break even."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from gru_vanish.analysis import Estimate, Findings, Table
from gru_vanish.analysis.axis_words import axis_name
from gru_vanish.analysis.decades import like_powers
from gru_vanish.analysis.rates import NOT_ONE
from gru_vanish.figures.alt import alt_text, axis, ends, number
from gru_vanish.figures.axis_words import axis_label, spaced_labels
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.caption import series_statement
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.form_look import draw_form, form_handle, form_statement
from gru_vanish.figures.labels import Named, name_lines
from gru_vanish.figures.pages import Page
from gru_vanish.figures.phase_grid import axes_in_words
from gru_vanish.figures.rate_lines import RateLine, RatePanel, columns, rate_panels, swept_once
from gru_vanish.figures.statements import joined, opening, settings, unfinished
from gru_vanish.figures.style import COLOURS, DASHES
from gru_vanish.figures.text import wrapped

NAME = "decay_rate_vs_axis"
ACROSS = 2  # panels per row
ROW_HEIGHT = {1: 2.5, 2: 2.1}  # inches by panels per row
MARKERS = ("o", "s", "^", "v", "P", "X", "<")
BREAK_EVEN: dict[str, Any] = {"marker": "D", "markersize": 4.2, "markerfacecolor": "white", "linestyle": "none"}
GREYS = ("#606060", "#909090", "#404040", "#B0B0B0")
MOST_TICKS = 11
LEAST = 2.4  # inches of a panel, for the values of its axis


def picture(findings: Findings, page: Page) -> Picture:
    """Return a panel for every swept number.

    Raises `NotDrawableError` where no cell is swept over exactly one number, or none has a decay rate yet.
    """
    table = findings.headline
    if not swept_once(table):
        raise NotDrawableError(
            f"the decay rate is drawn against exactly one swept number of a cell; "
            f"study {table.name} sweeps {axes_in_words(table.series)}"
        )
    panels = rate_panels(table, findings.claimed)
    if not panels:
        raise NotDrawableError(f"study {table.name}: no decay rate yet, nothing to draw")
    across = page.across(len(panels), ACROSS, LEAST)
    absent = sum(not one.curves for one in table.series)
    note = unfinished(table.finished, table.progress, absent, len(table.series))
    height = 0.6 + math.ceil(len(panels) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, panels=panels, note=note)
    return Picture(NAME, height, drawing, joined(caption(table, panels)), alt(panels), columns(panels))


def alt(panels: Sequence[RatePanel]) -> str:
    """Return what is seen, in words."""
    lines = [line for panel in panels for line in panel.lines]
    axes = [
        *(axis(axis_name(panel.axis).plain, "", *(line.values for line in panel.lines)) for panel in panels),
        axis("decay rate", "nats per step", *(line.means for line in lines)),
    ]
    levels = {one.name.short: one.rate.whole for panel in panels for one in panel.references}
    told = [*(ends(line.name, line.means) for line in lines)]
    told += [f"level of {name} at {number(rate.mean)}" for name, rate in levels.items() if rate is not None]
    return alt_text("Line chart: decay rates against a swept number, with levels of other cells.", axes, told)


def compose(canvas: Canvas, panels: Sequence[RatePanel], note: str | None) -> None:
    """Draw all panels; the names of a single one stand at its lines if they fit."""
    across = canvas.page.across(len(panels), ACROSS, LEAST)
    places = canvas.panels(len(panels), across)
    for place, (axes, panel) in enumerate(zip(places, panels, strict=True)):
        drawn = draw_panel(axes, panel)
        if place % across == 0:
            axes.set_ylabel("decay rate (nats per step)")
    names = line_handles(panels)
    if len(panels) == 1 and not form_names(panels):
        canvas.legend(mark_handles(panels), note, most=2)
        named = [Named(words, line, handle) for (words, handle), line in zip(names.items(), drawn, strict=True)]
        name_lines(canvas, places[0], named, corner=False)
    else:
        canvas.legend([*names.values(), *mark_handles(panels)], note, most=2)


def draw_panel(axes: Axes, panel: RatePanel) -> list[Line2D]:
    """Draw the references, the lines with their intervals, and the break-evens; return lines, then references."""
    values = np.unique(np.concatenate([line.values for line in panel.lines]))
    if values[0] > 0.0 and like_powers(values):
        axes.set_xscale("log")
    elif values.size <= MOST_TICKS:
        axes.set_xticks(values, labels=spaced_labels(values.tolist()))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS - 3))
    levels = [
        draw_reference(axes, one.rate.whole, place)
        for place, one in enumerate(panel.references)
        if one.rate.whole is not None
    ]
    lines = [draw_line(axes, line, place) for place, line in enumerate(panel.lines)]
    low, high = axes.get_ylim()
    if low < 0.0 < high:
        axes.axhline(0.0, color="#000000", linewidth=0.4, zorder=1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(axis_label(panel.axis))
    return [*lines, *levels]


def draw_reference(axes: Axes, rate: Estimate, place: int) -> Line2D:
    """Draw an unswept cell as a level with the band of its interval."""
    grey, dashes = reference_look(place)
    if rate.low is not None and rate.high is not None:
        axes.axhspan(rate.low, rate.high, color=grey, alpha=0.2, linewidth=0, zorder=1)
    return axes.axhline(rate.mean, color=grey, linestyle=dashes, linewidth=0.9, zorder=2)


def reference_look(place: int) -> tuple[str, Any]:
    """Return the grey and the dashes of a reference."""
    return GREYS[place % len(GREYS)], DASHES[(place + 1) % len(DASHES)]


def draw_line(axes: Axes, line: RateLine, place: int) -> Line2D:
    """Draw one line with its break-evens, and return it: points with intervals, hollow where not one exponential."""
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    for form in line.forms:
        draw_form(axes, form, form.mean, colour, "solid")
    (drawn,) = axes.plot(line.values, line.means, color=colour, linewidth=0.0 if line.forms else 0.9, zorder=3)
    for one, value, rate in zip(line.series, line.values, line.rates, strict=True):
        if rate.low is not None and rate.high is not None:
            axes.plot([value, value], [rate.low, rate.high], color=colour, linewidth=1.2, zorder=3)
        face = "white" if one.rate.shape == NOT_ONE else colour
        axes.plot([value], [rate.mean], marker, markersize=3.6, color=colour, markerfacecolor=face, zorder=4)
    for met in line.break_evens:
        if met.value is None:
            continue
        level = float(np.interp(met.value.mean, line.values, line.means))
        if met.value.low is not None and met.value.high is not None:
            axes.plot([met.value.low, met.value.high], [level, level], color=colour, linewidth=1.2, zorder=5)
        axes.plot([met.value.mean], [level], markeredgecolor=colour, zorder=6, **BREAK_EVEN)
    return drawn


def line_handles(panels: Sequence[RatePanel]) -> dict[str, Line2D]:
    """Return what stands before the names of the lines, then of the levels."""
    handles: dict[str, Line2D] = {}
    for panel in panels:
        for place, line in enumerate(panel.lines):
            colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
            name = line.name if line.name not in handles else f"{line.name} ({line.label})"
            handles[name] = Line2D([], [], color=colour, marker=marker, markersize=3.6, label=wrapped(name, 44))
    for place, one in enumerate(panels[0].references):
        grey, dashes = reference_look(place)
        name = one.name.short if one.name.short not in handles else f"{one.name.short} ({one.label})"
        handles[name] = Line2D([], [], color=grey, linestyle=dashes, label=wrapped(name, 44))
    return handles


def mark_handles(panels: Sequence[RatePanel]) -> list[Line2D]:
    """Return what the marks are: only those that are in the figure."""
    handles: list[Line2D] = []
    lines = [line for panel in panels for line in panel.lines]
    if names := form_names(panels):
        handles.append(form_handle(names))
    if any(line.break_evens for line in lines):
        handles.append(Line2D([], [], markeredgecolor="#404040", label="break-even", **BREAK_EVEN))
    if any(one.rate.shape == NOT_ONE for line in lines for one in line.series):
        look: dict[str, Any] = {"marker": "o", "markersize": 3.6, "linestyle": "none", "markerfacecolor": "white"}
        handles.append(Line2D([], [], markeredgecolor="#404040", label="hollow: not one exponential", **look))
    return handles


def form_names(panels: Sequence[RatePanel]) -> list[str]:
    """Return the names of the closed forms that are drawn."""
    return [form.form for panel in panels for line in panel.lines for form in line.forms]


def caption(table: Table, panels: Sequence[RatePanel]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(table.name, table.question, table.finished, table.progress)
    yield "Decay rate in nats per step, mean over seeds; bars and bands: its 95 % Student t interval over seeds."
    yield "Levels in grey: cells that are not swept."
    if names := form_names(panels):
        yield form_statement(names, "mean")
    if any(line.break_evens for panel in panels for line in panel.lines):
        yield "Diamond: break-even, by straight lines between the points in every seed; bar: its interval over seeds."
    swept = {line.label for panel in panels for line in panel.lines}
    yield from (f"{one.sentence()}." for one in table.break_evens if one.label in swept)
    inside = {id(one) for panel in panels for line in panel.lines for one in line.series}
    inside |= {id(one) for panel in panels for one in panel.references}
    drawn = [one for one in table.series if id(one) in inside]
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        yield series_statement(one) if id(one) in inside else f"{series_statement(one)[:-1]}, not in the figure."
