"""Several command lines in one process: importing jax and compiling are too dear for each."""

import json
from pathlib import Path
from typing import NamedTuple

from tests.cli.commands import python

SCRIPT = """
import contextlib, io, json, sys
from gru_vanish.cli import main
told = []
for first, words in {commands!r}:
    exec(first)
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["gru-vanish", *words]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as leaving:
            code = leaving.code
    told.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


class Told(NamedTuple):
    """How one command has ended."""

    code: int
    stdout: str
    stderr: str


def one_process(*commands: tuple[str, tuple[str | Path, ...]], cwd: Path) -> list[Told]:
    """Run command lines one after the other, each after some Python of its own."""
    plain = [(first, [str(word) for word in words]) for first, words in commands]
    done = python(SCRIPT.format(commands=plain), cwd=cwd)
    assert done.returncode == 0, done.stderr
    return [Told(*each) for each in json.loads(done.stdout)]
