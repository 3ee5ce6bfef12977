"""``monotone``: rising or falling along an axis, by paired differences of neighbours."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gru_vanish.analysis.claims.evidence import Evidence, everywhere
from gru_vanish.analysis.claims.predicate import Along, Case, Finding, Predicate, unknown
from gru_vanish.analysis.claims.sample import Difference, paired


class Monotone(Predicate):
    """Rising or falling along a swept axis, or along an index of the metric such as lag: monotone: decreasing.

    Judged by the steps between neighbouring points, each a difference paired by seed. It holds where every step is
    surely in the stated direction (95 % Student t interval on that side of 0): for "all of them" no correction is
    needed. It is contradicted where at least one step is surely in the other direction, corrected for the number of
    steps (Bonferroni). With a ``margin`` a step may go the other way by so much: "does not rise by more than".
    No trend is fitted: a trend over the whole axis may be falling where its middle rises.
    """

    along: ClassVar[Along] = "axis"
    bare: ClassVar[Mapping[str, str]] = {"text": "direction"}

    direction: Annotated[Literal["increasing", "decreasing"], Field(description="along the rising values of the axis")]
    margin: Annotated[float, Field(ge=0.0, description="what a step may go the other way, in the metric's unit")] = 0.0

    def judge(self, case: Case) -> Finding:
        """Test every step between neighbours."""
        if len(case.points) < 2:
            return unknown(case.place, f"one point along {case.axis}: no step to judge")
        steps = [paired(after.sample, before.sample) for before, after in pairwise(case.points)]
        parts = [self.evidence(step) for step in steps]
        worst = min(range(len(steps)), key=lambda place: (parts[place].contradicted.p, -parts[place].holds.p))
        if not parts[worst].contradicted.p < parts[worst].holds.p:
            worst = max(range(len(steps)), key=lambda place: parts[place].holds.p)
        ends = f"{case.points[worst].at:g} to {case.points[worst + 1].at:g}"
        return Finding(
            case.place,
            everywhere(parts),
            difference=steps[worst].reading(),
            note=f"the step of {len(steps)} that decides: {case.axis} {ends}",
        )

    def evidence(self, step: Difference) -> Evidence:
        """Return what the seeds say of one step."""
        if self.direction == "increasing":
            return Evidence(step.above(-self.margin), step.below(-self.margin))
        return Evidence(step.below(self.margin), step.above(self.margin))

    def words(self) -> str:
        """Return it in words."""
        return self.direction + (f" to within {self.margin:g}" if self.margin else "")
