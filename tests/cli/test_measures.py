"""A study of a measure beside, or without, the h0 gradient: tables, terminal, JSON and figures."""

import csv
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gru_vanish.analysis import MEASURE_TABLES
from gru_vanish.store import Store, read_manifest, write_manifest
from tests.cli.commands import gru_vanish, python, result
from tests.cli.conftest import Ran

STUDY = """
schema: 1
name: gates
question: Where do the gates stand?
seeds: 2
lengths: [1, 5, 20]
inputs: {kind: gaussian, size: 2, scale: 1.0, batch: 2}
cells:
  RNN: {kind: rnn, hidden: 4}
measure: [gate_statistics]
figures: [gate_statistics]
"""


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("gates")
    (folder / "gates.yaml").write_text(STUDY, encoding="utf-8")
    return Ran(folder, gru_vanish("run", "gates.yaml", cwd=folder))


def test_a_study_may_leave_the_headline_out(gates: Ran) -> None:
    assert gates.done.returncode == 0, gates.done.stderr
    lines = gates.done.stdout.splitlines()
    assert lines[0] == "gates: Where do the gates stand?"
    assert "gate_statistics, 2 of 2 units" in lines
    rows = [line for line in lines if line.startswith("RNN, uniform ") and line.endswith(" 2/2")]
    assert len(rows) == 2
    written = [line.removeprefix("wrote ") for line in lines if line.startswith("wrote ")]
    assert written == [
        "results/gates/manifest.json",
        "results/gates/gate_statistics.{csv,parquet}",
        "results/gates/summary.json",
        "results/gates/figures/gate_statistics.{pdf,svg,png,txt,alt.txt,csv}",
    ]
    assert not (gates.results / "gates" / "summary.csv").exists()


def test_the_tables_hold_the_columns_of_the_dictionary(gates: Ran) -> None:
    folder, analysis = gates.results / "gates", MEASURE_TABLES["gate_statistics"]
    rows = list(csv.DictReader((folder / "gate_statistics.csv").read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == [column.name for column in analysis.row_dictionary]
    columns = pq.read_table(folder / "gate_statistics.parquet")
    assert columns.column_names == [column.name for column in analysis.column_dictionary]
    assert set(columns.column("part").to_pylist()) == {"state", "candidate"}
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert "series" not in summary
    assert (summary["units"], summary["finished"]) == ("2 of 2", True)
    assert [row["part"] for row in summary["measures"]["gate_statistics"]["rows"]] == ["state", "candidate"]


def test_it_is_drawn_again_from_the_store_alone_and_says_k_of_n(gates: Ran, tmp_path: Path) -> None:
    shutil.copytree(gates.results, tmp_path / "results")
    keys = read_manifest(tmp_path / "results", "gates")["series"][0]["keys"]["gate_statistics"]
    Store(tmp_path / "results").path(keys["1"]).unlink()
    done = gru_vanish("draw", "gates", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "gates is not finished: 1 of 2 units are in the store" in done.stderr
    assert "gate_statistics, 1 of 2 units" in done.stdout
    assert "note: RNN, uniform: unfinished: 1 of 2 seeds; one seed: no interval" in done.stdout
    caption = (tmp_path / "results" / "gates" / "figures" / "gate_statistics.txt").read_text(encoding="utf-8")
    assert "UNFINISHED: 1 of 2 units" in caption


def test_a_figure_without_its_measure_is_refused_with_what_to_write(gates: Ran) -> None:
    done = gru_vanish("draw", "gates", "--figure", "gradient_vs_length", cwd=gates.folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "gradient_vs_length is not drawn: gradient_vs_length is drawn from h0_gradient" in done.stderr
    assert "write measure: [gate_statistics, h0_gradient] in its config" in done.stderr
    done = gru_vanish("check", "gates.yaml", "--set", "figures=[gradient_vs_length]", cwd=gates.folder)
    assert done.returncode == 2
    assert "figures[0]: gradient_vs_length is drawn from h0_gradient, which this study does not measure" in done.stderr


def test_a_figure_that_the_sweep_does_not_make_is_refused(tiny: Ran) -> None:
    done = gru_vanish("draw", "tiny", "--figure", "phase_diagram", cwd=tiny.folder)
    assert done.returncode == 2
    assert "phase_diagram is not drawn: a phase diagram needs a cell that is swept over exactly two axes" in done.stderr
    done = gru_vanish("check", "tiny.yaml", "--set", "figures=[phase_diagram]", cwd=tiny.folder)
    assert done.returncode == 2
    assert "there is RNN: 0, GRU: 1" in done.stderr


def test_a_measure_of_another_version_is_named(gates: Ran, tmp_path: Path) -> None:
    manifest = read_manifest(gates.results, "gates")
    series = [{**one, "keys": {"dreams": one["keys"]["gate_statistics"]}} for one in manifest["series"]]
    write_manifest(tmp_path / "results", {**manifest, "measures": ["dreams"], "series": series})
    done = gru_vanish("draw", "gates", cwd=tmp_path)
    assert done.returncode == 2
    assert "gates measures dreams, which this version does not know" in done.stderr


ALL = """
import sys
from gru_vanish.store import read_manifest, write_manifest
from pathlib import Path
manifest = read_manifest(Path("results"), "tiny")
write_manifest(Path("results"), {**manifest, "figures": []})
sys.argv = ["gru-vanish", "draw", "tiny", "--json"]
from gru_vanish.cli import main
main()
"""


def test_without_a_wish_every_figure_is_drawn_that_the_study_makes(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    found = result(python(ALL, cwd=tmp_path))
    assert found["undrawn"] == []
    names = {Path(path).stem for path in found["paths"]["figures"]}
    assert {"gradient_vs_length"} <= names
    assert "phase_diagram" not in names
    assert "gate_statistics" not in names
