"""From a manifest back to settings with files of the user's own: found, changed, moved, renamed, or left alone."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.config import ForeignSettingError, Series, load, own_file
from gru_vanish.config.own_again import Search
from gru_vanish.config.own_origin import seen_from
from gru_vanish.engine.manifest import entries
from tests.config.own_cells import CELL
from tests.models.written import M, N, drawn, torch_shapes

CONFIG = """
schema: 1
name: own
seeds: 2
lengths: [1, 4]
inputs: {kind: array, file: data/x.npz, entry: first}
cells:
  mine: {file: my_cell.py, hidden: 4, init: {share: 0.5}}
  above: {weights: data/model.npz, framework: torch, layer: rnn.l1}
  GRU: {kind: gru, hidden: 4}
sweep:
  grid: {cells.GRU.init.update_bias: [0, 1]}
"""
SENTINEL = 'open(__file__ + ".ran", "a").close()\n'


class Written:
    """A folder with a study and its files, and what a manifest in ``results/own`` says of each series."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "data").mkdir(parents=True)
        rng = np.random.default_rng(0)
        np.savez(folder / "data" / "x.npz", first=rng.normal(size=(2, 6, M)), second=np.zeros((1, 1)))
        shapes = torch_shapes(3, M, "_l0", "rnn.") | torch_shapes(3, N, "_l1", "rnn.")
        np.savez(folder / "data" / "model.npz", **drawn(shapes))
        (folder / "my_cell.py").write_text(SENTINEL + CELL, encoding="utf-8")
        (folder / "own.yaml").write_text(CONFIG, encoding="utf-8")
        self.series = load(folder / "own.yaml", allow_code=True).series
        manifest = {"series": entries(self.series, [0], ["h0_gradient"])}
        self.said = json.loads(json.dumps(seen_from(manifest, self.folder / "results" / "own")["series"]))

    def named(self, label: str) -> Mapping[str, Any]:
        return next(one for one in self.said if one["label"] == label)

    def known(self, label: str) -> Series:
        return next(one for one in self.series if one.label == label)

    def found(self, label: str, *more: Path, allow_code: bool = False, folder: Path | None = None) -> Any:
        """The setting of a series, made from the manifest alone."""
        search = Search(str((folder or self.folder) / "results" / "own"), tuple(map(str, more)), allow_code)
        return search.setting_of(self.named(label)["setting"], self.named(label)["files"])

    def refused(self, label: str, *more: Path, allow_code: bool = False, folder: Path | None = None) -> str:
        with pytest.raises(ForeignSettingError) as fault:
            self.found(label, *more, allow_code=allow_code, folder=folder)
        return str(fault.value)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    found = Written(tmp_path / "study")
    monkeypatch.chdir(tmp_path)  # paths do not hang on the folder in which a command is started
    return found


def is_found(found: Any, series: Series) -> bool:
    """Whether a setting is that of the series; code of another path is another class."""
    seen, wanted = (one.inputs.numbers()["values"] for one in (found, series.setting))
    same: bool = np.array_equal(seen, wanted)
    return same and found.canonical() == series.setting.canonical()


def forget(written: Written) -> None:
    """Let it be as in a process in which nobody has executed the cell."""
    own_file.executed.cache_clear()
    own_file._EXECUTED.clear()
    (written.folder / "my_cell.py.ran").unlink()


def test_what_a_manifest_says(written: Written) -> None:
    files = {one["label"]: one["files"] for one in written.said}
    inputs = {"key": "inputs.file", "path": "../../data/x.npz", "entry": "first"}
    assert {key: value for key, value in files["GRU"]["inputs"].items() if key != "numbers_sha256"} == inputs
    assert files["mine"]["cell"] == {"key": "cells.mine.file", "path": "../../my_cell.py"}
    assert files["above"]["weights"]["path"] == "../../data/model.npz"
    assert files["above"]["weights"]["written"]["layer"] == "rnn.l1"
    # what a layer above others reads is not what the file holds
    assert files["above"]["inputs"] == files["GRU"]["inputs"]
    assert written.named("above")["setting"]["inputs"]["numbers_sha256"] != files["GRU"]["inputs"]["numbers_sha256"]


@pytest.mark.parametrize("label", ["mine", "above", "GRU"])
def test_files_where_they_were(written: Written, label: str) -> None:
    setting = written.found(label, allow_code=True)
    assert setting == written.known(label).setting
    wanted = written.known(label).setting.inputs.numbers()["values"]
    np.testing.assert_array_equal(setting.inputs.numbers()["values"], wanted)


def test_a_folder_that_was_moved_as_a_whole(written: Written, tmp_path: Path) -> None:
    shutil.move(written.folder, tmp_path / "elsewhere")
    for label in ("mine", "above", "GRU"):
        assert (
            written.found(label, allow_code=True, folder=tmp_path / "elsewhere").canonical()
            == written.known(label).setting.canonical()
        )


