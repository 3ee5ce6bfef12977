"""What the claims of a study hold against closed forms: the measured quantity as points, the form as a thin line."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, Named
from gru_vanish.analysis.claims import Compared, Comparison, comparisons
from gru_vanish.analysis.decades import like_powers
from gru_vanish.analysis.rows import Row
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.axis_words import axis_label
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.form_look import THIN, draw_form, form_statement
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import COLOURS, DASHES, points, sequential
from gru_vanish.figures.text import literal, wrapped

NAME = "closed_forms"
ROW_HEIGHT = 1.75  # inches
LINES = 0.12  # inches that a line of names takes
NAMES_WIDTH = 0.62  # of the column of names, in widths of a panel
LETTERS = 34  # of a line in it
WIDE = 4.5  # inches of a page with room for it; on others the names stand below their panel
MARKERS = ("o", "s", "^", "v", "P", "X", "D")
FEW = 7  # curves that have a colour each; more of them run from dark to light

Look = tuple[str, Any, str]
"""Colour, dashes of the form, marker of the points."""


def picture(findings: Findings, page: Page) -> Picture:
    """Return a row for every quantity and axis of claims that name a closed form."""
    if not findings.counts[0]:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    panels = comparisons(findings.claimed)
    if not panels:
        raise NotDrawableError(
            f"study {findings.name} has no claim that holds a measured quantity against a closed form, "
            f"such as equals: {{form: linear_orthogonal, within: 1e-4}}"
        )
    note = unfinished(findings.finished, findings.progress, 0, len(findings.manifest["series"]))
    drawing = partial(compose, panels=panels, note=note)
    height = 0.35 + sum(sum(heights(panel, page)) for panel in panels)
    return Picture(NAME, height, drawing, joined(caption(findings, panels)), alt(panels), numbers(panels))


def alt(panels: Sequence[Comparison]) -> str:
    """Return what is seen, in words."""
    axes, told = [], []
    for panel in panels:
        words = f"{panel.metric.name} against {panel.axis or 'nothing'}"
        axes.append(axis(words, panel.metric.unit, *(curve.value for curve in panel.curves)))
        told += [f"{ends(curve.name, curve.value)} ({panel.metric.name})" for curve in panel.curves]
    kind = "Charts below one another: measured points with intervals, and closed forms as thin lines."
    return alt_text(kind, axes, told, "curves")


def heights(panel: Comparison, page: Page) -> list[float]:
    """Return the inches of a panel; and those of its names where they stand below it."""
    if page.room >= WIDE:
        return [max(ROW_HEIGHT, LINES * (names_lines(panel, LETTERS) + 2.0))]
    return [ROW_HEIGHT, LINES * (names_lines(panel, page.wrap()) + 2.5)]


def names_lines(panel: Comparison, letters: int) -> int:
    """Return the lines that the names of a panel's curves take."""
    return sum(wrapped(curve.name, letters).count("\n") + 1 for curve in panel.curves)


def compose(canvas: Canvas, panels: Sequence[Comparison], note: str | None) -> None:
    """Draw a panel and its names for every quantity: beside one another, or below where the page is narrow."""
    beside = canvas.page.room >= WIDE
    rows = [height for panel in panels for height in heights(panel, canvas.page)]
    widths = [1.0, NAMES_WIDTH] if beside else [1.0]
    grid = canvas.figure.subplots(len(rows), len(widths), squeeze=False, width_ratios=widths, height_ratios=rows)
    for (axes, names), panel in zip(grid.reshape(-1, 2), panels, strict=True):
        looks = looks_of(panel)
        for place, (curve, style) in enumerate(zip(panel.curves, looks, strict=True)):
            draw_curve(axes, curve, style, float(place) if not panel.axis else 0.0)
        prepare(axes, panel)
        name_curves(names, panel, looks, LETTERS if beside else canvas.page.wrap())
    canvas.legend([], note)


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
            across = [places[0] - 0.3, places[0] + 0.3]
            axes.plot(across, [curve.level(line)[0]] * 2, color=colour, linewidth=THIN, zorder=1.6)
        else:
            draw_form(axes, line, curve.level(line), colour, dashes)
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
    if is_index and like_powers(max(places, key=len)):
        axes.set_xscale("log")
    if is_index and len(at := np.unique(np.concatenate(places))) == 1:
        axes.set_xticks(at)
        axes.set_xlim(at[0] - 1.0, at[0] + 1.0)
    words = "sequence length $T$ (steps)" if panel.axis == "length" else literal(panel.axis)
    axes.set_xlabel(words if is_index else axis_label(panel.axis))


def name_curves(axes: Axes, panel: Comparison, looks: Sequence[Look], letters: int) -> None:
    """Fill the place of names with those of the curves and of their closed forms."""
    axes.set_axis_off()
    handles = [
        Line2D(
            [], [], color=colour, linestyle=dashes if panel.axis else "solid", linewidth=THIN, marker=marker,
            markersize=2.8, label=wrapped(curve.name if panel.axis else f"{place + 1}: {curve.name}", letters),
        )
        for place, (curve, (colour, dashes, marker)) in enumerate(zip(panel.curves, looks, strict=True))
    ]  # fmt: skip
    axes.legend(
        handles=handles, title=wrapped("line: " + ", ".join(panel.forms), letters), title_fontsize=points(6.5),
        fontsize=points(6.5), loc="center left", frameon=False,
        alignment="left", borderaxespad=0.0, handlelength=2.2, labelspacing=0.35,
        bbox_to_anchor=(-0.05, 0.5),
    )  # fmt: skip


def caption(findings: Findings, panels: Sequence[Comparison]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, findings.finished, findings.progress)
    yield form_statement([form for panel in panels for form in panel.forms], "mean")
    yield "Mean over seeds, median where it may be censored; bars: its 95 % interval over seeds."
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
                    for place, value in zip(line.places, curve.level(line), strict=True)
                ]
    return columns_of([{name: known_number(value) for name, value in row.items()} for row in rows])


def known_number(value: Any) -> Any:
    """Return a float of NumPy as one of Python, None for what is not known."""
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
