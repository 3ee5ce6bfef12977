"""The caption: everything that a reader needs to know what was drawn, in words."""

from collections.abc import Iterator, Sequence

import numpy as np

from gru_vanish.analysis import SeriesTable, Table
from gru_vanish.analysis.names import value_text
from gru_vanish.analysis.rows import status_remarks
from gru_vanish.figures.frame import DECADE, Frame
from gru_vanish.figures.panels import Panel


def caption(table: Table, panels: Sequence[Panel], frame: Frame) -> str:
    """Return the caption as plain text, one statement per line."""
    return "\n".join(statements(table, panels, frame)) + "\n"


def statements(table: Table, panels: Sequence[Panel], frame: Frame) -> Iterator[str]:
    """Give the statements in the order in which they are read."""
    drawn = [curve.series for panel in panels for curve in panel.curves]
    yield f"Study {table.name}." + (f" {table.question}" if table.question else "")
    if not table.finished:
        yield f"UNFINISHED: {table.progress} units are measured; nothing is drawn for what is missing."
    yield "log10 of the norm of dL/dh_0, in decades, against the sequence length T, in steps."
    yield "Each value is the mean of the logarithm over a seed's samples; the line is the median over seeds."
    yield interval_statement(drawn)
    yield from settings(drawn)
    if any(one.plain_zero_length is not None for one in drawn):
        yield "Circle: first length where the norm in plain code of this dtype is 0 in half of the samples."
    if frame.floor is not None:
        dtype = drawn[0].precision
        yield f"Grey ground: below 10^{frame.floor:.1f} a norm that squares first is 0 in {dtype}."
    below = [one for one in drawn if last_decade(one) < frame.bottom]
    if below:
        yield f"The frame ends at 10^{frame.bottom:.0f}; triangles: the curve goes on below it."
    yield "Series:"
    yield from (series_statement(one) for one in table.series)


def interval_statement(series: Sequence[SeriesTable]) -> str:
    """Say what the band is; with one seed there is none."""
    counts = sorted({int(one.typical.count.max()) for one in series})
    coverages = np.concatenate([one.typical.coverage for one in series])
    known = coverages[np.isfinite(coverages)]
    seeds = f"n = {counts[0]}" if len(counts) == 1 else f"n = {counts[0]} to {counts[-1]}"
    if known.size == 0:
        return f"No interval: {seeds} seed."
    low, high = float(known.min()), float(known.max())
    exact = f"{low:.1%}" if low == high else f"{low:.1%} to {high:.1%}"
    short = "" if low >= 0.95 else "; fewer than six seeds allow no 95 %"
    return f"Band: order-statistic interval of that median, exact coverage {exact} ({seeds} seeds{short})."


def settings(series: Sequence[SeriesTable]) -> Iterator[str]:
    """State what all drawn series share; where they differ the series' own line says it."""
    for word, path in (("inputs", "inputs"), ("h_0", "h0"), ("loss", "loss"), ("precision", "precision")):
        values = {value_text(one.setting.get(path)) for one in series}
        if len(values) == 1:
            yield f"{word}: {values.pop()}."


def series_statement(one: SeriesTable) -> str:
    """Return one series' line: its full name, seeds, level at the end and decay rate."""
    parts = [f"seeds {one.progress}"]
    if one.curves:
        level = last_decade(one)
        if np.isfinite(level):
            parts.append(f"10^{level:.1f} at T = {int(one.lengths[-1])}")
        parts.append(rate_text(one))
        parts.extend(status_remarks(one))
        if one.plain_zero_length is not None:
            parts.append(f"plain {one.precision} 0 from T = {one.plain_zero_length}")
    else:
        parts.append("not drawn")
    return f"- {one.name.full}: {', '.join(parts)}."


def rate_text(one: SeriesTable) -> str:
    """Return the decay rate with its interval, or why there is none."""
    rate = one.rate.whole
    if rate is None:
        return "no decay rate"
    text = f"decay rate {rate.mean:.4g}"
    if rate.low is not None and rate.high is not None:
        text += f" [{rate.low:.4g}, {rate.high:.4g}]"
    return f"{text} nats/step" + (f" ({one.rate.shape})" if one.rate.shape == "not one exponential" else "")


def last_decade(one: SeriesTable) -> float:
    """Return log10 of the median at the longest length."""
    return float(one.typical.median[-1]) / DECADE
