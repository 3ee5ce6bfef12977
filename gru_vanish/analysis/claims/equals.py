"""``equals``: equivalence within a margin, by two one-sided tests."""

from typing import Annotated

from pydantic import Field, model_validator

from gru_vanish.analysis.claims.evidence import Evidence, both, either
from gru_vanish.analysis.claims.predicate import AgainstAny, Case, Finding, Point
from gru_vanish.analysis.claims.sample import alone

Size = Annotated[float | None, Field(gt=0.0, description="the margin")]


class Equals(AgainstAny):
    """Equal to a number, a closed form or another series: equals: {form: linear_orthogonal, within: 1e-4}.

    The margin is ``within``, in the metric's unit, or ``relative``, a share of the size of the other side. It holds
    where the 95 % Student t interval of the difference over seeds lies inside the margin (two one-sided tests at
    2.5 % each), is contradicted where it lies entirely outside, and is undecided where it holds an end of the margin.
    Source: Schuirmann 1987.
    """

    within: Size = None
    relative: Size = None

    @model_validator(mode="after")
    def _one_margin(self) -> "Equals":
        if (self.within is None) == (self.relative is None):
            raise ValueError("exactly one margin is required: within (in the metric's unit) or relative (a share)")
        if self.relative is not None and self.number == 0.0:
            raise ValueError("a share of 0 is no margin: write within")
        return self

    def judge(self, case: Case) -> Finding:
        """Test whether the difference is inside the margin, and whether it is outside."""
        point = case.points[0]
        margin = self.margin(point)
        difference = self.difference(point)
        inside = difference.exact()
        evidence = Evidence(
            both([inside.above(-margin), inside.below(margin)]),
            either([difference.above(margin), difference.below(-margin)]),
        )
        return self.finding(case, evidence, difference, f"margin {margin:.3g}")

    def margin(self, point: Point) -> float:
        """Return the margin at a point, in the metric's unit."""
        if self.within is not None:
            return self.within
        other = None if point.against is None else alone(point.against).reading()
        size = self.number if self.number is not None else other.value if other is not None else 0.0
        return float(self.relative or 0.0) * abs(self.factor * size)

    def words(self) -> str:
        """Return it in words."""
        margin = f"{self.within:g}" if self.within is not None else f"{self.relative:.3g} of it"
        return f"equals {self.target()} within {margin}"
