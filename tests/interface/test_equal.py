"""The command line and Python: the same keys, the same bytes, the same errors."""

import json
from pathlib import Path
from typing import Any

import pytest

import gru_vanish
from gru_vanish import ConfigError, RefusalError, check, draw, export, load, plan, report, verify
from tests.cli.commands import TINY, digests
from tests.interface.conftest import CLAIMS, Both


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_run_leaves_the_same_records_and_the_same_files(both: Both) -> None:
    assert both.told[0].code == 0, both.told[0].stderr
    assert len(digests(both.by_command)) == 6
    assert digests(both.by_python) == digests(both.by_command)
    by_command, by_python = (files(root / "tiny") for root in (both.by_command, both.by_python))
    assert {name for name in by_command if not name.startswith("figures")} == {
        name for name in by_python if not name.startswith("figures")
    }
    for name in ("summary.csv", "claims.csv", "curves.parquet", "figures/gradient_vs_length.png"):
        assert by_python[name] == by_command[name], name


def test_a_run_tells_the_same(both: Both) -> None:
    command, python = json.loads(both.told[0].stdout), both.ran.as_json()
    assert python.keys() == command.keys()
    assert python["counts"] == {**command["counts"]}
    timeless = [{**one["summary"], "created": ""} for one in (python, command)]
    assert json.loads(json.dumps(timeless[0])) == timeless[1]


def test_figures_are_the_same(both: Both) -> None:
    before = files(both.by_command / "tiny" / "figures")
    drawn = draw("tiny", results=both.by_command, formats=["png", "svg"])
    assert files(both.by_command / "tiny" / "figures") == before
    (shown,) = drawn.figures().values()
    assert shown._repr_png_() == before["gradient_vs_length.png"]
    assert shown.figure.axes


def test_the_page_is_the_same(both: Both, tmp_path: Path) -> None:
    page = both.by_command.parent / "page.html"
    found = report("tiny", results=both.by_command, output=tmp_path / "page.html")
    assert found.path.read_bytes() == page.read_bytes()
    assert found.bytes == page.stat().st_size


def test_exported_tables_are_the_same(both: Both, tmp_path: Path) -> None:
    found = export("tiny", ["csv", "latex"], results=both.by_command, out=tmp_path / "tables")
    assert {path.name for path in found.paths} >= {"curves.csv", "summary.tex", "columns.json"}
    assert files(tmp_path / "tables") == files(both.by_command.parent / "tables")


def test_a_verification_finds_the_same(both: Both) -> None:
    found = verify("tiny", results=both.by_command)
    command = json.loads(both.told[4].stdout)
    assert found.verified
    assert json.loads(json.dumps(found.as_json())) == command
    assert command["counts"]["identical"] == 6


def test_all_that_is_wrong_with_a_config_is_said_in_the_same_words(both: Both) -> None:
    config = both.by_command.parent / "tiny.yaml"
    with pytest.raises(ConfigError) as fault:
        load(config, set={"inputs.sise": 3, "seeds": -1})
    told = both.told[5]
    assert told.code == 2
    said = str(fault.value).replace(str(config), "tiny.yaml")
    assert told.stderr == f"gru-vanish: nothing was started\n{said}\n"
    assert "did you mean 'size'?" in said
    assert "2 problems" in said


def test_every_value_has_the_same_origin(both: Both) -> None:
    found = check(both.by_command.parent / "tiny.yaml")
    lines = [line.partition(": ") for line in both.told[6].stdout.splitlines()]
    assert list(found.resolved) == [path for path, _, _ in lines]
    value, origin = found.resolved["cells.GRU.hidden"]
    assert (value, Path(origin.partition(":")[0]).name) == (4, "tiny.yaml")
    assert len(found.units) == 6


def test_a_dry_run_plans_the_same(both: Both) -> None:
    found = plan(both.by_command.parent / "tiny.yaml", results=both.by_command)
    command = json.loads(both.told[7].stdout)
    timeless: list[dict[str, Any]] = [json.loads(json.dumps(found.as_json())), command]
    for one in timeless:
        one["memory"].pop("available_bytes")
    assert timeless[0] == timeless[1]
    assert not found.remaining


def test_a_refusal_is_the_same(both: Both) -> None:
    with pytest.raises(RefusalError) as fault:
        draw("tiny", results=both.by_command, figure="flow_map")
    assert both.told[8].stderr == f"gru-vanish: {fault.value}\n"
    assert both.told[8].code == fault.value.code == 2


def test_what_has_no_record_yet_is_said(tmp_path: Path) -> None:
    with pytest.raises(gru_vanish.StoreError, match="there is no study 'tiny' here"):
        report("tiny", results=tmp_path)


@pytest.mark.parametrize("form", ["text", "values", "loaded"])
def test_a_config_may_be_a_text_values_or_loaded(both: Both, form: str) -> None:
    given: Any = {"text": TINY + CLAIMS, "values": values(), "loaded": load(TINY + CLAIMS)}[form]
    again = gru_vanish.run(given, results=both.by_python)
    assert (again.computed, again.found) == (0, 6)


def values() -> dict[str, Any]:
    """`TINY` as a notebook has it, with numbers of NumPy's."""
    import numpy as np

    return {
        "schema": 1, "name": "tiny", "question": "Is a study of six units computed once?", "seeds": np.int64(2),
        "lengths": np.array([1, 5, 10, 20]), "figures": ("gradient_vs_length",),
        "inputs": {"kind": "gaussian", "size": 2, "scale": np.float64(1.0), "batch": 2},
        "cells": {"RNN": {"kind": "rnn", "hidden": 4}, "GRU": {"kind": "gru", "hidden": 4}},
        "sweep": {"grid": {"cells.GRU.init.update_bias": [-4, 0]}},
    }  # fmt: skip
