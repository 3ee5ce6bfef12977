"""Cells from a file of the user's: when they are executed, what of them enters a key, and how mistakes are told."""

import hashlib
import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from gru_vanish import engine
from gru_vanish.config import ConfigError, ForeignSettingError, Loaded, json_schema, load, resolved_lines, setting_of
from gru_vanish.contracts import Program
from tests.config.own_cells import CELL, MISTAKES, Spoilt, line

STUDY = """\
schema: 1
name: own
seeds: 1
lengths: [1, 5]
inputs: {kind: gaussian, size: 3, batch: 2}
cells:
  mine: {file: my_cell.py, hidden: 5, init: {share: 0.2}}
"""


def write(folder: Path, text: str = STUDY, cell: str | bytes = CELL, name: str = "my_cell.py") -> Path:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(cell if isinstance(cell, bytes) else cell.encode("utf-8"))
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    return folder / "c.yaml"


def problems(path: Path, *overrides: str, allow_code: bool = True) -> list[tuple[str, int, int, str, str]]:
    """Give (file's name, line, column, path, message) of everything that is wrong."""
    with pytest.raises(ConfigError) as caught:
        load(path, overrides, allow_code=allow_code)
    found = caught.value.problems
    return [(Path(one.file).name, one.line, one.column, one.path, one.message) for one in found]


def keys(loaded: Loaded) -> set[str]:
    return {engine.unit(one.setting, 0, "h0_gradient").key for one in loaded.series}


def own(path: Path, *overrides: str) -> Loaded:
    return load(path, overrides, allow_code=True)


def test_a_cell_from_a_file_is_a_cell_like_any_other(tmp_path: Path) -> None:
    sweep = "sweep: {grid: {cells.mine.init.share: [0.1, 0.2], cells.mine.hidden: [5, 6]}}\n"
    loaded = own(write(tmp_path, STUDY + sweep))
    cells = [one.setting.cell for one in loaded.series]
    assert [cell.hidden for cell in cells] == [5, 6, 5, 6]
    assert cells[0].equations().startswith("h_t = (1 - z) h_(t-1)")
    assert len({Program.of(one.setting, "h0_gradient") for one in loaded.series}) == 2
    assert [one.setting.canonical()["cell"]["init"]["share"] for one in loaded.series] == [0.1, 0.1, 0.2, 0.2]


def test_the_content_is_in_the_key_and_the_path_is_not(tmp_path: Path) -> None:
    loaded = own(write(tmp_path))
    told = loaded.series[0].setting.canonical()["cell"]
    assert told["file_sha256"] == hashlib.sha256(CELL.encode()).hexdigest()
    assert told["kind"] == "Leaky"
    assert "my_cell" not in json.dumps(told)
    elsewhere = STUDY.replace("my_cell.py", "deep/other_name.py")
    assert keys(own(write(tmp_path, elsewhere, name="deep/other_name.py"))) == keys(loaded)
    assert keys(own(write(tmp_path, cell=CELL + "# a remark\n"))) != keys(loaded)


def test_two_labels_of_one_file_share_a_program(tmp_path: Path) -> None:
    twice = STUDY + "  again: {file: ./my_cell.py, hidden: 5, title: other, init: {share: 0.9}}\n"
    first, second = own(write(tmp_path, twice.replace("file: my_cell.py", "file: ./my_cell.py"))).series
    assert Program.of(first.setting, "h0_gradient") == Program.of(second.setting, "h0_gradient")


def test_the_study_tells_file_and_hash_and_where_they_come_from(tmp_path: Path) -> None:
    path = write(tmp_path)
    found = {name: (value, origin) for name, value, origin in resolved_lines(own(path))}
    assert found["cells.mine.file"] == ("my_cell.py", f"{path}:7")
    assert found["cells.mine.hidden"] == (5, f"{path}:7")
    assert found["cells.mine.kind"] == ("Leaky", f"the content of {tmp_path / 'my_cell.py'}")
    assert found["cells.mine.file_sha256"][0] == hashlib.sha256(CELL.encode()).hexdigest()
    assert found["cells.mine.init.reset"] == (1.0, "default")


def test_gates_and_uses_of_a_cell_from_a_file_are_open_to_interventions(tmp_path: Path) -> None:
    (series,) = own(write(tmp_path), "cells.mine.stop=[leak]", "cells.mine.clamp={candidate: 0.5}").series
    told = series.setting.canonical()["cell"]
    assert (told["stop"], told["init"]["clamp"], "file_sha256" in told) == (["leak"], {"candidate": 0.5}, True)
    found = problems(write(tmp_path), "cells.mine.stop=[reset]")
    assert found[0][3:] == ("cells.mine.stop[0]", "given 'reset'; allowed: leak, candidate")


