"""log₁₀ of the singular values of ∂h_T/∂h_0 against the length T: a fan from the largest to the smallest."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.claims import FormLine, Study, over_lengths
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.decades import DECADE, like_powers
from gru_vanish.analysis.jacobian import Singular
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.table import columns_of
from gru_vanish.figures.alt import alt_text, axis, ends, number
from gru_vanish.figures.canvas import Canvas
from gru_vanish.figures.figure import NotDrawableError, Picture
from gru_vanish.figures.form_look import POINTS, draw_form, form_handle, form_statement, in_decades
from gru_vanish.figures.pages import Page
from gru_vanish.figures.statements import band_statement, joined, opening, series_line, settings, unfinished
from gru_vanish.figures.style import points, sequential
from gru_vanish.figures.text import wrapped

NAME = "singular_values"
COLUMNS = 3  # panels per row
ROW_HEIGHT = {1: 2.8, 2: 2.3, 3: 1.95}  # inches by panels per row
PLACES = {"largest": 0.0, "second": -1.0, "n/4": 0.25, "n/2": 0.5, "3n/4": 0.75, "smallest": 1.0}
"""The singular values that are drawn, by how much of the spectrum lies above them; the second is no share."""
DASHES = ("solid", (0, (4, 1.2)), (0, (5, 1.2, 1.2, 1.2)), (0, (2.4, 1.2)), (0, (1.2, 1.2)), (0, (7, 2)))
LN = "jacobian.entries.ln_singular_value"
LOST: dict[str, Any] = {"marker": "o", "markersize": 2.8, "markerfacecolor": "white", "markeredgewidth": 0.7}

Series = MeasuredSeries[Singular]


@dataclass(frozen=True)
class Fan:
    """What is drawn of a series."""

    lengths: NDArray[np.int64]
    ranks: dict[str, int]
    """place of each singular value, 0 for the largest, by its name in `PLACES`"""
    known: dict[str, Band]
    """median over seeds where all of them know the singular value, nats"""
    lost: dict[str, NDArray[np.float64]]
    """median of what is computed where some do not"""
    zero: NDArray[np.int64]
    """(L,) how many singular values are exactly 0 in every sample of the median seed"""
    effective_rank: Band
    forms: dict[str, list[FormLine]]
    """closed forms that a claim names, by the name of the singular value"""


def ranks_of(size: int) -> dict[str, int]:
    """Return the places that are drawn of ``size`` singular values, each once."""
    found: dict[str, int] = {}
    for name, share in PLACES.items():
        rank = 1 if name == "second" else round(share * (size - 1))
        if rank < size and rank not in found.values():
            found[name] = rank
    return found


def fan_of(one: Series, study: Study, place: int) -> Fan:
    """Return what is drawn of a series, the one at this place of the study."""
    seeds = list(one.seeds.values())
    lengths, ranks = seeds[0].lengths, ranks_of(seeds[0].ln.shape[1])
    known, lost = {}, {}
    for name, rank in ranks.items():
        sure = np.all([seed.resolved[:, rank] == 1.0 for seed in seeds], axis=0)
        known[name] = band([np.where(sure, seed.ln[:, rank], np.nan) for seed in seeds], lengths.size)
        shown = band([seed.ln_shown[:, rank] for seed in seeds], lengths.size).median
        lost[name] = np.where(sure, np.nan, shown)
    zeros = np.median([(seed.exact_zero == 1.0).sum(axis=1) for seed in seeds], axis=0)
    rank_band = band([seed.effective_rank for seed in seeds], lengths.size)
    forms = {name: list(over_lengths(study, LN, place, rank + 1)) for name, rank in ranks.items()}
    return Fan(lengths, ranks, known, lost, zeros.astype(np.int64), rank_band, forms)


def picture(findings: Findings, page: Page) -> Picture:
    """Return a panel for every series."""
    table: MeasureTable[Singular] = findings.of("jacobian")
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    places = [place for place, one in enumerate(table.series) if one.seeds]
    fans = [fan_of(one, findings.claimed, place) for one, place in zip(drawn, places, strict=True)]
    across = page.across(len(drawn), COLUMNS)
    note = unfinished(table.finished, table.progress, len(table.series) - len(drawn), len(table.series))
    text = joined(caption(findings, table, drawn, fans))
    height = 0.65 + math.ceil(len(drawn) / across) * page.row(ROW_HEIGHT, across)
    drawing = partial(compose, drawn=drawn, fans=fans, note=note)
    return Picture(NAME, height, drawing, text, alt(drawn, fans), numbers(table, drawn, fans))


def alt(drawn: Sequence[Series], fans: Sequence[Fan]) -> str:
    """Return what is seen, in words."""
    shown = [band.median / DECADE for fan in fans for band in fan.known.values()]
    axes = [
        axis("sequence length T", "steps", *(fan.lengths for fan in fans)),
        axis("log10 of a singular value of dh_T/dh_0", "decades", *shown),
    ]
    kind = "Line charts, a panel for each series: a fan of singular values from the largest to the smallest."
    told = (f"{one.name.short}: {fan_in_words(fan)}" for one, fan in zip(drawn, fans, strict=True))
    return alt_text(kind, axes, told)


def fan_in_words(fan: Fan) -> str:
    """Return how the largest and the smallest singular value begin and end, and how many directions are left."""
    first, last = fan.effective_rank.median[[0, -1]]
    both = [ends(name, fan.known[name].median / DECADE) for name in ("largest", "smallest") if name in fan.known]
    return f"{', '.join(both)}, effective rank {number(float(first))} to {number(float(last))}"


def compose(canvas: Canvas, drawn: Sequence[Series], fans: Sequence[Fan], note: str | None) -> None:
    """Draw panels with one T axis, each with the decades that it spans."""
    across = canvas.page.across(len(drawn), COLUMNS)
    places = canvas.panels(len(drawn), across, sharex=True)
    for place, (axes, one, fan) in enumerate(zip(places, drawn, fans, strict=True)):
        draw_fan(axes, fan)
        axes.set_title(wrapped(title(one), canvas.page.wrap(across)), fontsize=points(7))
        if place % across == 0:
            axes.set_ylabel(r"$\log_{10}\,\sigma_i$")
        if place + across >= len(drawn):
            axes.set_xlabel("length $T$ (steps)" if across > 1 else "sequence length $T$ (steps)")
            axes.tick_params(labelbottom=True)
    canvas.legend(legend(fans), note, most=4)


def title(one: Series) -> str:
    """Return the series' name, and how many of its seeds are there if not all."""
    return f"{one.name.short} ({one.progress} seeds)" if one.missing else one.name.short


