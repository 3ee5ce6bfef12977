"""Records of studies with files of the user's own: computed again from the manifest, wherever the files lie now."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.commands import gru_vanish
from tests.cli.one_process import Told, one_process
from tests.config.own_cells import CELL
from tests.models.written import M, N, drawn, torch_shapes

STUDY = """
schema: 1
name: own
seeds: 1
lengths: [1, 5]
inputs: {kind: array, file: x.npy}
cells:
  mine: {file: my_cell.py, hidden: 4, init: {share: 0.2}}
  given: {weights: model.npz, framework: torch, layer: rnn.l1}
  GRU: {kind: gru, hidden: 4}
"""
SENTINEL = "open(__file__ + '.ran', 'a').close()\n"
VERIFY = ("verify", "own", "--all", "--json")


def write(folder: Path) -> None:
    rng = np.random.default_rng(0)
    np.save(folder / "x.npy", rng.normal(size=(2, 6, M)))
    shapes = torch_shapes(3, M, "_l0", "rnn.") | torch_shapes(3, N, "_l1", "rnn.")
    np.savez(folder / "model.npz", **drawn(shapes))
    (folder / "my_cell.py").write_text(SENTINEL + CELL, encoding="utf-8")
    (folder / "own.yaml").write_text(STUDY, encoding="utf-8")


CHANGE = "import numpy, os; assert not os.path.exists('my_cell.py.ran'); numpy.save('x.npy', numpy.ones((2, 6, 3)))"
MOVE = "import os; os.mkdir('moved'); [os.rename(name, 'moved/new-' + name) for name in ('my_cell.py', 'model.npz')]"
RESTORE = "import shutil; shutil.copy('kept/x.npy', 'moved/new-x.npy')"
CHANGED_CODE = "with open('moved/new-my_cell.py', 'a') as file: file.write('# another')"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """What is said while the files are, one after the other, changed and moved."""
    folder = tmp_path_factory.mktemp("own")
    write(folder)
    done = gru_vanish("run", "own.yaml", "--allow-code", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "my_cell.py.ran").unlink()
    (folder / "kept").mkdir()
    shutil.copy(folder / "x.npy", folder / "kept" / "x.npy")
    stages = {
        "without leave": ("", VERIFY),
        "changed": (CHANGE, VERIFY),
        "moved": (MOVE, (*VERIFY, "--allow-code")),
        "found": (RESTORE, (*VERIFY, "--allow-code", "--files", "moved")),
        "changed code": (CHANGED_CODE, (*VERIFY, "--allow-code", "--files", "moved")),
        "in words": ("", (*VERIFY[:-1], "--files", "kept", "--files", "moved")),
        "nowhere": ("", (*VERIFY, "--files", "nowhere")),
    }
    return dict(zip(stages, one_process(*stages.values(), cwd=folder), strict=True))


def units(told: Told) -> dict[str, Any]:
    """The only unit of each series, by its label."""
    return dict(zip(("mine", "given", "GRU"), json.loads(told.stdout)["units"], strict=True))


def reasons(told: Told) -> dict[str, str]:
    return {series: unit["why"] for series, unit in units(told).items()}


def test_code_is_named_and_not_run(told: dict[str, Told]) -> None:
    """That it was not run is asserted before the next command."""
    why = reasons(told["without leave"])
    assert told["without leave"].code == 0
    assert why["mine"] == "cells.mine.file: my_cell.py is code, which would be run; say --allow-code if you trust it"
    for series in ("given", "GRU"):
        assert why[series] == ""
        assert units(told["without leave"])[series]["difference"]["nats"] == 0.0


def test_a_file_that_has_changed_is_named(told: dict[str, Told]) -> None:
    assert told["changed"].code == 0
    for why in reasons(told["changed"]).values():
        assert why.startswith("inputs.file: the file x.npy has changed: the SHA-256 of the numbers in it is ")
        assert ", the record's is " in why


def test_files_that_are_gone_are_named(told: dict[str, Told]) -> None:
    why = reasons(told["moved"])
    assert why["given"].startswith("cells.given.weights: model.npz: No such file or directory; --files DIR says where")
    assert "inputs.file: the file x.npy has changed" in why["mine"]


def test_files_that_were_moved_are_found_and_all_agrees(told: dict[str, Told]) -> None:
    found = json.loads(told["found"].stdout)
    assert told["found"].code == 0
    assert (found["counts"]["incomparable"], found["counts"]["computed_again"]) == (0, 3)
    assert (found["counts"]["identical"], found["largest_nats"]) == (3, 0.0)


def test_code_that_has_changed_is_not_what_was_run(told: dict[str, Told]) -> None:
    why = reasons(told["changed code"])
    assert why["mine"].startswith("cells.mine.file: my_cell.py: No such file or directory; it is not there either")
    assert why["given"] == why["GRU"] == ""


def test_what_is_said_in_words(told: dict[str, Told]) -> None:
    lines = told["in words"].stdout.splitlines()
    (note,) = [line for line in lines if line.startswith("note: ")]
    assert note.startswith("note: 1 records can not be computed again: cells.mine.file: my_cell.py: No such file")
    assert lines[-1] == "verified: all that was computed again agrees within rounding"


def test_a_folder_that_is_not_there(told: dict[str, Told]) -> None:
    assert told["nowhere"].code == 2
    assert "--files nowhere: there is no such folder or file" in told["nowhere"].stderr
