import math

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis.intervals import median_coverage, median_interval, median_rank, student_interval
from gru_vanish.analysis.paired import paired_difference


def test_student_interval_is_scipys() -> None:
    values = np.random.default_rng(0).normal(2.0, 0.5, 7)
    estimate = student_interval(values.tolist())
    assert estimate is not None
    low, high = stats.t.interval(0.95, 6, loc=values.mean(), scale=stats.sem(values))
    assert (estimate.mean, estimate.low, estimate.high) == pytest.approx((values.mean(), low, high), rel=1e-12)
    assert estimate.count == 7


def test_one_seed_has_no_interval_and_no_seed_no_estimate() -> None:
    one = student_interval([3.0, float("nan")])
    assert one is not None
    assert (one.mean, one.low, one.high, one.count) == (3.0, None, None, 1)
    assert not one.excludes(0.0)
    assert student_interval([float("nan"), float("-inf")]) is None
    assert median_interval([5.0]).low is None
    assert median_interval([float("inf")]).count == 0


@pytest.mark.parametrize("count", range(2, 60))
def test_median_rank_is_the_narrowest_that_covers(count: int) -> None:
    rank = median_rank(count)
    coverage = 1 - 2 * stats.binom.cdf(rank - 1, count, 0.5)
    assert median_coverage(count, rank) == pytest.approx(coverage, rel=1e-12)
    assert coverage >= 0.95 or rank == 1
    if 2 * (rank + 1) <= count:
        assert 1 - 2 * stats.binom.cdf(rank, count, 0.5) < 0.95


def test_median_interval_of_ten_and_of_five() -> None:
    ten = median_interval([float(value) for value in range(10, 0, -1)])
    assert (ten.median, ten.low, ten.high, ten.count) == (5.5, 2.0, 9.0, 10)
    assert ten.coverage == pytest.approx(1 - 22 / 1024)
    five = median_interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (five.low, five.high, five.coverage) == (1.0, 5.0, 1 - 2 / 32)


def test_the_stated_coverage_is_reached_by_draws() -> None:
    rng = np.random.default_rng(1)
    hits = [
        one.low <= 0.0 <= one.high
        for one in (median_interval(rng.standard_normal(7).tolist()) for _ in range(2000))
        if one.low is not None and one.high is not None
    ]
    assert np.mean(hits) == pytest.approx(median_coverage(7, 1), abs=0.01)


def test_paired_difference_uses_common_seeds_only() -> None:
    first = {0: 1.0, 1: 2.0, 2: 4.0, 5: 9.0}
    second = {0: 0.5, 1: 1.0, 2: 2.0, 3: 7.0, 5: float("nan")}
    estimate = paired_difference(first, second)
    assert estimate is not None
    low, high = stats.ttest_rel([1.0, 2.0, 4.0], [0.5, 1.0, 2.0]).confidence_interval(0.95)
    assert (estimate.mean, estimate.low, estimate.high) == pytest.approx((3.5 / 3, low, high))
    assert estimate.count == 3
    assert paired_difference(first, {9: 1.0}) is None


def test_thousands_of_seeds_have_an_interval_of_the_median() -> None:
    """By the normal approximation its rank is n/2 − 1.96 √n/2, and its coverage just above what is asked for."""
    for count in (1_100, 10_000):
        rank = median_rank(count)
        assert abs(rank - (count / 2 - 1.96 * math.sqrt(count) / 2)) < 1.0
        assert 0.95 <= median_coverage(count, rank) < 0.953