def look_of(name: str) -> dict[str, Any]:
    """Return colour and dashes of a singular value: dark for the largest."""
    place = list(PLACES).index(name)
    return {"color": sequential(len(PLACES))[place], "linestyle": DASHES[place]}


def draw_fan(axes: Axes, fan: Fan) -> None:
    """Draw the chosen singular values of one series, and write how many directions are left."""
    for name, shown in fan.known.items():
        style = look_of(name)
        median, low, high = (values / DECADE for values in (shown.median, shown.low, shown.high))
        axes.fill_between(fan.lengths, low, high, color=style["color"], alpha=0.2, linewidth=0)
        for form in fan.forms[name]:
            draw_form(axes, form, in_decades(form.median), style["color"], style["linestyle"])
        shape: dict[str, Any] = {"marker": "." if fan.lengths.size == 1 else "", "linewidth": 1.0, **style}
        axes.plot(fan.lengths, median, **(shape | POINTS if fan.forms[name] else shape))
        lost = fan.lost[name] / DECADE
        if np.isfinite(lost).any():
            axes.plot(fan.lengths, lost, linestyle="none", markeredgecolor=style["color"], **LOST)
    if like_powers(fan.lengths):
        axes.set_xscale("log")
        # Said here, since a series of which nothing is known says nothing.
        room = float(fan.lengths[-1] / fan.lengths[0]) ** 0.03
        axes.set_xlim(fan.lengths[0] / room, fan.lengths[-1] * room)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)
    first, last = fan.effective_rank.median[[0, -1]]
    words = [f"effective rank {first:.3g}" + (f" → {last:.3g}" if fan.lengths.size > 1 else "")]
    if fan.zero[-1]:
        words.append(f"{fan.zero[-1]} exactly 0 at $T_{{\\max}}$")
    axes.text(0.03, 0.03, "\n".join(words), transform=axes.transAxes, fontsize=points(6.5), ha="left", va="bottom")


