"""Bytes on disk -> text that is safe to parse, or a problem that says what kind of file this is instead."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from gru_vanish.config.errors import ConfigError, Problem, problem
from gru_vanish.config.marks import Place, Source

MAX_BYTES = 1 << 20
_MOST_REPORTED = 20

# U+0085, U+2028 and others end a line for some readers of YAML and not for others, so none may stand here.
_REFUSED = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_SIGNATURES = (
    (b"\xff\xfe", "this is UTF-16 (or UTF-32); save it as UTF-8"),
    (b"\xfe\xff", "this is UTF-16; save it as UTF-8"),
    (b"\xef\xbb\xbf", "the file begins with a byte order mark; save it as UTF-8 without BOM"),
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that entered a study: its name as given and the SHA-256 of its bytes."""

    name: str
    sha256: str


def read_source(path: str | os.PathLike[str], name: str) -> tuple[Source, SourceFile]:
    """The text of a file, shown in messages as ``name``.

    Raises:
        ConfigError: the file cannot be read, is too large, or is not plain UTF-8 text.
    """
    data = _read_bytes(path, name)
    return decode(data, name), SourceFile(name, hashlib.sha256(data).hexdigest())


def read_text(text: str, name: str, has_lines: bool) -> tuple[Source, SourceFile]:
    """A text that stands in no file, shown in messages as ``name``, with or without numbers of lines.

    Raises:
        ConfigError: the text is too large, or not plain text.
    """
    data = text.encode("utf-8", errors="surrogatepass")
    if len(data) > MAX_BYTES:
        raise _refusal(name, "larger than 1 MiB: this is not a config")
    return replace(decode(data, name), is_file=has_lines), SourceFile(name, hashlib.sha256(data).hexdigest())


def decode(data: bytes, name: str) -> Source:
    """Bytes -> source, refusing everything but UTF-8 text with spaces and line ends.

    Raises:
        ConfigError: with one message for each way in which a file is not such a text.
    """
    for signature, message in _SIGNATURES:
        if data.startswith(signature):
            raise _refusal(name, message)
    if b"\x00" in data:
        message = "a NUL byte: this is not a text file (or it is UTF-16)"
        raise _at_byte(data, data.index(b"\x00"), name, message)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _at_byte(data, error.start, name, message) from None
    return checked(text, name)


def checked(text: str, name: str, *, is_file: bool = True) -> Source:
    """The source of a text in which no tab and no control character stands.

    Raises:
        ConfigError: naming the first such character of each line.
    """
    source = Source(name, tuple(text.replace("\r\n", "\n").split("\n")), is_file)
    problems: list[Problem] = []
    for number, line in enumerate(source.lines, start=1):
        found = _REFUSED.search(line)
        if found and len(problems) < _MOST_REPORTED:
            problems.append(problem(Place(source, number, found.start() + 1), (), _refused(found.group())))
    if problems:
        raise ConfigError(problems)
    return source


def _refused(char: str) -> str:
    if char == "\t":
        return "a tab; indent and separate with spaces"
    return f"the control character U+{ord(char):04X}; remove it"


def _read_bytes(path: str | os.PathLike[str], name: str) -> bytes:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise _refusal(name, "not a file" + (" but a folder" if FilePath(path).is_dir() else ""))
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise _refusal(name, f"cannot be read: {reason}") from None
    if len(data) > MAX_BYTES:
        raise _refusal(name, "larger than 1 MiB: this is not a config")
    return data


def _refusal(name: str, message: str) -> ConfigError:
    return ConfigError([Problem(name, 0, 0, "", message)])


def _at_byte(data: bytes, offset: int, name: str, message: str) -> ConfigError:
    before = data[:offset].decode("utf-8", errors="replace")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return ConfigError([Problem(name, line, column, "", message)])
