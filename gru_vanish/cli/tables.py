"""The one table that a run ends with, and the notes without which it would mislead."""

import math
from collections.abc import Iterator
from typing import Any

from gru_vanish.analysis import Estimate, SeriesTable, Table
from gru_vanish.analysis.rows import remarks
from gru_vanish.cli.layout import Grid
from gru_vanish.cli.output import printable

NOTHING = "–"
Setting = dict[str, Any]


def grid(table: Table) -> Grid:
    """Return one row per series: rate, half-life, horizon, where plain code shows zero, seeds."""
    precisions = "/".join(dict.fromkeys(one.precision for one in table.series))
    heads = (
        ("", "series"),
        ("decay rate", "nats/step, 95 %"),
        ("half-life", "steps"),
        ("horizon", "at 1e-6"),
        (precisions, "0 from T"),
        ("", "seeds"),
    )
    return Grid(heads, [row(one) for one in table.series])


def row(one: SeriesTable) -> tuple[str, ...]:
    """Return one series in words."""
    seeds = f"{len(one.curves)}/{len(one.seeds_planned)}"
    if not one.curves:
        return (printable(one.name.short), *(NOTHING,) * 4, seeds)
    steps = one.rate.half_life.steps
    zero = one.plain_zero_length
    return (
        printable(one.name.short),
        with_interval(one.rate.whole),
        "none" if steps is None else f"{steps:.3g}",
        NOTHING if one.horizon is None else one.horizon.text(),
        f"> {int(one.lengths[-1])}" if zero is None else str(zero),
        seeds,
    )


def with_interval(rate: Estimate | None) -> str:
    """Return mean ± half the interval, to two digits of the latter: what is beyond them is not known."""
    if rate is None:
        return NOTHING
    if rate.low is None or rate.high is None:
        return minus(f"{rate.mean:.4g}")
    half = (rate.high - rate.low) / 2
    if half == 0 or not math.isfinite(half):
        return minus(f"{rate.mean:.4g} ± {half:.2g}")
    decimals = 1 - math.floor(math.log10(half))
    if 0 <= decimals <= 6:
        return minus(f"{rate.mean:.{decimals}f} ± {half:.{decimals}f}")
    return minus(f"{rate.mean:.3g} ± {half:.1g}")


def minus(text: str) -> str:
    """Return a number's text with a true minus sign before it."""
    return text.replace("-", "−", 1) if text.startswith("-") else text


def conditions(table: Table) -> str:
    """Return what all series share, in a line: lengths, sizes, inputs, precision, window of the rate."""
    settings = [one.setting for one in table.series]
    lengths = {f"T = {one.lengths[0]} … {one.lengths[-1]}" for one in table.series}
    windows = {f"rate over T = {first} … {last}" for first, last in _windows(table)}
    parts = [
        lengths,
        {f"n = {setting['cell'].get('hidden', '?')}" for setting in settings},
        {f"{setting['inputs'].get('kind')} inputs" for setting in settings},
        {f"input scale {setting['inputs'].get('scale', NOTHING)}" for setting in settings},
        {f"{setting['inputs'].get('batch', '?')} samples" for setting in settings},
        {str(setting["precision"]) for setting in settings},
        windows,
    ]
    return ", ".join(part.pop() for part in parts if len(part) == 1)


def notes(table: Table) -> Iterator[str]:
    """Give what must be known of each series; what is true of several is said once."""
    about: dict[str, list[str]] = {}
    for one in table.series:
        if found := "; ".join(_remarks(one)):
            about.setdefault(found, []).append(printable(one.name.short))
    for found, names in about.items():
        everywhere = len(names) == len(table.series) and len(names) > 1
        yield f"{'all series' if everywhere else ' | '.join(names)}: {found}"


def _remarks(one: SeriesTable) -> list[str]:
    """Return the row's remarks, and why there is no half-life where they do not say so."""
    found = list(remarks(one))
    why = one.rate.half_life.note
    if one.rate.whole is not None and one.rate.half_life.steps is None and why not in found:
        found.append(f"no half-life: {why}")
    return found


def _windows(table: Table) -> list[tuple[int, int]]:
    return [one.rate.window for one in table.series if one.rate.window is not None]
