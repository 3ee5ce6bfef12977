"""Files that are whole or absent: written aside, flushed, then renamed into place.

A writer holds a lock on its temporary file. The kernel drops that lock when the writer dies, so what a killed
writer left behind is told from what a living one is writing without asking how old it is.
"""

import contextlib
import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from gru_vanish.store.errors import Defect, StoreUnavailable

_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{16}\.tmp")
_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
)


@contextlib.contextmanager
def serving(path: Path) -> Iterator[None]:
    """Turn the system's errors within into StoreUnavailable, which names the path and what to do."""
    try:
        yield
    except OSError as fault:
        raise StoreUnavailable(path, fault) from fault


def make_folder(folder: Path) -> None:
    """Create the folder and what is missing above it, each entry flushed to disk."""
    with serving(folder):
        if folder.is_dir():
            return
        if folder.parent != folder:
            make_folder(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
        if not folder.is_dir():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to disk, where the file system can."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP):  # network file systems that sync by themselves
            raise
    finally:
        os.close(handle)


def write_atomically(path: Path, data: bytes) -> None:
    """Make `path` hold exactly `data`: a reader sees the old file or the new one, also after a power cut.

    The folder must exist. Raises StoreUnavailable; then the old file stands and no temporary file is left.
    """
    with serving(path):
        handle, temporary = open_temporary(path)
        try:
            write_all(handle, data)
            os.fsync(handle)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        finally:
            os.close(handle)
        sync_folder(path.parent)


def read_regular(path: Path, limit: int) -> bytes:
    """Give the bytes of a regular file without ever blocking or following a link.

    Raises FileNotFoundError, Defect where something else stands there or it is over `limit` bytes, and
    StoreUnavailable where the system refuses to read.
    """
    try:
        _require_regular(os.lstat(path))
        with os.fdopen(_open_regular(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise Defect(f"holds {size} bytes, more than the limit of {limit}")
            return file.read(size)
    except FileNotFoundError:
        raise
    except OSError as fault:
        raise StoreUnavailable(path, fault) from fault


def remove_leftovers(folder: Path) -> list[Path]:
    """Remove the temporary files of dead writers in this folder; give their paths.

    Call it before this process begins to write there: where a network file system keeps locks per process,
    a process cannot see its own.
    """
    if not folder.is_dir():
        return []
    with serving(folder):
        names = sorted(name for name in os.listdir(folder) if _TEMPORARY.fullmatch(name))
        return [folder / name for name in names if _remove_if_dead(folder / name)]


def open_temporary(path: Path) -> tuple[int, Path]:
    """Open a new, locked file beside `path`. The usual mode, so that the umask decides who may read it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
        handle = os.open(temporary, flags, 0o666)
        with contextlib.suppress(OSError):  # without locks nothing is ever taken for a leftover
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:  # else it was taken for a leftover before it was locked
            return handle, temporary
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of the bytes, however often the system has to be asked."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _open_regular(path: Path) -> int:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _require_regular(os.fstat(handle))  # the thing may have been exchanged since it was looked at
    except BaseException:
        os.close(handle)
        raise
    return handle


def _require_regular(status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kind = next((name for test, name in _KINDS if test(status.st_mode)), "a device")
    raise Defect(f"is {kind}, not a regular file")


def _remove_if_dead(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False  # gone meanwhile, or not a file of ours
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
        return True
    except OSError:
        return False  # its writer lives
    finally:
        os.close(handle)
