"""The study of experiments/06_laboratory at a small size: it ends, its figures are drawn, and what it shows holds."""

import csv
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.cli.commands import gru_vanish, result

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "configs" / "laboratory.yaml"
LONGEST = 60
PATHS = ("path_shares", "path_products", "leak_visits")
CELLS = "{GRU: {kind: gru, hidden: 16}}"
SMALL = (
    "seeds=2",
    f"lengths=[1, 10, {LONGEST}]",
    "inputs.batch=4",
    f"cells={CELLS}",
    f"measure=[{', '.join(PATHS)}]",
    f"figures=[{', '.join(PATHS)}]",
)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("laboratory")
    options = [word for value in SMALL for word in ("--set", value)]
    return folder / "results" / "laboratory", gru_vanish("run", CONFIG, "--json", *options, cwd=folder)


def rows(folder: Path, measure: str) -> list[dict[str, str]]:
    with (folder / f"{measure}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_bias(folder: Path, column: str, **wanted: str) -> list[float]:
    """Give a column of the GRU's path rows, b_z = −2, 0, 2."""
    measure = "path_products" if "product" in wanted else "path_shares"
    found = [row for row in rows(folder, measure) if row["label"] == "GRU"]
    return [float(row[column]) for row in found if all(row[name] == value for name, value in wanted.items())]


def test_it_ends_with_its_figures(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = ran
    found = result(done)
    assert (done.returncode, found["finished"], found["counts"]["failed"]) == (0, True, 0)
    assert found["counts"]["units"] == 3 * 2 * 3
    for figure in PATHS:
        assert (folder / "figures" / f"{figure}.png").stat().st_size > 0


def test_the_leak_has_the_less_of_the_gradient_the_more_the_gate_replaces(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = ran
    shares = np.array(by_bias(folder, "share", path="leak"))
    assert (np.diff(shares) < -0.1).all()
    assert shares[0] > 0.9
    visits = by_bias(folder, "visits", path="leak")
    assert visits == pytest.approx(LONGEST * (1 - shares), rel=1e-9)
    sums = sum(np.array(by_bias(folder, "share", path=path)) for path in ("leak", "update", "candidate", "reset"))
    assert sums == pytest.approx(1.0, abs=1e-9)


def test_a_path_with_most_of_the_gradient_is_far_below_it_alone(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = ran
    share = by_bias(folder, "share", path="leak")[1]
    alone = by_bias(folder, "ln_against_gradient", product="alone leak")[1]
    rest = by_bias(folder, "ln_against_gradient", product="without leak")[1]
    assert share > 0.6
    assert alone < -3
    assert rest < -30
