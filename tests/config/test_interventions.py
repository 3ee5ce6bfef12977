"""Interventions in a config: what they become, what is swept, what is refused and where."""

import json
from pathlib import Path
from typing import Any

import pytest

from gru_vanish.cells import CELLS
from gru_vanish.cells.intervened import Intervened
from gru_vanish.config import ConfigError, Loaded, load, setting_of
from gru_vanish.config.schema import json_schema
from gru_vanish.contracts import Program
from gru_vanish.store import key_of

STUDY = """\
schema: 1
name: trial
seeds: 2
lengths: [1, 10]
inputs: {kind: gaussian, size: 3}
cells:
  GRU:
    kind: gru
    hidden: 8
"""


def read(folder: Path, node: str, rest: str = "", *overrides: str) -> Loaded:
    path = folder / "c.yaml"
    path.write_text(STUDY + "".join(f"    {line}\n" for line in node.splitlines()) + rest, encoding="utf-8")
    return load(path, overrides)


def refused(folder: Path, node: str, rest: str = "") -> list[str]:
    """Give the problems of a node, each as ``line:column: path: message``."""
    with pytest.raises(ConfigError) as caught:
        read(folder, node, rest)
    heads = [str(problem).split("\n")[0] for problem in caught.value.problems]
    return [head.replace(f"{folder / 'c.yaml'}:", "") for head in heads]


def test_a_cell_without_them_is_what_it_was(tmp_path: Path) -> None:
    plain = read(tmp_path, "").series[0].setting
    empty = read(tmp_path, "clamp: {}\nhold: []\nstop: []\ntie: {}").series[0].setting
    assert plain == empty
    assert set(plain.canonical()["cell"]) == {"kind", "hidden", "reset", "update_gate", "candidate_bias", "init"}
    assert "clamp" not in plain.canonical()["cell"]["init"]


def test_the_key_of_a_cell_without_them_is_what_it_was(tmp_path: Path) -> None:
    """A record that was measured before there were interventions is still found."""
    setting = read(tmp_path, "").series[0].setting
    known = "6374e89e4966e7c3e39254b5ba818077cab91c6078a36ebc1609af94fcac1610"
    assert key_of(setting.canonical(), 0, "h0_gradient", 1) == known


def test_all_four_at_once(tmp_path: Path) -> None:
    loaded = read(tmp_path, "clamp: {update: 0.25}\nhold: [candidate]\nstop: [leak, reset]\ntie: {reset: update}")
    setting = loaded.series[0].setting
    assert isinstance(setting.cell, Intervened)
    canonical = setting.canonical()["cell"]
    assert (canonical["hold"], canonical["stop"], canonical["tie"]) == (
        ["candidate"], ["leak", "reset"], {"reset": "update"}
    )  # fmt: skip
    assert canonical["init"]["clamp"] == {"update": 0.25}
    assert "leak" in setting.cell.equations()
    node = loaded.study.resolved()["cells"]["GRU"]
    assert node["clamp"] == {"update": 0.25}
    assert node["tie"] == {"reset": "update"}
    assert loaded.origins["cells.GRU.clamp.update"].endswith(":10")


def test_the_order_in_which_they_are_written_is_nothing(tmp_path: Path) -> None:
    one = read(tmp_path, "stop: [leak, reset]\nclamp: {update: 0, reset: 1}").series[0].setting
    other = read(tmp_path, "clamp: {reset: 1, update: 0}\nstop: [reset, leak]").series[0].setting
    assert one == other
    assert json.dumps(one.canonical(), sort_keys=True) == json.dumps(other.canonical(), sort_keys=True)


@pytest.mark.parametrize("node", ["", "clamp: {reset: 1}", "hold: [update]\nstop: [reset]", "tie: {reset: update}"])
def test_a_canonical_setting_is_read_back(tmp_path: Path, node: str) -> None:
    setting = read(tmp_path, node).series[0].setting
    assert setting_of(json.loads(json.dumps(setting.canonical()))) == setting


