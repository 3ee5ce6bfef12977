"""The tables of `flow_map`, `input_gradient` and `recurrent_spectrum`, from records that are exact exponentials."""

import math
from typing import Any

import numpy as np
import pytest

from gru_vanish.analysis import Findings
from gru_vanish.analysis.measured import MeasureTable
from tests.analysis.grid_payloads import RATES
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import FLOAT32_NORM_FLOOR, few, reader

GRIDS = ("flow_map", "input_gradient")


def table(measure: str, **changed: Any) -> MeasureTable[Any]:
    """The table of RNN and GRU, five seeds; ``changed`` are functions of the arrays of each record."""
    manifest, records = with_measures(few(count=2), [measure])
    for key, record in records.items():
        if key.startswith(f"{measure}:"):
            for name, change in changed.items():
                record.payload[name] = change(record.payload[name])
    return Findings(manifest, reader(records)).of(measure)


@pytest.mark.parametrize("measure", GRIDS)
def test_an_exponential_falls_below_a_share_after_its_logarithm_over_the_rate(measure: str) -> None:
    for row, rate in zip(table(measure).rows(), (RATES["rnn"], RATES["gru"]), strict=True):
        assert row["reach_tenth"] == pytest.approx(math.log(10) / rate)
        assert row["reach_millionth"] == pytest.approx(math.log(1e6) / rate)
        assert (row["reach_tenth_censored"], row["reach_millionth_censored"]) == (False, False)
        first = {"flow_map": 0, "input_gradient": 1}[measure]
        assert row["step_first"] == first
        assert row["ln_gradient_first"] == pytest.approx(0.2 - rate * (1000 - first))
        assert row["ln_gradient_last"] == pytest.approx(0.2)


@pytest.mark.parametrize("measure", GRIDS)
def test_plain_code_shows_zero_from_the_first_step_below_the_floor_of_a_norm(measure: str) -> None:
    made = table(measure)
    for row, one in zip(made.rows(), made.series, strict=True):
        columns = made.columns()
        mine = (columns["label"] == one.label) & (columns["length"] == 1000) & (columns["seed"] == 2)
        lags = 1000 - columns["step"][mine]
        below = columns["ln_gradient"][mine] < FLOAT32_NORM_FLOOR
        assert row["plain_zero_lag"] == lags[below].min()
        assert 2 < row["plain_zero_lag"] < 400


def test_a_gradient_that_stays_is_told_as_more_than_what_was_measured() -> None:
    row = table("flow_map", ln_gradient=lambda ln: np.where(np.isnan(ln), np.nan, -1.0)).rows()[0]
    assert (row["reach_millionth"], row["reach_millionth_censored"]) == (1000.0, True)


def test_exact_zeros_end_the_reach_and_are_told() -> None:
    def gone(ln: np.ndarray) -> np.ndarray:
        return np.where(np.arange(len(ln))[:, None] < 12, np.nan, ln)

    def zero(statuses: np.ndarray) -> np.ndarray:
        dead = statuses.copy()
        dead[:12, :, 4], dead[:12, :, :2] = statuses[:12].sum(axis=-1), 0
        return dead

    flat = table("flow_map", ln_gradient=lambda ln: gone(np.where(np.isnan(ln), ln, 0.0)), statuses=zero)
    (row, _), (one, _) = flat.rows(), flat.series
    last_known = 1000 - int(one.seeds[0].total.steps[12])
    assert (row["reach_tenth"], row["reach_tenth_censored"]) == (last_known, False)
    assert "exact_zero from T = 1 on (up to 100% of the samples)" in row["remarks"]


def test_there_is_a_row_for_every_step_up_to_each_length() -> None:
    columns = table("flow_map").columns()
    assert (columns["step"] <= columns["length"]).all()
    assert np.isfinite(columns["ln_gradient"]).all()
    counts = sum(columns[name] for name in columns if name.startswith("count_"))
    assert set(counts.tolist()) == {16}
    before = columns["step"] < columns["length"]
    assert np.isneginf(columns["ln_direct"][before]).all()
    np.testing.assert_array_equal(columns["ln_direct"][~before], columns["ln_gradient"][~before])


def test_the_direct_derivative_is_counted_where_it_is_zero_before_the_end() -> None:
    assert [row["share_direct_zero"] for row in table("flow_map").rows()] == [1.0, 1.0]

    def not_at_one_length(ln: np.ndarray) -> np.ndarray:
        return np.where(np.isneginf(ln) & (np.arange(ln.shape[1]) == 5), 0.0, ln)

    made = table("flow_map", ln_direct=not_at_one_length)
    before = made.series[0].seeds[0].total.steps[:, None] < made.series[0].seeds[0].total.lengths
    expected = 1 - before[:, 5].sum() / before.sum()
    assert made.rows()[0]["share_direct_zero"] == pytest.approx(expected)


def test_every_matrix_has_a_row_with_its_largest_and_smallest() -> None:
    rnn, *gru = table("recurrent_spectrum").rows()
    assert [row["matrix"] for row in (rnn, *gru)] == ["recurrent", "reset", "update", "candidate"]
    assert rnn["largest_singular_value"] == pytest.approx(0.62)
    assert rnn["smallest_singular_value"] == pytest.approx(0.062)
    assert rnn["spectral_radius"] == pytest.approx(0.31)
    bounds = [math.log(0.6 + 0.01 * seed) for seed in range(5)]
    assert rnn["ln_bound_per_step"] == pytest.approx(np.mean(bounds))
    assert rnn["ln_bound_per_step_high"] > rnn["ln_bound_per_step"]
    assert {row["ln_bound_per_step"] for row in gru} == {None}
    assert "no bound" in gru[0]["remarks"]


def test_a_cell_without_recurrent_matrices_has_a_row_of_nothing() -> None:
    manifest, records = with_measures(few(count=1), ["recurrent_spectrum"])
    for key, record in records.items():
        if key.startswith("recurrent_spectrum:"):
            lengths = record.payload["lengths"]
            record.payload = {"lengths": lengths, "ln_transport_bound": np.full(lengths.size, np.nan)}
    made = Findings(manifest, reader(records)).of("recurrent_spectrum")
    (row,) = made.rows()
    assert row["matrix"] is None
    assert row["spectral_radius"] is None
    assert row["remarks"] == "the cell names no recurrent matrix"
    assert all(len(column) == 0 for column in made.columns().values())
