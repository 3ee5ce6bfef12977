"""``init [PATH]``: a commented config to begin with."""

import os
from importlib.resources import files
from pathlib import Path

from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.output import say, tell


def start(path: Path, force: bool) -> int:
    """Write the starter config; what stands there stays unless ``force``."""
    text = files("gru_vanish.cli").joinpath("starter.yaml").read_text(encoding="utf-8")
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    try:
        handle = os.open(path, flags, 0o666)
    except FileExistsError:
        raise RefusalError(Exit.usage, f"{path} is there already; --force overwrites it") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    tell(str(path))
    say(f"next: gru-vanish check {path}, then gru-vanish run {path}")
    return Exit.done
