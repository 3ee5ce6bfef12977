"""``law``: exponential, power law or neither, against the length."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from gru_vanish.analysis.claims.evidence import Evidence, Side, both, either
from gru_vanish.analysis.claims.predicate import Along, Case, Finding, Predicate, unknown
from gru_vanish.analysis.claims.sample import Difference, Sample, alone, paired
from gru_vanish.analysis.laws import BOUND, SeedLaw, seed_law
from gru_vanish.analysis.rates import seed_rate, window_of


class LawOf(Predicate):
    """Which law a curve over the lengths follows: law: exponential, power_law or neither.

    Every seed's curve over the window T_0 … T_max is fitted by y = a − r T and by y = a − p ln T; the misfit of a fit
    is (1 − R²)^½. Exponential: the decay rate is not 0, its misfit is at most 0.1, and smaller than that of the power
    law, each surely (95 % Student t over seeds). Power law: the same with the two exchanged. Neither: both misfits are
    above 0.1. One of them contradicts the other two; where none is sure the claim is undecided. The curve is a
    logarithm, in nats, such as the transport. An exponential may grow: say beside it that the decay rate is above 0.
    """

    along: ClassVar[Along] = "length"
    bare: ClassVar[Mapping[str, str]] = {"text": "law"}

    law: Annotated[Literal["exponential", "power_law", "neither"], Field(description="the law")]

    def judge(self, case: Case) -> Finding:
        """Test the three laws."""
        lengths = np.asarray([round(point.at) for point in case.points], np.int64)
        window = window_of(lengths)
        curves = by_seed(case)
        laws = {seed: seed_law(lengths, curve) for seed, curve in curves.items()}
        known = {seed: one for seed, one in laws.items() if one is not None}
        if window is None or not known:
            return unknown(case.place, "too few lengths from T_0 to T_max, or values that are not finite, for a law")
        rates = {seed: seed_rate(lengths, curve) for seed, curve in curves.items() if seed in known}
        first, last = case.points[window.start], case.points[window.end]
        rounding = (first.sample.rounding + last.sample.rounding) / (last.at - first.at)
        rate = alone(Sample({seed: one.whole for seed, one in rates.items() if one is not None}, rounding=rounding))
        sides = laws_of(rate, known)
        others = [side for name, side in sides.items() if name != self.law]
        misfits = ", ".join(f"{name} {reading_text(one)}" for name, one in misfits_of(known).items())
        return Finding(
            case.place,
            Evidence(sides[self.law], either(others)),
            difference=paired(sample(known, "power_law"), sample(known, "exponential")).reading(),
            note=f"misfits: {misfits}, tested is their difference; decay rate {reading_text(rate)} nats/step",
            unit="",
        )

    def words(self) -> str:
        """Return it in words."""
        return {"exponential": "exponential", "power_law": "a power law"}.get(self.law, "neither law") + " in T"


def by_seed(case: Case) -> dict[int, np.ndarray]:
    """Return the curve of every seed that has a value at each point."""
    seeds = set.intersection(*(set(point.sample.values) for point in case.points))
    return {seed: np.asarray([point.sample.values[seed] for point in case.points]) for seed in sorted(seeds)}


def sample(known: Mapping[int, SeedLaw], name: str) -> Sample:
    """Return one of the misfits by seed."""
    return Sample({seed: float(getattr(one, name)) for seed, one in known.items()})


def misfits_of(known: Mapping[int, SeedLaw]) -> dict[str, Difference]:
    """Return both misfits."""
    return {name.replace("_", " "): alone(sample(known, name)) for name in ("exponential", "power_law")}


def laws_of(rate: Difference, known: Mapping[int, SeedLaw]) -> dict[str, Side]:
    """Return how surely each law is the curve's."""
    exponential, power_law = misfits_of(known).values()
    further = paired(sample(known, "power_law"), sample(known, "exponential"))
    trend = either([rate.above(0.0), rate.below(0.0)])
    return {
        "exponential": both([trend, further.above(0.0), exponential.below(BOUND)]),
        "power_law": both([trend, further.below(0.0), power_law.below(BOUND)]),
        "neither": both([trend, exponential.above(BOUND), power_law.above(BOUND)]),
    }


def reading_text(one: Difference) -> str:
    """Return a mean with its interval, in words."""
    found = one.reading()
    return "unknown" if found is None else found.text()
