"""``below`` and ``above``: a bound at every point, in every seed."""

import math
from typing import Annotated

from pydantic import Field

from gru_vanish.analysis.claims.evidence import AT_ONCE, NEVER, Evidence, Side, seeds_by_sign, sign_test
from gru_vanish.analysis.claims.predicate import AgainstValue, Case, Finding
from gru_vanish.analysis.claims.sample import Difference
from gru_vanish.analysis.payload import BoolArray

Margin = Annotated[
    float, Field(ge=0.0, description="by how much it may be passed, in the metric's unit, beside what rounding does")
]


class Below(AgainstValue):
    """At most a number or a closed form, at every point and in every seed: below: pascanu_bound, or below: 0.

    A bound is a statement about each network, not about their mean: one seed beyond it by more than rounding (and the
    margin) at one point contradicts it, without any test. It holds where no seed is, and the seeds are enough to say
    so: the sign test of "no seed of n is beyond" is 2^-n, so that six seeds decide a single claim.
    """

    margin: Margin = 0.0

    def judge(self, case: Case) -> Finding:
        """Look for a seed that is above."""
        difference = self.difference(case.points[0])
        beyond = difference.low > self.margin + difference.rounding
        return self.finding(case, bounded(beyond, difference.high < math.inf), difference, counter(beyond, difference))

    def words(self) -> str:
        """Return it in words."""
        return f"at most {self.target()} in every seed"


class Above(AgainstValue):
    """At least a number or a closed form, at every point and in every seed: above: 0.

    Judged as below is, with the sign turned.
    """

    margin: Margin = 0.0

    def judge(self, case: Case) -> Finding:
        """Look for a seed that is below."""
        difference = self.difference(case.points[0])
        beyond = difference.high < -(self.margin + difference.rounding)
        return self.finding(case, bounded(beyond, difference.low > -math.inf), difference, counter(beyond, difference))

    def words(self) -> str:
        """Return it in words."""
        return f"at least {self.target()} in every seed"


def bounded(beyond: BoolArray, known: BoolArray) -> Evidence:
    """Return the evidence of which seeds are beyond a bound, and of which it is known that they are not."""
    if beyond.any():
        return Evidence(NEVER, AT_ONCE)
    within = int(known.sum())
    if within < beyond.size:
        return Evidence(NEVER, NEVER)
    return Evidence(Side(sign_test(within, within), lambda level: seeds_by_sign(1.0, level)), NEVER)


def counter(beyond: BoolArray, difference: Difference) -> str:
    """Name the seeds that are beyond."""
    seeds = [seed for seed, is_beyond in zip(difference.seeds, beyond.tolist(), strict=True) if is_beyond]
    return f"beyond it in {len(seeds)} of {difference.count} seeds: {', '.join(map(str, seeds))}" if seeds else ""
