"""An unfinished sweep: tables and figures say k of N, and hold nothing for what is missing."""

import csv
from pathlib import Path

import pytest

from gru_vanish.store import Store, read_manifest
from tests.cli.commands import gru_vanish
from tests.faults.programs import STUDY, UNITS, study

FIGURE = "figures: [gradient_vs_length]\n"


@pytest.fixture(scope="module")
def cut(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A study with one seed of TURNED, three of the first GRU and none of the second; stdout and stderr of draw."""
    folder = tmp_path_factory.mktemp("unfinished")
    study(folder, STUDY + FIGURE)
    done = gru_vanish("run", "small.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr
    series = read_manifest(folder / "results", "small")["series"]
    lost = [*list(series[0]["keys"]["h0_gradient"].values())[1:], *series[2]["keys"]["h0_gradient"].values()]
    for key in lost:
        Store(folder / "results").path(key).unlink()
    done = gru_vanish("draw", "small", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout, done.stderr


def test_the_terminal_says_k_of_n(cut: tuple[Path, str, str]) -> None:
    _, stdout, stderr = cut
    assert f"small is not finished: 4 of {UNITS} units are in the store" in stderr
    rows = [line for line in stdout.splitlines() if line.endswith(("1/3", "3/3", "0/3"))]
    assert [row[-3:] for row in rows] == ["1/3", "3/3", "0/3"]
    assert rows[2].split()[-5:-1] == ["–"] * 4
    assert "unfinished: 1 of 3 seeds" in stdout
    assert "unfinished: 0 of 3 seeds" in stdout


def test_the_tables_say_k_of_n_and_invent_nothing(cut: tuple[Path, str, str]) -> None:
    folder = cut[0] / "results" / "small"
    rows = list(csv.DictReader((folder / "summary.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["seeds_measured"], row["seeds_planned"]) for row in rows] == [("1", "3"), ("3", "3"), ("0", "3")]
    assert rows[2]["decay_rate"] == rows[2]["ln_h0_gradient_at_max"] == rows[2]["half_life"] == ""
    assert rows[0]["decay_rate_low"] == ""
    summary = (folder / "summary.json").read_text(encoding="utf-8")
    assert f'"units": "4 of {UNITS}"' in summary
    assert '"finished": false' in summary


def test_the_figure_says_k_of_n_and_draws_nothing_for_what_is_missing(cut: tuple[Path, str, str]) -> None:
    folder = cut[0] / "results" / "small" / "figures"
    drawn = list(csv.DictReader((folder / "gradient_vs_length.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["label"]: row["seeds"] for row in drawn} == {"TURNED": "1", "GRU": "3"}
    assert len({row["short_name"] for row in drawn}) == 2
    for ending in ("svg", "txt"):
        assert f"4 of {UNITS}" in (folder / f"gradient_vs_length.{ending}").read_text(encoding="utf-8"), ending
