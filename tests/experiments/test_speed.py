"""The script of experiments/02_speed at a tiny size, with and without PyTorch, and the rules it judges by."""

import csv
import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "experiments" / "02_speed"
HAS_TORCH = importlib.util.find_spec("torch") is not None
LONGEST = 600
"""Seconds; some 20 on two idle cores."""


def run(out: Path, *options: str, path: str = "") -> str:
    """Run the script as a reader would, and give what it printed."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [path, os.environ.get("PYTHONPATH")])),
    }
    words = [sys.executable, str(FOLDER / "speed.py"), "--quick", "--out", str(out), *options]
    done = subprocess.run(words, cwd=out.parent, env=environment, capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode == 0, done.stderr
    return done.stdout


def table(out: Path) -> list[dict[str, str]]:
    with (out / "table.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def module(name: str) -> Any:
    """Load a file of the folder that needs no other file of it."""
    spec = importlib.util.spec_from_file_location(f"speed_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Everything at once: what was printed, and the folder that was written."""
    out = tmp_path_factory.mktemp("speed") / "out"
    return run(out), out


def test_every_part_has_its_lines(whole: tuple[str, Path]) -> None:
    printed, out = whole
    lines = table(out)
    assert {line["part"] for line in lines} == {"kernel", "command", "long", "biases", "roofline", "training"}
    assert all(float(line["min_s"]) > 0 for line in lines)
    assert all(len(line["all_s"].split()) == 2 for line in lines if line["part"] in ("kernel", "biases", "roofline"))
    assert printed.count("\n| ") == len(lines) + 1  # the rule below the head is one of them
    assert (out / "table.md").read_text(encoding="utf-8") == printed
    assert (out / "seconds.svg").stat().st_size > 0


def test_numbers_agree(whole: tuple[str, Path]) -> None:
    printed, _ = whole
    assert "DOES NOT AGREE" not in printed
    # The kernel and the training with each loop, and the records of both cells with the script's numbers.
    assert printed.count("agrees with the") == (6 if HAS_TORCH else 2)


def test_one_program_each(whole: tuple[str, Path]) -> None:
    _, out = whole
    counted = [line["note"] for line in table(out) if "program(s)" in line["note"]]
    assert len(counted) == 5
    assert all(note.startswith("1 program(s)") or "at most 1 program(s)" in note for note in counted)


def test_without_pytorch(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError('hidden', name='torch')\n", encoding="utf-8")
    printed = run(tmp_path / "out", "--only", "kernel", path=str(tmp_path))
    assert "Left out, as PyTorch is not installed here" in printed
    assert printed.count("agrees with the plain JAX loop") == 1
    assert not [line for line in table(tmp_path / "out") if "PyTorch" in line["contestant"]]


def test_unknown_part(tmp_path: Path) -> None:
    words = [sys.executable, str(FOLDER / "speed.py"), "--only", "kernle", "--out", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode == 2
    assert "no part kernle; there is: kernel" in done.stderr


def test_spread_over_two_is_invalid() -> None:
    times = module("clock").Times
    assert times((1.0, 2.0, 1.5)).valid
    assert not times((1.0, 2.01, 1.5)).valid
    assert (times((3.0, 1.0, 2.0)).median, times((3.0, 1.0, 2.0)).least) == (2.0, 1.0)


def test_contestants_take_turns() -> None:
    order: list[str] = []
    taken = module("clock").alternate({name: lambda name=name: order.append(name) or 1.0 for name in "abc"}, 3)
    assert "".join(order) == "abccbaabc"
    assert {name: len(times.seconds) for name, times in taken.items()} == {"a": 3, "b": 3, "c": 3}


def test_agreement_sees_a_difference() -> None:
    agreement = module("agreement")
    theirs = np.array([[[1.0, 1e-3, 0.0, 1e-18]]], np.float32)
    ln_ours = np.log([[[1.0, 1e-3, 1e-40, 2e-18]]])
    equal = agreement.compare("", "", ln_ours, theirs, "float32", 128)
    assert equal.holds
    assert (equal.zeros, equal.near_floor, equal.values) == (1, 1, 4)
    assert not agreement.compare("", "", ln_ours + 0.002, theirs, "float32", 128).holds
    ln_ours[0, 0, 0] = np.nan
    assert not agreement.compare("", "", ln_ours, theirs, "float32", 128).holds


@pytest.mark.parametrize(("kind", "matrices"), [("rnn", 1), ("gru", 3)])
def test_useful_flops(kind: str, matrices: int) -> None:
    """Against a count of every multiplication that each length needs, step by step."""
    from gru_vanish.flow.layout import segments

    hidden, size, batch, lengths = 5, 3, 2, (1, 4, 9, 30, 31)
    found = module("flops").products(kind, hidden, size, batch, lengths, segments(lengths, 31, 1, 10))
    by_use: dict[str, int] = {}
    for product in found:
        by_use[product.use] = by_use.get(product.use, 0) + product.useful
    multiply_adds = {"inputs": 0, "forward": 0, "reverse": 0}
    for t in range(1, lengths[-1] + 1):
        multiply_adds["inputs"] += matrices * batch * size * hidden
        multiply_adds["forward"] += matrices * batch * hidden * hidden
        multiply_adds["reverse"] += sum(t <= length for length in lengths) * matrices * batch * hidden * hidden
    assert by_use == {use: 2 * count for use, count in multiply_adds.items()}


def test_launcher_sees_the_child_alone(tmp_path: Path) -> None:
    """Its peak is not that of whoever started the launcher, though the system lets a child begin there."""
    ballast = np.ones(40_000_000)
    report = tmp_path / "report.json"
    words = [
        sys.executable,
        "-I",
        "-S",
        str(FOLDER / "launch.py"),
        str(report),
        sys.executable,
        "-I",
        "-S",
        "-c",
    ]
    started = time.perf_counter()
    assert subprocess.run([*words, "raise SystemExit(3)"]).returncode == 3
    seen = json.loads(report.read_text(encoding="utf-8"))
    assert seen["peak_bytes"] < 100e6 < ballast.nbytes
    assert 0 < seen["seconds"] < time.perf_counter() - started


def test_bystanders_are_those_who_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child's work is ours once it has ended, so that only the rest of what the cores did is somebody else's."""
    clock, hertz = module("clock"), os.sysconf("SC_CLK_TCK")
    ticks = iter([1000, 1000 + 3 * hertz])

    def stat(*_: object, **__: object) -> str:
        return f"cpu  {next(ticks)} 0 0 999 0 0 0 0 0 0\ncpu0 0\n"

    monkeypatch.setattr(clock.Path, "read_text", stat)
    clocks = iter([0.0, 10.0])
    monkeypatch.setattr(clock.time, "perf_counter", lambda: next(clocks))
    others = clock.Bystanders()
    worker = [sys.executable, "-I", "-S", "-c", "import time\nwhile time.process_time() < 1: pass"]
    subprocess.run(worker, check=True)
    # Three seconds of work on all cores, of which our child did one, in ten seconds.
    assert others.cores() == pytest.approx(0.2, abs=0.03)
