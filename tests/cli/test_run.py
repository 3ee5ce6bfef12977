import re
import shutil
from pathlib import Path

from gru_vanish.store import Store
from tests.cli.commands import digests, gru_vanish, python, result
from tests.cli.conftest import Ran


def test_a_run_ends_with_one_table_and_the_paths_that_exist(tiny: Ran) -> None:
    assert tiny.done.returncode == 0, tiny.done.stderr
    lines = tiny.done.stdout.splitlines()
    assert lines[0] == "tiny: Is a study of six units computed once?"
    rows = [line for line in lines if line.startswith(("[bold]plain[/bold] RNN, uniform", "GRU, uniform, b_z"))]
    assert len(rows) == 3
    assert all(row.endswith(" 2/2") and "±" in row for row in rows)
    written = [line.removeprefix("wrote ") for line in lines if line.startswith("wrote ")]
    assert "results/tiny/manifest.json" in written
    assert "results/tiny/figures/gradient_vs_length.{pdf,svg,png,txt,alt.txt,csv}" in written
    for path in written:
        stem, _, endings = path.partition("{")
        for ending in endings.rstrip("}").split(","):
            assert (tiny.folder / (stem + ending)).stat().st_size > 0


def test_a_pipe_gets_no_escape_codes_and_no_broken_lines(tiny: Ran) -> None:
    assert "\x1b" not in tiny.done.stdout + tiny.done.stderr
    assert "\r" not in tiny.done.stderr
    head, *rows = [line for line in tiny.done.stdout.splitlines() if re.search(r"  (seeds|\d/\d)$", line)]
    assert len({len(row) for row in [head, *rows]}) == 1


def test_remarks_go_to_stderr_and_name_the_program(tiny: Ran) -> None:
    assert tiny.done.stderr.splitlines()[-1].startswith("gru-vanish: 6 units: 6 computed, 2 compiled in ")


def test_the_same_command_computes_nothing_again(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.folder, tmp_path, dirs_exist_ok=True)
    before = digests(tiny.results)
    again = result(gru_vanish("run", "tiny.yaml", "--json", "--set", "figures=[]", cwd=tmp_path))
    assert again["counts"] == {"units": 6, "computed": 0, "found": 6, "failed": 0, "left": 0, "set_aside": 0}
    assert again["seconds"]["compile"] == []
    assert again["finished"] is True
    assert len(again["summary"]["series"]) == 3
    assert digests(tmp_path / "results") == before


def test_only_computes_one_label_and_keeps_the_study_whole(tiny: Ran, tmp_path: Path) -> None:
    words = ("run", tiny.folder / "tiny.yaml", "--only", "RNN", "--json", "--set", "figures=[]")
    done = gru_vanish(*words, cwd=tmp_path)
    found = result(done)
    assert done.returncode == 0
    assert found["counts"]["computed"] == 2
    assert found["finished"] is False
    assert [one["seeds_measured"] for one in found["summary"]["series"]] == [2, 0, 0]


def test_a_damaged_record_is_named_set_aside_and_computed_again(tiny: Ran, tmp_path: Path) -> None:
    shutil.copytree(tiny.results, tmp_path / "results")
    store, before = Store(tmp_path / "results"), digests(tiny.results)
    key = next(iter(before))
    path = store.path(key)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    words = ("run", tiny.folder / "tiny.yaml", "--json", "--set", "figures=[]")
    done = gru_vanish(*words, cwd=tmp_path)
    counts = result(done)["counts"]
    assert done.returncode == 0
    assert (counts["computed"], counts["found"], counts["set_aside"]) == (1, 5, 1)
    assert "damaged record of " in done.stderr
    assert path.with_name(f"{key}.damaged-1").read_bytes() == bytes(data)
    assert digests(tmp_path / "results") == before


FAILING = """
import sys
from gru_vanish.engine.executors import work
compute = work.compute
def broken(units, programs, keeper):
    if units[0].seed == 1:
        raise ZeroDivisionError("by nought")
    return compute(units, programs, keeper)
work.compute = broken
sys.argv = ["gru-vanish", "run", {config!r}, "--json", "--only", "RNN", "--set", "figures=[]", *{more!r}]
from gru_vanish.cli import main
main()
"""


def test_a_unit_that_fails_takes_no_other_with_it(tiny: Ran, tmp_path: Path) -> None:
    config = str(tiny.folder / "tiny.yaml")
    done = python(FAILING.format(config=config, more=["--set", "seeds=3"]), cwd=tmp_path)
    found = result(done)
    assert done.returncode == found["exit_code"] == 3
    assert (found["counts"]["computed"], found["counts"]["failed"]) == (2, 1)
    (failure,) = found["failures"]
    assert (failure["seed"], failure["measure"]) == (1, "h0_gradient")
    assert failure["error"].startswith("ZeroDivisionError: by nought")
    assert "failed: [bold]plain[/bold] RNN, uniform, seed 1: ZeroDivisionError: by nought" in done.stderr


def test_fail_fast_leaves_the_rest(tiny: Ran, tmp_path: Path) -> None:
    config = str(tiny.folder / "tiny.yaml")
    more = ["--set", "seeds={range: [1, 400], step: 1}", "--workers", "1", "--fail-fast"]
    done = python(FAILING.format(config=config, more=more), cwd=tmp_path)
    found = result(done)
    assert done.returncode == 3
    assert found["counts"]["failed"] == 1
    assert found["counts"]["left"] > 0
    assert found["summary"] is None
