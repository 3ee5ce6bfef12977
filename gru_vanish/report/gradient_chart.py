"""‖∂L/∂h_0‖ against the length T: the series where the sliders stand, the rest of each sweep faintly behind them."""

from collections.abc import Sequence

import altair as alt

from gru_vanish.report.data import CURVES, FORM_LINES, SERIES
from gru_vanish.report.decades import Frame, raised, ticks
from gru_vanish.report.look import HEIGHT, Colours
from gru_vanish.report.signals import (
    ALL_VALUES,
    FORMS,
    LOG_GRADIENT,
    LOG_LENGTH,
    found_by_pointer,
    layered,
    present,
    selected,
)
from gru_vanish.report.sliders import Slider

LENGTH = f"{LOG_LENGTH} ? log(datum.length) / LN10 : datum.length"
"""Where a length stands on the axis."""
TALLEST = 1.0
"""Top of the linear axis where no curve grows: at 10⁰."""


def gradient_chart(frame: Frame, sliders: Sequence[Slider], colours: Colours, forms: bool) -> alt.TopLevelMixin:
    """Return the chart; its tables are given to it by the page, with one of closed forms where there are ``forms``."""
    fields = ["label", "name", "rate_text", "plain_zero", *(f"a{index}" for index in range(len(sliders)))]
    base = (
        alt.Chart(alt.NamedData(CURVES))
        .transform_lookup("series", alt.LookupData(alt.NamedData(SERIES), "series", fields))
        .transform_filter(present())
        .transform_calculate(
            here=selected(sliders),
            x=LENGTH,
            **{name: placed(field) for name, field in (("y", "decades"), ("y0", "low"), ("y1", "high"))},
            value=in_words("decades"),
            interval=f"isValid(datum.low) ? {in_words('low')} + ' … ' + {in_words('high')} : 'one seed: none'",
        )
        .encode(x=horizontal(frame), detail="series:N", color=colours.scale())
    )
    y = vertical(frame)
    here = base.transform_filter("datum.here")
    faint = base.transform_filter(f"!datum.here && {ALL_VALUES}")
    layers = [
        *floor_layers(frame),
        *([faint.mark_line(strokeWidth=1, opacity=0.4, clip=True).encode(y=y)] if sliders else []),
        here.mark_area(opacity=0.18, clip=True).encode(y=alt.Y("y0:Q", title=None), y2="y1:Q"),
        here.mark_line(strokeWidth=2.2, clip=True).encode(y=y, strokeDash=colours.dashes()),
        *([form_layer(frame, sliders, y)] if forms else []),
        zero_layer(here, y),
        point_layer(here, y),
    ]
    own = {LOG_LENGTH: frame.logarithmic, LOG_GRADIENT: True, **({FORMS: True} if forms else {})}
    return layered(layers, sliders, HEIGHT, **own)


def form_layer(frame: Frame, sliders: Sequence[Slider], y: alt.Y) -> alt.Chart:
    """Return the closed forms, thin above what was measured, and fainter where no slider stands.

    None is filtered out: an axis complains of a chart without one point.
    """
    fields = ["label", *(f"a{index}" for index in range(len(sliders)))]
    there = f"{FORMS} && {present()}"
    opacity = (
        alt.when(f"{there} && {selected(sliders)}")
        .then(alt.value(1))
        .when(f"{there} && {ALL_VALUES}")
        .then(alt.value(0.45))
        .otherwise(alt.value(0))
    )
    return (
        alt.Chart(alt.NamedData(FORM_LINES))
        .transform_lookup("series", alt.LookupData(alt.NamedData(SERIES), "series", fields))
        .transform_calculate(x=LENGTH, y=placed("decades"))
        .mark_line(strokeWidth=1.2, strokeDash=[3, 3], color="var(--ink)", clip=True)
        .encode(x=horizontal(frame), y=y, detail=["series:N", "form:N"], opacity=opacity)
    )


