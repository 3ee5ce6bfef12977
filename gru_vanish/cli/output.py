"""Two streams: stdout carries the result and nothing else, stderr all the rest."""

import contextlib
import os
import shutil
import sys
from typing import TextIO

from gru_vanish.tables.layout import printable as printable

NAME = "gru-vanish"


def prepare_streams() -> None:
    """Let no character that the terminal's encoding lacks end a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def tell(text: str) -> None:
    """Write a part of the result to stdout. Where nobody reads it any more, that is no reason to complain."""
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)


def say(text: str) -> None:
    """Write a remark to stderr; that nobody can read it must not end a computation."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{NAME}: {text}\n")
        sys.stderr.flush()


def flush() -> None:
    """Flush both streams as far as they can be."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _discard(stream)


def show_cursor() -> None:
    """Bring back the cursor that a progress bar hides."""
    if is_terminal(sys.__stderr__):
        with contextlib.suppress(OSError, ValueError):
            os.write(2, b"\x1b[?25h")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at the stream through a terminal that can do more than print lines."""
    try:
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False


def is_colourful(stream: TextIO | None) -> bool:
    """Whether bold letters are welcome there (see no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def bold(text: str) -> str:
    """Return the text, bold where stdout is a terminal."""
    return f"\x1b[1m{text}\x1b[0m" if is_colourful(sys.stdout) else text


def width() -> int | None:
    """Return the columns of the terminal on stdout; None for a file or a pipe, whose lines have no limit."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None


def _discard(stream: TextIO) -> None:
    """Point the stream's handle nowhere, so that the interpreter's own last flush finds no fault either."""
    with contextlib.suppress(OSError, ValueError):
        handle = os.open(os.devnull, os.O_WRONLY)
        os.dup2(handle, stream.fileno())
        os.close(handle)
