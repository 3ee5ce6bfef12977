"""``break_even``: where along a swept axis two series are equal."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, JsonValue, field_validator

from gru_vanish.analysis.break_even import Crossing, crossings
from gru_vanish.analysis.claims.evidence import NEVER, Evidence, Side, both, either, seeds_by_sign, sign_test
from gru_vanish.analysis.claims.predicate import Along, Case, Finding, Predicate, unknown
from gru_vanish.analysis.claims.sample import Sample, alone, paired


class BreakEvenAt(Predicate):
    """Equal to another series in a range of a swept axis, or nowhere: break_even: {series: RNN, between: [-2, 0]}.

    For every seed the difference to the other series is formed at each swept value, and its zero is found by a straight
    line between the two values where its sign changes. Within a range: holds where every seed crosses once and the 95 %
    Student t interval of the crossings lies inside, is contradicted where it lies entirely outside, or where no seed
    crosses at all (sign test). ``between: none``: holds where no seed crosses (sign test), is contradicted where every
    seed crosses. Where some seeds cross once and others do not, it is undecided. Nothing is extrapolated.
    """

    along: ClassVar[Along] = "swept"
    bare: ClassVar[Mapping[str, str]] = {}

    series: Annotated[str, Field(description="the label of the other series")]
    at: Annotated[dict[str, JsonValue], Field(default={}, description="the point of its sweep")]
    between: Annotated[
        tuple[float, float] | Literal["none"], Field(description="the range of the axis; none: nowhere on it")
    ]

    def __hash__(self) -> int:
        """Hash what is written."""
        return hash(self.model_dump_json())

    @field_validator("between")
    @classmethod
    def _rising(cls, value: tuple[float, float] | str) -> tuple[float, float] | str:
        if isinstance(value, tuple) and not value[0] < value[1]:
            raise ValueError("the range must rise: [lower end, upper end]")
        return value

    def judge(self, case: Case) -> Finding:
        """Find the zero of every seed, and judge them."""
        zeros = {seed: crossings(values) for seed, values in differences(case).items() if len(values) > 1}
        if len(zeros) < 2:
            return unknown(case.place, "fewer than two seeds with both series at two swept values")
        once = {seed: found[0] for seed, found in zeros.items() if len(found) == 1}
        none = [seed for seed, found in zeros.items() if not found]
        said = alone(Sample({seed: one.value for seed, one in once.items()}))
        reading = said.reading() if len(once) == len(zeros) else None
        return Finding(
            case.place, self.evidence(zeros, once, none), value=reading, note=note(zeros, once, none), unit=""
        )

    def evidence(self, zeros: Mapping[int, list[Crossing]], once: Mapping[int, Crossing], none: list[int]) -> Evidence:
        """Return what the seeds say."""
        count = len(zeros)
        every = Side(sign_test(count, count), lambda level: seeds_by_sign(1.0, level))
        if self.between == "none":
            crossing = count - len(none)
            return Evidence(every if not crossing else NEVER, every if crossing == count else NEVER)
        if len(none) == count:
            return Evidence(NEVER, every)
        if len(once) < count:
            return Evidence(NEVER, NEVER)
        values = alone(Sample({seed: one.value for seed, one in once.items()}))
        low, high = (float(end) for end in self.between)
        inside = both([values.above(low), values.below(high)])
        return Evidence(inside, either([values.above(high), values.below(low)]))

    def words(self) -> str:
        """Return it in words."""
        where = "nowhere" if self.between == "none" else "between {:g} and {:g}".format(*self.between)
        return f"as large as {self.series} {where}"


def differences(case: Case) -> dict[int, dict[float, float]]:
    """Return the difference of both series by seed and swept value."""
    found: dict[int, dict[float, float]] = {}
    for point in case.points:
        if point.against is None:
            continue
        step = paired(point.sample, point.against)
        for seed, value in zip(step.seeds, step.low.tolist(), strict=True):
            found.setdefault(seed, {})[point.at] = value
    return found


def note(zeros: Mapping[int, list[Crossing]], once: Mapping[int, Crossing], none: list[int]) -> str:
    """Say where the seeds cross."""
    count = len(zeros)
    if len(none) == count:
        return f"no seed of {count} crosses"
    if len(once) == count:
        below = min(one.below for one in once.values())
        above = max(one.above for one in once.values())
        mean = float(np.mean([one.value for one in once.values()]))
        return f"every seed crosses once, at {mean:.4g} on the mean, between the swept values {below:g} and {above:g}"
    several = count - len(once) - len(none)
    return f"of {count} seeds {len(once)} cross once, {several} more than once, {len(none)} not at all"
