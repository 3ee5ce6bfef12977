"""Which law describes the window: curves whose law is known, and scipy's regression beside the fits."""

import math

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis import analyse
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.laws import fit, law, rate_rounding, seed_law
from gru_vanish.analysis.rates import seed_rate
from tests.analysis.synthetic import LENGTHS, cell, entry, manifest, reader, record

STEPS = LENGTHS.astype(np.float64)


def judged(curves: list[np.ndarray], lengths: np.ndarray = LENGTHS):
    seeds = dict(enumerate(curves))
    rate = student_interval([seed_rate(lengths, curve).whole for curve in curves])
    return law(lengths, {seed: seed_law(lengths, curve) for seed, curve in seeds.items()}, rate, "float64")


def walks(sd: float, count: int = 6) -> list[np.ndarray]:
    """Paths that wander as a product of random factors does: by sd per root of a step."""
    rng = np.random.default_rng(7)
    steps = np.diff(STEPS, prepend=0.0)
    return [np.cumsum(sd * np.sqrt(steps) * rng.standard_normal(steps.size)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_a_fit_is_scipys_regression(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal(9), rng.standard_normal(9)
    expected = stats.linregress(x, y)
    slope, misfit = fit(x, y)
    assert slope == pytest.approx(expected.slope)
    assert misfit == pytest.approx(math.sqrt(1 - expected.rvalue**2))


def test_an_exponential() -> None:
    found = judged([-0.3 * (1 + 0.02 * seed) * STEPS + path for seed, path in enumerate(walks(0.05))])
    assert found.verdict == "exponential"
    assert found.exponent is None
    assert found.exponential is not None
    assert found.power_law is not None
    assert found.exponential.mean < 0.02
    assert found.power_law.mean > 0.25


def test_a_growing_exponential_is_one_too() -> None:
    assert judged([0.02 * STEPS + path for path in walks(0.02)]).verdict == "exponential"


def test_a_power_law_and_its_exponent() -> None:
    """σ(b) uniform on (0, 1): the rms over units is (2T + 1)^(−½), a power law of exponent ½."""
    found = judged([-0.5 * np.log(2 * STEPS + 1) + 0.05 * path for path in walks(0.01)])
    assert found.verdict == "power law"
    assert found.exponent is not None
    assert found.exponent.low is not None
    assert found.exponent.high is not None
    assert found.exponent.mean == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("curve", "what"),
    [
        (-3.0 * np.sqrt(STEPS), "a stretched exponential"),
        (np.where(STEPS < 500, 0.0, -0.3 * (STEPS - 500)), "flat up to 500, exponential beyond"),
        (-40.0 * (1 - np.exp(-STEPS / 150)), "one that comes to rest"),
    ],
)
def test_neither(curve: np.ndarray, what: str) -> None:
    assert judged([curve + path for path in walks(0.01)]).verdict == "neither", what


def test_what_does_not_fall_has_no_law() -> None:
    assert judged(walks(0.1)).verdict == "no trend"
    flat = [1e-13 * np.cos(STEPS + seed) + 1e-12 for seed in range(5)]
    assert judged(flat).verdict == "no trend"
    assert judged([np.zeros_like(STEPS)] * 3).verdict == "no trend"


def test_rounding_is_no_trend() -> None:
    """A drift within what rounding may leave, the same in every seed."""
    bound = rate_rounding(LENGTHS, "float64")
    assert judged([-0.9 * bound * STEPS] * 3).verdict == "no trend"
    assert judged([-1.1 * bound * STEPS] * 3).verdict == "exponential"


def test_noise_that_hides_the_law_leaves_it_undecided() -> None:
    """Seeds that decay by one law or the other in equal parts."""
    curves = [-0.01 * STEPS, -4.0 * np.log(STEPS)] * 3
    assert judged([curve + path for curve, path in zip(curves, walks(0.001), strict=True)]).verdict == "undecided"


def test_too_little_is_not_judged() -> None:
    assert judged([-0.1 * STEPS]).verdict == "not judged"
    assert judged([-0.1 * STEPS[-4:]] * 3, LENGTHS[-4:]).verdict == "exponential"
    assert judged([-0.1 * STEPS[-3:]] * 3, LENGTHS[-3:]).verdict == "not judged"
    broken = -0.1 * STEPS
    broken[-2] = np.nan
    assert seed_law(LENGTHS, broken) is None


def test_the_summary_holds_the_verdict_and_says_it() -> None:
    entries = [entry("RNN", cell("rnn"), range(4)), entry("GRU", cell("gru", update_bias=0.0), range(4))]
    records = {}
    for one, curve in zip(entries, (-2.0 * np.log(STEPS), -3.0 * np.sqrt(STEPS)), strict=True):
        for seed in range(4):
            ln = (1 + 0.01 * seed) * curve[:, None] * np.ones((1, 3))
            records[one["keys"]["h0_gradient"][str(seed)]] = record(LENGTHS, ln)
    first, second = analyse(manifest(entries, range(4)), reader(records)).summary_rows()
    assert (first["law"], second["law"]) == ("power law", "neither")
    assert first["power_law_exponent"] == pytest.approx(2.0 * 1.015)
    assert "a power law, T^−2.03" in first["remarks"]
    assert second["power_law_exponent"] is None
    assert "neither an exponential nor a power law" in second["remarks"]
