"""The parts of h_0 of a state that has several: what their table says of shares that are known on paper."""

import csv
from pathlib import Path

import numpy as np
import pytest

from gru_vanish.analysis import Findings, Table, analyse
from gru_vanish.analysis.h0_parts import PART_COLUMNS, PART_ROW_COLUMNS
from gru_vanish.analysis.payload import PART
from gru_vanish.flow.h0_gradient import PART as OF_RECORDS
from gru_vanish.interface.conclude import written
from tests.analysis.synthetic import LENGTHS, Study, few, reader

SINE = 0.6  # of the gradient's norm that is in h; 0.8 is in c


def with_parts() -> Study:
    """Two series, the second with parts: h holds 0.6 of the norm and more by a nat per seed, c is dead in a sample."""
    manifest, records = few(seeds=range(3), count=2)
    for key, record in records.items():
        if key.startswith("GRU"):
            whole, seed = record.payload["ln_h0_gradient"], int(key[-1])
            record.payload[f"{PART}h"] = whole + np.log(SINE) + seed
            record.payload[f"{PART}c"] = whole + 0.5 * np.log(1 - SINE**2)
            record.payload[f"{PART}c"][-1, 0] = -np.inf
    return manifest, records


@pytest.fixture(scope="module")
def table() -> Table:
    manifest, records = with_parts()
    return analyse(manifest, reader(records))


def test_one_row_per_part_of_the_series_that_has_them(table: Table) -> None:
    c, h = table.part_rows()
    assert [(row["series"], row["label"], row["part"]) for row in (c, h)] == [(1, "GRU", "c"), (1, "GRU", "h")]
    assert h["length"] == LENGTHS[-1]
    assert h["ln_against_whole"] == pytest.approx(np.log(SINE) + 1.0)
    half = 4.302652729911275 / np.sqrt(3)  # Student's t, three seeds one nat apart
    assert h["ln_against_whole_high"] - h["ln_against_whole"] == pytest.approx(half)
    assert (h["share_exact_zero"], c["share_exact_zero"]) == (0.0, 1 / 8)
    assert c["ln_against_whole"] == pytest.approx(np.log(0.8))


def test_the_long_table_has_every_seed_and_length(table: Table) -> None:
    columns = table.part_columns()
    assert {len(values) for values in columns.values()} == {3 * 2 * LENGTHS.size}
    of_h = columns["part"] == "h"
    np.testing.assert_allclose(columns["ln_against_whole"][of_h], np.log(SINE) + columns["seed"][of_h])
    typical = np.concatenate([curve.typical for curve in table.series[1].curves])
    np.testing.assert_allclose(
        columns["ln_h0_gradient"][of_h], typical + columns["ln_against_whole"][of_h], rtol=0, atol=1e-9
    )


def test_every_column_is_in_the_dictionary(table: Table) -> None:
    assert list(table.part_rows()[0]) == [column.name for column in PART_ROW_COLUMNS]
    assert list(table.part_columns()) == [column.name for column in PART_COLUMNS]
    assert all(column.meaning for column in (*PART_ROW_COLUMNS, *PART_COLUMNS))


def test_the_files_are_there_where_any_state_has_parts(tmp_path: Path) -> None:
    for study, there in ((with_parts(), True), (few(seeds=range(2), count=2), False)):
        manifest, records = study
        names = [path.name for path in written(Findings(manifest, reader(records)), tmp_path)]
        assert ("h0_parts.csv" in names, "h0_parts.parquet" in names) == (there, there)
    with (tmp_path / "h0_parts.csv").open(encoding="utf-8", newline="") as file:
        assert [row["part"] for row in csv.DictReader(file)] == ["c", "h"]


def test_the_arrays_are_called_as_in_the_records() -> None:
    assert OF_RECORDS.format("h") == f"{PART}h"


def test_a_part_of_another_shape_is_named() -> None:
    manifest, records = with_parts()
    records["GRU/{}/1"].payload[f"{PART}c"] = np.zeros(3)
    with pytest.raises(ValueError, match="ln_h0_gradient_c has shape"):
        analyse(manifest, reader(records))
