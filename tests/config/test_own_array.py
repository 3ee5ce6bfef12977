"""Input sequences from a file: read, hashed by content, and every fault at its place."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from gru_vanish.config import ConfigError, load
from gru_vanish.config.canonical import ForeignSettingError, setting_of
from gru_vanish.config.loading import Loaded
from gru_vanish.inputs import FromFile

STUDY = """
schema: 1
name: own
seeds: 1
lengths: [1, 20]
inputs: {kind: array, file: %s}
cells:
  RNN: {kind: rnn, hidden: 3}
"""
VALUES = np.random.default_rng(5).standard_normal((4, 20, 2)).astype(np.float32)


def loaded(folder: Path, words: str, *overrides: str) -> Loaded:
    (folder / "study.yaml").write_text(STUDY % words, encoding="utf-8")
    return load(folder / "study.yaml", overrides)


def written(folder: Path, name: str, values: np.ndarray = VALUES) -> str:
    path = folder / name
    match path.suffix:
        case ".npy":
            np.save(path, values)
        case ".npz":
            np.savez(path, xs=values, other=values + 1)
        case _:
            save_file({"xs": values, "other": values + 1}, path)
    return name if path.suffix == ".npy" else f"{name}, entry: xs"


def inputs_of(study: Loaded) -> FromFile:
    found = study.series[0].setting.inputs
    assert isinstance(found, FromFile)
    return found


@pytest.mark.parametrize("name", ["x.npy", "x.npz", "x.safetensors"])
def test_every_format_gives_the_same_sequences_and_the_same_key(tmp_path: Path, name: str) -> None:
    found = inputs_of(loaded(tmp_path, written(tmp_path, name)))
    assert (found.batch, found.steps, found.size) == VALUES.shape
    assert found.content is not None
    np.testing.assert_array_equal(found.content.values, VALUES)
    assert found == inputs_of(loaded(tmp_path, written(tmp_path, "same.npy", VALUES.astype(np.float64))))
    assert found != inputs_of(loaded(tmp_path, written(tmp_path, "other.npy", VALUES + 1)))


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    first = inputs_of(loaded(tmp_path, written(tmp_path, "x.npy")))
    assert inputs_of(loaded(tmp_path, written(tmp_path, "x.npy", VALUES[:3]))) != first


def test_two_axes_are_one_sample(tmp_path: Path) -> None:
    found = inputs_of(loaded(tmp_path, written(tmp_path, "x.npy", VALUES[0])))
    assert (found.batch, found.steps, found.size) == (1, 20, 2)


def test_the_path_is_in_no_setting_and_the_content_in_no_manifest(tmp_path: Path) -> None:
    canonical = loaded(tmp_path, written(tmp_path, "x.npy")).series[0].setting.canonical()
    assert set(canonical["inputs"]) == {"kind", "size", "batch", "steps", "numbers_sha256"}
    with pytest.raises(ForeignSettingError, match="user's own file"):
        setting_of(canonical)


def test_files_can_be_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # what an option names is beside whoever types it
    for name, values in (("a.npy", VALUES), ("b.npy", VALUES[:2])):
        written(tmp_path, name, values)
    study = loaded(tmp_path, "a.npy", "sweep.grid={inputs.file: [a.npy, b.npy]}")
    assert [one.setting.inputs.batch for one in study.series] == [4, 2]


def test_a_pickle_runs_nothing(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ConfigError, match=r"x\.npy: is no sound \.npy file"):
        loaded(tmp_path, "x.npy")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("x.npy, lengths: 3", "study.yaml:6:36: inputs.lengths: unknown key"),
        ("none.npy", r"study.yaml:6:29: inputs.file: .*none.npy: No such file"),
        (".", "not a file"),
        ("7", "given 7; expected a text"),
        ("x.csv", "ends in .npy, .npz or .safetensors"),
        ("x.npy, entry: xs", r"study.yaml:6:43: inputs.entry: .*a .npy file holds one array"),
        ("x.npz", "holds 2 arrays; choose one with entry: xs, other"),
        ("x.npz, entry: sx", r"inputs.entry: .*entry: there is xs, other"),
        ("text.npy", "is no sound .npy file"),
        ("text.npz", "is no sound .npz file"),
        ("text.safetensors", "is no sound .safetensors file"),
        ("words.npy", "holds <U1; expected numbers"),
        ("flat.npy", r"has the shape \(3,\); expected \(batch, T, size\)"),
        ("nan.npy", "a number that is not finite"),
        ("huge.npy", "a number that is not finite"),
        ("short.npy", r"study.yaml:5:10: lengths: they go up to T = 20, and the sequences of the inputs have 19 steps"),
    ],
)
def test_faults_have_their_place(tmp_path: Path, words: str, expected: str) -> None:
    written(tmp_path, "x.npy")
    written(tmp_path, "x.npz")
    for name in ("x.csv", "text.npy", "text.npz", "text.safetensors"):
        (tmp_path / name).write_text("no numbers")
    arrays = {"words": np.array([["a"]]), "flat": np.ones(3), "short": VALUES[:, :19]}
    arrays |= {"nan": VALUES * np.nan, "huge": VALUES.astype(np.float64) * 1e40}
    for name, values in arrays.items():
        np.save(tmp_path / f"{name}.npy", values)
    with pytest.raises(ConfigError, match=expected):
        loaded(tmp_path, words)
