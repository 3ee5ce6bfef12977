"""The tables of a study for other programs: every format against the others, and against what a run writes."""

import csv
import io
import json
import math
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from gru_vanish.analysis import MEASURE_TABLES, Column, Findings
from gru_vanish.analysis.measures import documented_tables
from gru_vanish.interface.conclude import written
from gru_vanish.interface.export import WHOLE, files_of, formats_in
from gru_vanish.tables.exported import Exported, exported_tables
from tests.analysis.payloads import PAYLOADS
from tests.cli.export.stated import STATED
from tests.figures.studies import STUDIES, dead, findings, two_axes


def test_every_table_that_a_run_writes_is_there(study: Findings, tables: list[Exported], tmp_path: Path) -> None:
    found = {table.name: list(table.columns) for table in tables if table.size}
    left = set(found) - {"bands"}
    for path in written(study, tmp_path):
        if path.suffix == ".csv":
            names = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
            assert found[path.stem] == names
            left.discard(path.stem)
        elif path.suffix == ".parquet" and (names := pq.read_schema(path).names):
            name = f"{path.stem}_values" if f"{path.stem}_values" in found else path.stem
            assert found[name] == names
            left.discard(name)
    assert not left
    if study is STATED["unfinished"]:
        assert set(PAYLOADS) <= set(found)
    if study.claims:
        assert {"claims", "h0_parts", "h0_parts_values"} <= set(found)


def test_the_dictionary_names_every_column_in_its_order(files: dict[str, bytes], tables: list[Exported]) -> None:
    about = json.loads(files["columns.json"])
    assert list(about["tables"]) == [table.name for table in tables]
    for table in tables:
        said = about["tables"][table.name]
        names = [column["name"] for column in said["columns"]]
        assert names == list(table.columns) == list(table.values or table.columns), table.name
        assert said["rows"] == table.size
        assert all(column["meaning"] for column in said["columns"])
        header = next(csv.reader(io.StringIO(files[f"{table.name}.csv"].decode("utf-8"))))
        assert header == names == pq.read_table(io.BytesIO(files[f"{table.name}.parquet"])).column_names


def test_the_documented_tables_are_those_of_the_measures(study: Findings, tables: list[Exported]) -> None:
    dictionaries = {table.name: table.dictionary for table in tables}
    for measure in study.further:
        rows, values, *_ = documented_tables(measure).values()
        assert (dictionaries[measure], dictionaries[f"{measure}_values"]) == (rows, values)


def test_formats_hold_the_same_values(files: dict[str, bytes], tables: list[Exported]) -> None:
    for table in tables:
        in_json = json.loads(files[f"{table.name}.json"])["rows"]
        in_parquet = pq.read_table(io.BytesIO(files[f"{table.name}.parquet"])).to_pylist()
        in_csv = list(csv.DictReader(io.StringIO(files[f"{table.name}.csv"].decode("utf-8"))))
        assert len(in_json) == len(in_parquet) == len(in_csv) == table.size
        for from_json, from_parquet, from_csv in zip(in_json, in_parquet, in_csv, strict=True):
            assert {name: as_json(value) for name, value in from_parquet.items()} == from_json
            assert {name: as_csv(value) for name, value in from_parquet.items()} == from_csv


def as_json(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def as_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and re.match(r"[=+\-@\t\r\n]", value):
        return f"'{value}"
    return repr(value) if isinstance(value, float) else str(value)


def test_no_value_is_nan_and_infinities_stay() -> None:
    curves = {table.name: table for table in exported_tables(findings(dead()))}["curves"]
    assert None in curves.columns["ln_h0_gradient"]
    for made in (findings(dead()), STATED["unfinished"]):
        for table in exported_tables(made):
            values = [value for column in table.columns.values() for value in column]
            assert not any(isinstance(value, float) and math.isnan(value) for value in values)
    columns = (Column("step", "", ""), Column("ln_direct", "", ""))
    one = Exported("one", "", columns, {"step": [0, 1, 2], "ln_direct": [-math.inf, math.nan, 0.5]})
    files = {kind: encode(one) for kind, (_, encode) in WHOLE.items()}
    assert files["csv"] == b"step,ln_direct\n0,-inf\n1,\n2,0.5\n"
    assert [row["ln_direct"] for row in json.loads(files["json"])["rows"]] == ["-inf", None, 0.5]
    assert pq.read_table(io.BytesIO(files["parquet"]))["ln_direct"].to_pylist() == [-math.inf, None, 0.5]


def test_a_table_without_rows_has_its_header() -> None:
    found = findings(two_axes(), ["jacobian"])
    empty = Findings({**found.manifest, "measures": ["jacobian"]}, lambda key: missing(key))
    files = files_of(empty, exported_tables(empty), ["csv"])
    names = [column.name for column in MEASURE_TABLES["jacobian"].column_dictionary]
    assert files["jacobian_values.csv"].decode("utf-8") == ",".join(names) + "\n"


def missing(key: str) -> Any:
    from gru_vanish.store import MissingRecord

    raise MissingRecord(key)


def test_formats_that_are_there_are_written_anew() -> None:
    assert formats_in({"summary.csv": "", "curves.csv": "", "columns.json": "", "HOWTO.md": ""}) == ["csv"]
    assert formats_in({"summary.json": "", "summary.tex": "", "HOWTO.md": ""}) == ["json", "latex"]
    assert formats_in({}) == []


def test_every_study_of_the_figures_can_be_exported() -> None:
    for name, make in STUDIES.items():
        made = findings(make())
        files = files_of(made, exported_tables(made), ["csv", "latex", "markdown"])
        assert b"decay_rate" in files["summary.csv"], name