def test_another_folder_is_that_of_the_file_or_of_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path in a config is relative to that config, a path in an option to where one stands."""
    (tmp_path / "base").mkdir()
    write(tmp_path / "base")
    (tmp_path / "child.yaml").write_text("extends: base/c.yaml\n")
    assert own(tmp_path / "child.yaml").series
    monkeypatch.chdir(tmp_path / "base")
    plain = STUDY.replace("file: my_cell.py", "kind: rnn").replace(", init: {share: 0.2}", "")
    (tmp_path / "base" / "plain.yaml").write_text(plain + "  own: {hidden: 3, init: {share: 0.1}}\n")
    assert len(own(tmp_path / "base" / "plain.yaml", "cells.own.file=my_cell.py").series) == 2


def test_without_leave_nothing_is_executed(tmp_path: Path) -> None:
    path = write(tmp_path, cell=f"open({str(tmp_path / 'ran')!r}, 'w').close()\n" + CELL)
    ((name, line, column, where, message),) = problems(path, allow_code=False)
    assert (name, line, column, where) == ("c.yaml", 7, 16, "cells.mine.file")
    assert "--allow-code" in message
    assert not (tmp_path / "ran").exists()
    own(path)
    assert (tmp_path / "ran").exists()


def test_what_a_file_prints_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own(write(tmp_path, cell="print('hello')\n" + CELL))
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_at_its_line(tmp_path: Path, mistake: Spoilt) -> None:
    ((name, number, _, where, message),) = problems(write(tmp_path, cell=mistake.text))
    assert (name, number, where) == ("my_cell.py", mistake.line, "cells.mine.file")
    assert mistake.message in message
    assert "\n" not in message


def test_a_mistake_shows_the_line_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, cell=MISTAKES["an odd product"].text)
    with pytest.raises(ConfigError) as caught:
        own(path)
    head, text, caret, _ = str(caught.value).split("\n")
    assert head.startswith(f"{tmp_path / 'my_cell.py'}:{line('return params.U')}:9: cells.mine.file: drive: TypeError")
    assert (text.strip(), text[caret.index("^") :]) == ("return x @ params.U", "return x @ params.U")


def test_a_validator_that_raises_anything_is_told_too(tmp_path: Path) -> None:
    validator = """
        from pydantic import model_validator

        class Checked(Leaky):
            @model_validator(mode="after")
            def _odd(self):
                return [][self.hidden]

        CELL = Checked
    """
    cell = CELL + textwrap.dedent(validator)
    ((name, found, _, where, message),) = problems(write(tmp_path, cell=cell))
    assert (name, found, where) == ("my_cell.py", line("return [][", cell), "cells.mine.file")
    assert message == "IndexError: list index out of range"


def test_a_module_beside_the_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could change, and the key would not."""
    (tmp_path / "beside_it.py").write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    ((name, found, _, _, message),) = problems(write(tmp_path, cell="import beside_it\n" + CELL))
    assert (name, found) == ("my_cell.py", 1)
    assert "its content would be in no key" in message


NODES: list[tuple[str, int, str, str]] = [
    ("file: none.py, hidden: 5", 16, "cells.mine.file", "none.py cannot be read: No such file or directory"),
    ("file: ., hidden: 5", 16, "cells.mine.file", ". cannot be read: not a file"),
    ("file: [a], hidden: 5", 16, "cells.mine.file", "given a list; expected the path of one Python file"),
    ("file: null, hidden: 5", 16, "cells.mine.file", "given null; expected the path of one Python file"),
    ("kind: gru, file: my_cell.py, hidden: 5", 16, "cells.mine.kind", "given 'gru'; allowed: Leaky"),
    ("file: my_cell.py, hiden: 5", 28, "cells.mine.hiden", "unknown key; did you mean 'hidden'?"),
    ("file: my_cell.py, hidden: 5, preset: x", 47, "cells.mine.preset", "this kind has no presets"),
    ("file: my_cell.py, hidden: 5, init: {shar: 1}", 46, "cells.mine.init.shar", "unknown key; did you mean 'share'?"),
]


@pytest.mark.parametrize(("node", "column", "where", "expected"), NODES)
def test_a_node_is_judged_by_the_class_in_the_file(
    tmp_path: Path, node: str, column: int, where: str, expected: str
) -> None:
    found = problems(write(tmp_path, STUDY.replace("file: my_cell.py, hidden: 5, init: {share: 0.2}", node)))
    at = {path: (name, number, place, message) for name, number, place, path, message in found}
    assert at[where][:3] == ("c.yaml", 7, column)
    assert expected in at[where][3]


def test_files_are_not_swept(tmp_path: Path) -> None:
    text = STUDY + "sweep: {grid: {cells.mine.file: [my_cell.py]}}\n"
    assert problems(write(tmp_path, text))[0][4] == "a file is not swept; write another cell"


def test_a_record_of_such_a_cell_can_not_be_computed_from_its_setting_alone(tmp_path: Path) -> None:
    (series,) = own(write(tmp_path)).series
    with pytest.raises(ForeignSettingError, match="'Leaky' is a cell of a user's own"):
        setting_of(series.setting.canonical())


def test_the_schema_lets_an_editor_pass_it() -> None:
    (cells,) = json_schema()["properties"]["cells"]["patternProperties"].values()
    (branch,) = [branch for branch in cells["anyOf"] if "file" in branch["properties"]]
    assert branch["required"] == ["file"]
    assert branch.get("additionalProperties") is None
    known: Any = {name for other in cells["anyOf"] if other is not branch for name in other["properties"]}
    assert "file" not in known
