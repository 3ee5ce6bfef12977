"""Tables of the Jacobian, the Lyapunov spectrum and the lag shares, over records whose numbers are known."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.analysis import Findings
from gru_vanish.analysis.lag_shares import median_lag
from gru_vanish.analysis.lyapunov import conditional
from tests.analysis import synthetic
from tests.analysis.payloads import with_measures
from tests.analysis.spectral_payloads import LAGS, LENGTHS, SHIFT, SIZE
from tests.analysis.synthetic import reader

SEEDS = (0, 1, 2)


def table(measure: str, change: Any = None) -> Any:
    """Give the table of a plain RNN and two GRUs; ``change`` may spoil the record of an RNN's first seed."""
    manifest, records = with_measures(synthetic.few(seeds=SEEDS, count=3), [measure])
    if change is not None:
        change(records[manifest["series"][0]["keys"][measure]["0"]].payload)
    return Findings(manifest, reader(records)).of(measure)


def test_the_jacobian_per_step() -> None:
    """λ_1 = 0.1 − 0.01, 0.1, 0.1 + 0.01: mean 0.1, half an interval 4.303 · 0.01/√3."""
    row = table("jacobian").rows()[0]
    assert row["length"] == 100
    assert row["largest_per_step"] == pytest.approx(0.1)
    assert row["largest_per_step_high"] - row["largest_per_step"] == pytest.approx(4.302653 * SHIFT / np.sqrt(3))
    assert (row["singular_values"], row["resolved"]) == (SIZE, SIZE - 1)
    assert row["smallest_per_step"] is None  # lost to rounding: no number in its place
    assert row["share_exact_zero"] == pytest.approx(0.5 / SIZE)
    assert row["determinant_mismatch"] < 1e-15
    assert row["effective_rank_first"] == pytest.approx(5.67, abs=0.01)
    assert "up to 1 of 6 singular values not resolved, from T = 100 on" in row["remarks"]


def test_the_long_table_of_the_jacobian() -> None:
    found = table("jacobian")
    columns = found.columns()
    own = (columns["series"] == 0) & (columns["seed"] == 1)
    shape = LENGTHS.size, SIZE
    ln, resolved, zero = (
        columns[name][own].reshape(shape) for name in ("ln_singular_value", "share_resolved", "share_exact_zero")
    )
    np.testing.assert_allclose(ln[:-1], LENGTHS[:-1, None] * (0.1 - 0.2 * np.arange(SIZE)))
    assert np.isnan(ln[-1, -1])
    # Zero in one of two samples: the mean is over the other.
    assert ln[-1, -2] == pytest.approx(100 * (0.1 - 0.8))
    assert zero[-1].tolist() == [0, 0, 0, 0, 0.5, 0]
    assert resolved[-1].tolist() == [1, 1, 1, 1, 1, 0]


def test_a_determinant_that_does_not_match_is_told() -> None:
    def spoil(payload: dict[str, np.ndarray]) -> None:
        payload["ln_determinant"] = payload["ln_determinant"] + LENGTHS[:, None] * 0.25

    assert table("jacobian", spoil).rows()[0]["determinant_mismatch"] == pytest.approx(0.25)


def test_withheld_samples_are_left_out_of_the_jacobian() -> None:
    def spoil(payload: dict[str, np.ndarray]) -> None:
        payload["ln_singular_values"][2:, 0] = np.nan
        payload["effective_rank"][2:, 0] = np.nan
        payload["resolved"][2:, 0] = 0
        payload["status"][2:, 0] = 5

    row = table("jacobian", spoil).rows()[0]
    assert row["largest_per_step"] == pytest.approx(0.1)
    assert "nonfinite from T = 10 on (up to 17% of the samples)" in row["remarks"]


def test_the_lyapunov_spectrum() -> None:
    rnn, gru, _ = table("lyapunov").rows()
    assert rnn["largest"] == pytest.approx(0.1)
    assert rnn["entropy_bound"] == pytest.approx(0.1)
    assert rnn["sum"] == pytest.approx(SIZE * 0.1 - 0.2 * 15)
    # Partial sums .1, 0 and −.3 at λ = .1, −.1, −.3: D = 2, and on either side of it for the other seeds.
    dimensions = [1 + 0.09 / 0.11, 2.0, 2 + 0.02 / 0.29]
    assert rnn["dimension"] == pytest.approx(np.mean(dimensions))
    assert gru["dimension"] == 0
    assert (rnn["warm_up"], rnn["steps"], rnn["gap_min"], rnn["resolved"]) == (20, 80, 8, SIZE - 1)
    # Two samples, each known to ±SHIFT.
    assert rnn["block_error_largest"] == pytest.approx(SHIFT / np.sqrt(2))
    assert "conditional on the input" in rnn["remarks"]
    assert "up to 1 of 6 exponents not resolved" in rnn["remarks"]