def legend(fans: Sequence[Fan]) -> list[Artist]:
    """Return what the lines mean: those that are in the figure."""
    names = [name for name in PLACES if any(name in fan.ranks for fan in fans)]
    labels = {"largest": "largest, $i = 1$", "second": "$i = 2$", "smallest": "smallest, $i = n$"}
    handles: list[Artist] = [
        Line2D([], [], linewidth=1.0, label=labels.get(name, f"$i = {name}$"), **look_of(name)) for name in names
    ]
    if any(np.isfinite(lost).any() for fan in fans for lost in fan.lost.values()):
        handles.append(Line2D([], [], linestyle="none", markeredgecolor="#404040", label="lost to rounding", **LOST))
    if names := form_names(fans):
        handles.append(form_handle(names))
    return handles


def form_names(fans: Sequence[Fan]) -> list[str]:
    """Return the names of the closed forms that are drawn."""
    return [line.form for fan in fans for lines in fan.forms.values() for line in lines]


def caption(
    findings: Findings, table: MeasureTable[Singular], drawn: Sequence[Series], fans: Sequence[Fan]
) -> Iterator[str]:
    """Give the statements of the caption."""
    yield from opening(findings.name, findings.question, table.finished, table.progress)
    yield "log10 of singular values of the Jacobian dh_T/dh_0, in decades, against the sequence length T, in steps."
    yield "Each value is the mean of the logarithm over the samples measured; the line is the median over seeds."
    yield "Every panel has its own decades."
    if names := form_names(fans):
        yield form_statement(names)
    if bands := [shown for fan in fans for shown in fan.known.values() if shown.count.any()]:
        yield band_statement(bands)
    yield "Effective rank: exp of the entropy of the singular values over their sum, at the shortest and longest T."
    if any(np.isfinite(lost).any() for fan in fans for lost in fan.lost.values()):
        yield "Circles: what is computed where rounding has taken the place of the singular value in some sample."
    yield from settings(drawn)
    yield "Series:"
    by_series = {id(one): fan for one, fan in zip(drawn, fans, strict=True)}
    for one in table.series:
        fan = by_series.get(id(one))
        yield series_line(one, ["not drawn"] if fan is None else [level(fan), *table.analysis.remarks(one)])


def level(fan: Fan) -> str:
    """Return how far the largest and the smallest are apart at the longest length."""
    ends = [fan.known[name].median[-1] / DECADE for name in ("largest", "smallest") if name in fan.known]
    unknown = "exactly 0" if fan.zero[-1] else "unknown"
    words = " to ".join(f"10^{end:.1f}" if math.isfinite(end) else unknown for end in ends)
    return f"{words} at T = {int(fan.lengths[-1])}"


def numbers(table: MeasureTable[Singular], drawn: Sequence[Series], fans: Sequence[Fan]) -> dict[str, NDArray[Any]]:
    """Return what was drawn, one row per series, singular value and length."""
    by_series = {id(one): fan for one, fan in zip(drawn, fans, strict=True)}
    rows: list[Row] = []
    for index, one in enumerate(table.series):
        fan = by_series.get(id(one))
        for name, rank in fan.ranks.items() if fan else ():
            shown, lost = fan.known[name], fan.lost[name]  # type: ignore[union-attr]
            rows += [
                {
                    **identity(index, one),
                    "rank": rank + 1,
                    "length": int(length),
                    "seeds": int(shown.count[place]),
                    "ln_singular_value_median": float(shown.median[place]),
                    "ln_singular_value_low": float(shown.low[place]),
                    "ln_singular_value_high": float(shown.high[place]),
                    "ln_lost_median": float(lost[place]),
                }
                for place, length in enumerate(fan.lengths)  # type: ignore[union-attr]
            ]
    return columns_of(rows)
