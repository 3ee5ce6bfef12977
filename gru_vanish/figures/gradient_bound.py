"""The transport of plain RNNs against T, below the bound T ln(γ σ_max) that their recurrent matrix sets."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, SeriesTable
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.decades import DECADE, like_powers
from gru_vanish.analysis.recurrent_spectrum import Spectrum
from gru_vanish.analysis.rows import identity
from gru_vanish.analysis.summed import is_summed
from gru_vanish.figures.alt import alt_text, axis, ends, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.decades import Decades, draw_band, seen_of
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.labels import name_curves
from gru_vanish.figures.pages import Page
from gru_vanish.figures.panels import Curve, Panel, arrange
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import points
from gru_vanish.figures.swept_labels import Traced
from gru_vanish.figures.text import wrapped

NAME = "gradient_bound"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 2.8, 2: 2.5, 3: 2.2}  # inches by panels per row
BOUND: dict[str, Any] = {"linestyle": (0, (1, 1.6)), "linewidth": 0.9}


@dataclass(frozen=True)
class Pair:
    """What is drawn of a series: its transport, and the bound of it, as medians over seeds."""

    lengths: NDArray[np.int64]
    transport: Band
    bound: Band
    excess: float
    """largest (transport − bound) / T of any seed and length, nats; above 0 by rounding at most"""


def pair_of(one: SeriesTable, spectra: MeasuredSeries[Spectrum]) -> Pair | None:
    """Return what is drawn of a series; None where there is no bound or no record."""
    bounds = [seed.ln_transport_bound for seed in spectra.seeds.values()]
    if not one.curves or not bounds or not np.isfinite(bounds[0]).all():
        return None
    above = [
        (curve.transport - spectra.seeds[curve.seed].ln_transport_bound) / one.lengths
        for curve in one.curves
        if curve.seed in spectra.seeds
    ]
    excess = float(np.nanmax(above, initial=-np.inf)) if above else -np.inf
    return Pair(one.lengths, one.transport, band(bounds, one.lengths.size), excess)


def picture(findings: Findings, page: Page) -> Picture:
    """Return transport and bound of every plain RNN of the study."""
    table, spectra = findings.headline, findings.of("recurrent_spectrum")
    if any(is_summed(one.setting) for one in table.series):
        raise NotDrawableError(f"study {findings.name} has a loss summed over steps, which has no such bound")
    pairs = {id(one): pair_of(one, beside) for one, beside in zip(table.series, spectra.series, strict=True)}
    drawn = [one for one in table.series if pairs[id(one)] is not None]
    if not drawn and not (table.counts[0] and spectra.counts[0]):
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    if not drawn:
        raise NotDrawableError(f"study {findings.name} has no plain RNN, and no other cell has this bound")
    known = {key: pair for key, pair in pairs.items() if pair is not None}
    panels = arrange(drawn)
    across = page.across(len(panels), COLUMNS)
    finished = table.finished and spectra.finished
    note = unfinished(finished, progress(findings), 0, len(table.series))
    text = joined(caption(findings, drawn, known))
    height = 0.6 + math.ceil(len(panels) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, panels=panels, pairs=known, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn, known), numbers(table.series, known))


def alt(drawn: Sequence[SeriesTable], pairs: Mapping[int, Pair]) -> str:
    """Return what is seen, in words."""
    values = [each / DECADE for pair in pairs.values() for each in (pair.transport.median, pair.bound.median)]
    axes = [
        axis("sequence length T", "steps", *(pair.lengths for pair in pairs.values())),
        axis("log10 of |delta_0|/|delta_T|", "decades", *values),
    ]
    kind = "Line chart: the transport of plain RNNs, each below the dotted straight line of its bound."
    told = (
        f"{ends(one.name.short, pairs[id(one)].transport.median / DECADE)}, "
        f"bound {number(float(pairs[id(one)].bound.median[-1]) / DECADE)} at the end"
        for one in drawn
    )
    return alt_text(kind, axes, told)


def progress(findings: Findings) -> str:
    """Return the units of both measures that are there, as ``k of N``."""
    counts = [findings.headline.counts, findings.of("recurrent_spectrum").counts]
    return f"{sum(done for done, _ in counts)} of {sum(planned for _, planned in counts)}"


def compose(canvas: Canvas, panels: Sequence[Panel[SeriesTable]], pairs: Mapping[int, Pair], note: str | None) -> None:
    """Draw all panels."""
    values = [each for pair in pairs.values() for each in (*seen_of(pair.transport), pair.bound.median)]
    # A transport is relative to its end: where a plain norm is 0 is no level of it.
    frame = replace(
        Decades.of(values, [curve.series.precision for panel in panels for curve in panel.curves]), floor=None
    )
    logarithmic = like_powers(max((pair.lengths for pair in pairs.values()), key=len))
    across = canvas.page.across(len(panels), COLUMNS)
    spots = canvas.panels(len(panels), across, sharex=True, sharey=True)
    for place, (axes, panel) in enumerate(zip(spots, panels, strict=True)):
        frame.prepare(axes)
        if logarithmic:
            axes.set_xscale("log")
        else:
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        traced = [draw_pair(axes, curve, pairs[id(curve.series)]) for curve in panel.curves]
        if panel.title or panel.narrow:
            title = wrapped(panel.title or "one setting each", canvas.page.wrap(across, 30, 8))
            axes.set_title(title, fontsize=points(8))
        name_curves(canvas, axes, panel, traced)
        if place % across == 0:
            axes.set_ylabel(r"$\log_{10}(\Vert\delta_0\Vert\,/\,\Vert\delta_T\Vert)$")
        if place + across >= len(panels):
            axes.set_xlabel("length $T$ (steps)" if across > 1 else "sequence length $T$ (steps)")
            axes.tick_params(labelbottom=True)
    dotted = Line2D([], [], color="#404040", label=r"bound $T\,\log_{10}(\gamma\,\sigma_{\max})$", **BOUND)
    canvas.legend([dotted], note)


def draw_pair(axes: Axes, curve: Curve[SeriesTable], pair: Pair) -> Traced:
    """Draw the transport with its band, and the bound in the same colour."""
    places = pair.lengths.astype(np.float64)
    line = draw_band(axes, places, pair.transport, {"color": curve.colour, "linestyle": curve.dashes})
    dot = "_" if places.size == 1 else ""
    axes.plot(places, pair.bound.median / DECADE, color=curve.colour, marker=dot, zorder=2, **BOUND)
    return Traced(curve, line, whole=not curve.series.missing)


def caption(findings: Findings, drawn: Sequence[SeriesTable], pairs: Mapping[int, Pair]) -> Iterator[str]:
    """Give the statements of the caption."""
    table, spectra = findings.headline, findings.of("recurrent_spectrum")
    yield from opening(findings.name, findings.question, table.finished and spectra.finished, progress(findings))
    yield "Transport: log10 of the norm of dL/dh_0 over that of dL/dh_T, in decades, against the length T, in steps."
    yield "Each value is the mean of the logarithm over a seed's samples; the line is the median over seeds."
    yield band_statement([pair.transport for pair in pairs.values()])
    yield "Dotted: T log10(gamma sigma_max), sigma_max the largest singular value of the recurrent matrix, gamma the"
    yield "largest slope of the activation; median over seeds (Pascanu, Mikolov & Bengio 2013)."
    excess = max(pair.excess for pair in pairs.values())
    if np.isfinite(excess):
        where = "below" if excess < 0 else "above"
        yield f"The closest transport of any seed and T is {abs(excess):.3g} nats per step {where} its bound."
    yield from settings(drawn)
    yield "Series:"
    for one in table.series:
        pair = pairs.get(id(one))
        if pair is None:
            yield series_line(one, ["not drawn: " + ("no bound" if one.curves else "no record")])
            continue
        slope = float(pair.bound.median[-1] / pair.lengths[-1])
        rate = one.rate.whole
        measured = [] if rate is None else [f"transport {-rate.mean:.4g} nats/step"]
        yield series_line(one, [f"bound {slope:.4g} nats/step", *measured])


def numbers(series: Sequence[SeriesTable], pairs: Mapping[int, Pair]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series and length."""
    parts = []
    for index, one in enumerate(series):
        pair = pairs.get(id(one))
        if pair is None:
            continue
        same = {
            name: np.full(pair.lengths.size, value, object if isinstance(value, str) else np.int64)
            for name, value in identity(index, one).items()
        }
        parts.append(
            {
                **same,
                "length": pair.lengths,
                "seeds": pair.transport.count,
                "ln_transport_median": pair.transport.median,
                "ln_transport_low": pair.transport.low,
                "ln_transport_high": pair.transport.high,
                "ln_transport_bound_median": pair.bound.median,
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
