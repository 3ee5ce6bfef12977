"""What a batch shows, in hand-made cases."""

import math

import numpy as np

from gru_vanish.contracts import STATUSES, Status
from gru_vanish.flow.typical import typical

HERE = np.array(True)


def of(values: list[float], codes: list[Status] | None = None, exists: np.ndarray = HERE) -> tuple[float, ...]:
    marks = np.array(codes or [Status.ok] * len(values), np.uint8)
    shown = typical(np.array(values), marks, exists)
    return float(shown.mean), float(shown.spread), float(shown.rms)


def test_numbers_far_below_the_range_of_a_float() -> None:
    mean, spread, rms = of([-1e6, -1e6 + 2])
    assert mean == -1e6 + 1
    assert math.isclose(spread, math.sqrt(2), rel_tol=1e-12)
    assert math.isclose(rms, -1e6 + 0.5 * math.log((1 + math.exp(4)) / 2), rel_tol=1e-15)


def test_a_zero_counts_in_the_mean_square_and_never_in_a_mean_of_logarithms() -> None:
    mean, spread, rms = of([0.0, -np.inf], [Status.ok, Status.exact_zero])
    assert mean == 0.0
    assert math.isnan(spread)
    assert math.isclose(rms, -0.5 * math.log(2))


def test_what_is_withheld_counts_nowhere() -> None:
    values = [1.0, 1.0, np.nan, -np.inf]
    codes = [Status.ok, Status.chaotic, Status.nonfinite, Status.underflow]
    assert of(values, codes) == (1.0, 0.0, 1.0)


def test_nothing_to_show_is_not_a_number() -> None:
    assert np.isnan(of([-np.inf] * 2, [Status.exact_zero] * 2)).all()
    assert np.isnan(of([1.0, 2.0], exists=np.array(False))).all()


def test_the_samples_of_each_status_are_counted_where_there_is_a_value() -> None:
    codes = np.array([[Status.ok, Status.ok, Status.chaotic], [Status.nonfinite] * 3], np.uint8)
    counts = typical(np.zeros((2, 3)), codes, np.array([True, True])).counts
    assert counts.tolist() == [[2, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 3]]
    assert counts.shape[-1] == len(STATUSES)
    assert not typical(np.zeros((2, 3)), codes, np.array([False, False])).counts.any()
