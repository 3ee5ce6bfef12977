"""The decay rate against one swept quantity: a line for each network that it moves, the others as levels beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from gru_vanish.analysis import SeriesTable
from gru_vanish.analysis.decades import like_powers
from gru_vanish.report.data import SERIES
from gru_vanish.report.decades import ticks
from gru_vanish.report.look import Colours
from gru_vanish.report.signals import LOG_RATE, axis, layered, present, selected
from gru_vanish.report.sliders import Slider

HEIGHT = 300


@dataclass(frozen=True)
class Quantity:
    """A swept quantity and the sliders that move it: several, where cells are swept by themselves."""

    title: str
    members: tuple[int, ...]
    """The indices of its sliders."""
    words: tuple[str, ...]
    """All values in words, in their order."""
    numbers: tuple[float, ...]
    """The same as numbers; empty where one is none."""


def quantities(sliders: Sequence[Slider]) -> list[Quantity]:
    """Return every swept quantity, in the order of the sliders."""
    found: dict[str, list[int]] = {}
    for index, one in enumerate(sliders):
        found.setdefault(one.quantity, []).append(index)
    return [quantity([sliders[index] for index in members], tuple(members)) for members in found.values()]


def quantity(members: Sequence[Slider], indices: tuple[int, ...]) -> Quantity:
    """Return what several sliders move."""
    words = dict.fromkeys(word for one in members for word in one.words)
    numbers = {number for one in members for number in one.numbers} if all(one.numbers for one in members) else set()
    return Quantity(members[0].title, indices, tuple(words), tuple(sorted(numbers)))


def logarithmic_ends(series: Sequence[SeriesTable]) -> tuple[float, float] | None:
    """Return the smallest and the largest that is drawn of the rates where all is positive, else None."""
    rates = [one.rate.whole for one in series if one.rate.whole is not None]
    low = min((rate.mean if rate.low is None else rate.low for rate in rates), default=0.0)
    high = max((rate.mean if rate.high is None else rate.high for rate in rates), default=0.0)
    return (low, high) if low > 0.0 else None


def rate_chart(
    of: Quantity, sliders: Sequence[Slider], colours: Colours, ends: tuple[float, float] | None
) -> alt.TopLevelMixin:
    """Return the chart; ``ends`` are those of a logarithmic axis, None where the rates have none."""
    logarithmic = ends is not None
    moved = " || ".join(f"datum.a{index} >= 0" for index in of.members)
    base = (
        alt.Chart(alt.NamedData(SERIES))
        .transform_filter(f"isValid(datum.rate) && {present()} && {selected(sliders, of.members)}")
        .transform_calculate(
            moved=moved,
            x=swept_value(of),
            here=here(of),
            interval="isValid(datum.rate_low) ? datum.rate_low + ' … ' + datum.rate_high : 'one seed: none'",
            **{name: placed(name, logarithmic) for name in ("rate", "rate_low", "rate_high")},
            told="datum.rate_text",
        )
        .encode(color=colours.scale(), detail="label:N")
    )
    x, y = horizontal(of), vertical(ends)
    line, level = base.transform_filter("datum.moved"), base.transform_filter("!datum.moved")
    tooltip = [
        alt.Tooltip("name:N", title="network"),
        alt.Tooltip("told:N", title="decay rate"),
        alt.Tooltip("shape:N", title="judged as"),
    ]
    untouched = any(all(sliders[index].places[at] < 0 for index in of.members) for at in range(len(sliders[0].places)))
    levels = level.mark_rule(strokeWidth=1.6, opacity=0.75).encode(y=y, strokeDash=colours.dashes(), tooltip=tooltip)
    layers = [
        *([levels] if untouched else []),
        line.mark_line(strokeWidth=1.8).encode(x=x, y=y, strokeDash=colours.dashes()),
        line.mark_rule(strokeWidth=1.6).encode(x=x, y=alt.Y("rate_low:Q"), y2="rate_high:Q"),
        line.mark_point(filled=True, size=46, opacity=1).encode(x=x, y=y, tooltip=tooltip),
        line.transform_filter("datum.here").mark_point(filled=False, size=230, strokeWidth=2.2).encode(x=x, y=y),
    ]
    own = {LOG_RATE: logarithmic}
    return layered(layers, sliders, HEIGHT, **own)


def here(of: Quantity) -> str:
    """Return whether a series is where the sliders of the quantity stand."""
    return " && ".join(f"(datum.a{index} < 0 || datum.a{index} == {axis(index)})" for index in of.members)


def swept_value(of: Quantity) -> str:
    """Return the value of a series on whichever axis of the quantity moves it, as an expression."""
    found = "null"
    for index in reversed(of.members):
        value = f"log(datum.x{index}) / LN10" if like_powers(of.numbers) else f"datum.x{index}"
        found = f"datum.a{index} >= 0 ? {value} : {found}"
    return found


def placed(field: str, logarithmic: bool) -> str:
    """Return where a rate stands on the axis."""
    if not logarithmic:
        return f"datum.{field}"
    return f"isValid(datum.{field}) ? ({LOG_RATE} ? log(datum.{field}) / LN10 : datum.{field}) : null"


def horizontal(of: Quantity) -> alt.X:
    """Return the axis of the swept values: of numbers, or of words in their order."""
    if not of.numbers:
        return alt.X("x:N", sort=list(of.words), title=of.title, axis=alt.Axis(labelAngle=0))
    if like_powers(of.numbers):
        marks = ticks(of.numbers[0], of.numbers[-1])
        axis = alt.Axis(values=marks, labelExpr="format(pow(10, datum.value), '.3~g')", grid=False)
    elif len(of.numbers) <= 11:
        axis = alt.Axis(values=list(of.numbers), grid=False)
    else:
        axis = alt.Axis(tickCount=8, grid=False)
    return alt.X("x:Q", title=of.title, axis=axis, scale=alt.Scale(zero=False, nice=False, padding=14))


def vertical(ends: tuple[float, float] | None) -> alt.Y:
    """Return the axis of the rates; its name stands above the chart."""
    scale = alt.Scale(zero=False, padding=12, nice=False)
    if ends is None:
        return alt.Y("rate:Q", axis=alt.Axis(title=None, tickCount=6), scale=scale)
    labels = f"format({LOG_RATE} ? pow(10, datum.value) : datum.value, '.2~g')"
    marks = alt.ExprRef(f"{LOG_RATE} ? {ticks(*ends)} : null")
    axis = alt.Axis(title=None, tickCount=6, values=marks, labelExpr=labels)
    return alt.Y("rate:Q", axis=axis, scale=scale)
