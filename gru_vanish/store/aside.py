"""Move what does not belong at a path to a free name beside it; nothing is ever deleted or overwritten."""

import os
import stat
from pathlib import Path

from gru_vanish.store.files import serving, sync_folder

_MOST = 10_000


def move_aside(path: Path, stem: str) -> Path | None:
    """Rename whatever stands at `path` (file, folder, pipe or link itself) to `<stem>.damaged-<n>` beside it.

    Gives the new path, or None where nothing is there (any more). Raises StoreUnavailable.
    """
    with serving(path):
        for number in range(1, _MOST):
            target = path.with_name(f"{stem}.damaged-{number}")
            try:
                _rename_to_new(path, target)
            except FileNotFoundError:
                return None
            except (FileExistsError, IsADirectoryError, NotADirectoryError):
                continue  # the name is taken, or the thing changed its kind under our hands
            sync_folder(path.parent)
            return target
        raise OSError(f"{_MOST} damaged files of one name are set aside already")


def _rename_to_new(path: Path, target: Path) -> None:
    """Rename without replacing: the target's name is first reserved by an empty thing of the same kind.

    A plain rename would replace a file that another process has just set aside under the same name.
    """
    is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    if is_folder:
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
    try:
        os.rename(path, target)
    except BaseException:
        _drop_reservation(target, is_folder)
        raise


def _drop_reservation(target: Path, is_folder: bool) -> None:
    if is_folder:
        os.rmdir(target)
    else:
        os.unlink(target)
