"""``less_than`` and ``greater_than``: the mean over seeds of a paired difference."""

from typing import Annotated

from pydantic import Field

from gru_vanish.analysis.claims.evidence import Evidence
from gru_vanish.analysis.claims.predicate import AgainstAny, Case, Finding

Margin = Annotated[float, Field(ge=0.0, description="by how much at least, in the metric's unit")]


class LessThan(AgainstAny):
    """Smaller than another series, a number or a closed form: less_than: RNN, or {series: RNN, factor: 0.5, margin: 0}.

    Judged by d = value − factor · other, seed by seed (the series of one study share seeds and inputs): it holds where
    the 95 % Student t interval of the mean of d lies below −margin, is contradicted where it lies above. What rounding
    alone may have made of d does not count. Horizons and half-lives, which may be censored, are compared by the sign
    test instead.
    """

    margin: Margin = 0.0

    def judge(self, case: Case) -> Finding:
        """Test whether the difference is below −margin, and above it."""
        difference = self.difference(case.points[0])
        evidence = Evidence(difference.below(-self.margin), difference.above(-self.margin))
        return self.finding(case, evidence, difference)

    def words(self) -> str:
        """Return it in words."""
        return f"less than {self.target()}" + (f" by {self.margin:g}" if self.margin else "")


class GreaterThan(AgainstAny):
    """Larger than another series, a number or a closed form: greater_than: RNN, or {series: RNN, factor: 2, margin: 0}.

    Judged as less_than is, with the sign turned: it holds where the 95 % interval of the mean of
    d = value − factor · other lies above +margin, is contradicted where it lies below.
    """

    margin: Margin = 0.0

    def judge(self, case: Case) -> Finding:
        """Test whether the difference is above the margin, and below it."""
        difference = self.difference(case.points[0])
        evidence = Evidence(difference.above(self.margin), difference.below(self.margin))
        return self.finding(case, evidence, difference)

    def words(self) -> str:
        """Return it in words."""
        return f"greater than {self.target()}" + (f" by {self.margin:g}" if self.margin else "")
