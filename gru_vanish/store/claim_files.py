"""The open files behind the claims of this process: one handle per file, opened once.

POSIX record locks belong to the process, not to the handle. So closing ANY handle of the file drops every
claim of the process, and a second thread is never refused. Both are mended here: the handles stand in one
table by inode, whatever path leads there, and the table remembers which bytes are locked.
Nothing else in the process may open the claims file while claims are held (also not to copy it).

If the file is deleted while claims on it are held, they stay with the deleted file, which is closed when they
are released; new claims go to the new file. A process that starts in between does not see the old claims: a
unit may then be computed twice, with the same result, but never wrongly.
"""

import errno
import fcntl
import os
import stat
import struct
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from gru_vanish.store.files import make_folder, serving

_OPENING = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LOOKING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_REFUSED = (errno.EAGAIN, errno.EACCES)  # POSIX allows either for "another process has it"

# struct flock of 64-bit Linux: l_type, l_whence, l_start, l_len, l_pid, and what the compiler adds.
_FLOCK = struct.Struct("@hhqqi0q")
_TELLS = sys.platform == "linux" and struct.calcsize("P") == 8


@dataclass
class _OpenFile:
    path: str
    handle: int
    held: set[int] = field(default_factory=set)


class ClaimFiles:
    """Locks single bytes of files, for a whole process and all its threads."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._files: dict[tuple[int, int], _OpenFile] = {}

    def lock(self, path: Path, offset: int) -> bool:
        """Try to lock one byte; False where another process or any thread of this one has it."""
        with self._mutex, serving(path):
            file = self._current(path)
            if any(offset in other.held for other in self._same(file.path, file)):
                return False
            try:
                fcntl.lockf(file.handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset, os.SEEK_SET)
            except OSError as fault:
                if fault.errno in _REFUSED:
                    return False
                raise
            file.held.add(offset)
            return True

    def unlock(self, path: Path, offset: int) -> None:
        """Free one byte; nothing happens where this process does not hold it."""
        with self._mutex, serving(path):
            identity = _identity(path)
            current = self._files.get(identity) if identity else None
            for file in self._same(os.path.realpath(path), current):
                if offset in file.held:
                    fcntl.lockf(file.handle, fcntl.LOCK_UN, 1, offset, os.SEEK_SET)
                    file.held.discard(offset)
            self._close_deleted()

    def locked_elsewhere(self, path: Path, offsets: Collection[int]) -> set[int] | None:
        """Say which bytes other processes have locked, without creating or locking anything.

        None where the system has no answer: another system than Linux, or a file that can not be read.
        """
        if not _TELLS:
            return None
        try:
            with self._mutex:
                identity = _identity(path)
                if identity is None:
                    return set()
                if identity in self._files:  # a second handle, once closed, would drop all claims of this process
                    return _locked(self._files[identity].handle, offsets)
                handle = os.open(path, _LOOKING)
                try:
                    return _locked(handle, offsets) if stat.S_ISREG(os.fstat(handle).st_mode) else None
                finally:
                    os.close(handle)
        except OSError:
            return None

    def forget(self) -> None:
        """Begin anew in the child of a fork: it inherits the handles but not one lock."""
        self._mutex = threading.Lock()  # the parent's other threads, which might hold it, are not here
        for file in self._files.values():
            file.held.clear()

    def _same(self, real_path: str, current: _OpenFile | None) -> list[_OpenFile]:
        """Give the file that the path leads to now, and deleted ones that it led to before."""
        return [file for file in self._files.values() if file is current or file.path == real_path]

    def _current(self, path: Path) -> _OpenFile:
        identity = _identity(path)
        if identity is None or identity not in self._files:
            make_folder(path.parent)
            handle = os.open(path, _OPENING, 0o666)
            identity = _opened_identity(handle)
            self._files.setdefault(identity, _OpenFile(os.path.realpath(path), handle))
        return self._files[identity]

    def _close_deleted(self) -> None:
        """Close the handles of deleted files on which nothing is held: no claim can be lost there."""
        for identity, file in list(self._files.items()):
            if not file.held and os.fstat(file.handle).st_nlink == 0:
                os.close(file.handle)
                del self._files[identity]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino


def _locked(handle: int, offsets: Collection[int]) -> set[int]:
    """Ask about each byte: would a shared lock, which a handle opened for reading may have, be refused?"""
    asked = ((offset, _FLOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, offset, 1, 0)) for offset in offsets)
    told = {offset: _FLOCK.unpack(fcntl.fcntl(handle, fcntl.F_GETLK, lock)) for offset, lock in asked}
    return {offset for offset, (kind, *_) in told.items() if kind != fcntl.F_UNLCK}


def _opened_identity(handle: int) -> tuple[int, int]:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "the claims file is not a regular file")
    return status.st_dev, status.st_ino


CLAIM_FILES = ClaimFiles()
os.register_at_fork(after_in_child=CLAIM_FILES.forget)