def test_a_clamp_is_swept_within_one_program(tmp_path: Path) -> None:
    rest = "sweep: {grid: {cells.GRU.clamp.reset: {linspace: [0, 1], num: 5}}}\n"
    series = read(tmp_path, "", rest).series
    assert [dict(one.swept) for one in series] == [{"cells.GRU.clamp.reset": v} for v in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert len({one.setting for one in series}) == 5
    assert len({Program.of(one.setting, "h0_gradient") for one in series}) == 1


def test_what_is_stopped_is_swept_as_lists(tmp_path: Path) -> None:
    rest = "sweep: {grid: {cells.GRU.stop: [[], [reset], [update, reset]]}}\n"
    cells = [one.setting.cell for one in read(tmp_path, "", rest).series]
    assert [getattr(cell, "stop", ()) for cell in cells] == [(), ("reset",), ("reset", "update")]


def test_an_option_sets_one(tmp_path: Path) -> None:
    setting = read(tmp_path, "", "", "cells.GRU.clamp.reset=0.5").series[0].setting
    assert setting.canonical()["cell"]["init"]["clamp"] == {"reset": 0.5}


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        ("clamp: {rset: 1}", "10:13: cells.GRU.clamp.rset: unknown key; did you mean 'reset'?"),
        ("clamp: {reset: 2}", "10:20: cells.GRU.clamp.reset: given 2; a sigmoid gives 0 to 1"),
        ("clamp: {reset: open}", "10:20: cells.GRU.clamp.reset: given the text 'open'; expected a number"),
        ("hold: [updat]", "10:12: cells.GRU.hold[0]: given 'updat'; allowed: reset, update, candidate; did you mean"),
        ("hold: update", "10:11: cells.GRU.hold: given the text 'update'; expected a list"),
        ("stop: [inner]", "10:12: cells.GRU.stop[0]: given 'inner'; allowed: leak, update, candidate, reset"),
        ("tie: {reset: leak}", "10:18: cells.GRU.tie.reset: given 'leak'; allowed: reset, update, candidate"),
        ("tie: {reset: candidate}", "10:18: cells.GRU.tie.reset: reset is a sigmoid, candidate a tanh"),
        ("clam: {reset: 1}", "10:5: cells.GRU.clam: unknown key; did you mean 'clamp'?"),
        ("init: {clamp: {reset: 1}}", "10:12: cells.GRU.init.clamp: unknown key; allowed: "),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_where_it_stands(tmp_path: Path, node: str, problem: str) -> None:
    (found,) = refused(tmp_path, node)
    assert found.startswith(problem)


def test_faults_of_the_cell_do_not_hide_those_of_the_interventions(tmp_path: Path) -> None:
    found = refused(tmp_path, "reset: never\nhold: 3")
    assert [one.split(": ")[1] for one in found] == ["cells.GRU.reset", "cells.GRU.hold"]


def test_a_swept_clamp_out_of_range_is_named_at_its_value(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, "", "sweep: {grid: {cells.GRU.clamp.reset: [0, 1.5]}}\n")
    assert found.startswith("10:43: cells.GRU.clamp.reset: given 1.5")


def test_an_unknown_axis_finds_its_gate(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, "", "sweep: {grid: {cells.GRU.clamp.rest: [0, 1]}}\n")
    assert "did you mean 'cells.GRU.clamp.reset'" in found


@pytest.mark.parametrize("kind", CELLS)
def test_every_use_of_every_cell_can_be_stopped(tmp_path: Path, kind: str) -> None:
    cell = CELLS[kind].model_validate({"hidden": 4})
    stop = ", ".join(cell.Uses._fields)
    text = STUDY.replace("kind: gru", f"kind: {kind}")
    path = tmp_path / "c.yaml"
    path.write_text(f"{text}    stop: [{stop}]\n")
    (series,) = load(path).series
    assert series.setting.cell.stop == tuple(sorted(cell.Uses._fields))  # type: ignore[attr-defined]


def test_the_schema_knows_them() -> None:
    (cells,) = json_schema()["properties"]["cells"]["patternProperties"].values()
    words: set[Any] = {"clamp", "hold", "stop", "tie"}
    assert all(words <= set(branch["properties"]) for branch in cells["anyOf"][: len(CELLS)])
