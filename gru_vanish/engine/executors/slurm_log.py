"""Where a job of Slurm writes, and the end of what it has written."""

import os
from collections.abc import Sequence
from pathlib import Path

from gru_vanish.engine.executors.slurm import NAME

LINES, BYTES = 10, 4096
"""What is shown of a log."""


def path(directives: Sequence[tuple[str, str]], root: Path, number: str) -> Path | None:
    """Return where a job writes its errors; None where the options of sbatch name a pattern that only Slurm knows."""
    known = dict(directives)
    said = known.get("error") or known.get("output") or str(root.resolve() / "slurm-%j.out")
    name = known.get("job-name", NAME)
    for sign, text in (("%j", number), ("%A", number), ("%x", name)):
        said = said.replace(sign, text) if text else said
    return None if "%" in said else Path(said)


def last_lines(log: Path | None) -> str:
    """Return in words where a log is, and its last lines below."""
    if log is None:
        return "its log is where --slurm output says"
    try:
        with open(log, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - BYTES))
            text = file.read(BYTES).decode("utf-8", "replace")
    except OSError as fault:
        return f"its log {log} can not be read: {fault.strerror or fault}"
    lines = [line.rstrip() for line in text.splitlines() if line.strip()][-LINES:]
    if not lines:
        return f"its log {log} is empty"
    shown = "".join(char if char.isprintable() or char == "\n" else "?" for char in "\n".join(lines))
    return f"its log {log} ends with\n" + "\n".join(f"    {line}" for line in shown.splitlines())
