"""The loss on the test draw against the optimizer's steps: what a study of trained networks shows first."""

from collections.abc import Sequence

import altair as alt

from gru_vanish.analysis import MeasuredSeries
from gru_vanish.analysis.curves import band
from gru_vanish.analysis.training_run import Run
from gru_vanish.report.data import SERIES, Table
from gru_vanish.report.decades import ticks
from gru_vanish.report.look import HEIGHT, Colours
from gru_vanish.report.rounding import column
from gru_vanish.report.signals import ALL_VALUES, LOG_LOSS, found_by_pointer, layered, present, selected
from gru_vanish.report.sliders import Slider

LEARNING = "learning"
MOST_POINTS = 120
"""Evaluations of a curve; of more every so-many-th is shown, the last one always."""


def learning_table(series: Sequence[MeasuredSeries[Run]]) -> Table:
    """Return one row for each series and evaluation: the median over seeds of the loss, and its interval."""
    table: Table = {"series": [], "step": [], "loss": [], "low": [], "high": []}
    for index, one in enumerate(series):
        if one.seeds:
            runs = list(one.seeds.values())
            steps = runs[0].test.steps
            every = -(-steps.size // MOST_POINTS)
            chosen = sorted({*range(0, steps.size, every), steps.size - 1})
            shown = band([run.test.loss[chosen] for run in runs], len(chosen))
            table["series"] += [index] * len(chosen)
            table["step"] += steps[chosen].tolist()
            for name, values in (("loss", shown.median), ("low", shown.low), ("high", shown.high)):
                table[name] += column(values.tolist())
    return table


def positive_ends(table: Table) -> tuple[float, float] | None:
    """Return the smallest and the largest loss where all are positive, else None."""
    known = [value for name in ("loss", "low", "high") for value in table[name] if value is not None]
    return (min(known), max(known)) if known and min(known) > 0.0 else None


def learning_chart(table: Table, sliders: Sequence[Slider], colours: Colours) -> alt.TopLevelMixin:
    """Return the chart; its tables are given to it by the page."""
    ends, axis = positive_ends(table), alt.Axis(grid=False, tickCount=6)
    fields = ["label", "name", *(f"a{index}" for index in range(len(sliders)))]
    base = (
        alt.Chart(alt.NamedData(LEARNING))
        .transform_lookup("series", alt.LookupData(alt.NamedData(SERIES), "series", fields))
        .transform_filter(present())
        .transform_calculate(
            here=selected(sliders),
            **{name: placed(field, ends) for name, field in (("y", "loss"), ("y0", "low"), ("y1", "high"))},
            interval="isValid(datum.low) ? datum.low + ' … ' + datum.high : 'one seed: none'",
        )
        .encode(
            x=alt.X("step:Q", title="optimizer step", axis=axis, scale=alt.Scale(nice=False)),
            detail="series:N",
            color=colours.scale(),
        )
    )
    y = vertical(ends)
    here, faint = base.transform_filter("datum.here"), base.transform_filter(f"!datum.here && {ALL_VALUES}")
    tooltip = [
        alt.Tooltip("name:N", title="network"),
        alt.Tooltip("step:Q", title="step", format=","),
        alt.Tooltip("loss:Q", title="test loss"),
        alt.Tooltip("interval:N", title="interval over seeds"),
    ]
    points = here.transform_filter("isValid(datum.y)").mark_point(filled=True, size=60)
    layers = [
        *([faint.mark_line(strokeWidth=1, opacity=0.4).encode(y=y)] if sliders else []),
        here.mark_area(opacity=0.18).encode(y=alt.Y("y0:Q", title=None), y2="y1:Q"),
        here.mark_line(strokeWidth=2.2).encode(y=y, strokeDash=colours.dashes()),
        found_by_pointer(points.encode(y=y, tooltip=tooltip), ["series", "step"]),
    ]
    own = {LOG_LOSS: ends is not None}
    return layered(layers, sliders, HEIGHT, **own)


def placed(field: str, ends: tuple[float, float] | None) -> str:
    """Return where a loss stands on the axis."""
    if ends is None:
        return f"datum.{field}"
    return f"isValid(datum.{field}) ? ({LOG_LOSS} ? log(datum.{field}) / LN10 : datum.{field}) : null"


def vertical(ends: tuple[float, float] | None) -> alt.Y:
    """Return the axis of losses; its name stands above the chart."""
    scale = alt.Scale(zero=False, nice=False, padding=8)
    if ends is None:
        return alt.Y("y:Q", axis=alt.Axis(title=None, tickCount=6), scale=scale)
    labels = f"format({LOG_LOSS} ? pow(10, datum.value) : datum.value, '.3~g')"
    marks = alt.ExprRef(f"{LOG_LOSS} ? {ticks(*ends)} : null")
    return alt.Y("y:Q", axis=alt.Axis(title=None, tickCount=6, values=marks, labelExpr=labels), scale=scale)