def test_files_that_were_moved_and_renamed_are_found_by_their_content(written: Written, tmp_path: Path) -> None:
    place = tmp_path / "archive" / "2024"
    place.mkdir(parents=True)
    (written.folder / "my_cell.py").rename(place / "cell.py")
    (written.folder / "data" / "model.npz").rename(place / "weights.npz")
    (written.folder / "data" / "x.npz").rename(place / "xs.npz")
    for name in ("a.npz", "b.py"):  # of their kinds, and nothing of theirs in them
        (place / name).write_text("x = 1\n", encoding="utf-8")
    for label in ("mine", "above", "GRU"):
        assert (
            written.found(label, tmp_path / "archive", allow_code=True).canonical()
            == written.known(label).setting.canonical()
        )
    files = [place / "cell.py", place / "xs.npz"]
    assert is_found(written.found("mine", *files, allow_code=True), written.known("mine"))


def test_code_is_not_run_without_leave(written: Written) -> None:
    forget(written)
    assert written.refused("mine") == (
        "cells.mine.file: study/my_cell.py is code, which would be run; say --allow-code if you trust it"
    )
    assert not (written.folder / "my_cell.py.ran").exists()
    written.found("mine", allow_code=True)
    assert (written.folder / "my_cell.py.ran").exists()


def test_code_that_has_changed_is_not_run_with_leave(written: Written) -> None:
    forget(written)
    with open(written.folder / "my_cell.py", "a", encoding="utf-8") as file:
        file.write("# another\n")
    told = written.refused("mine", allow_code=True)
    was = written.named("mine")["setting"]["cell"]["file_sha256"]
    assert told.startswith("cells.mine.file: the file study/my_cell.py has changed: the SHA-256 is ")
    assert told.endswith(f"the record's is {was[:16]}…")
    assert not (written.folder / "my_cell.py.ran").exists()


def test_numbers_that_have_changed_are_named_and_the_old_ones_found_elsewhere(written: Written, tmp_path: Path) -> None:
    place = tmp_path / "kept"
    shutil.copytree(written.folder / "data", place)
    for name, key in (("x.npz", "inputs.file"), ("model.npz", "cells.above.weights")):
        path = written.folder / "data" / name
        with np.load(path) as archive:
            arrays = {one: archive[one] for one in archive.files}
        np.savez(path, **{one: array + 1e-3 for one, array in arrays.items()})
        told = written.refused("above")
        assert f"{key}: the file study/data/{name} has changed: the SHA-256 of " in told
        assert "the record's is" in told
        assert is_found(written.found("above", place), written.known("above"))
        shutil.copy(place / name, path)
    np.savez(written.folder / "data" / "x.npz", first=np.zeros((2, 6, M), np.float32))
    assert "the numbers in it is" in written.refused("GRU")


def test_a_file_that_says_the_same_in_other_bytes_is_the_same(written: Written) -> None:
    path = written.folder / "data" / "x.npz"
    with np.load(path) as archive:
        first = archive["first"].astype(np.float32)
    before = path.read_bytes()
    np.savez_compressed(path, first=first)
    assert path.read_bytes() != before
    assert is_found(written.found("GRU"), written.known("GRU"))


def test_what_is_missing_is_named_by_key_and_path(written: Written, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.rmtree(written.folder / "data")
    assert written.refused("GRU").startswith("inputs.file: study/data/x.npz: No such file or directory; --files DIR")
    told = written.refused("above", tmp_path / "empty")
    assert told.startswith("cells.above.weights: study/data/model.npz: No such file or directory; it is not there")
    (written.folder / "my_cell.py").unlink()
    (written.folder / "my_cell.py").mkdir()
    told = written.refused("mine", allow_code=True)
    assert told.startswith("inputs.file: study/data/x.npz: No such file")


def test_a_layer_below_that_has_changed(written: Written) -> None:
    """The layer's own weights are as they were; what it reads is not."""
    path = written.folder / "data" / "model.npz"
    with np.load(path) as archive:
        arrays = {one: archive[one] for one in archive.files}
    np.savez(path, **{**arrays, "rnn.bias_hh_l0": arrays["rnn.bias_hh_l0"] + 0.1})
    assert "what the layers below make of the sequences is not to the last bit what it was" in written.refused("above")


@pytest.mark.parametrize(
    "files",
    [{}, {"inputs": {"key": "inputs.file", "path": 3}}, {"inputs": ["x"]}, {"cell": {"key": "k", "path": "x\0.py"}}],
)
def test_manifests_that_say_nothing_of_use(written: Written, files: Any) -> None:
    with pytest.raises(ForeignSettingError, match=r"does not say which|files"):
        Search(str(written.folder)).setting_of(written.named("GRU")["setting"], files)


def test_settings_without_files_need_no_search(written: Written) -> None:
    values = {**written.named("GRU")["setting"], "inputs": {"kind": "gaussian", "size": 3, "batch": 2, "scale": 1.0}}
    assert Search("nowhere").setting_of(values, {}).inputs.size == M
