import os
from pathlib import Path

import pytest

from gru_vanish.cells import CELLS
from tests.cli.commands import gru_vanish, python

# pydantic is not among them: newer versions of Typer import it themselves.
HEAVY = ("jax", "matplotlib", "numpy", "pyarrow", "rich", "ruamel", "scipy")
AFTER = """
import sys
sys.argv = ["gru-vanish", *{words!r}]
from gru_vanish.cli import main
try:
    main()
except SystemExit as leaving:
    print(leaving.code, sorted({heavy!r} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], []])
def test_help_imports_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    done = python(AFTER.format(words=words, heavy=set(HEAVY)), cwd=tmp_path)
    code = 2 if not words else 0
    assert done.stderr.splitlines()[-1] == f"{code} []"


def test_help_is_quick(tmp_path: Path) -> None:
    spent = []
    for _ in range(3):
        before = os.times()
        done = gru_vanish("--help", cwd=tmp_path)
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert all(command in done.stdout for command in ("run", "check", "draw", "list", "init", "schema", "doctor"))
    # The aim is 0.4 s; time of the processor, and twice that, since a busy machine must not make this fail.
    assert min(spent) < 0.8


def test_the_package_itself_imports_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, gru_vanish; early = sorted(m for m in sys.modules if m.startswith('gru_vanish.'))\n"
        "print(early, gru_vanish.Store.__module__, 'jax' in sys.modules, sorted(gru_vanish.CELLS))\n"
        "absent = [name for name in gru_vanish.__all__ if not hasattr(gru_vanish, name)]\n"
        "print(absent, hasattr(gru_vanish, 'nothing'))"
    )
    done = python(code, cwd=tmp_path)
    assert done.stdout.splitlines() == [f"[] gru_vanish.store.store False {sorted(CELLS)}", "[] False"]
