"""The derived tables read back exactly and run nothing in a spreadsheet."""

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gru_vanish.store import write_tables
from gru_vanish.store.tables import encode_csv, encode_json, encode_parquet

ROWS = [{"label": "GRU", "rate": -0.1}, {"label": "RNN", "rate": math.nan, "more": None}]
CURVES: dict[str, Any] = {
    "label": ["GRU", "RNN"],
    "length": np.array([1, 10]),
    "ln_h0_gradient": np.array([-np.inf, 1 / 3]),
}
SUMMARY = {"rates": {"GRU": -0.1, "RNN": -math.inf}}


def cells(rows: list[dict[str, object]]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(encode_csv(rows).decode("utf-8"), newline="")))


def test_a_file_for_every_table(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "article"
    more = {"summary": ROWS, "flow_map": [{"a": 1}]}
    paths = write_tables(folder, more, {"curves": CURVES, "flow_map": {}}, SUMMARY)
    names = ["summary.csv", "flow_map.csv", "curves.parquet", "flow_map.parquet", "summary.json"]
    assert [path.name for path in paths] == names
    assert sorted(os.listdir(folder)) == sorted(path.name for path in paths)
    assert paths[0].read_text("utf-8") == "label,rate,more\nGRU,-0.1,\nRNN,nan,\n"
    table = pq.read_table(paths[2])
    assert table.column("label").to_pylist() == ["GRU", "RNN"]
    np.testing.assert_array_equal(table.column("ln_h0_gradient").to_numpy(), CURVES["ln_h0_gradient"])
    assert table.column("length").to_numpy().dtype == np.int64
    assert json.loads(paths[-1].read_bytes()) == {"rates": {"GRU": -0.1, "RNN": "-inf"}}


def test_an_error_leaves_the_tables_as_they_were(tmp_path: Path) -> None:
    paths = write_tables(tmp_path, {"summary": ROWS}, {"curves": CURVES}, SUMMARY)
    before = [path.read_bytes() for path in paths]
    with pytest.raises(ValueError, match="differ in length"):
        write_tables(tmp_path, {"summary": []}, {"curves": {"a": [1], "b": [1, 2]}}, {})
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\tx", "\r=1", "\n=1", "-", "-1_0", "+1e", "=inf"])
def test_formulas_are_quoted(text: str) -> None:
    assert cells([{text: text}]) == [["'" + text], ["'" + text]]


@pytest.mark.parametrize("value", [-1.5, "-1.5", "+3", "-2e-300", "-.5", -math.inf, -3, "plain", "a=b", "'=1", 'ä,"\n'])
def test_numbers_and_plain_text_are_not(value: object) -> None:
    assert cells([{"a": value, "b": 0}])[1] == [str(value), "0"]


def test_cells_of_every_kind() -> None:
    values = [True, None, np.float64(0.1), np.int64(3), np.bool_(False), np.float32(0.1)]
    assert cells([dict(zip("abcdef", values, strict=True))])[1] == [
        "true",
        "",
        "0.1",
        "3",
        "false",
        "0.10000000149011612",
    ]
    assert float(cells([{"a": 1 / 3}])[1][0]) == 1 / 3


def test_text_that_cannot_be_utf8_is_escaped() -> None:
    assert cells([{"a": "\ud800"}])[1] == ["\\ud800"]
    assert json.loads(encode_json({"a": "\ud800"})) == {"a": "\ud800"}


def test_numbers_that_are_not_finite_become_text() -> None:
    infinite = [math.inf, -math.inf, math.nan]
    summary = {"a": infinite, "b": np.array([1.0, np.nan]), "c": np.float32("inf"), "d": (1,)}
    assert json.loads(encode_json(summary)) == {
        "a": ["inf", "-inf", "nan"],
        "b": [1.0, "nan"],
        "c": "inf",
        "d": [1],
    }


@pytest.mark.parametrize("column", [np.zeros((2, 2)), [1, "a"], [object()]])
def test_what_is_no_column_is_refused(column: object) -> None:
    with pytest.raises(ValueError, match="not columns"):
        encode_parquet({"a": column})  # type: ignore[dict-item]


COLUMNS = {
    "n": np.arange(-2, 3, dtype=np.int64),
    "x": np.array([1.5, np.nan, np.inf, -0.0, 1e-300]),
    "f": np.arange(10, dtype=np.float32)[::2],
    "label": np.array(["RNN", "Größe", "", "h\u2080", "a,b"]),
    "words": ["one", "", "drei", "\U0001d4d0", "five"],
    "flags": np.array([True, False, True, False, True]),
}


def test_columns_are_what_arrow_makes_of_them() -> None:
    table, expected = io.BytesIO(encode_parquet(COLUMNS)), io.BytesIO()
    pq.write_table(pa.table({name: pa.array(column) for name, column in COLUMNS.items()}), expected)
    assert table.getvalue() == expected.getvalue()


def test_no_pandas_is_imported_for_numbers_and_words() -> None:
    """Arrow's own conversion imports it wherever it is installed."""
    script = (
        "import sys, numpy as np; from gru_vanish.store.tables import encode_parquet; "
        "encode_parquet({'n': np.arange(3), 'label': np.array(['a', 'b', 'c']), 'w': ['a', 'b', 'c']}); "
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
