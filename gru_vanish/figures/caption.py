"""The caption: everything that a reader needs to know what was drawn, in words."""

from collections.abc import Iterator, Sequence

import numpy as np

from gru_vanish.analysis import SeriesTable, Table
from gru_vanish.analysis.decades import DECADE
from gru_vanish.analysis.rows import status_remarks
from gru_vanish.figures.frame import Frame
from gru_vanish.figures.panels import Panel
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings


def caption(table: Table, panels: Sequence[Panel[SeriesTable]], frame: Frame) -> str:
    """Return the caption as plain text, one statement per line."""
    return joined(statements(table, panels, frame))


def statements(table: Table, panels: Sequence[Panel[SeriesTable]], frame: Frame) -> Iterator[str]:
    """Give the statements in the order in which they are read."""
    drawn = [curve.series for panel in panels for curve in panel.curves]
    yield from opening(table.name, table.question, table.finished, table.progress)
    yield "log10 of the norm of dL/dh_0, in decades, against the sequence length T, in steps."
    yield "Each value is the mean of the logarithm over a seed's samples; the line is the median over seeds."
    yield band_statement([one.typical for one in drawn])
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


def series_statement(one: SeriesTable) -> str:
    """Return one series' line: its full name, seeds, level at the end and decay rate."""
    if not one.curves:
        return series_line(one, ["not drawn"])
    parts = []
    level = last_decade(one)
    if np.isfinite(level):
        parts.append(f"10^{level:.1f} at T = {int(one.lengths[-1])}")
    parts.append(rate_text(one))
    parts.extend(status_remarks(one))
    if one.plain_zero_length is not None:
        parts.append(f"plain {one.precision} 0 from T = {one.plain_zero_length}")
    return series_line(one, parts)


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
