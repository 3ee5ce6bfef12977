"""A folder of files that were made for others: an index names each with its SHA-256, and nothing else lies there.

The index tells whose the folder is. It is written before the files that it names and after those that it no longer
names are gone, so whatever ends a writer, the next one knows the folder as its own, and a reader who compares the
digests sees what is missing.
"""

import contextlib
import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from gru_vanish.store.errors import Defect
from gru_vanish.store.files import make_folder, read_regular, remove_leftovers, serving, write_atomically

INDEX = "index.json"
LARGEST_INDEX = 2**24


class ForeignFilesError(Exception):
    """The folder holds what this program has not written there."""


def write_folder(folder: Path, contents: str, files: Mapping[str, bytes]) -> list[Path]:
    """Write files and their index into a folder of their own, and give the paths.

    ``contents`` says what the folder holds; one with other contents is not taken over. What an earlier call wrote and
    this one does not is removed. Raises `ForeignFilesError` where anything lies there that no earlier call wrote; then
    nothing is changed.
    """
    earlier = owned(folder, contents)
    make_folder(folder)
    remove_leftovers(folder)
    with serving(folder):
        for name in earlier.keys() - files.keys():
            with contextlib.suppress(FileNotFoundError):
                os.unlink(folder / name)
    index = {"contents": contents, "files": {name: sha256(files[name]).hexdigest() for name in sorted(files)}}
    write_atomically(folder / INDEX, (json.dumps(index, indent=1) + "\n").encode("utf-8"))
    for name, data in files.items():
        write_atomically(folder / name, data)
    return [folder / name for name in (INDEX, *files)]


def owned(folder: Path, contents: str) -> dict[str, str]:
    """Return the files that an earlier call wrote here, with their digests; none where the folder is new or empty."""
    with serving(folder):
        if not os.path.lexists(folder):
            return {}
        present = {name for name in os.listdir(folder) if not (name.startswith(".") and name.endswith(".tmp"))}
    if not present:
        return {}
    index = _read_index(folder, contents) if INDEX in present else {}
    foreign = sorted(present - {INDEX} - index.keys()) if INDEX in present else sorted(present)
    if foreign:
        some = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise ForeignFilesError(f"{folder} holds other files ({some}): name an empty or a new folder")
    return index


def _read_index(folder: Path, contents: str) -> dict[str, str]:
    try:
        index = json.loads(read_regular(folder / INDEX, LARGEST_INDEX))
        found = {str(name): str(digest) for name, digest in index["files"].items()}
        if index["contents"] != contents or any(Path(name).name != name for name in found):
            raise ValueError(contents)
    except (Defect, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ForeignFilesError(f"{folder / INDEX} is not that of {contents}: name an empty or a new folder") from fault
    return found
