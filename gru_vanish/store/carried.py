"""Arrays for other processes that work on the same store: files that are there for as long as their writer lives.

They are locked by their writer, as what it is about to write is, so `remove_leftovers` takes away what a killed one has
left. Whoever reads them knows their digest, and no other content passes for them.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from gru_vanish.store.archive import pack, unpack
from gru_vanish.store.arrays import Payload, decode_array, encode_array, normalised, payload_digest
from gru_vanish.store.errors import Defect
from gru_vanish.store.files import make_folder, open_temporary, read_regular, remove_leftovers, serving, write_all
from gru_vanish.store.records import LARGEST

FOLDER = "carried"


class Carried:
    """What one process lays out for others below the folder of a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self._files: dict[str, tuple[int, Path]] = {}

    def put(self, payload: Mapping[str, npt.NDArray[Any]]) -> tuple[str, str]:
        """Lay arrays out, equal ones once; give path and digest. Raises StoreUnavailable."""
        digest = payload_digest(payload)
        if digest not in self._files:
            make_folder(self.folder)
            remove_leftovers(self.folder)
            with serving(self.folder):
                handle, path = open_temporary(self.folder / digest)
                self._files[digest] = handle, path
                write_all(
                    handle, pack({f"{name}.npy": encode_array(normalised(payload[name], name)) for name in payload})
                )
                os.fsync(handle)
        return str(self._files[digest][1]), digest

    def close(self) -> None:
        """Take everything away."""
        for handle, path in self._files.values():
            with contextlib.suppress(OSError):
                os.unlink(path)
            os.close(handle)
        self._files.clear()
        with contextlib.suppress(OSError):  # another run has something there, or nothing was ever laid out
            self.folder.rmdir()


def fetch(path: str, digest: str) -> Payload:
    """Give the arrays that another process has laid out.

    Raises FileNotFoundError, StoreUnavailable, and Defect where they have another digest.
    """
    members = unpack(read_regular(Path(path), LARGEST))
    payload = {name.removesuffix(".npy"): decode_array(data, name) for name, data in members.items()}
    if payload_digest(payload) != digest:
        raise Defect("holds other numbers than it should")
    return payload
