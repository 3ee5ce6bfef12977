import numpy as np
import pytest

from gru_vanish.analysis.aggregate import aggregate
from gru_vanish.analysis.payload import STATUSES, checked
from tests.analysis.synthetic import StoredRecord, record

NAN, INF = np.nan, np.inf


def curve(ln: list[list[float]], transport: list[list[float]] | None = None):
    made = record([1, 2, 3][: len(ln)], np.asarray(ln), None if transport is None else np.asarray(transport))
    return aggregate(7, checked(made, "key"))


def test_typical_and_rms_differ_as_they_should() -> None:
    got = curve([[0.0, -2.0, -4.0]])
    assert got.typical[0] == pytest.approx(-2.0)
    assert got.spread[0] == pytest.approx(2.0)
    assert got.ln_rms[0] == pytest.approx(0.5 * np.log((1 + np.exp(-4) + np.exp(-8)) / 3))


def test_rms_holds_far_outside_of_float64() -> None:
    assert curve([[-5000.0, -5000.0]]).ln_rms[0] == pytest.approx(-5000.0)
    assert curve([[5000.0, -INF]]).ln_rms[0] == pytest.approx(5000.0 - 0.5 * np.log(2))


def test_exact_zeros_never_enter_a_mean_of_logarithms() -> None:
    got = curve([[-1.0, -INF, -3.0, -INF], [-INF] * 4, [NAN, -INF, -2.0, INF]])
    np.testing.assert_allclose(got.typical, [-2.0, NAN, -2.0])
    np.testing.assert_allclose(got.transport, [-2.0, NAN, -2.0])
    np.testing.assert_allclose(got.share_exact_zero, [0.5, 1.0, 0.25])
    np.testing.assert_array_equal(got.finite, [2, 0, 1])
    expected = 0.5 * np.log((np.exp(-2) + np.exp(-6)) / 4)
    np.testing.assert_allclose(got.ln_rms, [expected, NAN, -2.0 - 0.5 * np.log(2)])
    np.testing.assert_allclose(got.spread, [np.sqrt(2), NAN, NAN])


def test_status_counts_and_plain_readings() -> None:
    got = curve([[-1.0, -100.0, -INF, NAN]])
    assert dict(zip(STATUSES, got.statuses[0].tolist(), strict=True)) == {
        "ok": 1, "saturated": 1, "chaotic": 0, "underflow": 0, "exact_zero": 1, "nonfinite": 1,
    }  # fmt: skip
    assert got.share_plain_zero[0] == 0.5
    assert got.share_plain_nonfinite[0] == 0.25


def test_statuses_are_those_of_the_measurement() -> None:
    contracts = pytest.importorskip("gru_vanish.contracts")
    assert contracts.STATUSES == STATUSES


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("status", None, "no array named status"),
        ("lengths", np.asarray([2, 1]), "ascending"),
        ("lengths", np.asarray([1, 2, 3]), r"ln_h0_gradient has shape \(2, 3\), not \(3, B\)"),
        ("ln_transport", np.zeros((2, 9)), "ln_transport has shape"),
        ("status", np.full((2, 3), 9, np.uint8), "status 9"),
    ],
)
def test_a_wrong_payload_is_named(name: str, value: np.ndarray | None, words: str) -> None:
    made: StoredRecord = record([1, 2], np.zeros((2, 3)))
    if value is None:
        del made.payload[name]
    else:
        made.payload[name] = value
    with pytest.raises(ValueError, match=r"record abc: .*" + words):
        checked(made, "abc")
