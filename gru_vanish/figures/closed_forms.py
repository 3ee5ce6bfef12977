"""What the claims of a study hold against closed forms: the measured quantity as points, the form as a thin line."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, Named
from gru_vanish.analysis.claims import Compared, Comparison, comparisons
from gru_vanish.analysis.rows import Row
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.axis_words import axis_label
from gru_vanish.figures.figure import NotDrawableError
from gru_vanish.figures.form_look import THIN, draw_form, form_statement
from gru_vanish.figures.frame import spread_like_powers
from gru_vanish.figures.statements import joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import COLOURS, DASHES, look, sequential
from gru_vanish.figures.text import literal, wrapped
from gru_vanish.figures.write import write_figure

NAME = "closed_forms"
ROW_HEIGHT = 1.75  # inches
LINES = 0.12  # inches that a line of names takes
NAMES_WIDTH = 0.62  # of the column of names, in widths of a panel
MARKERS = ("o", "s", "^", "v", "P", "X", "D")
FEW = 7  # curves that have a colour each; more of them run from dark to light

Look = tuple[str, Any, str]
"""Colour, dashes of the form, marker of the points."""


def draw_figure(findings: Findings, folder: Path) -> list[Path]:
    """Draw a row for every quantity and axis of claims that name a closed form; return the files."""
    if not findings.counts[0]:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    panels = comparisons(findings.claimed)
    if not panels:
        raise NotDrawableError(
            f"study {findings.name} has no claim that holds a measured quantity against a closed form, "
            f"such as equals: {{form: linear_orthogonal, within: 1e-4}}"
        )
    heights = [max(ROW_HEIGHT, LINES * (names_lines(panel) + 2.0)) for panel in panels]
    note = unfinished(findings.finished, findings.progress, 0, len(findings.manifest["series"]))
    with look(0.35 + sum(heights)):
        figure = compose(panels, heights, note)
        return write_figure(figure, NAME, folder, joined(caption(findings, panels)), numbers(panels))


def names_lines(panel: Comparison) -> int:
    """Return the lines that the names of a panel's curves take."""
    return sum(wrapped(curve.name, 34).count("\n") + 1 for curve in panel.curves)


def compose(panels: Sequence[Comparison], heights: Sequence[float], note: str | None) -> Figure:
    """Return the figure: a panel and its names in every row."""
    figure = Figure(layout="constrained")
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03)  # type: ignore[union-attr, call-arg]
    grid = figure.subplots(len(panels), 2, squeeze=False, width_ratios=[1.0, NAMES_WIDTH], height_ratios=list(heights))
    for (axes, names), panel in zip(grid, panels, strict=True):
        looks = looks_of(panel)
        for place, (curve, style) in enumerate(zip(panel.curves, looks, strict=True)):
            draw_curve(axes, curve, style, float(place) if not panel.axis else 0.0)
        prepare(axes, panel)
        name_curves(names, panel, looks)
    if note:
        figure.legend(handles=[], title=note, loc="outside lower center", frameon=False)
    return figure


def looks_of(panel: Comparison) -> list[Look]:
    """Return how each curve is drawn: a colour each, or from dark to light where they are many."""
    count = len(panel.curves)
    colours = list(COLOURS[:count]) if count <= FEW else sequential(count)
    return [
        (colour, DASHES[place % len(DASHES)], MARKERS[place % len(MARKERS)]) for place, colour in enumerate(colours)
    ]


def draw_curve(axes: Axes, curve: Compared, style: Look, moved: float) -> None:
    """Draw the forms, and above them the points with the intervals over seeds; a point of no axis at its own place."""
    colour, dashes, marker = style
    places = curve.places + moved
    for line in curve.forms:
        if places.size == 1 and line.places.size == 1:
            axes.plot([moved - 0.3, moved + 0.3], [line.median[0]] * 2, color=colour, linewidth=THIN, zorder=1.6)
        else:
            draw_form(axes, line, line.median, colour, dashes)
    for place, low, high in zip(places, curve.low, curve.high, strict=True):
        if np.isfinite(low) and np.isfinite(high):
            axes.plot([place, place], [low, high], color=colour, linewidth=0.9, zorder=3)
    axes.plot(places, curve.value, marker, color=colour, markersize=2.8, zorder=4)


