import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import COMMAND, environment, gru_vanish, python
from tests.cli.conftest import Ran


def test_every_error_of_a_config_at_its_place_and_nothing_is_created(tmp_path: Path) -> None:
    text = "schema: 1\nname: bad\nseeds: 2\nlengths: [1, 0]\ninputs: {kind: gaussian, size: 2}\n"
    (tmp_path / "bad.yaml").write_text(text + "cells:\n  GRU: {kind: gru, hiden: 4}\n", encoding="utf-8")
    done = gru_vanish("run", "bad.yaml", "--set", "precision=half", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "bad.yaml:4:14: lengths[" in done.stderr
    assert "bad.yaml:7:20: cells.GRU.hiden: unknown key; did you mean 'hidden'?" in done.stderr
    assert "--set precision=half: precision: " in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


def test_an_unknown_label(tiny: Ran, tmp_path: Path) -> None:
    done = gru_vanish("run", tiny.folder / "tiny.yaml", "--only", "GRUU", cwd=tmp_path)
    assert done.returncode == 2
    assert "--only GRUU: no series has this label; did you mean 'GRU'?" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_place_of_the_results(tiny: Ran, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    done = gru_vanish("run", tiny.folder / "tiny.yaml", "--results", "taken", cwd=tmp_path)
    assert done.returncode == 4
    assert "A file stands where a folder should be" in done.stderr
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("words", [("rum",), ("run",), ("run", "a.yaml", "--workers", "0"), ("list", "cells", "gruu")])
def test_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    done = gru_vanish(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr


def test_a_device_that_is_not_there(tiny: Ran, tmp_path: Path) -> None:
    done = gru_vanish("run", tiny.folder / "tiny.yaml", cwd=tmp_path, JAX_PLATFORMS="nonesuch")
    assert done.returncode == 4
    assert "no device to compute on: " in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_bug_is_one_line_and_a_file_with_the_traceback(tmp_path: Path) -> None:
    code = (
        "import sys, gru_vanish.cli.start as start\n"
        "def broken(path, force): raise ZeroDivisionError('by nought')\n"
        "start.start = broken\n"
        "sys.argv = ['gru-vanish', 'init']\n"
        "from gru_vanish.cli import main; main()"
    )
    done = python(code, tmp_path)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith("gru-vanish: internal error: ZeroDivisionError: by nought; the traceback is in ")
    trace = Path(line.rpartition(" ")[2])
    assert "in broken" in trace.read_text(encoding="utf-8")
    trace.unlink()


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "list"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert complaint == b""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
def test_a_full_disk_under_stdout_is_an_error(tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        words = [*COMMAND, "--version"]
        done = subprocess.run(words, cwd=tmp_path, env=environment(), stdout=full, stderr=subprocess.PIPE)
    assert done.returncode != 0
