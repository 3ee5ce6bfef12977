"""‖∂L_T/∂h_t‖ over the length T and the steps back T − t, what plain code shows as 0 hatched; the direct derivative."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import FuncNorm, Normalize
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, NullLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasureTable
from gru_vanish.analysis.decades import DECADE
from gru_vanish.analysis.flow_map import Flow
from gru_vanish.analysis.rows import identity
from gru_vanish.analysis.summed import is_summed
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.flow_columns import TICKS, Map, Series, colour_limits, columns, map_of
from gru_vanish.figures.lag_axis import LagAxis
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import points
from gru_vanish.figures.text import wrapped

NAME = "flow_map"
ACROSS = 4  # most panels per row
MOST = 23  # series
ROW_HEIGHT = {1: 2.6, 2: 2.3, 3: 1.9, 4: 1.6}  # inches by panels per row
COLOURS = "viridis"
HATCH: dict[str, Any] = {"facecolor": "none", "edgecolor": "#FFFFFF", "hatch": "/////", "linewidth": 0.0, "zorder": 2}
NOTHING: dict[str, Any] = {**HATCH, "facecolor": "#FFFFFF", "edgecolor": "#8A8A8A", "hatch": "...."}
OUTLINE: dict[str, Any] = {"color": "#FFFFFF", "linewidth": 0.8, "zorder": 3}


def picture(findings: Findings, page: Page) -> Picture:
    """Return a map for every series, and one of the direct derivative."""
    table: MeasureTable[Flow] = findings.of(NAME)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    if len(drawn) > MOST:
        raise NotDrawableError(f"study {findings.name} has {len(drawn)} series; a figure of flow maps holds {MOST}")
    maps = [map_of(one) for one in drawn]
    across, rows = arrangement(len(drawn) + len(further(further_of(maps))), page)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn))
    height = 0.75 + rows * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, drawn=drawn, maps=maps, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn, maps), numbers(table, drawn, maps))


def alt(drawn: Sequence[Series], maps: Sequence[Map]) -> str:
    """Return what is seen, in words."""
    axes = [
        axis("sequence length T", "steps", *(one.lengths for one in maps)),
        axis("steps back T - t", "steps", *([0, one.lengths[-1]] for one in maps)),
        axis("colour, log10 of the norm of dL_T/dh_t", "decades", *(one.ln_gradient / DECADE for one in maps)),
    ]
    kind = "Heat maps, one for each series and a last one of the direct derivative, which is 0 for every t < T."
    if any(one.ln_whole is not None for one in maps):
        kind = "Heat maps, one for each series and two of the whole sum: its total and its direct derivative."
    return alt_text(kind, axes, (map_in_words(one, shown) for one, shown in zip(drawn, maps, strict=True)))


def map_in_words(one: Series, shown: Map) -> str:
    """Return the gradient by h_0 at the shortest and the longest length, and how much of a map is hatched."""
    first = shown.ln_gradient[int(np.argmin(shown.steps))] / DECADE
    inside = shown.steps[:, None] <= shown.lengths
    zero = float(shown.plain_zero[inside].mean())
    return f"{ends(one.name.short, first)} at t = 0" + (f", {zero:.0%} hatched" if zero else "")


def arrangement(panels: int, page: Page) -> tuple[int, int]:
    """Return columns and rows: as few empty places as can be, then as wide as can be."""
    most = page.across(panels, ACROSS, least=1.1)
    fewest = most if panels > 9 else min(3, most)
    across = min(range(most, fewest - 1, -1), key=lambda count: -panels % count)
    return across, math.ceil(panels / across)


def compose(canvas: Canvas, drawn: Sequence[Series], maps: Sequence[Map], note: str | None) -> None:
    """Draw one panel per series, the direct derivative last, one scale of colours."""
    precisions = list(dict.fromkeys(str(one.setting.get("precision", "float32")) for one in drawn))
    bottom, top, below, above = colour_limits(maps, precisions)
    colours = FuncNorm((root, square), bottom, top)
    lags = LagAxis.of([one.lengths for one in maps])
    other = further_of(maps)
    count = len(drawn) + len(further(other))
    across, _ = arrangement(count, canvas.page)
    places = canvas.panels(count, across, sharex=True, sharey=True)
    for axes, one, shown in zip(places, drawn, maps, strict=False):
        draw_map(axes, shown, shown.ln_gradient, lags, colours)
        axes.set_title(wrapped(one.name.short, canvas.page.wrap(across)), fontsize=points(7))
    for axes, (title, values) in zip(places[len(drawn) :], further(other).items(), strict=True):
        draw_map(axes, other, values, lags, colours, hatched=False)
        axes.set_title(title, fontsize=points(7))
    label_axes(places, across, lags)
    extend = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    bar = canvas.figure.colorbar(
        ScalarMappable(colours, COLOURS), ax=places, extend=extend[below, above], aspect=30, pad=0.01,
        ticks=[tick for tick in TICKS if bottom <= tick <= top],
    )  # fmt: skip
    bar.ax.yaxis.set_major_formatter("{x:.0f}")
    bar.ax.yaxis.set_minor_locator(NullLocator())
    loss = "L_T" if any(one.ln_whole is None for one in maps) else r"\ell_T"
    bar.set_label(rf"$\log_{{10}}\,\Vert\partial {loss}/\partial h_t\Vert_2$")
    canvas.legend(legend_handles(maps, "/".join(precisions)), note, most=2)


def further_of(maps: Sequence[Map]) -> Map:
    """Return the map of which more is drawn: the first of a loss summed over steps, else the first."""
    return next((one for one in maps if one.ln_whole is not None), maps[0])


def further(one: Map) -> dict[str, NDArray[np.float64]]:
    """Return what is drawn behind the maps, by its title: the direct derivative at the end."""
    if one.ln_whole is not None:
        return {"whole sum, total derivative": one.ln_whole, "whole sum, direct derivative": one.ln_direct}
    nothing = "\n0 for every $t < T$" if one.direct_zero else ""
    return {f"direct derivative alone{nothing}": one.ln_direct}


def draw_map(
    axes: Axes, shown: Map, values: NDArray[np.float64], lags: LagAxis, colours: Normalize, hatched: bool = True
) -> None:
    """Draw one map: every cell is a value that was measured; dotted where the value is exactly 0 or withheld.

    One artist for all cells and one for each hatching: what every cell or column costs by itself adds up to minutes.
    """
    found = list(columns(shown, values, lags))
    cells = [box for column in found for box in column.boxes(np.isfinite(column.decades))]
    decades = np.concatenate([column.decades for column in found])
    paint: dict[str, Any] = {"cmap": COLOURS, "norm": colours, "antialiased": False, "linewidth": 0.0, "zorder": 1}
    axes.add_collection(PolyCollection(cells, array=decades[np.isfinite(decades)], **paint))
    nothing = [box for column in found for box in column.stretches(~np.isfinite(column.decades))]
    axes.add_collection(PolyCollection(nothing, **NOTHING))
    if hatched:
        zero = [box for column in found for box in column.stretches(column.plain_zero)]
        axes.add_collection(PolyCollection(zero, **HATCH))
        axes.add_collection(LineCollection([box[:2] for box in zero], **OUTLINE))
    # Thousands of cells are one image in a file of lines; hatches and letters stay lines.
    axes.set_rasterization_zorder(1.5)
    axes.autoscale_view()


def root(decades: Any) -> Any:
    """Return the root of a number of decades with its sign: colours change fastest where little is lost."""
    return np.sign(decades) * np.sqrt(np.abs(decades))


def square(roots: Any) -> Any:
    """Return the inverse of ``root``."""
    return np.sign(roots) * np.square(roots)


def label_axes(places: Sequence[Axes], across: int, lags: LagAxis) -> None:
    """Name the quantities at the outer panels; a panel with none below it shows its own T axis."""
    for place, axes in enumerate(places):
        if lags.logarithmic:
            axes.set_xscale("log")
        else:
            axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.xaxis.set_minor_locator(NullLocator())
        lags.label(axes.yaxis)
        axes.spines[["top", "right"]].set_visible(False)
        axes.margins(0)
        if place % across == 0:
            axes.set_ylabel("steps back, $T - t$")
        if place + across >= len(places):
            axes.set_xlabel("length $T$ (steps)")
            axes.tick_params(labelbottom=True)


def legend_handles(maps: Sequence[Map], precision: str) -> list[Patch]:
    """Return what explains the hatching, where there is some, and the dots, which the last panel has always."""
    handles = []
    if any(one.plain_zero.any() for one in maps):
        dark = colormaps[COLOURS](0.15)
        look_of = {**HATCH, "facecolor": dark}
        handles.append(Patch(label=f"plain {precision} code shows 0 here", **look_of))
    handles.append(Patch(label="exactly 0, or withheld", **NOTHING))
    return handles


def caption(findings: Findings, table: MeasureTable[Flow], drawn: Sequence[Series]) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "log10 of the norm of the total derivative dL_T/dh_t, in decades, over the sequence length T and the"
    yield "steps back T - t, in steps; the upper border of a map is t = 0, where it is the gradient by h_0."
    yield "Each value is the mean of the logarithm over a seed's samples; the colour is the median over seeds."
    yield "Hatched: the norm in plain code of this dtype is 0 in half of the samples, the true one is not."
    yield "Last panel: the direct derivative, with every other state held fixed. For a loss of the last state it is"
    yield "exactly 0 for every t < T and says nothing of the flow; differentiating by a list of states gives it."
    if any(is_summed(one.setting) for one in drawn):
        yield "Of a loss summed over steps a map is that of its terms l_T one by one, in place of L_T. The last panels"
        yield "are of the whole sum of the first such series: its total derivative, and the direct one, that of l_t."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        yield series_line(one, list(table.analysis.remarks(one)) if one.seeds else ["not drawn"])


def numbers(table: MeasureTable[Flow], drawn: Sequence[Series], maps: Sequence[Map]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, T and t."""
    parts = []
    for one, shown in zip(drawn, maps, strict=True):
        rows, places = np.nonzero(shown.steps[:, None] <= shown.lengths)
        index = next(index for index, other in enumerate(table.series) if other is one)
        same = {
            name: np.full(rows.size, value, object if isinstance(value, str) else np.int64)
            for name, value in {**identity(index, one), "seeds": shown.seeds}.items()
        }
        parts.append(
            {
                **same,
                "length": shown.lengths[places],
                "step": shown.steps[rows],
                "ln_gradient_median": shown.ln_gradient[rows, places],
                "plain_zero": shown.plain_zero[rows, places].astype(np.int64),
                "ln_direct_median": shown.ln_direct[rows, places],
                "ln_total_median": (shown.ln_gradient if shown.ln_whole is None else shown.ln_whole)[rows, places],
                "direct_zero": np.isneginf(shown.ln_direct[rows, places]).astype(np.int64),
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
