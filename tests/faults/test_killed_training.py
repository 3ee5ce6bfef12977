"""A run that is killed in training: the same command goes on from the checkpoint, to the same bytes."""

import signal
import subprocess
import sys
from pathlib import Path

from gru_vanish.store import Store
from tests.cli.commands import digests, environment
from tests.faults.programs import DISTURBED, counts, study

TRAINING = """
schema: 1
name: small
seeds: 1
task: {kind: delayed_recall, lag: 5}
training: {steps: 60, batch: 4, optimizer: {kind: adam, learning_rate: 1e-2}, checkpoints: [0, 60],
           evaluate: {samples: 8, every: 20}}
cells:
  RNN: {kind: rnn, hidden: 4}
measure: [training]
"""

# Every call leaves a checkpoint; after the fourth the process dies as by kill -9.
KILLED = """
from gru_vanish.engine.iterate import Keeper
Keeper.every = 0.0
keep, kept = Store.write_checkpoint, 0
def kill(self, record):
    global kept
    path = keep(self, record)
    kept += 1
    if kept == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return path
Store.write_checkpoint = kill
def disturb(count):
    pass
"""


def test_a_killed_training_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    study(tmp_path, TRAINING)
    study(tmp_path / "undisturbed", TRAINING)
    words = [sys.executable, "-c", DISTURBED.format(disturb=KILLED, more=[])]
    killed = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert digests(tmp_path / "results") == {}
    (left,) = (tmp_path / "results" / "store").rglob("*.part.npz")
    checkpoint = Store(tmp_path / "results").read_checkpoint(left.name.split(".")[0])
    assert checkpoint.about["provenance"]["position"] == 4
    assert counts(tmp_path)["computed"] == 1
    assert counts(tmp_path / "undisturbed")["computed"] == 1
    assert digests(tmp_path / "results") == digests(tmp_path / "undisturbed" / "results")
    assert not left.exists()
