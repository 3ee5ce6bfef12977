"""What the measurements of one network say together: where its gradient is lost, and by which path it goes."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis.findings import Findings
from gru_vanish.analysis.gate_statistics import STATE, Gates
from gru_vanish.analysis.horizon import EPSILON
from gru_vanish.analysis.intervals import Estimate
from gru_vanish.analysis.lag_shares import TOGETHER, Lags, median_lag
from gru_vanish.analysis.measured import MeasuredSeries
from gru_vanish.analysis.path_shares import Paths, total_share
from gru_vanish.analysis.plain_reading import DTYPES, Reading, first_length
from gru_vanish.analysis.rows import known, status_remarks
from gru_vanish.analysis.series import SeriesTable

MEASURES = ("h0_gradient", "plain_reading", "path_shares", "lag_shares", "gate_statistics", "flow_map")
"""What is measured for a diagnosis; the flow map is for the eye alone."""
BITS = {"float32": 24, "bfloat16": 8}
"""Significant bits: a part below 2^−bits of a sum is lost in it."""
NO_GATES = (STATE, "inner")
"""The parts that pass through no function: the state, and W_h h + b_hn where a GRU's reset acts after the product."""
CLEAR = 0.6
"""Share from which on one path carries the gradient; below it several do."""


@dataclass(frozen=True)
class Fact:
    """One line of a diagnosis: what it is about, in words, and its numbers by name."""

    head: str
    text: str
    numbers: Mapping[str, Any]


@dataclass(frozen=True)
class Diagnosis:
    """One network: the facts, and what follows from them."""

    label: str
    title: str
    facts: tuple[Fact, ...]
    verdict: str

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        numbers: dict[str, Any] = {}
        for fact in self.facts:
            numbers |= fact.numbers
        return {"label": self.label, "title": self.title, **numbers, "verdict": self.verdict}


def diagnoses(findings: Findings) -> list[Diagnosis]:
    """Return the diagnosis of every series of a study that has measured `MEASURES`; none of one without a record."""
    return [diagnosis(findings, index) for index, one in enumerate(findings.headline.series) if one.curves]


def diagnosis(findings: Findings, index: int) -> Diagnosis:
    """Return the diagnosis of one series."""
    one = findings.headline.series[index]
    plain, paths, lags, gates = (findings.of(measure).series[index] for measure in MEASURES[1:5])
    facts = [decay(one), *([far(one)] if one.horizon else []), *readings(plain), *carried(paths), *update(lags)]
    facts += [*levels(gates), standing(one)]
    return Diagnosis(one.label, one.title or one.name.short, tuple(facts), verdict(one, plain, paths))


def decay(one: SeriesTable) -> Fact:
    """The decay rate and the half-life."""
    rate = one.rate
    numbers = {
        "decay_rate": None if rate.whole is None else known(rate.whole.mean),
        "decay_rate_low": None if rate.whole is None else known(rate.whole.low),
        "decay_rate_high": None if rate.whole is None else known(rate.whole.high),
        "shape": rate.shape,
        "half_life": rate.half_life.steps,
    }
    if rate.whole is None or rate.window is None:
        return Fact("decay rate", "unknown: too few lengths, or no finite gradient", numbers)
    text = f"{rate.whole.text()} nats a step over T = {rate.window[0]} … {rate.window[1]}"
    half = (
        f"half-life {rate.half_life.steps:.3g} steps"
        if rate.half_life.steps
        else f"no half-life: {rate.half_life.note}"
    )
    return Fact("decay rate", f"{text}; {half}", numbers)


def far(one: SeriesTable) -> Fact:
    """How far back a millionth of the gradient still reaches."""
    assert one.horizon is not None
    text = f"at lag {one.horizon.steps:.4g}"
    if one.horizon.censored:
        text = f"not within {one.horizon.steps:.4g} steps"
    numbers = {"horizon": known(one.horizon.steps), "horizon_censored": one.horizon.censored}
    return Fact(f"below {EPSILON:.0e}".replace("e-0", "e-"), text, numbers)


def readings(plain: MeasuredSeries[Reading]) -> Iterator[Fact]:
    """What plain code shows in each dtype."""
    longest = int(next(iter(plain.seeds.values())).lengths[-1]) if plain.seeds else 0
    for dtype in DTYPES if plain.seeds else ():
        off, zero = first_length(plain, dtype, "off"), first_length(plain, dtype, "zero")
        words = [f"off by 10 % from T = {off}"] if off is not None else []
        words += [f"reads 0 from T = {zero}"] if zero is not None else []
        text = ", ".join(words) or f"right to 10 % up to T = {longest}"
        yield Fact(f"plain {dtype}", text, {f"{dtype}_off_length": off, f"{dtype}_zero_length": zero})


def carried(paths: MeasuredSeries[Paths]) -> Iterator[Fact]:
    """The shares of the gate paths at the longest length, the largest first."""
    shares = shares_of(paths)
    if shares:
        text = ", ".join(f"{path} {share.text()}" for path, share in shares.items())
        yield Fact("paths", text, {"path_shares": {path: known(share.mean) for path, share in shares.items()}})


def shares_of(paths: MeasuredSeries[Paths]) -> dict[str, Estimate]:
    """Return the share of every path whose share is known, the largest first."""
    if not paths.seeds:
        return {}
    first = next(iter(paths.seeds.values()))
    found = {path: total_share(paths, path) for path in first.totals}
    clear = {path: share for path, share in found.items() if share is not None and math.isfinite(share.mean)}
    return dict(sorted(clear.items(), key=lambda item: -item[1].mean))