def prepare(axes: Axes, panel: Comparison) -> None:
    """Set the axes of a panel, and say what they are."""
    unit = f" ({panel.metric.unit})" if panel.metric.unit else ""
    axes.set_ylabel(wrapped(panel.metric.name.replace(".", ". ") + unit, 24).replace(". ", "."))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.spines[["top", "right"]].set_visible(False)
    if not panel.axis:
        axes.set_xticks(range(len(panel.curves)), labels=[str(place + 1) for place in range(len(panel.curves))])
        axes.set_xlim(-0.6, len(panel.curves) - 0.4)
        return
    is_index = panel.axis in panel.metric.index
    places = [np.asarray(curve.places, np.int64) for curve in panel.curves]
    if is_index and spread_like_powers(places):
        axes.set_xscale("log")
    words = "sequence length $T$ (steps)" if panel.axis == "length" else literal(panel.axis)
    axes.set_xlabel(words if is_index else axis_label(panel.axis))


def name_curves(axes: Axes, panel: Comparison, looks: Sequence[Look]) -> None:
    """Fill the second column with the names of the curves and of their closed forms."""
    axes.set_axis_off()
    handles = [
        Line2D(
            [], [], color=colour, linestyle=dashes if panel.axis else "solid", linewidth=THIN, marker=marker,
            markersize=2.8, label=wrapped(curve.name if panel.axis else f"{place + 1}: {curve.name}", 34),
        )
        for place, (curve, (colour, dashes, marker)) in enumerate(zip(panel.curves, looks, strict=True))
    ]  # fmt: skip
    axes.legend(
        handles=handles, title=wrapped("line: " + ", ".join(panel.forms), 34), title_fontsize=6.5, fontsize=6.5,
        loc="center left", frameon=False, alignment="left", borderaxespad=0.0, handlelength=2.2, labelspacing=0.35,
        bbox_to_anchor=(-0.05, 0.5),
    )  # fmt: skip


def caption(findings: Findings, panels: Sequence[Comparison]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, findings.finished, findings.progress)
    yield form_statement([form for panel in panels for form in panel.forms])
    yield "Points: mean over seeds (median where it may be censored), bars: its 95 % interval over seeds."
    for panel in panels:
        unit = f", in {panel.metric.unit}" if panel.metric.unit else ""
        yield f"{panel.metric.name}: {panel.metric.meaning}{unit}; claims {', '.join(panel.claims)}."
    yield from settings(series_of(findings))
    yield "Series:"
    drawn = {place for panel in panels for curve in panel.curves for place in curve.series}
    for place, one in enumerate(series_of(findings)):
        yield series_line(one, [] if place in drawn else ["not drawn"])


def series_of(findings: Findings) -> Sequence[Named]:
    """Return the series of a study, as whatever measure it takes sees them."""
    return findings.headline.series if findings.has_headline else findings.of(findings.further[0]).series


def numbers(panels: Sequence[Comparison]) -> dict[str, NDArray[Any]]:
    """Return what was drawn: a row for every point, and for every place of a form."""
    rows: list[Row] = []
    for panel in panels:
        for curve in panel.curves:
            same = {"metric": panel.metric.name, "axis": panel.axis, "curve": curve.name}
            for place, value, low, high in zip(curve.places, curve.value, curve.low, curve.high, strict=True):
                rows.append({**same, "kind": "measured", "place": place, "value": value, "low": low, "high": high})
            for line in curve.forms:
                rows += [
                    {**same, "kind": line.form, "place": place, "value": value, "low": None, "high": None}
                    for place, value in zip(line.places, line.median, strict=True)
                ]
    return columns_of([{name: known_number(value) for name, value in row.items()} for row in rows])


def known_number(value: Any) -> Any:
    """Return a float of NumPy as one of Python, None for what is not known."""
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
