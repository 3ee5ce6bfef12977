import math

import numpy as np
import pytest
from scipy import stats

from gru_vanish.analysis.rates import NOT_JUDGED, NOT_ONE, ONE, decay_rate, seed_rate, window_of


def lengths(*values: int) -> np.ndarray:
    return np.asarray(values, np.int64)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((1, 9, 10, 50, 60, 100), (10, 50, 100)),
        ((1, 10, 99, 100, 101, 500, 600, 1000), (100, 500, 1000)),
        ((1, 12, 14), (12, None, 14)),
        ((20, 60, 100), (20, 60, 100)),
    ],
)
def test_window(given: tuple[int, ...], expected: tuple[int, int | None, int]) -> None:
    steps = lengths(*given)
    window = window_of(steps)
    assert window is not None
    middle = None if window.middle is None else int(steps[window.middle])
    assert (int(steps[window.start]), middle, int(steps[window.end])) == expected


@pytest.mark.parametrize("given", [(1,), (50,), (1, 2, 9), (1, 5, 10), (1, 500)])
def test_no_window(given: tuple[int, ...]) -> None:
    assert window_of(lengths(*given)) is None
    assert seed_rate(lengths(*given), np.zeros(len(given))) is None


STEPS = lengths(1, 3, 10, 30, 100, 300, 550, 1000)


def rates(slopes: list[float], bend: float = 0.0, steps: np.ndarray = STEPS):
    curves = [-slope * steps - bend * steps.astype(float) ** 2 for slope in slopes]
    return decay_rate(steps, {seed: seed_rate(steps, curve) for seed, curve in enumerate(curves)}, "float32")


def test_exact_exponentials() -> None:
    slopes = [0.44, 0.46, 0.47, 0.45]
    got = rates(slopes)
    assert got.whole is not None
    low, high = stats.t.interval(0.95, 3, loc=np.mean(slopes), scale=stats.sem(slopes))
    assert (got.whole.mean, got.whole.low, got.whole.high) == pytest.approx((np.mean(slopes), low, high))
    assert got.shape == ONE
    assert got.window == (100, 1000)
    life = got.half_life
    assert (life.steps, life.low, life.high) == pytest.approx(
        (math.log(2) / np.mean(slopes), math.log(2) / high, math.log(2) / low)
    )
    assert life.note == ""


def test_growth_is_negative_and_has_no_half_life() -> None:
    got = rates([-0.2, -0.21, -0.19])
    assert got.whole is not None
    assert got.whole.mean == pytest.approx(-0.2)
    assert got.half_life.steps is None
    assert "below 0" in got.half_life.note


def test_an_interval_over_zero_has_no_half_life() -> None:
    got = rates([0.1, -0.05, 0.02])
    assert got.half_life.steps is None
    assert "contains 0" in got.half_life.note


def test_a_bend_is_not_one_exponential() -> None:
    got = rates([0.1, 0.1001, 0.0999], bend=1e-4)
    assert got.first_half is not None
    assert got.second_half is not None
    assert got.difference is not None
    # y = −a T − b T²: the slope between T₁ and T₂ is a + b (T₁ + T₂)
    assert got.first_half.mean == pytest.approx(0.1 + 1e-4 * 650)
    assert got.second_half.mean == pytest.approx(0.1 + 1e-4 * 1550)
    assert got.difference.mean == pytest.approx(-1e-4 * 900)
    assert got.shape == NOT_ONE
    assert got.half_life.steps is None
    assert got.half_life.note == NOT_ONE


def test_the_halves_are_compared_within_seeds() -> None:
    """The seeds differ by far more than the halves do: only the pairing sees the bend."""
    assert rates([0.1, 0.2, 0.3, 0.4], bend=1e-5).shape == NOT_ONE


def test_rounding_is_not_a_bend() -> None:
    assert rates([0.3, 0.3, 0.3], bend=1e-11).shape == ONE


def test_one_seed() -> None:
    got = rates([0.25])
    assert got.whole is not None
    assert (got.whole.low, got.whole.high) == (None, None)
    assert got.shape == NOT_JUDGED
    assert got.half_life.steps == pytest.approx(math.log(2) / 0.25)
    assert (got.half_life.low, got.half_life.high) == (None, None)
    assert "one seed" in got.half_life.note
    assert rates([-0.25]).half_life.steps is None


def test_two_lengths_in_the_window_leave_the_shape_open() -> None:
    got = rates([0.29, 0.30, 0.31], steps=lengths(1, 50, 90))
    assert got.shape == NOT_JUDGED
    assert got.half_life.steps == pytest.approx(math.log(2) / 0.3)


def test_a_seed_without_a_finite_end_is_left_out() -> None:
    good, bad = -0.2 * STEPS, np.where(STEPS < 1000, -0.2 * STEPS, np.nan)
    got = decay_rate(STEPS, {0: seed_rate(STEPS, good), 1: seed_rate(STEPS, bad)}, "float32")
    assert got.whole is not None
    assert (got.whole.mean, got.whole.count) == (pytest.approx(0.2), 1)