def update(lags: MeasuredSeries[Lags]) -> Iterator[Fact]:
    """Where the parts of the weights' gradient are below the last digit of their sum."""
    seeds = [seed for seed in lags.seeds.values() if TOGETHER in seed.weights]
    if not seeds:
        return
    found = {
        dtype: median_lag([lost_lag(seed, bits) for seed in seeds], seeds[0].length) for dtype, bits in BITS.items()
    }
    words = [
        f"{dtype}: " + (f"nothing lost within {seeds[0].length} steps" if lag is None else f"lost from lag {lag:.0f}")
        for dtype, lag in found.items()
    ]
    numbers = {f"{dtype}_rounding_lag": lag for dtype, lag in found.items()}
    yield Fact("weight gradient", "; ".join(words), numbers)


def lost_lag(seed: Lags, bits: int) -> float:
    """Return the first lag whose part is below 2^−bits of the whole: of all lags for 24, of those stored for fewer."""
    weight = seed.weights[TOGETHER]
    if bits == BITS["float32"]:
        return weight.lost["rounding"]
    lost = np.flatnonzero(weight.ln_part < weight.ln_gradient - bits * math.log(2.0))
    return float(seed.lags[lost[0]]) if lost.size else float(seed.length)


def levels(gates: MeasuredSeries[Gates]) -> Iterator[Fact]:
    """The mean of every gate along the whole sequence, and what of it is saturated."""
    seeds = list(gates.seeds.values())
    if not seeds:
        return
    parts = {name: part for name, part in seeds[0].parts.items() if name not in NO_GATES}
    means = {name: float(np.nanmean(part.mean)) for name, part in parts.items()}
    stuck = {name: float(np.nanmean(parts[name].saturated.sum(axis=1))) for name in means}
    text = ", ".join(f"{name} {means[name]:.2f} ({stuck[name]:.0%} saturated)" for name in means)
    yield Fact("gates", text, {"gate_means": means, "gate_saturated": stuck})


def standing(one: SeriesTable) -> Fact:
    """The statuses that are not ok."""
    remarks = list(status_remarks(one))
    return Fact("statuses", "; ".join(remarks) or "all values ok", {"statuses": remarks})


def verdict(one: SeriesTable, plain: MeasuredSeries[Reading], paths: MeasuredSeries[Paths]) -> str:
    """Return what follows, in sentences."""
    return " ".join([fate(one), *route(paths), *deceptions(plain, one), *doubts(one)])


def fate(one: SeriesTable) -> str:
    """Say whether the gradient vanishes, and where."""
    rate, longest = one.rate.whole, int(one.lengths[-1])
    if one.horizon is not None and not one.horizon.censored:
        return (
            f"The gradient is lost: less than a millionth of it is left {one.horizon.steps:.3g} steps before its loss."
        )
    if rate is None:
        return "Nothing can be said of a decay: there are too few lengths, or no finite gradient."
    low, high = (rate.mean, rate.mean) if rate.low is None or rate.high is None else (rate.low, rate.high)
    left = f"after {longest} steps {math.exp(float(one.transport.median[-1])):.2g} of it is left"
    if low > 0.0:
        return f"The gradient fades and is not lost within the sequence: {left}."
    if high < 0.0:
        return f"The gradient grows on its way back: {left}."
    return f"The gradient neither fades nor grows by more than its spread over the losses: {left}."


def route(paths: MeasuredSeries[Paths]) -> Iterator[str]:
    """Say which path carries the gradient."""
    shares = shares_of(paths)
    if len(shares) == 1:
        yield "There are no gates: all of it goes through the recurrent matrix."
    elif shares:
        (first, largest), (second, next_one), *_ = shares.items()
        if largest.mean >= CLEAR:
            yield f"The {first} path carries it ({largest.mean:.0%})."
        else:
            yield f"No path alone carries it: {first} {largest.mean:.0%}, {second} {next_one.mean:.0%}."
    elif paths.seeds:
        yield "Which path carries it is lost to cancellation."


def deceptions(plain: MeasuredSeries[Reading], one: SeriesTable) -> Iterator[str]:
    """Say what plain code would make one believe."""
    if not plain.seeds:
        return
    zeros = one.status_shares()["exact_zero"].max() > 0.0
    for dtype in DTYPES:
        off, zero = first_length(plain, dtype, "off"), first_length(plain, dtype, "zero")
        if zero is not None and not zeros:
            before = f"is off by more than 10 % from T = {off} and " if off is not None and off < zero else ""
            yield f"Plain {dtype} {before}prints 0 from T = {zero}, though the gradient is not zero."
        elif off is not None:
            yield f"Plain {dtype} is off by more than 10 % from T = {off}."
    if all(first_length(plain, dtype, "off") is None for dtype in DTYPES):
        yield f"Plain float32 and bfloat16 show it to 10 % up to T = {int(one.lengths[-1])}."


def doubts(one: SeriesTable) -> Iterator[str]:
    """Say what makes the numbers less than they seem."""
    shares = one.status_shares()
    if shares["chaotic"].max() > 0.0:
        first = int(one.lengths[int((shares["chaotic"] > 0.0).argmax())])
        yield f"From T = {first} on the network is chaotic: single values mean nothing there, statistics do."
    if shares["exact_zero"].max() > 0.0:
        yield "Some gradients are zero in exact arithmetic: dead units, not rounding."
    if shares["nonfinite"].max() > 0.0:
        yield "Some states or gradients overflow."
