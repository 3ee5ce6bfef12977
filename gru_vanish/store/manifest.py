"""The manifest of a study, `<root>/<name>/manifest.json`: all that analysis, figures and report need."""

import difflib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gru_vanish.store.errors import DamagedManifest, Defect, MissingManifest
from gru_vanish.store.files import make_folder, read_regular, serving, write_atomically
from gru_vanish.store.keys import canonical
from gru_vanish.store.store import FOLDER

SCHEMA = 1

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FILE = "manifest.json"
_LARGEST = 2**28  # bytes


def manifest_path(root: Path | str, name: str) -> Path:
    """Give the path of a study's manifest; raises ValueError where no study can have this name."""
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is not a study's name: letters, digits, '.', '_' and '-', at most 64")
    if name.lower() == FOLDER:  # a disk may not tell upper case from lower
        raise ValueError(f"a study cannot be called {name!r}: the records are kept in a folder of that name")
    return Path(root) / name / _FILE


def write_manifest(root: Path | str, manifest: Mapping[str, Any]) -> Path:
    """Write the manifest under its own `name` in one step, and give its path.

    The order of its entries is kept, so equal manifests give equal bytes and the user's order of cells stays.
    Raises ValueError, naming the path of the value, for what JSON cannot hold; StoreUnavailable.
    """
    _require_usable(manifest)
    path = manifest_path(root, manifest["name"])
    canonical(manifest, "manifest")
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False, default=dict) + "\n"
    make_folder(path.parent)
    write_atomically(path, text.encode("utf-8", errors="backslashreplace"))
    return path


def read_manifest(root: Path | str, name: str) -> dict[str, Any]:
    """Read a study's manifest; raises MissingManifest (with the nearest name), DamagedManifest."""
    path = manifest_path(root, name)
    try:
        manifest = json.loads(read_regular(path, _LARGEST).decode("utf-8"))
        _require_usable(manifest)
    except FileNotFoundError:
        raise MissingManifest(path, name, _nearest(name, list_studies(root))) from None
    except Defect as defect:
        raise DamagedManifest(path, str(defect)) from defect
    except (ValueError, RecursionError) as fault:
        raise DamagedManifest(path, f"is not JSON ({fault})") from fault
    return dict(manifest)


def list_studies(root: Path | str) -> list[str]:
    """Give the sorted names of the studies in a results folder; none where the folder is missing."""
    root = Path(root)
    with serving(root):
        names = sorted(os.listdir(root)) if root.is_dir() else []
    named = (name for name in names if _NAME.fullmatch(name) and name.lower() != FOLDER)
    return [name for name in named if (root / name / _FILE).is_file()]


def _require_usable(manifest: object) -> None:
    if not isinstance(manifest, Mapping):
        raise Defect("is not a JSON object")
    schema = manifest.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise Defect(f"has schema {schema!r}; this version of the program reads schema {SCHEMA}")
    if not isinstance(manifest.get("name"), str):
        raise Defect("does not name its study")
    if not isinstance(manifest.get("series"), list | tuple):
        raise Defect("has no list of series")


def _nearest(name: str, studies: list[str]) -> str | None:
    lowered = {study.lower(): study for study in studies}
    matches = difflib.get_close_matches(name.lower(), lowered, n=1)
    return lowered[matches[0]] if matches else None