def placed(field: str) -> str:
    """Return where a value stands on the axis: in decades, or as the number that it is."""
    return f"isValid(datum.{field}) ? ({LOG_GRADIENT} ? datum.{field} : pow(10, datum.{field})) : null"


def in_words(field: str) -> str:
    """Return a value as text: 10⁻²³·⁴, and the number itself where it is not far from 1."""
    power = f"'10' + {raised(f'datum.{field}')}"
    return f"(abs(datum.{field}) < 3 ? format(pow(10, datum.{field}), '.3~g') : {power})"


def horizontal(frame: Frame) -> alt.X:
    """Return the axis of lengths."""
    low, high = max(frame.shortest, 1), max(frame.longest, frame.shortest + 1)
    marks = ticks(low, high)
    axis = alt.Axis(
        title="sequence length T (steps)",
        values=alt.ExprRef(f"{LOG_LENGTH} ? {marks} : null"),
        labelExpr=f"format({LOG_LENGTH} ? pow(10, datum.value) : datum.value, ',.4~r')",
        labelFlush=True,
        grid=False,
    )
    scale = alt.Scale(
        domainMin=alt.ExprRef(f"{LOG_LENGTH} ? log({low}) / LN10 : 0"),
        domainMax=alt.ExprRef(f"{LOG_LENGTH} ? log({high}) / LN10 : {high}"),
        nice=False,
        zero=False,
    )
    return alt.X("x:Q", axis=axis, scale=scale)


def vertical(frame: Frame) -> alt.Y:
    """Return the axis of the gradient; its name stands above the chart."""
    top = 10.0**frame.top if frame.top > 0 else TALLEST
    axis = alt.Axis(
        title=None,
        tickCount=7,
        labelExpr=f"{LOG_GRADIENT} ? '10' + {raised('datum.value')} : format(datum.value, '.3~g')",
    )
    scale = alt.Scale(
        domainMin=alt.ExprRef(f"{LOG_GRADIENT} ? {frame.bottom} : 0"),
        domainMax=alt.ExprRef(f"{LOG_GRADIENT} ? {frame.top} : {top!r}"),
        nice=False,
        zero=False,
    )
    return alt.Y("y:Q", axis=axis, scale=scale)


def floor_layers(frame: Frame) -> list[alt.Chart]:
    """Return the ground below which plain code's norm is 0, and its name; nothing where it is not in view."""
    if frame.floor is None:
        return []
    values = alt.InlineData([{"y": round(frame.floor, 2), "y2": frame.bottom}])
    base = alt.Chart(values).encode(y=alt.Y("y:Q", title=None))
    shade, ink = (alt.ExprRef(f"{LOG_GRADIENT} ? {opacity} : 0") for opacity in (0.1, 1))
    ground = base.mark_rect(color="var(--muted)", opacity=shade, clip=True).encode(y2="y2:Q")
    words = f"here a plain {frame.precision} norm reads 0"
    label = base.mark_text(
        text=words, x=8, dy=12, align="left", baseline="middle", color="var(--muted)", fontSize=11, opacity=ink
    )
    return [ground, label]


def zero_layer(here: alt.Chart, y: alt.Y) -> alt.Chart:
    """Return the rings at the length where plain code first reads 0."""
    ring = here.transform_filter("datum.length == datum.plain_zero")
    return ring.mark_point(filled=False, size=52, strokeWidth=1.6, fill="var(--paper)", clip=True).encode(y=y)


def point_layer(here: alt.Chart, y: alt.Y) -> alt.Chart:
    """Return the points that the pointer finds, the nearest one drawn and told of."""
    tooltip = [
        alt.Tooltip("name:N", title="network"),
        alt.Tooltip("length:Q", title="T", format=","),
        alt.Tooltip("value:N", title="‖∂L/∂h_0‖"),
        alt.Tooltip("interval:N", title="interval over seeds"),
        alt.Tooltip("rate_text:N", title="decay rate"),
    ]
    points = here.transform_filter("isValid(datum.y)").mark_point(filled=True, size=70, clip=True)
    return found_by_pointer(points.encode(y=y, tooltip=tooltip), ["series", "length"])
