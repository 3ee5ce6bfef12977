"""The folder of records: `<root>/store/<2 hex>/<key>.npz`.

A record is immutable and there is one per unit. Done means present and verified: nothing is concluded from
a time stamp, a log or the mere existence of a file. Reading creates nothing.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gru_vanish.store.aside import move_aside
from gru_vanish.store.claims import Claims
from gru_vanish.store.errors import DamagedRecord, Defect, MissingRecord
from gru_vanish.store.files import make_folder, read_regular, remove_leftovers, serving, write_atomically
from gru_vanish.store.home import Home
from gru_vanish.store.keys import require_key
from gru_vanish.store.records import LARGEST, Record, decode, encode

FOLDER = "store"

_SHELF = re.compile(r"[0-9a-f]{2}")
_RECORD = re.compile(r"[0-9a-f]{64}\.npz")


@dataclass(frozen=True)
class State:
    """What stands under a key; `reason` says what is wrong where it is damaged, else it is empty."""

    kind: Literal["present", "missing", "damaged"]
    reason: str = ""


class Store:
    """Records below a results folder, with the claims on work that go with them.

    Every method raises ValueError for a malformed key and StoreUnavailable where the disk does not serve.
    Two stores on one folder, in one process or in many, work together.
    """

    def __init__(self, root: Path | str):
        self.root = Path(root)
        self.folder = self.root / FOLDER
        self._home = Home(self.folder)
        self.claims = Claims(self.folder / "claims", self._home)

    def require(self) -> None:
        """Raise StoreUnavailable where the folder of records has vanished since this store first claimed or wrote."""
        self._home.require()

    def path(self, key: str) -> Path:
        """Give the path of the record, there or not."""
        return self.folder / require_key(key)[:2] / f"{key}.npz"

    def checkpoint_path(self, key: str) -> Path:
        """Give the path of the unit's checkpoint, there or not."""
        return self.folder / require_key(key)[:2] / f"{key}.part.npz"

    def read(self, key: str) -> Record:
        """Give the record, all of it verified; raises MissingRecord or DamagedRecord."""
        return _read(self.path(key), key, partial=False)

    def state(self, key: str) -> State:
        """Say what stands under the key, by reading and verifying it."""
        try:
            self.read(key)
        except MissingRecord:
            return State("missing")
        except DamagedRecord as fault:
            return State("damaged", fault.reason)
        return State("present")

    def write(self, record: Record) -> Path:
        """Put the record in place, and give its path; its checkpoint is removed.

        A sound record that is there already stays as it is; anything else there is set aside first.
        Raises ValueError where the record contradicts itself.
        """
        path, data = self.path(record.key), encode(record)
        self.set_aside(record.key)
        if not os.path.lexists(path):
            self.require()
            make_folder(path.parent)
            write_atomically(path, data)
        self.remove_checkpoint(record.key)
        return path

    def set_aside(self, key: str) -> Path | None:
        """Move a damaged or foreign thing to `<key>.damaged-<n>` beside it; nothing is deleted.

        Gives the new path, or None where there is nothing to move: no such thing, or a sound record. Hold the
        claim on the key, so that nobody writes there at the same time.
        """
        if self.state(key).kind != "damaged":
            return None
        return move_aside(self.path(key), key)

    def read_checkpoint(self, key: str) -> Record:
        """Give the checkpoint, all of it verified; raises MissingRecord or DamagedRecord."""
        return _read(self.checkpoint_path(key), key, partial=True)

    def write_checkpoint(self, record: Record) -> Path:
        """Replace the unit's checkpoint in one step, and give its path. The file says that it is partial."""
        path, data = self.checkpoint_path(record.key), encode(record, partial=True)
        self.require()
        make_folder(path.parent)
        self._clear_foreign_checkpoint(record.key)
        write_atomically(path, data)
        return path

    def remove_checkpoint(self, key: str) -> None:
        """Remove the checkpoint, if there is one; a foreign thing in its place is set aside instead."""
        self._clear_foreign_checkpoint(key)
        path = self.checkpoint_path(key)
        with serving(path):
            path.unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Give the key of every record file by its name alone, sorted; nothing is verified."""
        for shelf in self._shelves():
            with serving(shelf):
                names = sorted(os.listdir(shelf))
            yield from (name[:64] for name in names if _RECORD.fullmatch(name) and name[:2] == shelf.name)

    def remove_leftovers(self) -> list[Path]:
        """Remove what killed writers left half-written; give the paths. Call it before the first write."""
        return [path for shelf in self._shelves() for path in remove_leftovers(shelf)]

    def _shelves(self) -> list[Path]:
        with serving(self.folder):
            if not self.folder.is_dir():
                return []
            return [e for e in sorted(self.folder.iterdir()) if _SHELF.fullmatch(e.name) and e.is_dir()]

    def _clear_foreign_checkpoint(self, key: str) -> None:
        path = self.checkpoint_path(key)
        if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
            move_aside(path, f"{key}.part")


def _read(path: Path, key: str, partial: bool) -> Record:
    try:
        return decode(read_regular(path, LARGEST), key, partial)
    except FileNotFoundError:
        raise MissingRecord(path) from None
    except Defect as defect:
        raise DamagedRecord(path, str(defect)) from defect
