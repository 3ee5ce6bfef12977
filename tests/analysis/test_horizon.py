import math

import numpy as np
import pytest

from gru_vanish.analysis.horizon import Horizon, horizon, median_horizon
from gru_vanish.analysis.plain import median_plain_zero, plain_zero_length

STEPS = np.asarray([1, 10, 100, 1000], np.int64)
NONE = np.zeros(4)


@pytest.mark.parametrize("rate", [0.0139, 0.05, 0.3, 1.26, 13.0, 40.0])
def test_of_an_exponential_it_is_exact(rate: float) -> None:
    got = horizon(STEPS, -rate * STEPS, NONE)
    assert not got.censored
    assert got.steps == pytest.approx(math.log(1e6) / rate)


def test_other_epsilon() -> None:
    assert horizon(STEPS, -0.1 * STEPS, NONE, epsilon=0.5).steps == pytest.approx(math.log(2) / 0.1)


def test_it_is_censored_where_the_transport_never_falls() -> None:
    got = horizon(STEPS, -0.001 * STEPS, NONE)
    assert got == Horizon(1000.0, censored=True)
    assert got.text() == "> 1000"


def test_the_first_fall_counts() -> None:
    assert horizon(STEPS, np.asarray([0.0, -20.0, 5.0, 5.0]), NONE).steps < 10


def test_exact_zeros_end_it_and_unknown_values_censor_it() -> None:
    transport = np.asarray([-0.1, -1.0, np.nan, np.nan])
    assert horizon(STEPS, transport, np.asarray([0, 0, 1.0, 1.0])) == Horizon(10.0, censored=False)
    assert horizon(STEPS, transport, NONE) == Horizon(10.0, censored=True)


def known(*values: float) -> list[Horizon]:
    return [Horizon(value, censored=False) for value in values]


BEYOND = Horizon(1000.0, censored=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (known(1, 2, 9), Horizon(2, False)),
        (known(1, 2, 4, 9), Horizon(3, False)),
        ([*known(1, 2), BEYOND], Horizon(2, False)),
        ([*known(1), BEYOND, BEYOND], Horizon(1000, True)),
        ([*known(1, 200), BEYOND, BEYOND], Horizon(600, True)),
        ([*known(500, 600), Horizon(10, True)], Horizon(500, True)),
        ([BEYOND], BEYOND),
    ],
)
def test_median_keeps_the_censoring(given: list[Horizon], expected: Horizon) -> None:
    assert median_horizon(given) == expected


def test_no_seed_no_median() -> None:
    assert median_horizon([]) is None


def test_plain_zero_is_the_first_length_with_half_of_the_samples() -> None:
    assert plain_zero_length(STEPS, np.asarray([0.0, 0.4, 0.5, 0.2])) == 100
    assert plain_zero_length(STEPS, np.asarray([0.0, 0.4, 0.4, 0.4])) == math.inf


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([10.0, 30.0, 20.0], 20),
        ([10.0, 20.0], 20),
        ([10.0, math.inf], None),
        ([10.0, 20.0, math.inf], 20),
        ([], None),
    ],
)
def test_median_plain_zero_is_a_measured_length_or_none(given: list[float], expected: int | None) -> None:
    assert median_plain_zero(given) == expected
