"""One conformance test for the table of every measure, over studies of every shape."""

import json
import re

import pytest

from gru_vanish.analysis import MEASURE_TABLES, Findings
from gru_vanish.measures import MEASURES
from gru_vanish.store.tables import encode_csv, encode_parquet
from tests.analysis.payloads import PAYLOADS, with_measures
from tests.analysis.synthetic import reader
from tests.figures.studies import STUDIES

OF_A_SUM = {"ln_total"}
"""What the record of a loss summed over steps holds besides; `test_summed` tries it."""
every_measure = pytest.mark.parametrize("measure", MEASURE_TABLES)


def test_every_measure_has_a_table_and_a_record_to_try_it_on() -> None:
    further = set(MEASURES) - {"h0_gradient"}
    assert set(MEASURE_TABLES) == set(PAYLOADS) == further
    assert all(analysis.measure == measure for measure, analysis in MEASURE_TABLES.items())


@every_measure
def test_the_record_that_it_is_tried_on_is_like_a_real_one(measure: str) -> None:
    """The names are those that the measure documents; ``<gate>`` and the like stand for a word."""
    (entry, *_) = STUDIES["two axes"]()[0]["series"][1:]
    documented = [re.sub(r"<\w+>", r"\\w+", name) for name in MEASURES[measure].columns if name not in OF_A_SUM]
    names = set(PAYLOADS[measure](entry["setting"], 0))
    assert all(any(re.fullmatch(pattern, name) for pattern in documented) for name in names)
    assert all(any(re.fullmatch(pattern, name) for name in names) for pattern in documented)


@every_measure
@pytest.mark.parametrize("study", STUDIES)
def test_the_tables_hold_what_the_dictionary_says(measure: str, study: str) -> None:
    manifest, records = with_measures(STUDIES[study](), [measure])
    table = Findings(manifest, reader(records)).of(measure)
    rows, columns = table.rows(), table.columns()
    assert all(list(row) == [column.name for column in table.row_dictionary] for row in rows)
    assert list(columns) == [column.name for column in table.column_dictionary]
    assert all(column.meaning for column in (*table.row_dictionary, *table.column_dictionary))
    assert {row["series"] for row in rows} == set(range(len(table.series)))
    assert len({len(values) for values in columns.values()}) == 1
    for index, one in enumerate(table.series):
        assert set(columns["seed"][columns["series"] == index].tolist()) == set(one.seeds)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert encode_csv(rows)
    assert encode_parquet(columns)
    assert table.analysis.shown
    assert {one.column for one in table.analysis.shown} <= {column.name for column in table.row_dictionary}


@every_measure
def test_an_interval_needs_two_seeds_and_holds_its_mean(measure: str) -> None:
    for study in ("one seed", "six series"):
        manifest, records = with_measures(STUDIES[study](), [measure])
        for row in Findings(manifest, reader(records)).of(measure).rows():
            for name in row:
                low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
                if study == "one seed":
                    assert low is None
                    assert high is None
                elif low is not None and high is not None:
                    assert low <= row[name] <= high


@every_measure
def test_an_array_that_is_not_there_is_named(measure: str) -> None:
    manifest, records = with_measures(STUDIES["one series"](), [measure])
    key = next(key for key in records if key.startswith(f"{measure}:"))
    for name in list(records[key].payload):
        array = records[key].payload.pop(name)
        with pytest.raises(ValueError, match=f"record {re.escape(key)}: no array named {name}"):
            Findings(manifest, reader(records)).of(measure)
        records[key].payload[name] = array
