"""The numbers of the page's charts, each once, as columns by the name of their table."""

from collections.abc import Mapping, Sequence
from typing import Any

from gru_vanish.analysis import Findings, Named, SeriesTable
from gru_vanish.analysis.claims import FormLine
from gru_vanish.analysis.decades import DECADE
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.report.networks import Network
from gru_vanish.report.rounding import column, rounded
from gru_vanish.report.sliders import Slider

Table = dict[str, list[Any]]

SERIES, CURVES, FORM_LINES = "series", "curves", "form_lines"


def series_table(networks: Sequence[Network], series: Sequence[Named], sliders: Sequence[Slider]) -> Table:
    """Return one row for each series: whose it is, where it stands on every axis, and its decay rate if it has one."""
    place = {network.label: network.place for network in networks}
    table: Table = {
        "series": list(range(len(series))),
        "label": [place[one.label] for one in series],
        "name": [one.name.short for one in series],
    }
    for index, slider in enumerate(sliders):
        table[f"a{index}"] = list(slider.places)
        if slider.numbers:
            table[f"x{index}"] = [rounded(slider.numbers[at]) if at >= 0 else None for at in slider.places]
        else:
            table[f"x{index}"] = [slider.words[at] if at >= 0 else None for at in slider.places]
    facts = [rate_facts(one) for one in series]
    return table | {name: [fact[name] for fact in facts] for name in facts[0]}


def rate_facts(one: Named) -> Mapping[str, Any]:
    """Return what the page tells of a series in a line and a point."""
    rate = one.rate if isinstance(one, SeriesTable) else None
    whole = None if rate is None else rate.whole
    return {
        "rate": None if whole is None else rounded(whole.mean),
        "rate_low": None if whole is None else rounded(whole.low),
        "rate_high": None if whole is None else rounded(whole.high),
        "rate_text": "" if rate is None or whole is None else f"{whole.text()} nats/step",
        "shape": "" if rate is None or whole is None else rate.shape,
        "plain_zero": one.plain_zero_length if isinstance(one, SeriesTable) else None,
        "facts": "" if not isinstance(one, SeriesTable) else facts(one),
    }


def facts(one: SeriesTable) -> str:
    """Return a series' line below its name: decay rate, half-life, and where plain code shows 0."""
    if not one.curves:
        return "not measured yet"
    parts = [] if one.rate.whole is None else [f"decay rate {one.rate.whole.text()} nats/step"]
    if one.rate.half_life.steps is not None:
        parts.append(f"half-life {one.rate.half_life.steps:.3g} steps")
    if one.plain_zero_length is not None:
        parts.append(f"plain {one.precision} shows 0 from T = {one.plain_zero_length}")
    if one.missing:
        parts.append(f"{one.progress} seeds")
    return ", ".join(parts)


def curve_table(findings: Findings) -> Table:
    """Return one row for each series and length: the median over seeds in decades, and its interval."""
    table: Table = {"series": [], "length": [], "decades": [], "low": [], "high": []}
    for index, one in enumerate(findings.headline.series):
        if one.curves:
            table["series"] += [index] * one.lengths.size
            table["length"] += one.lengths.tolist()
            for name, values in (("decades", one.typical.median), ("low", one.typical.low), ("high", one.typical.high)):
                table[name] += in_decades(values)
    return table


def form_table(forms: Mapping[int, Sequence[tuple[FormLine, FloatArray]]]) -> Table:
    """Return one row for each place of a closed form of a series' gradient, in decades."""
    table: Table = {"series": [], "form": [], "length": [], "decades": []}
    for place, lines in forms.items():
        for line, nats in lines:
            table["series"] += [place] * line.places.size
            table["form"] += [line.form] * line.places.size
            table["length"] += column(line.places.tolist())
            table["decades"] += in_decades(nats)
    return table


def in_decades(nats: FloatArray) -> list[float | int | None]:
    """Return log10 of what is given as ln."""
    return column((nats / DECADE).tolist())
