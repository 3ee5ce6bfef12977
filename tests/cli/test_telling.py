"""Commands that compute nothing: check, list, init, schema."""

import json
from pathlib import Path

import pytest

from gru_vanish.cells import CELLS
from gru_vanish.cli.listing import KINDS, entries_of
from tests.cli.commands import REPOSITORY, gru_vanish, result
from tests.cli.conftest import Ran

SMALL = (
    *("--set", "seeds=1", "--set", "lengths=[1, 20, 40]", "--set", "inputs.batch=2"),
    *("--set", "cells.RNN.hidden=4", "--set", "cells.GRU.hidden=4"),
)


def test_check_tells_the_size_of_a_study(tiny: Ran) -> None:
    done = gru_vanish("check", "tiny.yaml", cwd=tiny.folder)
    assert done.returncode == 0
    assert "units     3 series × 2 seeds × 1 measure = 6\n" in done.stdout
    assert "programs  2 to compile" in done.stdout


def test_resolved_values_have_an_origin(tiny: Ran) -> None:
    done = gru_vanish("check", "tiny.yaml", "--resolved", "--set", "seeds=[7]", cwd=tiny.folder)
    origins = dict(line.split("  # ")[::-1] for line in done.stdout.splitlines())
    assert origins["--set seeds=[7]"].strip() == "seeds: [7]"
    assert 'cells.GRU.update_gate: "replaces"' in done.stdout
    assert {"default", "preset article", "tiny.yaml:7"} <= set(origins)


def test_init_writes_a_config_that_runs_and_overwrites_nothing(tmp_path: Path) -> None:
    assert gru_vanish("init", cwd=tmp_path).returncode == 0
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    again = gru_vanish("init", "study.yaml", cwd=tmp_path)
    assert again.returncode == 2
    assert "--force" in again.stderr
    (tmp_path / "study.yaml").write_text("mine", encoding="utf-8")
    assert gru_vanish("init", "study.yaml", "--force", cwd=tmp_path).returncode == 0
    assert (tmp_path / "study.yaml").read_text(encoding="utf-8") == text
    done = gru_vanish("run", "study.yaml", "--json", *SMALL, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert result(done)["counts"]["computed"] == 4


def test_the_smoke_study_is_sound_and_begins_with_its_question(tmp_path: Path) -> None:
    path = REPOSITORY / "configs" / "smoke.yaml"
    assert path.read_text(encoding="utf-8").startswith("# Question: ")
    assert gru_vanish("check", path, cwd=tmp_path).returncode == 0


def test_the_schema_is_json(tmp_path: Path) -> None:
    done = gru_vanish("schema", cwd=tmp_path)
    assert json.loads(done.stdout)["title"] == "gru-vanish study"


def test_list_names_everything_once(tmp_path: Path) -> None:
    done = gru_vanish("list", cwd=tmp_path)
    lines = done.stdout.splitlines()
    for kind, table in KINDS.items():
        assert kind in lines
        assert all(any(line.startswith(f"  {name} ") for line in lines) for name in table())


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_has_a_summary_and_a_detail(kind: str) -> None:
    for name, entry in entries_of(kind).items():
        assert entry.summary.strip(), name
        assert list(entry.detail()), name


def test_a_cell_is_listed_with_its_equations_source_fields_and_presets() -> None:
    text = "\n".join(entries_of("cells")["gru"].detail())
    assert "Source: Cho et al. 2014" in text
    assert "update_gate: replaces | keeps; default replaces" in text
    assert all(f"preset {name}" in text for name in CELLS["gru"].presets)
    assert CELLS["gru"].model_validate({"hidden": 1}).equations().splitlines()[0] in text
    assert entries_of("cell").keys() == CELLS.keys()
