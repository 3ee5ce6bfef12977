"""Options that contradict each other, what is not installed, and who does not answer: a sentence, and nothing done."""

from pathlib import Path

import pytest

from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.engine.executors import clusters
from gru_vanish.interface.executor import Choice, directives, wanted
from tests.cli.one_process import one_process
from tests.workers.processes import study


@pytest.mark.parametrize(
    ("choice", "workers", "sentence"),
    [
        (Choice(host="eth0"), None, "--host is for workers: say --executor dask with it"),
        (Choice("dask", "tcp://a:1", ["time=1"], None), None, "--slurm has no meaning beside it"),
        (Choice("dask", "tcp://a:1"), 3, "leave out --workers"),
        (Choice("dask", None, ["partition=x"]), None, "say with --host on which address"),
        (Choice("dask", None, ["a b"], "eth0"), None, "expected a long option of sbatch"),
        (Choice("dask", None, ["x=1\n#SBATCH --y"], "eth0"), None, "expected a long option of sbatch"),
    ],
)
def test_options_that_contradict_each_other(choice: Choice, workers: int | None, sentence: str) -> None:
    with pytest.raises(RefusalError, match=sentence) as refused:
        wanted(choice, workers)
    assert refused.value.code == Exit.usage


def test_options_of_sbatch() -> None:
    assert directives(["partition=a b", "--exclusive", "gres=gpu:1"]) == (
        ("partition", "a b"),
        ("exclusive", ""),
        ("gres", "gpu:1"),
    )


def test_what_is_missing(tmp_path: Path) -> None:
    """A package, a scheduler's file, a scheduler that answers; nothing is created."""
    study(tmp_path)
    words = ("run", "many.yaml", "--executor", "dask")
    absent = "import sys; sys.modules['distributed'] = None"
    there = "sys.modules.pop('distributed')"
    hasty = f"{there}; from gru_vanish.engine.executors import clusters; clusters.ANSWER = 0.5"
    told = one_process(
        (absent, words),
        (hasty, (*words, "--scheduler", "none.json", "--results", "a")),
        ("", (*words, "--scheduler", "tcp://127.0.0.1:9", "--results", "b")),
        cwd=tmp_path,
    )
    assert [one.code for one in told] == [4, 4, 4]
    assert "pip install 'gru-vanish[cluster]'" in told[0].stderr
    assert "--scheduler none.json: neither an address (tcp://host:port) nor the file of a scheduler" in told[1].stderr
    assert "no scheduler answers at tcp://127.0.0.1:9" in told[2].stderr
    assert not (tmp_path / "results").exists()


def test_an_interface_stands_for_its_address() -> None:
    assert clusters.address(None) == "127.0.0.1"
    assert clusters.address("lo") == "127.0.0.1"
    assert clusters.address("10.0.0.7") == "10.0.0.7"