def test_lost_and_withheld_exponents_are_no_numbers() -> None:
    def lose(payload: dict[str, np.ndarray]) -> None:
        payload["exponents"][0, -1] = -np.inf
        payload["sum"][0] = -np.inf

    def overflow(payload: dict[str, np.ndarray]) -> None:
        for name in ("exponents", "error", "dimension", "entropy_bound", "sum"):
            payload[name][0] = np.nan

    found = table("lyapunov", lose)
    assert found.rows()[0]["smallest"] == pytest.approx(0.1 - 1.0 + SHIFT / 2)  # the other two seeds
    assert "directions lost exactly" in found.rows()[0]["remarks"]
    assert found.columns()["share_lost"][SIZE - 1] == 0.5
    row = table("lyapunov", overflow).rows()[0]
    assert row["largest"] == pytest.approx(0.1 + SHIFT / 2)
    assert "the state overflows in some samples: withheld" in row["remarks"]


@pytest.mark.parametrize(
    ("inputs", "weights", "expected"),
    [
        ({"kind": "gaussian", "scale": 1.0}, "uniform", True),
        ({"kind": "gaussian", "scale": 0.0}, "uniform", False),
        ({"kind": "gaussian", "scale": 1.0}, {"kind": "zeros"}, False),
        ({"kind": "gaussian", "scale": 1.0}, "zeros", False),
    ],
)
def test_where_there_is_an_input_exponents_are_conditional(inputs: Any, weights: Any, expected: bool) -> None:
    assert conditional({"inputs": inputs, "cell": {"init": {"input": weights}}}) == expected


def test_lag_shares() -> None:
    rows = {row["weight"]: row for row in table("lag_shares").rows() if row["series"] == 1}
    assert list(rows) == ["inner_bias", "input", "recurrent", "update", "all"]
    row = rows["recurrent"]
    assert row["share_beyond_last"] == pytest.approx(0.5 + 0.1 * SHIFT)
    assert row["tail_beyond_last"] == pytest.approx(np.sqrt(0.5 + 0.1 * SHIFT), abs=1e-6)
    assert row["ln_gradient"] == 0
    assert (row["rounding_lag"], row["noise_lag"], row["epsilon_lag"]) == (49, 17, 53)
    assert rows["input"]["noise_lag"] is None  # none within T = 100
    unused = rows["inner_bias"]
    assert all(value is None for name, value in unused.items() if name.endswith("_lag") or "beyond" in name)
    assert "no gradient reaches inner_bias" in row["remarks"]


def test_the_long_table_of_the_lag_shares() -> None:
    columns = table("lag_shares").columns()
    own = (columns["series"] == 0) & (columns["seed"] == 0) & (columns["weight"] == "all")
    np.testing.assert_array_equal(columns["lag"][own], LAGS)
    np.testing.assert_allclose(columns["share"][own], 0.5**LAGS)
    np.testing.assert_allclose(columns["ln_part"][own], 0.5 - np.log(2) / 2 * LAGS)


def test_a_gradient_that_grows_on_its_way_back_is_told() -> None:
    def grow(payload: dict[str, np.ndarray]) -> None:
        payload["rounding_lag_all"] = np.asarray(0.0)

    assert "grows on its way back" not in table("lag_shares").rows()[0]["remarks"]
    found = table("lag_shares", grow)
    # One seed of three is not the median.
    assert "grows on its way back" not in found.rows()[0]["remarks"]
    manifest, records = with_measures(synthetic.few(seeds=[0], count=1), ["lag_shares"])
    grow(records[manifest["series"][0]["keys"]["lag_shares"]["0"]].payload)
    assert "grows on its way back" in Findings(manifest, reader(records)).of("lag_shares").rows()[0]["remarks"]


def test_a_median_lag_is_one_that_was_found() -> None:
    nan = float("nan")
    assert median_lag([3.0, 9.0, 5.0], 100) == 5
    assert median_lag([3.0, 9.0], 100) == 9
    assert median_lag([3.0, 100.0], 100) is None
    assert median_lag([3.0, nan, nan], 100) == 3
    assert median_lag([nan], 100) is None
