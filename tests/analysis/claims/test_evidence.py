"""The tests of evidence against scipy's own, and their combination by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis.claims.evidence import (
    NEVER,
    UNKNOWN,
    Evidence,
    Side,
    both,
    everywhere,
    mean_above,
    median_above,
    seeds_by_sign,
    seeds_by_t,
    sign_test,
)
from gru_vanish.analysis.claims.holm import holm
from gru_vanish.analysis.claims.predicate import Case, Point
from gru_vanish.analysis.claims.predicates import PREDICATES
from gru_vanish.analysis.claims.sample import Sample, alone, paired

VALUES = np.asarray([0.3, -0.1, 0.7, 0.2, 0.4, 0.05, 0.6])


@pytest.mark.parametrize("bound", [-0.2, 0.0, 0.31, 1.0])
def test_the_mean_is_tested_as_scipy_does(bound: float) -> None:
    wanted = stats.ttest_1samp(VALUES, bound, alternative="greater").pvalue
    assert mean_above(VALUES, bound).p == pytest.approx(wanted, rel=1e-10)


def test_the_sign_test_is_a_binomial_test() -> None:
    for above in range(8):
        wanted = stats.binomtest(above, 7, alternative="greater").pvalue
        assert sign_test(above, 7) == pytest.approx(wanted, rel=1e-12)
    assert median_above(VALUES, 0.0).p == pytest.approx(stats.binomtest(6, 7, alternative="greater").pvalue)


def test_equivalence_is_two_one_sided_tests() -> None:
    equals = PREDICATES["equals"].model_validate({"number": 0.25, "within": 0.3})
    case = Case("here", (Point(Sample(dict(enumerate(VALUES.tolist())))),))
    finding = equals.judge(case)
    low = stats.ttest_1samp(VALUES, 0.25 - 0.3, alternative="greater").pvalue
    high = stats.ttest_1samp(VALUES, 0.25 + 0.3, alternative="less").pvalue
    assert finding.evidence.holds.p == pytest.approx(max(low, high), rel=1e-10)
    inside = stats.t.interval(0.95, 6, VALUES.mean(), stats.sem(VALUES))
    assert (2 * finding.evidence.holds.p <= 0.05) == (inside[0] > -0.05 and inside[1] < 0.55)


@pytest.mark.parametrize("effect", [0.1, 0.4, 1.0, 5.0])
@pytest.mark.parametrize("level", [0.025, 1e-4])
def test_the_seeds_needed_are_the_fewest(effect: float, level: float) -> None:
    def p(count: int) -> float:
        return float(stats.t.sf(effect * math.sqrt(count), count - 1))

    count = int(seeds_by_t(effect, level))
    assert p(count) <= level
    assert count == 2 or p(count - 1) > level


def test_no_number_of_seeds_shows_an_effect_of_nothing() -> None:
    assert seeds_by_t(0.0, 0.025) == seeds_by_t(-1.0, 0.025) == seeds_by_t(1e-6, 0.025) == math.inf
    assert seeds_by_sign(0.5, 0.025) == math.inf
    assert seeds_by_sign(1.0, 0.025) == 6  # 2^-6 is the first below 1/40


def test_one_seed_shows_nothing_and_equal_seeds_everything() -> None:
    assert mean_above(np.asarray([3.0]), 0.0).p == 1.0
    assert mean_above(np.asarray([]), 0.0) is NEVER
    assert mean_above(np.asarray([3.0, 3.0]), 0.0).p == 0.0
    assert mean_above(np.asarray([3.0, 3.0]), 3.0).p == 1.0


def test_all_points_or_any_point() -> None:
    points = [Evidence(Side(p, lambda _: 1.0), Side(q, lambda _: 1.0)) for p, q in ((0.01, 0.9), (0.2, 0.004))]
    found = everywhere(points)
    assert (found.holds.p, found.contradicted.p) == (0.2, 0.008)
    assert everywhere([]) is UNKNOWN
    assert both([one.holds for one in points]).p == 0.2


def test_holm_by_hand() -> None:
    """m = 4, sorted .005 .01 .03 .04: .02, .03, .06 and max(.06, .04)."""
    found = holm([0.01, 0.04, 0.03, 0.005])
    assert [one.p for one in found] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert [one.multiplier for one in found] == [3, 1, 2, 4]
    assert holm([]) == []
    assert holm([0.9, 0.8])[0].p == 1.0


def test_censored_numbers_are_compared_by_what_is_known() -> None:
    far = Sample({0: 100.0, 1: 100.0, 2: 50.0}, frozenset({0, 1}), by_median=True)
    near = Sample({0: 10.0, 1: 120.0, 2: 60.0}, frozenset({1}), by_median=True)
    difference = paired(far, near)
    assert difference.low.tolist() == [90.0, -math.inf, -10.0]
    assert difference.high.tolist() == [math.inf, math.inf, -10.0]
    assert difference.above(0.0).p == sign_test(1, 3)
    assert difference.below(0.0).p == sign_test(1, 3)
    assert alone(far).reading().high is None  # type: ignore[union-attr]


def test_rounding_alone_decides_nothing() -> None:
    noisy = Sample(dict.fromkeys(range(5), 1e-9), rounding=1e-8)
    assert alone(noisy).above(0.0).p == 1.0
    assert alone(Sample(noisy.values)).above(0.0).p == 0.0
