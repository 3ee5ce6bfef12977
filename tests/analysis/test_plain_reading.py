"""The table of `plain_reading`, from records whose truth is known."""

import numpy as np
import pytest

from gru_vanish.analysis import Findings
from gru_vanish.analysis.plain_reading import read
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import few, reader


def test_where_each_dtype_is_off_and_where_it_reads_zero() -> None:
    manifest, records = with_measures(few(count=1), ["plain_reading"])
    single, half = Findings(manifest, reader(records)).of("plain_reading").rows()[:2]
    assert (single["dtype"], single["off_length"], single["zero_length"]) == ("float32", 100, 100)
    assert (half["dtype"], half["off_length"], half["zero_length"]) == ("bfloat16", 10, 100)
    assert single["error_at_max"] == half["error_at_max"] == pytest.approx(1.0)  # a zero is off by all of it


def test_a_reading_is_judged_by_the_gradient_itself() -> None:
    truth = np.log([[1.0, 2.0, 4.0], [1e-30, 1e-30, 1e-30]])
    truth[1, 2] = -np.inf
    shown = np.asarray([[1.0, 2.1, 8.0], [1e-30, np.nan, 0.0]])
    found = read(shown, truth)
    np.testing.assert_allclose(found.error, [0.05, np.inf], rtol=1e-12)
    np.testing.assert_allclose(found.off, [1 / 3, 1 / 2])
    np.testing.assert_allclose(found.zero, [0.0, 1 / 3])
    np.testing.assert_allclose(found.nonfinite, [0.0, 1 / 3])
