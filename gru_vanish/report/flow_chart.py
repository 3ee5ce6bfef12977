"""The flow map of one network: ‖dL_T/dh_t‖ over the length T and the steps back from it."""

import math
from collections.abc import Sequence
from itertools import pairwise

import altair as alt

from gru_vanish.report.data import SERIES
from gru_vanish.report.decades import raised, ticks
from gru_vanish.report.flow_table import CELLS, FLOWS, FlowTables
from gru_vanish.report.look import VIRIDIS
from gru_vanish.report.signals import DIRECT, NETWORK, layered, selected
from gru_vanish.report.sliders import Slider
from gru_vanish.report.wording import power

HEIGHT = 250
TICKS = (0, -1, -2, -5, -10, -20, -40, -60, -100, -200)
"""Decades below the highest that the scale of the colours names."""

NARROWEST = 0.07
"""Of the scale, between two of its marks."""


def flow_chart(tables: FlowTables, sliders: Sequence[Slider]) -> alt.TopLevelMixin:
    """Return the chart; the signal `NETWORK` says whose map it is."""
    fields = ["label", "name", *(f"a{index}" for index in range(len(sliders)))]
    borders = ["left", "right", "low", "high", "length", "steps"]
    base = (
        alt.Chart(alt.NamedData(FLOWS))
        .transform_lookup("series", alt.LookupData(alt.NamedData(SERIES), "series", fields))
        .transform_filter(f"datum.label == {NETWORK} && {selected(sliders)}")
        .transform_flatten(["decades", "direct", "plain_zero"])
        .transform_window(number="row_number()")
        .transform_calculate(cell="datum.first + datum.number - 1")
        .transform_lookup("cell", alt.LookupData(alt.NamedData(CELLS), "cell", borders))
        .transform_window(before="lag(plain_zero)", groupby=["length"], frame=[None, None])
        .transform_calculate(
            shown=f"{DIRECT} ? datum.direct : datum.decades",
        )
        .transform_calculate(
            depth=f"sqrt(max(0, {tables.top} - datum.shown))",
            value=f"'10' + {raised('datum.shown')}",
            zero="datum.plain_zero ? 'yes' : 'no'",
        )
        .encode(x=horizontal(tables), x2="right:Q")
    )
    deepest = math.sqrt(tables.top - tables.bottom)
    scale = alt.Scale(range=list(VIRIDIS), domain=[deepest, 0.0], clamp=True, interpolate="rgb")
    colour = alt.Color("depth:Q", scale=scale, legend=None)
    tooltip = [
        alt.Tooltip("name:N", title="network"),
        alt.Tooltip("length:Q", title="T", format=","),
        alt.Tooltip("steps:N", title="t"),
        alt.Tooltip("value:N", title="norm of the derivative"),
        alt.Tooltip("zero:N", title="plain code shows 0"),
    ]
    cells = base.transform_filter("isValid(datum.shown)").mark_rect(clip=True, strokeWidth=0)
    border = base.transform_filter(f"!{DIRECT} && datum.plain_zero && !datum.before").mark_rule(
        color="#fff", strokeWidth=2
    )
    layers = [
        cells.encode(y=vertical(tables), y2="high:Q", color=colour, tooltip=tooltip),
        border.encode(y=alt.Y("low:Q")),
    ]
    own = {NETWORK: 0, DIRECT: False}
    return layered(layers, sliders, HEIGHT, **own)


def scale_marks(tables: FlowTables) -> list[tuple[float, str]]:
    """Return the marks of the scale of colours: places from 0, the lowest, to 1, and words.

    A colour goes with the root of the decades below the top: the first steps back would else look all alike.
    """
    reach = tables.top - tables.bottom
    decades = [tables.top + below for below in TICKS if below > -reach] + [tables.bottom]
    found = [(1.0 - math.sqrt((tables.top - one) / reach), power(one)) for one in sorted(decades)]
    gaps = [1.0, *(mark[0] - before[0] for before, mark in pairwise(found[:-1])), 1.0]
    return [mark for mark, gap in zip(found, gaps, strict=True) if gap > NARROWEST]


def horizontal(tables: FlowTables) -> alt.X:
    """Return the axis of lengths."""
    lengths = tables.cells["length"]
    scale = alt.Scale(zero=False, nice=False, domain=[min(tables.cells["left"]), max(tables.cells["right"])])
    if not tables.logarithmic:
        return alt.X("left:Q", title="T (steps)", scale=scale, axis=alt.Axis(tickCount=6, grid=False, zindex=1))
    marks = [one for one in ticks(min(lengths), max(lengths)) if tables.longest <= 100 or one == round(one)]
    axis = alt.Axis(values=marks, labelExpr="format(pow(10, datum.value), ',.3~r')", grid=False, zindex=1)
    return alt.X("left:Q", title="T (steps)", scale=scale, axis=axis)


def vertical(tables: FlowTables) -> alt.Y:
    """Return the axis of steps back from T: 0 at the foot, where the loss is."""
    scale = alt.Scale(zero=False, nice=False, domain=[min(tables.cells["low"]), max(tables.cells["high"])])
    if not tables.logarithmic:
        return alt.Y("low:Q", title="steps back, T − t", scale=scale, axis=alt.Axis(tickCount=5, grid=False, zindex=1))
    lags = [0, *(10**power for power in range(len(str(tables.longest))))]
    marks = ", ".join(f"log({lag + 1}) / LN10" for lag in lags if lag <= tables.longest)
    axis = alt.Axis(
        values=alt.ExprRef(f"[{marks}]"), labelExpr="format(round(pow(10, datum.value) - 1), ',')", grid=False, zindex=1
    )
    return alt.Y("low:Q", title="steps back, T − t", scale=scale, axis=axis)
