"""The tests over seeds by which two studies are compared, against SciPy's own."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis.claims.sample import Sample
from gru_vanish.analysis.comparing import tested


def by_seed(values: Sequence[float], first: int = 0) -> dict[int, float]:
    return {first + place: float(value) for place, value in enumerate(values)}


RNG = np.random.default_rng(5)
SAMPLES = [(RNG.normal(0.3, 1.0, n), RNG.normal(0.0, 3.0, m)) for n, m in ((2, 2), (2, 9), (5, 30), (10, 10))]


@pytest.mark.parametrize(("a", "b"), SAMPLES)
def test_welch_is_scipys(a: np.ndarray, b: np.ndarray) -> None:
    found = tested.means(by_seed(a), by_seed(b, first=100))
    assert found is not None
    known = stats.ttest_ind(b, a, equal_var=False)
    low, high = known.confidence_interval(0.95)
    assert found.how == tested.WELCH
    assert found.seeds == (len(a), len(b))
    np.testing.assert_allclose([found.value, found.low, found.high], [b.mean() - a.mean(), low, high], rtol=1e-9)
    assert found.p == pytest.approx(known.pvalue, rel=1e-9)


def test_a_pair_by_seed_is_scipys_and_needs_half_of_the_seeds() -> None:
    a, b = RNG.normal(size=12), RNG.normal(size=12)
    found = tested.means(by_seed(a), by_seed(b))
    assert found is not None
    known = stats.ttest_rel(b, a)
    low, high = known.confidence_interval(0.95)
    np.testing.assert_allclose([found.low, found.high, found.p], [low, high, known.pvalue], rtol=1e-9)
    assert found.how == tested.PAIRED
    half, third = tested.means(by_seed(a), by_seed(b, first=6)), tested.means(by_seed(a), by_seed(b, first=8))
    assert half is not None
    assert third is not None
    assert (half.how, half.seeds) == (tested.PAIRED, (6, 6))
    assert (third.how, third.seeds) == (tested.WELCH, (12, 12))


def test_one_seed_allows_no_interval() -> None:
    assert tested.means({0: 1.0}, {0: 2.0}) is None
    assert tested.means({0: 1.0, 1: math.nan}, {5: 2.0, 6: 3.0}) is None


def test_without_spread_the_seeds_still_count() -> None:
    """Two accuracies of 1 against two of 0.9 are no proof: of four seeds a third of all orders looks like this."""
    few_seeds = tested.means({0: 0.9, 1: 0.9}, {5: 1.0, 6: 1.0})
    assert few_seeds is not None
    assert (few_seeds.low, few_seeds.high, few_seeds.how) == (None, None, tested.NO_SPREAD)
    assert few_seeds.p == pytest.approx(2 / math.comb(4, 2))
    many = tested.means(dict.fromkeys(range(10), 0.5), dict.fromkeys(range(10), 1.0))
    assert many is not None
    assert many.p == pytest.approx(stats.binomtest(10, 10).pvalue)
    assert tested.no_spread(0.0, 0.1, (2, 2)).p == 1.0


def test_fishers_exact_test_is_scipys() -> None:
    for n, of in ((3, 5), (5, 5), (8, 6)):
        for k in range(n + 1):
            for m in range(of + 1):
                known = stats.fisher_exact([[k, n - k], [m, of - m]]).pvalue
                assert tested.fisher(k, n, m, of) == pytest.approx(known, abs=1e-12), (k, n, m, of)


def test_the_interval_of_two_shares() -> None:
    """Newcombe's square-and-add, from SciPy's exact intervals; it covers the true difference at least as often."""
    found = tested.shares([1.0] * 4 + [0.0], [0.0] * 5)
    assert found is not None
    a, b = (stats.binomtest(k, 5).proportion_ci(0.95) for k in (4, 0))
    expected = [-0.8 - math.hypot(0.0, a.high - 0.8), -0.8 + math.hypot(b.high, 0.8 - a.low)]
    np.testing.assert_allclose([found.low, found.high], [max(-1.0, expected[0]), expected[1]], rtol=1e-9)
    p, q, size = 0.7, 0.3, 8
    weights = [stats.binom(size, share).pmf(np.arange(size + 1)) for share in (p, q)]
    covered = 0.0
    for k in range(size + 1):
        for m in range(size + 1):
            one = tested.shares([1.0] * k + [0.0] * (size - k), [1.0] * m + [0.0] * (size - m))
            assert one is not None
            assert one.low is not None
            assert one.high is not None
            covered += weights[0][k] * weights[1][m] * (one.low <= q - p <= one.high)
    assert 0.95 <= covered <= 0.995


def test_censored_medians_go_by_the_sign_test() -> None:
    a = Sample({seed: 100.0 + seed for seed in range(8)}, by_median=True)
    b = Sample(dict.fromkeys(range(8), 500.0), censored=frozenset(range(8)), by_median=True)
    found = tested.medians(a, b)
    assert found is not None
    assert found.p == pytest.approx(stats.binomtest(8, 8).pvalue)
    assert found.high is None
    assert found.low is not None
    assert found.low > 390.0


def test_where_there_is_no_difference_one_in_twenty_looks_like_one() -> None:
    """The false positives of both tests over 4000 draws, unequal spreads and numbers of seeds; and the coverage."""
    rng = np.random.default_rng(11)
    for shared in (False, True):
        hits, widths = 0, []
        for _ in range(4000):
            common = rng.normal(size=7)
            a, b = common + 0.2 * rng.normal(size=7), common + 0.5 * rng.normal(size=7)
            if not shared:
                b = rng.normal(size=12) * 3.0
            found = tested.means(by_seed(a), by_seed(b, first=0 if shared else 50))
            assert found is not None
            assert found.low is not None
            assert found.high is not None
            assert (found.low > 0.0 or found.high < 0.0) == (found.p < 0.05)
            hits += found.p <= 0.05
            widths.append(found.high - found.low)
        assert 0.037 <= hits / 4000 <= 0.063, shared


def test_a_pair_by_seed_is_tighter_where_the_seeds_share_their_draws() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(size=10)
    a, b = common, common + 0.1 + 0.05 * rng.normal(size=10)
    pair, apart = tested.means(by_seed(a), by_seed(b)), tested.means(by_seed(a), by_seed(b, first=100))
    assert pair is not None
    assert apart is not None
    assert pair.low is not None
    assert pair.high is not None
    assert apart.low is not None
    assert apart.high is not None
    assert pair.high - pair.low < 0.2 * (apart.high - apart.low)
    assert pair.low > 0.0 > apart.low
