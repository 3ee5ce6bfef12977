"""log₁₀ ‖∂L_T/∂x_t‖ of the longest sequence against the steps back T − t: how far back inputs are felt."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.decades import DECADE
from gru_vanish.analysis.on_grid import OnGrid
from gru_vanish.analysis.payload import IntArray
from gru_vanish.analysis.plain import median_plain_zero, plain_zero_length
from gru_vanish.analysis.rows import identity
from gru_vanish.analysis.summed import is_summed
from gru_vanish.figures.alt import alt_text, axis, ends
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.decades import Decades, draw_band, seen_of
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.labels import name_curves
from gru_vanish.figures.lag_axis import LagAxis
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import FLOOR, points
from gru_vanish.figures.swept_labels import Traced
from gru_vanish.figures.text import wrapped

NAME = "input_gradient"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 2.8, 2: 2.5, 3: 2.2}  # inches by panels per row
MARK: dict[str, Any] = {"marker": "o", "markersize": 3.6, "markerfacecolor": "white", "markeredgewidth": 0.9}

Series = MeasuredSeries[OnGrid]


@dataclass(frozen=True)
class Line:
    """What is drawn of a series: its steps back, the median over seeds, and where plain code reads 0."""

    lags: IntArray
    shown: Band
    plain_zero: int | None


def line_of(one: Series) -> Line:
    """Return what is drawn of a series, at T_max."""
    seeds = list(one.seeds.values())
    lags = seeds[0].lags
    zeros = [plain_zero_length(lags, seed.back(seed.share_plain_zero)) for seed in seeds]
    return Line(lags, band([seed.back(seed.ln_gradient) for seed in seeds], lags.size), median_plain_zero(zeros))


def picture(findings: Findings, page: Page) -> Picture:
    """Return one curve per series, in panels as the gradient by h_0."""
    table: MeasureTable[OnGrid] = findings.of(NAME)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    lines = {id(one): line_of(one) for one in drawn}
    panels = arrange(drawn)
    across = page.across(len(panels), COLUMNS)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn, lines))
    height = 0.6 + math.ceil(len(panels) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, panels=panels, lines=lines, note=note)
    return Picture(NAME, height, drawing, text, alt(table, drawn, lines), numbers(table, drawn, lines))


def alt(table: MeasureTable[OnGrid], drawn: Sequence[Series], lines: dict[int, Line]) -> str:
    """Return what is seen, in words."""
    axes = [
        axis("steps back T - t", "steps", *(line.lags for line in lines.values())),
        axis("log10 of the norm of dL_T/dx_t", "decades", *(line.shown.median / DECADE for line in lines.values())),
    ]
    kind = "Line chart: the gradient by the input, median over seeds with a band."
    told = (
        ", ".join([ends(one.name.short, lines[id(one)].shown.median / DECADE), *list(reach_words(table, one))[:1]])
        for one in drawn
    )
    return alt_text(kind, axes, told)


def precisions(series: Sequence[Series]) -> list[str]:
    """Return the dtype of every series."""
    return [str(one.setting.get("precision", "float32")) for one in series]


def compose(canvas: Canvas, panels: Sequence[Panel[Series]], lines: dict[int, Line], note: str | None) -> None:
    """Draw all panels."""
    series = [curve.series for panel in panels for curve in panel.curves]
    frame = Decades.of([values for line in lines.values() for values in seen_of(line.shown)], precisions(series))
    lags = LagAxis.of([next(iter(one.seeds.values())).lengths for one in series])
    across = canvas.page.across(len(panels), COLUMNS)
    places = canvas.panels(len(panels), across, sharex=True, sharey=True)
    for place, (axes, panel) in enumerate(zip(places, panels, strict=True)):
        frame.prepare(axes)
        traced = [draw_curve(axes, curve, lines[id(curve.series)], lags) for curve in panel.curves]
        lags.label(axes.xaxis)
        if panel.title or panel.narrow:
            title = wrapped(panel.title or "one setting each", canvas.page.wrap(across, 30, 8))
            axes.set_title(title, fontsize=points(8))
        name_curves(canvas, axes, panel, traced, frame.floor)
        if place % across == 0:
            axes.set_ylabel(r"$\log_{10}\,\Vert\partial L_T/\partial x_t\Vert_2$")
        if place + across >= len(panels):
            axes.set_xlabel("steps back, $T - t$")
            axes.tick_params(labelbottom=True)
    canvas.legend(legend_handles(lines, frame, "/".join(dict.fromkeys(precisions(series)))), note, most=2)


def draw_curve(axes: Axes, curve: Curve[Series], line: Line, lags: LagAxis) -> Traced:
    """Draw one series: the band of its median, the median, and the mark from where on plain code reads zero."""
    places = lags.place(line.lags)
    drawn = draw_band(axes, places, line.shown, {"color": curve.colour, "linestyle": curve.dashes})
    if line.plain_zero is not None:
        at = int(np.searchsorted(line.lags, line.plain_zero))
        if np.isfinite(line.shown.median[at]):
            height = float(line.shown.median[at]) / DECADE
            axes.plot(places[[at]], [height], linestyle="none", markeredgecolor=curve.colour, zorder=4, **MARK)
    return Traced(curve, drawn, whole=not curve.series.missing)


def legend_handles(lines: dict[int, Line], frame: Decades, precision: str) -> list[Artist]:
    """Return what explains the mark and the ground, where they occur."""
    handles: list[Artist] = []
    if any(line.plain_zero is not None for line in lines.values()):
        label = f"plain {precision} shows 0 from here"
        handles.append(Line2D([], [], linestyle="none", markeredgecolor="#404040", label=label, **MARK))
    if frame.floor is not None:
        power = rf"$10^{{{round(frame.floor)}}}$"
        handles.append(Patch(color=FLOOR, label=f"below the norm floor of {precision}, {power}"))
    return handles


def caption(
    findings: Findings, table: MeasureTable[OnGrid], drawn: Sequence[Series], lines: dict[int, Line]
) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "log10 of the norm of dL_T/dx_t, in decades, at the longest length against the steps back T - t, in steps."
    if any(is_summed(one.setting) for one in drawn):
        yield "Of a loss summed over steps it is that of its last term alone, the one of step T."
    yield "Each value is the mean of the logarithm over a seed's samples; the line is the median over seeds."
    yield band_statement([line.shown for line in lines.values()])
    if any(line.plain_zero is not None for line in lines.values()):
        yield "Circle: first T - t where the norm in plain code of this dtype is 0 in half of the samples."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        if not one.seeds:
            yield series_line(one, ["not drawn"])
            continue
        zero = lines[id(one)].plain_zero
        known = [] if zero is None else [f"plain {precisions([one])[0]} 0 from {zero} steps back on"]
        yield series_line(one, [*reach_words(table, one), *known, *table.analysis.remarks(one)])


def reach_words(table: MeasureTable[OnGrid], one: Series) -> Iterator[str]:
    """Say how far back the gradient stays above a tenth and a millionth of what it is at t = T."""
    (row,) = table.analysis.rows(one)
    for name, share in (("reach_tenth", "1/10"), ("reach_millionth", "1e-6")):
        if row[name] is not None:
            more = "more than " if row[f"{name}_censored"] else ""
            yield f"above {share} of its last value for {more}{row[name]:.4g} steps back"


def numbers(table: MeasureTable[OnGrid], drawn: Sequence[Series], lines: dict[int, Line]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series and step back."""
    parts = []
    for index, one in enumerate(table.series):
        if not one.seeds:
            continue
        line = lines[id(one)]
        size = line.lags.size
        same = {
            name: np.full(size, value, object if isinstance(value, str) else np.int64)
            for name, value in identity(index, one).items()
        }
        longest = int(next(iter(one.seeds.values())).lengths[-1])
        parts.append(
            {
                **same,
                "length": np.full(size, longest),
                "steps_back": line.lags,
                "seeds": line.shown.count,
                "ln_input_gradient_median": line.shown.median,
                "ln_input_gradient_low": line.shown.low,
                "ln_input_gradient_high": line.shown.high,
                "coverage": line.shown.coverage,
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
