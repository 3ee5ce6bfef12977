import json
from hashlib import sha256
from pathlib import Path

import pytest

from gru_vanish.store.folders import INDEX, ForeignFilesError, owned, write_folder

TABLES = "tables of a study"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_index_names_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "export"
    paths = write_folder(folder, TABLES, {"b.csv": b"2", "a.csv": b"1"})
    assert paths == [folder / INDEX, folder / "b.csv", folder / "a.csv"]
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    files = {"a.csv": sha256(b"1").hexdigest(), "b.csv": sha256(b"2").hexdigest()}
    assert index == {"contents": TABLES, "files": files}
    assert owned(folder, TABLES) == files


def test_what_was_there_before_is_replaced(tmp_path: Path) -> None:
    write_folder(tmp_path, TABLES, {"a.csv": b"1", "b.csv": b"2"})
    write_folder(tmp_path, TABLES, {"b.csv": b"3", "c.csv": b"4"})
    assert names(tmp_path) == {INDEX, "b.csv", "c.csv"}
    assert (tmp_path / "b.csv").read_bytes() == b"3"


def test_the_same_bytes_whatever_was_there(tmp_path: Path) -> None:
    for folder in (tmp_path / "one", tmp_path / "two"):
        write_folder(folder, TABLES, {f"{folder.name}.csv": b"0"})
        write_folder(folder, TABLES, {"a.csv": b"1"})
    assert (tmp_path / "one" / INDEX).read_bytes() == (tmp_path / "two" / INDEX).read_bytes()


@pytest.mark.parametrize("own", [False, True])
def test_a_folder_with_foreign_files_is_left_alone(own: bool, tmp_path: Path) -> None:
    if own:
        write_folder(tmp_path, TABLES, {"a.csv": b"1"})
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ForeignFilesError, match=r"holds other files \(thesis.tex\)"):
        write_folder(tmp_path, TABLES, {"a.csv": b"2"})
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "index",
    [
        "",
        "[]",
        '{"contents": "tables of a study"}',
        '{"contents": "an oracle", "files": {"a.csv": ""}}',
        '{"contents": "tables of a study", "files": {"../a.csv": ""}}',
        '{"contents": "tables of a study", "files": ["a.csv"]}',
    ],
)
def test_an_index_of_something_else_makes_the_folder_foreign(index: str, tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text(index, encoding="utf-8")
    (tmp_path / "a.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ForeignFilesError, match="is not that of tables of a study"):
        write_folder(tmp_path, TABLES, {"a.csv": b"2"})
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "mine"


def test_a_link_is_no_index(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write_folder(tmp_path / "other", TABLES, {"a.csv": b"1"})
    folder.mkdir()
    (folder / INDEX).symlink_to(tmp_path / "other" / INDEX)
    with pytest.raises(ForeignFilesError):
        write_folder(folder, TABLES, {"a.csv": b"2"})


def test_an_interrupted_writer_leaves_a_folder_that_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gru_vanish.store import folders

    files = {"a.csv": b"1", "b.csv": b"2", "c.csv": b"3"}
    whole = folders.write_atomically
    for written in range(4):
        folder, left = tmp_path / str(written), [written]

        def until(path: Path, data: bytes, left: list[int] = left) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            whole(path, data)

        monkeypatch.setattr(folders, "write_atomically", until)
        with pytest.raises(KeyboardInterrupt):
            write_folder(folder, TABLES, files)
        monkeypatch.setattr(folders, "write_atomically", whole)
        write_folder(folder, TABLES, files)
        assert names(folder) == {INDEX, *files}
