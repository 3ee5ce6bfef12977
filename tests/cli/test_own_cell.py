"""``--allow-code``: refused without it, and a mistake in the user's file is a message and exit code 2."""

from pathlib import Path

import pytest

from tests.cli.commands import gru_vanish
from tests.config.own_cells import CELL, MISTAKES

STUDY = """\
schema: 1
name: own
seeds: 1
lengths: [1, 5]
inputs: {kind: gaussian, size: 3, batch: 2}
cells:
  mine: {file: my_cell.py, hidden: 5, init: {share: 0.2}}
"""


def write(folder: Path, cell: str | bytes = CELL) -> None:
    (folder / "my_cell.py").write_bytes(cell if isinstance(cell, bytes) else cell.encode())
    (folder / "c.yaml").write_text(STUDY, encoding="utf-8")


@pytest.mark.parametrize("command", [("run",), ("check",), ("run", "--dry-run")], ids=" ".join)
def test_without_leave_nothing_is_started(tmp_path: Path, command: tuple[str, ...]) -> None:
    write(tmp_path, cell="open('ran', 'w').close()\n" + CELL)
    done = gru_vanish(*command, "c.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "c.yaml:7:16: cells.mine.file: a cell of your own is code" in done.stderr
    assert "--allow-code" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.yaml", "my_cell.py"]


def test_a_mistake_in_the_file_is_no_traceback(tmp_path: Path) -> None:
    mistake = MISTAKES["a branch on a value"]
    write(tmp_path, mistake.text)
    done = gru_vanish("run", "c.yaml", "--allow-code", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"my_cell.py:{mistake.line}:9: cells.mine.file: {mistake.message}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert not (tmp_path / "results").exists()
