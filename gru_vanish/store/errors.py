"""What can go wrong on disk: two kinds of absence, two kinds of damage, and a disk that does not serve.

Every exception keeps its arguments in `args`, so it survives the way from a worker process to the caller.
"""

# ruff: noqa: N818  (the names say what is the case; `except MissingRecord` reads as it should)

import errno
from pathlib import Path

_FULL = "The disk is full: free some space"
_QUOTA = "Your disk quota is used up: free some space or ask for more"
_READ_ONLY = "The file system is read-only: choose another results folder"
_FORBIDDEN = "You have no permission here: change the folder's permissions or choose another results folder"
_VANISHED = "The folder is gone: was it moved, or its disk unmounted?"
_IN_THE_WAY = "A file stands where a folder should be: move it away"
_FOLDER_THERE = "A folder stands where a file should be: move it away"
_TOO_LARGE = "A limit on file sizes was met (see `ulimit -f`): raise it"
_NO_LOCKS = "This file system has no record locks: choose another results folder"
_FAULTY = "The disk or the network reports a fault: check it"

_ADVICE = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _QUOTA,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOENT: _VANISHED,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.EISDIR: _FOLDER_THERE,
    errno.EFBIG: _TOO_LARGE,
    errno.ENOLCK: _NO_LOCKS,
    errno.ENOSYS: _NO_LOCKS,
    errno.ENOTSUP: _NO_LOCKS,
    errno.EIO: _FAULTY,
    errno.ESTALE: _FAULTY,
}


class StoreError(Exception):
    """Anything that this room raises about files; a wrong argument is a plain ValueError instead."""


class StoreUnavailable(StoreError):
    """The disk does not serve: full, read-only, vanished, forbidden. Nothing half-written is left.

    `path` is the place, `cause` the system's own error.
    """

    def __init__(self, path: Path, cause: OSError):
        super().__init__(path, cause)
        self.path = path
        self.cause = cause

    def __str__(self) -> str:
        why = self.cause.strerror or str(self.cause)
        advice = _ADVICE.get(self.cause.errno or 0, "Put this right")
        return f"{self.path}: {why}. {advice}, then give the same command again: finished records are kept."


class MissingRecord(StoreError):
    """No record stands at `path`."""

    def __init__(self, path: Path):
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: there is no such record"


class DamagedRecord(StoreError):
    """Something stands at `path` that is not the record its name promises; `reason` says what is wrong."""

    def __init__(self, path: Path, reason: str):
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class MissingManifest(StoreError):
    """No study of this name stands in the results folder; `nearest` is the study most like it, if any."""

    def __init__(self, path: Path, name: str, nearest: str | None = None):
        super().__init__(path, name, nearest)
        self.path = path
        self.name = name
        self.nearest = nearest

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{self.path}: there is no study {self.name!r} here{hint}"


class DamagedManifest(StoreError):
    """The manifest at `path` cannot be used; `reason` says why."""

    def __init__(self, path: Path, reason: str):
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Defect(ValueError):
    """Bytes, or a thing on disk, that are not what they should be; the caller adds the path."""
