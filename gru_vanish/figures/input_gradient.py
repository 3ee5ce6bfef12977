"""log₁₀ ‖∂L_T/∂x_t‖ of the longest sequence against the steps back T − t: how far back inputs are felt."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.on_grid import OnGrid
from gru_vanish.analysis.payload import IntArray
from gru_vanish.analysis.plain import median_plain_zero, plain_zero_length
from gru_vanish.analysis.rows import identity
from gru_vanish.analysis.summed import is_summed
from gru_vanish.figures.decades import Decades, draw_band, name_curves, name_values, seen_of
from gru_vanish.figures.figure import NotDrawableError
from gru_vanish.figures.frame import DECADE
from gru_vanish.figures.lag_axis import LagAxis
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import FLOOR, look
from gru_vanish.figures.text import wrapped
from gru_vanish.figures.write import write_figure

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


def draw_figure(findings: Findings, folder: Path) -> list[Path]:
    """Draw one curve per series, in panels as the gradient by h_0; return the files."""
    table: MeasureTable[OnGrid] = findings.of(NAME)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    lines = {id(one): line_of(one) for one in drawn}
    panels = arrange(drawn)
    across = min(len(panels), COLUMNS)
    rows = math.ceil(len(panels) / across)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn, lines))
    with look(0.6 + rows * ROW_HEIGHT[across]):
        figure = compose(panels, lines, rows, across, note)
        return write_figure(figure, NAME, folder, text, numbers(table, drawn, lines))


def precisions(series: Sequence[Series]) -> list[str]:
    """Return the dtype of every series."""
    return [str(one.setting.get("precision", "float32")) for one in series]


def compose(
    panels: Sequence[Panel[Series]], lines: dict[int, Line], rows: int, across: int, note: str | None
) -> Figure:
    """Return the figure."""
    series = [curve.series for panel in panels for curve in panel.curves]
    frame = Decades.of([values for line in lines.values() for values in seen_of(line.shown)], precisions(series))
    axis = LagAxis.of([next(iter(one.seeds.values())).lengths for one in series])
    figure = Figure(layout="constrained")
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02)  # type: ignore[union-attr, call-arg]
    places = list(figure.subplots(rows, across, sharex=True, sharey=True, squeeze=False).flat)
    for place, (axes, panel) in enumerate(zip(places, panels, strict=False)):
        frame.prepare(axes)
        for curve in panel.curves:
            draw_curve(axes, curve, lines[id(curve.series)], axis)
        axis.label(axes.xaxis)
        if panel.title or panel.narrow:
            axes.set_title(wrapped(panel.title or "one setting each", 30), fontsize=8)
        name_curves(axes, panel)
        drawn = [lines[id(curve.series)] for curve in panel.curves]
        name_values(axes, panel, [axis.place(line.lags) for line in drawn], [line.shown for line in drawn], frame)
        if place % across == 0:
            axes.set_ylabel(r"$\log_{10}\,\Vert\partial L_T/\partial x_t\Vert_2$")
        if place + across >= len(panels):
            axes.set_xlabel("steps back $T - t$")
            axes.tick_params(labelbottom=True)
    for axes in places[len(panels) :]:
        axes.remove()
    handles = legend_handles(lines, frame, "/".join(dict.fromkeys(precisions(series))))
    if handles or note:
        figure.legend(handles=handles, title=note, loc="outside lower center", ncols=2, frameon=False)
    return figure


def draw_curve(axes: Axes, curve: Curve[Series], line: Line, axis: LagAxis) -> None:
    """Draw one series: the band of its median, the median, and the mark from where on plain code reads zero."""
    places = axis.place(line.lags)
    draw_band(axes, places, line.shown, {"color": curve.colour, "linestyle": curve.dashes})
    if line.plain_zero is not None:
        at = int(np.searchsorted(line.lags, line.plain_zero))
        if np.isfinite(line.shown.median[at]):
            height = float(line.shown.median[at]) / DECADE
            axes.plot(places[[at]], [height], linestyle="none", markeredgecolor=curve.colour, zorder=4, **MARK)


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
