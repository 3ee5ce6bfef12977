import json
import math
import subprocess
import sys

import numpy as np
import pytest

from gru_vanish.analysis import BAND_COLUMNS, CURVE_COLUMNS, SUMMARY_COLUMNS, analyse, paired_difference
from gru_vanish.store import MissingRecord
from tests.analysis.synthetic import LENGTHS, article, cell, entry, few, reader, record, study


def exact(rates: list[float]):
    """Exact exponentials: seed s of the one series decays with rates[s]."""
    seeds = range(len(rates))
    manifest, records = study([(entry("RNN", cell("rnn"), seeds), 0.0)], seeds)
    for seed, rate in enumerate(rates):
        records[f"RNN/{{}}/{seed}"] = record(LENGTHS, -rate * LENGTHS[:, None] * np.ones((1, 4)))
    return manifest, records


def test_exact_exponentials_end_to_end() -> None:
    manifest, records = exact([0.30, 0.32, 0.34])
    one = analyse(manifest, reader(records)).series[0]
    row = analyse(manifest, reader(records)).summary_rows()[0]
    assert row["decay_rate"] == pytest.approx(0.32)
    assert row["decay_rate_low"] == pytest.approx(0.32 - 4.302652729911275 * 0.02 / math.sqrt(3))
    assert row["half_life"] == pytest.approx(math.log(2) / 0.32)
    assert row["horizon"] == pytest.approx(math.log(1e6) / 0.32)
    assert row["horizon_censored"] is False
    assert row["ln_h0_gradient_at_max"] == pytest.approx(-320.0)
    assert row["ln_rms_at_max"] == pytest.approx(-320.0)
    assert row["share_saturated_at_max"] == 1.0
    floor = -math.log(1.1e-19) / 0.32
    assert row["plain_zero_length"] == LENGTHS[np.searchsorted(LENGTHS, floor)]
    np.testing.assert_allclose(one.typical.median, -0.32 * LENGTHS)
    np.testing.assert_allclose(one.typical.low, -0.34 * LENGTHS)
    np.testing.assert_allclose(one.typical.high, -0.30 * LENGTHS)
    assert one.typical.coverage[0] == 0.75
    assert one.rates_by_seed() == pytest.approx({0: 0.30, 1: 0.32, 2: 0.34})


def test_rates_come_from_the_transport_not_from_the_gradient() -> None:
    manifest, records = exact([0.1, 0.1])
    for stored in records.values():
        stored.payload["ln_h0_gradient"] = stored.payload["ln_h0_gradient"] - 0.5 * LENGTHS[:, None]
    assert analyse(manifest, reader(records)).summary_rows()[0]["decay_rate"] == pytest.approx(0.1)


def test_every_column_is_in_the_dictionary() -> None:
    manifest, records = few(seeds=range(2), count=2)
    table = analyse(manifest, reader(records))
    assert list(table.summary_rows()[0]) == [column.name for column in SUMMARY_COLUMNS]
    assert list(table.curve_columns()) == [column.name for column in CURVE_COLUMNS]
    assert list(table.band_columns()) == [column.name for column in BAND_COLUMNS]
    for column in (*SUMMARY_COLUMNS, *CURVE_COLUMNS, *BAND_COLUMNS):
        assert column.meaning
    sizes = {len(values) for values in table.curve_columns().values()}
    assert sizes == {2 * 2 * LENGTHS.size}


def test_the_summary_is_plain_json() -> None:
    manifest, records = few(seeds=[3], count=2)
    summary = analyse(manifest, reader(records)).summary()
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


class Missing:
    """A reader in the manner of the store."""

    def __init__(self, records, error: type[Exception]) -> None:
        self.records, self.error = records, error

    def __call__(self, key: str):
        if key not in self.records:
            raise self.error(key)
        return self.records[key]


@pytest.mark.parametrize("error", [MissingRecord, KeyError])
def test_an_unfinished_study_counts_and_averages_nothing_in(error: type[Exception]) -> None:
    manifest, records = exact([0.30, 0.32, 0.34])
    del records["RNN/{}/1"]
    table = analyse(manifest, Missing(records, error))
    one = table.series[0]
    assert (one.progress, one.seeds, one.missing) == ("2 of 3", (0, 2), (1,))
    assert not table.finished
    assert table.progress == "2 of 3"
    assert table.summary_rows()[0]["decay_rate"] == pytest.approx(0.32)
    assert "unfinished: 2 of 3 seeds" in table.summary_rows()[0]["remarks"]


def test_a_study_without_any_record() -> None:
    manifest, _ = few(count=2)
    table = analyse(manifest, reader({}))
    row = table.summary_rows()[0]
    assert (row["seeds_measured"], row["decay_rate"], row["half_life"]) == (0, None, None)
    assert table.curve_columns() == {}
    json.dumps(table.summary(), allow_nan=False)


def test_damage_is_not_taken_for_absence() -> None:
    manifest, records = few(count=1)
    with pytest.raises(OSError, match="broken"):
        analyse(manifest, lambda key: (_ for _ in ()).throw(OSError("broken")))
    next(iter(records.values())).payload.pop("status")
    with pytest.raises(ValueError, match="no array named status"):
        analyse(manifest, reader(records))


def test_seeds_at_other_lengths_are_refused() -> None:
    manifest, records = exact([0.1, 0.1])
    records["RNN/{}/1"] = record([1, 2, 3], np.zeros((3, 4)))
    with pytest.raises(ValueError, match="seed 1 was measured at other lengths"):
        analyse(manifest, reader(records))


def test_a_study_of_another_measure_is_refused() -> None:
    manifest, _ = few(count=1)
    with pytest.raises(ValueError, match="does not measure h0_gradient"):
        analyse(manifest | {"measures": ["flow_map"]}, reader({}))


def test_exact_zeros_are_remarked_and_give_no_rate() -> None:
    manifest, records = exact([0.1, 0.1])
    for stored in records.values():
        stored.payload["ln_h0_gradient"][-3:] = -np.inf
        stored.payload["ln_transport"][-3:] = -np.inf
        stored.payload["status"][-3:] = 4
    row = analyse(manifest, reader(records)).summary_rows()[0]
    assert row["decay_rate"] is None
    assert row["ln_h0_gradient_at_max"] is None
    assert row["share_exact_zero_at_max"] == 1.0
    assert f"exact_zero from T = {LENGTHS[-3]}" in row["remarks"]
    assert row["horizon"] == pytest.approx(math.log(1e6) / 0.1)


def test_one_series_by_label_and_sweep() -> None:
    manifest, records = article(seeds=range(3))
    table = analyse(manifest, reader(records))
    assert table.one("GRU", update_bias=-4).swept == {"cells.GRU.init.update_bias": -4}
    with pytest.raises(LookupError, match="5 series fit"):
        table.one("GRU")
    faster = table.one("GRU", update_bias=4).rates_by_seed()
    difference = paired_difference(faster, table.one("RNN").rates_by_seed())
    assert difference is not None
    assert difference.low is not None
    assert difference.low > 0.4


def test_the_room_stays_without_jax_and_matplotlib() -> None:
    code = "import sys, gru_vanish.analysis; print([m for m in ('jax', 'matplotlib') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
