"""The decay rate against one swept number, with the unswept cells beside it and the value where they break even."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from gru_vanish.analysis import Estimate, Findings, Table
from gru_vanish.analysis.rates import NOT_ONE
from gru_vanish.figures.axis_words import axis_label, value_label
from gru_vanish.figures.caption import series_statement
from gru_vanish.figures.figure import NotDrawableError
from gru_vanish.figures.form_look import draw_form, form_handle, form_statement
from gru_vanish.figures.frame import spread_like_powers
from gru_vanish.figures.phase_grid import axes_in_words
from gru_vanish.figures.rate_lines import RateLine, RatePanel, columns, rate_panels, swept_once
from gru_vanish.figures.statements import joined, opening, settings, unfinished
from gru_vanish.figures.style import COLOURS, DASHES, look
from gru_vanish.figures.text import wrapped
from gru_vanish.figures.write import write_figure

NAME = "decay_rate_vs_axis"
ACROSS = 2  # panels per row
MARKERS = ("o", "s", "^", "v", "P", "X", "<")
BREAK_EVEN: dict[str, Any] = {"marker": "D", "markersize": 4.2, "markerfacecolor": "white", "linestyle": "none"}
GREYS = ("#606060", "#909090", "#404040", "#B0B0B0")
MOST_TICKS = 11
LEGEND_ROW = 0.14  # inches


def draw_figure(findings: Findings, folder: Path) -> list[Path]:
    """Draw a panel for every swept number; return the files.

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
    across = min(len(panels), ACROSS)
    rows = math.ceil(len(panels) / across)
    absent = sum(not one.curves for one in table.series)
    note = unfinished(table.finished, table.progress, absent, len(table.series))
    handles = legend_handles(panels)
    with look(0.5 + rows * (2.5 if across == 1 else 2.1) + LEGEND_ROW * math.ceil(len(handles) / 2)):
        figure = compose(panels, handles, rows, across, note)
        return write_figure(figure, NAME, folder, joined(caption(table, panels)), columns(panels))


def compose(panels: Sequence[RatePanel], handles: Sequence[Artist], rows: int, across: int, note: str | None) -> Figure:
    """Return the figure with all its panels."""
    figure = Figure(layout="constrained")
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03)  # type: ignore[union-attr, call-arg]
    places = list(figure.subplots(rows, across, squeeze=False).flat)
    for place, (axes, panel) in enumerate(zip(places, panels, strict=False)):
        draw_panel(axes, panel)
        if place % across == 0:
            axes.set_ylabel("decay rate (nats per step)")
    for axes in places[len(panels) :]:
        axes.remove()
    figure.legend(handles=list(handles), title=note, loc="outside lower center", ncols=2, frameon=False)
    return figure


def draw_panel(axes: Axes, panel: RatePanel) -> None:
    """Draw the references, the lines with their intervals, and the break-evens."""
    values = np.unique(np.concatenate([line.values for line in panel.lines]))
    if values[0] > 0.0 and spread_like_powers([values]):
        axes.set_xscale("log")
    elif values.size <= MOST_TICKS:
        axes.set_xticks(values, labels=[value_label(value) for value in values])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS - 3))
    for place, one in enumerate(panel.references):
        if one.rate.whole is not None:
            draw_reference(axes, one.rate.whole, place)
    for place, line in enumerate(panel.lines):
        draw_line(axes, line, place)
    low, high = axes.get_ylim()
    if low < 0.0 < high:
        axes.axhline(0.0, color="#000000", linewidth=0.4, zorder=1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(axis_label(panel.axis))


def draw_reference(axes: Axes, rate: Estimate, place: int) -> None:
    """Draw an unswept cell as a level with the band of its interval."""
    grey, dashes = reference_look(place)
    axes.axhline(rate.mean, color=grey, linestyle=dashes, linewidth=0.9, zorder=2)
    if rate.low is not None and rate.high is not None:
        axes.axhspan(rate.low, rate.high, color=grey, alpha=0.2, linewidth=0, zorder=1)


def reference_look(place: int) -> tuple[str, Any]:
    """Return the grey and the dashes of a reference."""
    return GREYS[place % len(GREYS)], DASHES[(place + 1) % len(DASHES)]


def draw_line(axes: Axes, line: RateLine, place: int) -> None:
    """Draw one line: points with their intervals, hollow where it is not one exponential, and its break-evens."""
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    for form in line.forms:
        draw_form(axes, form, form.median, colour, "solid")
    if not line.forms:
        axes.plot(line.values, line.means, color=colour, linewidth=0.9, zorder=3)
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


def legend_handles(panels: Sequence[RatePanel]) -> list[Artist]:
    """Return what the lines, levels and marks are: only those that are in the figure."""
    handles: list[Artist] = []
    labels: set[str] = set()
    for panel in panels:
        for place, line in enumerate(panel.lines):
            colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
            name = line.name if line.name not in labels else f"{line.name} ({line.label})"
            labels.add(name)
            handles.append(Line2D([], [], color=colour, marker=marker, markersize=3.6, label=wrapped(name, 44)))
    for place, one in enumerate(panels[0].references):
        grey, dashes = reference_look(place)
        handles.append(Line2D([], [], color=grey, linestyle=dashes, label=wrapped(one.name.short, 44)))
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
        yield form_statement(names)
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
