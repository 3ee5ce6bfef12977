"""The manifest comes back as it was written, or the user is told why not and what was probably meant."""

import math
import os
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from gru_vanish.store import (
    DamagedManifest,
    MissingManifest,
    Store,
    StoreUnavailable,
    list_studies,
    manifest_path,
    read_manifest,
    write_manifest,
)
from tests.store.examples import example_record


def example(name: str = "article") -> dict[str, Any]:
    return {
        "schema": 1,
        "name": name,
        "question": "Wächst δ? \ud800",
        "study": {"z_first": 1, "a_second": [1.0, -0.0, 1e-300, None, True]},
        "series": [{"label": "GRU", "keys": {"h0_gradient": {"0": "ab"}}}],
    }


def test_round_trip_keeps_the_order(tmp_path: Path) -> None:
    path = write_manifest(tmp_path, example())
    assert path == tmp_path / "article" / "manifest.json" == manifest_path(tmp_path, "article")
    back = read_manifest(tmp_path, "article")
    assert back == example()
    assert list(back["study"]) == ["z_first", "a_second"]
    assert "Wächst δ" in path.read_text("utf-8")
    first = path.read_bytes()
    write_manifest(tmp_path, back)
    assert path.read_bytes() == first
    assert os.listdir(path.parent) == ["manifest.json"]


def test_any_mapping_can_be_written(tmp_path: Path) -> None:
    manifest = {**example(), "study": MappingProxyType({"a": (1, 2)})}
    write_manifest(tmp_path, MappingProxyType(manifest))
    assert read_manifest(tmp_path, "article")["study"] == {"a": [1, 2]}


def test_what_json_cannot_hold_is_refused_by_its_path(tmp_path: Path) -> None:
    for value, kind in ((math.nan, "nan"), ({1}, "set")):
        with pytest.raises(ValueError, match=rf"manifest\.study\.x\[0\]: {kind}"):
            write_manifest(tmp_path, {**example(), "study": {"x": [value]}})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a" * 65, "store", "Store", "a\n", "ä", 3])
def test_names_that_no_study_can_have(tmp_path: Path, name: Any) -> None:
    with pytest.raises(ValueError, match="study"):
        manifest_path(tmp_path, name)


def test_a_missing_study_suggests_the_nearest(tmp_path: Path) -> None:
    for name in ("article", "smoke"):
        write_manifest(tmp_path, example(name))
    with pytest.raises(MissingManifest, match="no study 'Artcle' here; did you mean 'article'") as caught:
        read_manifest(tmp_path, "Artcle")
    assert caught.value.nearest == "article"
    with pytest.raises(MissingManifest) as caught:
        read_manifest(tmp_path, "zzz")
    assert "did you mean" not in str(caught.value)
    with pytest.raises(MissingManifest):
        read_manifest(tmp_path / "nowhere", "article")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not JSON"),
        (b'{"schema": 1', "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"{}", "schema None"),
        (b'{"schema": 2}', "schema 2; this version of the program reads schema 1"),
        (b'{"schema": true}', "schema True"),
        (b'{"schema": 1}', "does not name"),
        (b'{"schema": 1, "name": "a", "series": {}}', "no list of series"),
    ],
)
def test_damage_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    path = write_manifest(tmp_path, example())
    path.write_bytes(data)
    with pytest.raises(DamagedManifest, match=reason):
        read_manifest(tmp_path, "article")


def test_a_pipe_in_its_place_does_not_block(tmp_path: Path) -> None:
    path = manifest_path(tmp_path, "article")
    path.parent.mkdir()
    os.mkfifo(path)
    with pytest.raises(DamagedManifest, match="named pipe"):
        read_manifest(tmp_path, "article")
    assert list_studies(tmp_path) == []


def test_a_file_where_the_study_should_be(tmp_path: Path) -> None:
    (tmp_path / "article").write_bytes(b"")
    with pytest.raises(StoreUnavailable, match="where a folder should be"):
        write_manifest(tmp_path, example())


def test_studies_are_listed_by_their_manifests(tmp_path: Path) -> None:
    assert list_studies(tmp_path / "nowhere") == []
    Store(tmp_path).write(example_record())
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "notes.txt").write_bytes(b"")
    for name in ("b", "a"):
        write_manifest(tmp_path, example(name))
    assert list_studies(tmp_path) == ["a", "b"]
