"""What failed is written beside the manifest, told by the next dry run, and gone once it has been computed."""

import json
from pathlib import Path
from typing import Any

from gru_vanish.cli.signals import Signals
from gru_vanish.engine import Done, Failed
from gru_vanish.engine.manifest import entries
from gru_vanish.interface import failures
from gru_vanish.interface.tally import Tally
from gru_vanish.store import failures_path, read_failures
from tests.cli.conftest import Ran
from tests.cli.one_process import one_process
from tests.engine import runs
from tests.engine.test_verify import Series

SETTING = runs.rnn()
UNITS = runs.plan([SETTING], seeds=(0, 1, 2))


def manifest(name: str = "x") -> dict[str, Any]:
    return {"name": name, "series": entries([Series("RNN", SETTING)], (0, 1, 2), ["h0_gradient"])}


def kept(root: Path, *events: Done | Failed) -> list[tuple[int, str]]:
    """Keep what a run with these events has failed at; what stands in the file then."""
    tally = Tally(UNITS, 1)
    for event in events:
        tally.take(event)
    failures.keep(tally, manifest(), root, Signals())
    return [(failure.seed, failure.error) for failure in read_failures(root, "x")]


def test_a_run_that_was_cut_short_forgets_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    zero, one, two = UNITS
    assert kept(tmp_path, Failed(zero, "a"), Failed(one, "b"), Done(two)) == [(0, "a"), (1, "b")]
    assert kept(tmp_path) == [(0, "a"), (1, "b")]
    assert kept(tmp_path, Failed(one, "c")) == [(0, "a"), (1, "c")]
    assert kept(tmp_path, Done(one), Failed(two, "d")) == [(0, "a"), (2, "d")]
    assert kept(tmp_path, Done(zero), Done(two)) == []
    assert not failures_path(tmp_path, "x").exists()


def test_failures_of_units_that_the_study_no_longer_has_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    kept(tmp_path, Failed(UNITS[0], "a"))
    path = failures_path(tmp_path, "x")
    (one,) = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([{**one, "key": "0" * 64}]), encoding="utf-8")
    assert kept(tmp_path) == []


def test_a_file_that_is_not_ours_is_named_and_replaced(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "x").mkdir()
    failures_path(tmp_path, "x").write_text("mine", encoding="utf-8")
    assert kept(tmp_path, Failed(UNITS[0], "a")) == [(0, "a")]
    assert "failures.json: is not JSON" in capsys.readouterr().err


BROKEN = """
from gru_vanish.engine.executors import work
whole = work.compute
def broken(units, programs, keeper):
    if units[0].seed == 1:
        raise ZeroDivisionError("by nought")
    return whole(units, programs, keeper)
work.compute = broken
"""
MENDED = "work.compute = whole"


def test_from_a_failure_to_its_end(tiny: Ran, tmp_path: Path) -> None:
    """Recorded with its error, exit 3; told by a dry run; tried again by the same command."""
    words = ("run", tiny.folder / "tiny.yaml", "--only", "RNN", "--json", "--set", "figures=[]")
    keep = "import shutil; shutil.copy('results/tiny/failures.json', '.')"
    first, dry, again = one_process(
        (BROKEN, words), (f"{MENDED}; {keep}", (*words, "--dry-run")), ("", words), cwd=tmp_path
    )
    assert (first.code, dry.code, again.code) == (3, 0, 0)
    (failure,) = json.loads((tmp_path / "failures.json").read_text(encoding="utf-8"))
    assert failure == json.loads(first.stdout)["failures"][0]
    assert (failure["series"], failure["seed"]) == ("[bold]plain[/bold] RNN, uniform", 1)
    assert failure["error"].startswith("ZeroDivisionError: by nought")
    assert failure["when"].endswith("+00:00")
    (told,) = [unit for unit in json.loads(dry.stdout)["units"] if unit["why"]]
    assert (told["reason"], told["why"], told["key"]) == ("failed", failure["error"], failure["key"])
    assert json.loads(again.stdout)["counts"]["computed"] == 1
    assert not failures_path(tmp_path / "results", "tiny").exists()
