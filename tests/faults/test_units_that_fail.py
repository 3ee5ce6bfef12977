"""Units that fail of themselves: each is recorded with its error, the others finish, and the exit code is 3."""

from pathlib import Path

import numpy as np

from gru_vanish.contracts import Status
from gru_vanish.store import Store, read_failures, read_manifest
from tests.cli.commands import python, result

OWN = """
from collections import namedtuple
from typing import Any, ClassVar
from gru_vanish.cells import AutodiffCell
from gru_vanish.contracts import GateFunction, Node
from gru_vanish.initializers import UNIFORM

class Nothing(Node):
    pass

class Mine(AutodiffCell):
    "h_t = tanh(W h_(t-1) + U x_t)"
    Init = Nothing
    Uses = namedtuple("Uses", "recurrent")
    gate_functions: ClassVar[Any] = {"candidate": GateFunction.tanh}

    def parameter_shapes(self, m):
        return Params((self.hidden, self.hidden), (self.hidden, m))

    def draw(self, init, m, streams):
        if streams.seed == 11:
            raise ZeroDivisionError("this cell divides by nought, at seed 11 only")
        n = self.hidden
        return Params(*(UNIFORM.matrix(streams(name), n, columns, n) for name, columns in (("W", n), ("U", m))))

    def drive(self, params, x):
        return params.U @ x

    def advance(self, params, uses, drive, act):
        a = params.W @ uses.recurrent + drive
        return act.tanh(a), Gates(a)

Params = namedtuple("Params", "W U")
Gates = namedtuple("Gates", "candidate")
"""
STUDY = """
schema: 1
name: failing
seeds: [10, 11, 12]
lengths: [1, 20, 200]
inputs: {kind: gaussian, size: 3, scale: 1.0, batch: 2}
cells:
  MINE: {file: mine.py, hidden: 4}
  BLOWN: {kind: rnn, activation: relu, hidden: 4, init: {recurrent: {kind: uniform, gain: 1000}}}
"""
# BLOWN at seed 10 meets a full device, at seed 12 a full machine.
FULL = """
import sys
from gru_vanish.engine.executors import work
compute = work.compute
def full(units, programs, keeper):
    unit = units[0]
    if unit.setting.cell.kind == "rnn" and unit.seed == 10:
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 4096 bytes.")
    if unit.setting.cell.kind == "rnn" and unit.seed == 12:
        raise MemoryError("no more")
    return compute(units, programs, keeper)
work.compute = full
sys.argv = ["gru-vanish", "run", "failing.yaml", "--allow-code", "--json"]
from gru_vanish.cli import main
main()
"""


def test_each_is_told_and_the_others_finish(tmp_path: Path) -> None:
    (tmp_path / "failing.yaml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "mine.py").write_text(OWN, encoding="utf-8")
    done = python(FULL, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    counts = result(done)["counts"]
    assert (counts["units"], counts["computed"], counts["failed"]) == (6, 3, 3)
    errors = {(one.series.split(",")[0], one.seed): one.error for one in read_failures(tmp_path / "results", "failing")}
    assert errors.keys() == {("MINE", 11), ("RNN", 10), ("RNN", 12)}
    assert errors["MINE", 11].startswith("ZeroDivisionError: this cell divides by nought, at seed 11 only (")
    assert errors["RNN", 10] == "out of memory: RESOURCE_EXHAUSTED: Out of memory allocating 4096 bytes."
    assert errors["RNN", 12] == "out of memory: no more"
    for (name, seed), error in errors.items():
        assert any(
            line.startswith(f"gru-vanish: failed: {name}") and f"seed {seed}: {error}" in line
            for line in done.stderr.splitlines()
        )
    # What leaves the range of the numbers is no failure: it is measured, and has its own status.
    store, (mine, blown) = Store(tmp_path / "results"), read_manifest(tmp_path / "results", "failing")["series"]
    kept = store.read(blown["keys"]["h0_gradient"]["11"]).payload
    assert (kept["status"][-1] == Status.nonfinite).all()
    assert np.isnan(kept["ln_h0_gradient"][-1]).all()
    assert (kept["status"][0] != Status.nonfinite).all()
    states = {seed: store.state(key).kind for seed, key in mine["keys"]["h0_gradient"].items()}
    assert states == {"10": "present", "11": "missing", "12": "present"}
