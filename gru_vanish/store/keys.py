"""The name of a record: SHA-256 of the canonical text of what was measured.

Canonical text is JSON with sorted keys, no spaces, ASCII only, each float as the shortest decimal that gives
it back. It depends on the values alone: not on the locale, the hash seed, or the order of a dict.
An int and a float are two things (`1` and `1.0`): which one a field holds was decided where the
configuration was validated. −0.0 and 0.0 compare equal, so both are written `0.0`.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii as quoted

KEY_PATTERN = re.compile(r"[0-9a-f]{64}")

_DEEPEST = 64  # far beyond any setting; without it a value that contains itself would never end
_MOST_BITS = 4096  # Python refuses to print far larger integers


def canonical(value: object, path: str = "value") -> str:
    """Give the one text of a JSON-like value.

    `path` is what messages call the value. Tuples count as lists.
    Raises ValueError, naming the path, for NaN, infinities, keys that are not text and every other type.
    """
    return _text(value, path, 0)


def key_of(setting: Mapping[str, object], seed: int, measure: str, version: int) -> str:
    """Give the 64 hexadecimal digits that name the record of one unit.

    `setting` is the validated setting without labels, `version` the integer version of the measure.
    Raises ValueError where an argument is of another kind.
    """
    if not isinstance(setting, Mapping):
        raise ValueError(f"setting: must be a mapping, not {type(setting).__name__}")
    _require_count("seed", seed)
    _require_count("version", version)
    if not isinstance(measure, str) or not measure:
        raise ValueError(f"measure: must be a name, not {measure!r}")
    parts = {"setting": setting, "seed": seed, "measure": measure, "version": version}
    text = "{" + ",".join(f'"{name}":{canonical(parts[name], name)}' for name in sorted(parts)) + "}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def require_key(key: str) -> str:
    """Give `key` back, or raise ValueError where it could not have come from `key_of`."""
    if not isinstance(key, str) or KEY_PATTERN.fullmatch(key) is None:
        raise ValueError(f"a key is 64 hexadecimal digits, not {key!r}")
    return key


def _require_count(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name}: must be a whole number from 0, not {value!r}")


def _text(value: object, path: str, depth: int) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        return _number_text(value, path)
    if depth > _DEEPEST:
        raise ValueError(f"{path[:80]}…: nested more than {_DEEPEST} deep, or it contains itself")
    if isinstance(value, dict | Mapping):  # asked of a plain dict first, which is answered at once
        return _mapping_text(value, path, depth)
    if isinstance(value, list | tuple):
        return "[" + ",".join([_text(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(value)]) + "]"
    return _scalar_text(value, path)


def _mapping_text(value: Mapping[object, object], path: str, depth: int) -> str:
    for name in value:
        if not isinstance(name, str):
            raise ValueError(f"{path}: the key {name!r} is {type(name).__name__}, not text")
    members = [f"{quoted(name)}:{_text(value[name], f'{path}.{name}', depth + 1)}" for name in sorted(map(str, value))]
    return "{" + ",".join(members) + "}"


def _scalar_text(value: object, path: str) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    return _number_text(value, path)


def _number_text(value: object, path: str) -> str:
    if isinstance(value, int):
        if value.bit_length() > _MOST_BITS:
            raise ValueError(f"{path}: an integer of {value.bit_length()} bits is too large")
        return int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{path}: {float.__repr__(value)} has no place in JSON; give a finite number")
        return float.__repr__(value + 0.0)  # −0.0 + 0.0 = 0.0
    raise ValueError(f"{path}: {type(value).__name__} is not a JSON value; convert it first")
