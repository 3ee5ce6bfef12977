"""A study that does not fit is refused before anything starts, in the words of its config."""

import shutil
from pathlib import Path

import pytest

from gru_vanish.config import load
from gru_vanish.contracts import Program
from gru_vanish.engine.fit import wanted
from tests.cli.conftest import Ran
from tests.cli.one_process import Told, one_process

LARGE = ("--set", "cells.GRU.hidden=512", "--set", "inputs.batch=64", "--set", "lengths=[10, 5000]")
NONE = ("--set", "figures=[]")


def having(count: int) -> str:
    """Let the device have so many bytes; nothing is ever allocated."""
    return f"from gru_vanish.engine import memory\nmemory.available = lambda: memory.Available({count}, 'a test')"


@pytest.fixture(scope="module")
def told(tiny: Ran, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Told]]:
    """An empty folder in which commands were given, and what they said."""
    folder, config = tmp_path_factory.mktemp("memory"), tiny.folder / "tiny.yaml"
    stored = tmp_path_factory.mktemp("stored") / "results"
    shutil.copytree(tiny.results, stored)
    one = wanted(Program.of(load(config).series[0].setting, "h0_gradient"))
    commands: dict[str, tuple[str, tuple[str | Path, ...]]] = {
        "large": (having(200_000_000), ("run", config, *LARGE)),
        "dry": (having(10), ("run", config, "--dry-run")),
        "check": (having(10), ("check", config)),
        "fewer": (
            having(int(2.5 * one)),
            ("check", config, "--set", "sweep={}", "--set", "cells.GRU={kind: rnn, hidden: 4}"),
        ),
        "stored": (having(10), ("run", config, "--results", stored, *NONE)),
    }
    cores = "\nfrom gru_vanish.engine import device\ndevice.cores = lambda: 7"
    done = one_process(*((first + cores, words) for first, words in commands.values()), cwd=folder)
    return folder, dict(zip(commands, done, strict=True))


def test_a_unit_that_does_not_fit_is_refused_by_the_keys_that_make_it_large(told: tuple[Path, dict[str, Told]]) -> None:
    done = told[1]["large"]
    assert (done.code, done.stdout) == (4, "")
    assert "gru-vanish: nothing was started: not enough memory" in done.stderr
    assert "a unit of h0_gradient for GRU wants " in done.stderr
    assert "191 MiB there (a test)" in done.stderr
    assert "what makes it large: cells.GRU.hidden: 512, inputs.batch: 64, lengths: up to 5000" in done.stderr
    (ways,) = [line for line in done.stderr.splitlines() if "any one of these would fit: " in line]
    for key in ("cells.GRU.hidden up to ", "inputs.batch up to ", "lengths up to "):
        (number,) = [part.split(key)[1] for part in ways.split("; ") if key in part]
        assert int(number) > 0


def test_nothing_is_written_before_a_refusal(told: tuple[Path, dict[str, Told]]) -> None:
    assert list(told[0].iterdir()) == []


@pytest.mark.parametrize(("name", "code"), [("dry", 4), ("check", 0)])
def test_check_and_a_dry_run_say_the_same(name: str, code: int, told: tuple[Path, dict[str, Told]]) -> None:
    """For `check` the config is sound all the same."""
    done = told[1][name]
    assert done.code == code
    assert "10 B there (a test)" in done.stdout
    assert "no one of these alone would make it fit" in done.stdout
    assert "refused" in done.stdout


def test_as_many_workers_run_as_fit(told: tuple[Path, dict[str, Told]]) -> None:
    done = told[1]["fewer"]
    assert done.code == 0
    assert " for 2 side by side; " in done.stdout
    assert "so 2 of 7 workers would run here" in done.stdout


def test_what_is_in_the_store_already_needs_no_memory(told: tuple[Path, dict[str, Told]]) -> None:
    """Results of a large machine are looked at on a small one."""
    done = told[1]["stored"]
    assert done.code == 0, done.stderr
    assert "6 found in the store" in done.stderr
