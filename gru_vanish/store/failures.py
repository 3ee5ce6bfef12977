"""What went wrong with a study's units: `<root>/<name>/failures.json`, a list for people and for the next plan.

It is a remark and never the truth: which units are missing is told by the store alone. So a file that is not ours is
named and passed over, and nothing depends on it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from gru_vanish.store.errors import Defect
from gru_vanish.store.files import read_regular, serving, write_atomically
from gru_vanish.store.manifest import manifest_path

_FILE = "failures.json"
_LARGEST = 2**28  # bytes


@dataclass(frozen=True)
class Failure:
    """One unit that could not be computed.

    series: the name that figures print, of the first series that the unit belongs to
    error:  one line
    when:   ISO 8601 in UTC
    """

    series: str
    seed: int
    measure: str
    key: str
    error: str
    when: str


def failures_path(root: Path | str, name: str) -> Path:
    """Give the path of a study's failures, there or not; raises ValueError where no study can have this name."""
    return manifest_path(root, name).with_name(_FILE)


def write_failures(root: Path | str, name: str, failures: Sequence[Failure]) -> Path | None:
    """Make the file hold these failures, and give its path; without failures the file is removed.

    The study's folder must exist. Raises StoreUnavailable.
    """
    path = failures_path(root, name)
    if not failures:
        with serving(path):
            path.unlink(missing_ok=True)
        return None
    text = json.dumps([asdict(each) for each in failures], indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode("utf-8", errors="backslashreplace"))
    return path


def read_failures(root: Path | str, name: str) -> tuple[Failure, ...]:
    """Give the failures that were written last; none where there is no file.

    Raises Defect where something else stands in its place, and StoreUnavailable.
    """
    try:
        found = json.loads(read_regular(failures_path(root, name), _LARGEST).decode("utf-8"))
    except FileNotFoundError:
        return ()
    except Defect:
        raise
    except (ValueError, RecursionError) as fault:
        raise Defect(f"is not JSON ({fault})") from fault
    if not isinstance(found, list):
        raise Defect("is not a list of failures")
    return tuple(_failure(each) for each in found)


def _failure(value: Any) -> Failure:
    known = {field.name: field.type for field in fields(Failure)}
    whole = isinstance(value, dict) and value.keys() == known.keys()
    if not whole or any(type(value[name]) is not kind for name, kind in known.items()):
        raise Defect("holds something that is not a failure")
    return Failure(**value)
