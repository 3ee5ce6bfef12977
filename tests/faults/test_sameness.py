"""What is no part of a unit changes neither its key nor its bytes, and makes nothing be computed again."""

import os
import shutil
from pathlib import Path

from gru_vanish.store import Store
from tests.cli.commands import digests
from tests.faults.programs import STUDY, UNITS, counts, disturbed, study

REORDERED = """
cells:
  GRU: {init: {update_bias: -1.0}, hidden: 9, kind: gru, title: another}
  TURNED: {init: {recurrent: {gain: 1.0, kind: orthogonal}}, hidden: 9, kind: gru}
sweep:
  grid: {cells.GRU.init.recurrent.gain: [1.1, 0.9, 1.10]}
inputs: {batch: 2, scale: 1, size: 3, kind: gaussian}
lengths: [60, 20, 1]
seeds: [2, 0, 1]
name: small
question: Does the order matter?
schema: 1
"""


def test_a_copied_touched_store_among_foreign_files_under_another_locale(sound: Path, tmp_path: Path) -> None:
    """Everything at once: nothing may be computed again, and nobody's file may be touched."""
    study(tmp_path, REORDERED)
    shutil.copytree(sound / "results", tmp_path / "results", copy_function=shutil.copyfile)
    store = tmp_path / "results" / "store"
    for number, path in enumerate(sorted(tmp_path.rglob("*"))):
        moment = (0, 4_000_000_000)[number % 2]  # 1970 and 2096: a clock set back, and one set forward
        os.utime(path, (moment, moment))
    shelf = next(path for path in store.iterdir() if path.is_dir())
    foreign = [store / "notes.txt", store / "zz" / "x", shelf / "thesis.npz", shelf / ".hidden.tmp", shelf / "README"]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"mine")
    (shelf / "a folder").mkdir()
    found = counts(tmp_path, LC_ALL="tr_TR.UTF-8", LANG="de_DE.UTF-8", PYTHONHASHSEED="47", TZ="Asia/Tokyo")
    assert (found["found"], found["computed"], found["set_aside"]) == (UNITS, 0, 0)
    assert all(path.read_bytes() == b"mine" for path in foreign)
    assert digests(tmp_path / "results") == digests(sound / "results")


def test_a_clock_that_runs_backwards(sound: Path, tmp_path: Path) -> None:
    """Every look at the clock is a day before the last one, while new records join old ones."""
    study(tmp_path)
    backwards = "now = time.time\ntime.time = lambda: now() - 86400 * next(days)\nimport itertools\n"
    backwards += "days = itertools.count()\ndef disturb(count): pass"
    shutil.copytree(sound / "results", tmp_path / "results")
    kept = sorted(Store(tmp_path / "results").keys())[:4]
    for key in kept:
        Store(tmp_path / "results").path(key).unlink()
    done = disturbed(tmp_path, backwards)
    assert done.returncode == 0, done.stderr
    assert f"{len(kept)} computed, {UNITS - len(kept)} found" in done.stderr
    assert digests(tmp_path / "results") == digests(sound / "results")


def test_the_order_of_keys_is_really_another() -> None:
    assert STUDY.index("schema") < STUDY.index("cells")
    assert REORDERED.index("schema") > REORDERED.index("cells")
