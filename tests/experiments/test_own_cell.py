"""The study of experiments/03_own_cell at a small size: it runs, its records carry the hash, and its claim holds."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from gru_vanish.store import Store, read_manifest
from tests.cli.commands import gru_vanish, result

FOLDER = Path(__file__).resolve().parents[2] / "experiments" / "03_own_cell"
LEAK = ("Leaky.init.share", "Leaky.init.reset")
SMALL = ("seeds=4", "lengths=[1, 20, 100, 200]", "cells.GRU.hidden=32", "cells.Leaky.hidden=32", "inputs.batch=4")
CLAMPED = "cells.Clamped={kind: gru, hidden: 32, clamp: {update: 0.018, reset: 0.5}}"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("own_cell")
    options = [word for value in (*SMALL, CLAMPED, "figures=[]") for word in ("--set", value)]
    return folder, gru_vanish("run", FOLDER / "own_cell.yaml", "--allow-code", "--json", *options, cwd=folder)


def test_a_cell_in_under_40_lines() -> None:
    assert len((FOLDER / "my_cell.py").read_text(encoding="utf-8").splitlines()) < 40


def test_every_unit_is_computed_and_one_program_serves_all_numbers(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = ran
    found = result(done)
    assert (done.returncode, found["finished"], found["counts"]["failed"]) == (0, True, 0)
    assert found["counts"]["units"] == 4 * (3 + 6 + 1)
    kinds = [each["program"]["cell"]["kind"] for each in found["seconds"]["compile"]]
    assert sorted(kinds) == ["Leaky", "gru", "gru"]


def test_records_and_manifest_carry_the_hash_of_the_file(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = ran
    digest = hashlib.sha256((FOLDER / "my_cell.py").read_bytes()).hexdigest()
    manifest, store = read_manifest(folder / "results", "own_cell"), Store(folder / "results")
    assert manifest["study"]["cells"]["Leaky"]["file_sha256"] == digest
    own = [series for series in manifest["series"] if series["label"] == "Leaky"]
    assert len(own) == 6
    for series in own:
        assert series["setting"]["cell"]["file_sha256"] == digest
        record = store.read(series["keys"]["h0_gradient"]["0"])
        assert record.about["setting"]["cell"]["file_sha256"] == digest
        assert "my_cell" not in json.dumps(record.about)
    assert manifest["equations"]["Leaky"].startswith("h_t = (1 - z) h_(t-1) + z tanh(")


def test_gates_that_are_numbers_do_what_the_gru_does(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """With r = ½ the rates are the GRU's to a few per cent; with r = 1 the gradient lasts longer."""
    _, done = ran
    rates: dict[tuple[float | None, float | None], float] = {}
    for series in result(done)["summary"]["series"]:
        swept = json.loads(series["swept"])
        bias, share, reset = (swept.get(f"cells.{name}") for name in ("GRU.init.update_bias", *LEAK))
        rates[(share, reset) if bias is None else (bias, 0.0)] = series["decay_rate"]
    # The cell is a GRU with both gates clamped, on the same weights.
    assert rates.pop((None, None)) == pytest.approx(rates[0.018, 0.5], rel=1e-4)
    for bias, share in ((-4.0, 0.018), (-2.0, 0.1192), (0.0, 0.5)):
        assert rates[share, 0.5] == pytest.approx(rates[bias, 0.0], rel=0.15)
        assert rates[share, 1.0] < 0.8 * rates[share, 0.5]
