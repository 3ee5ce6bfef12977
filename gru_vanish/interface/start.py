"""``init``: a commented config to begin with."""

import os
from importlib.resources import files
from pathlib import Path

from gru_vanish.interface.refusals import Exit, RefusalError


def init(path: str | Path = "study.yaml", *, force: bool = False) -> Path:
    """Write the starter config, and return its path; what stands there stays unless ``force``."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
    text = starter()
    try:
        handle = os.open(path, flags, 0o666)
    except FileExistsError:
        raise RefusalError(Exit.usage, f"{path} is there already; --force overwrites it") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(path)


def starter() -> str:
    """Return the starter config."""
    return files("gru_vanish.interface").joinpath("starter.yaml").read_text(encoding="utf-8")
