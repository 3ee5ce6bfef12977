import re
import signal
from pathlib import Path

from tests.cli.commands import on_terminal, until_records
from tests.cli.conftest import Ran

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def plain(text: str) -> list[str]:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "").split("\n")


def test_a_terminal_gets_a_bar_and_a_table_that_fits(tiny: Ran, tmp_path: Path) -> None:
    words = ("run", tiny.folder / "tiny.yaml", "--set", "figures=[]", "--set", "seeds=3")
    terminal = on_terminal(*words, cwd=tmp_path, columns=80)
    shown = terminal.ended()
    assert terminal.process.returncode == 0
    assert HIDE in shown
    assert shown.rindex(SHOW) > shown.rindex(HIDE)
    assert "compiling" in shown
    assert "0 of 9 units" in shown
    lines = plain(shown)
    table = lines[lines.index("tiny: Is a study of six units computed once?") :]
    assert all(len(line) <= 80 for line in table)
    assert sum(line.endswith(" 3/3") for line in table) == 3


def test_no_color_is_honoured(tiny: Ran) -> None:
    shown = on_terminal("draw", "tiny", cwd=tiny.folder, NO_COLOR="1").ended()
    assert "\x1b" not in shown
    assert "\x1b[1mtiny" in on_terminal("draw", "tiny", cwd=tiny.folder).ended()


def test_a_second_signal_ends_at_once_and_gives_the_cursor_back(slow: Ran, tmp_path: Path) -> None:
    longer = ("--set", "lengths={linspace: [1000, 20000], num: 3}", "--workers", "1")
    terminal = on_terminal("run", slow.folder / "slow.yaml", *longer, cwd=tmp_path)
    until_records(tmp_path / "results", 1, terminal.process)
    terminal.process.send_signal(signal.SIGINT)
    terminal.process.send_signal(signal.SIGTERM)
    shown = terminal.ended()
    assert terminal.process.returncode in (130, 143)
    assert HIDE in shown
    assert shown.rindex(SHOW) > shown.rindex(HIDE)
