"""A record: the arrays of one unit, and one JSON object that says what they are.

A record proves itself. Its `about` holds the setting, seed, measure and version, from which its key follows,
and the SHA-256 of its payload. So a record under another's name is found, and so is a changed number.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gru_vanish.store.archive import pack, unpack
from gru_vanish.store.arrays import Payload, decode_array, encode_array, normalised, payload_digest
from gru_vanish.store.errors import Defect
from gru_vanish.store.keys import canonical, key_of

LARGEST = 2**31 - 1  # bytes of one record; also keeps the archive clear of zip64

_ABOUT = "about.json"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}(/[A-Za-z0-9][A-Za-z0-9_ -]{0,63}){0,2}")
_REQUIRED = ("setting", "seed", "measure", "version", "provenance")


@dataclass(frozen=True, eq=False)
class Record:
    """The result of one unit.

    key:     64 hexadecimal digits, `key_of` the first four entries of `about`
    payload: name → array of a plain numeric dtype; read-only when it comes from disk
    about:   setting, seed, measure, version, sha256 (of the payload), provenance (versions, device, times)
    """

    key: str
    payload: Payload
    about: dict[str, Any]


def make_record(
    setting: Mapping[str, object],
    seed: int,
    measure: str,
    version: int,
    payload: Payload,
    provenance: Mapping[str, object],
) -> Record:
    """Build a record with its key and digest; raises ValueError for what cannot be stored."""
    about = {
        "setting": dict(setting),
        "seed": seed,
        "measure": measure,
        "version": version,
        "sha256": payload_digest(payload),
        "provenance": dict(provenance),
    }
    return Record(key_of(setting, seed, measure, version), dict(payload), about)


def encode(record: Record, partial: bool = False) -> bytes:
    """Give the bytes of the .npz file; equal records give equal bytes.

    `partial` marks a checkpoint, which must never pass for a finished record.
    Raises ValueError where the record contradicts itself or cannot be stored.
    """
    for name in record.payload:
        if _NAME.fullmatch(name) is None:
            raise ValueError(
                f"payload: {name!r} is not a name of letters, digits and underscores, or such names and '/'"
            )
    about = dict(record.about, sha256=payload_digest(record.payload), partial=partial)
    if record.about.get("sha256", about["sha256"]) != about["sha256"]:
        raise ValueError("about.sha256 is not the digest of the payload")
    _require_key(about, record.key)
    members = {_ABOUT: _text(about).encode("ascii")}
    for name in sorted(record.payload):
        members[f"{name}.npy"] = encode_array(normalised(record.payload[name], name))
    data = pack(members)
    if len(data) > LARGEST:
        raise ValueError(f"a record of {len(data)} bytes is too large; the limit is {LARGEST}")
    return data


def decode(data: bytes, key: str, partial: bool = False) -> Record:
    """Read a record that must be `key`'s and verify all of it; raises Defect with the reason."""
    members = unpack(data)
    about = _about(members.pop(_ABOUT, None))
    _require_key(about, key)
    _text(about)
    if about.pop("partial", False) is not partial:
        raise Defect("holds a finished record" if partial else "holds a checkpoint, not a finished record")
    payload = {_array_name(member): decode_array(data, member) for member, data in members.items()}
    if about.get("sha256") != payload_digest(payload):
        raise Defect("the payload does not have the SHA-256 that the record gives")
    return Record(key, payload, about)


def _about(data: bytes | None) -> dict[str, Any]:
    if data is None:
        raise Defect(f"has no member {_ABOUT!r}: not a record of this program")
    try:
        about = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise Defect(f"{_ABOUT!r} is not JSON ({fault})") from fault
    if not isinstance(about, dict):
        raise Defect(f"{_ABOUT!r} is not a JSON object")
    return about


def _require_key(about: Mapping[str, Any], key: str) -> None:
    """Refuse a record whose own words do not lead to `key`."""
    absent = [name for name in _REQUIRED if name not in about]
    if absent:
        raise Defect(f"about: {', '.join(absent)} missing")
    if not isinstance(about["provenance"], dict):
        raise Defect("about.provenance is not an object")
    try:
        own = key_of(about["setting"], about["seed"], about["measure"], about["version"])
    except ValueError as fault:
        raise Defect(f"about: {fault}") from fault
    if own != key:
        raise Defect(f"holds the record {own[:12]}…, not {key[:12]}…")


def _text(about: Mapping[str, Any]) -> str:
    try:
        return canonical(about, "about")
    except ValueError as fault:
        raise Defect(f"about: {fault}") from fault


def _array_name(member: str) -> str:
    name = member.removesuffix(".npy")
    if name == member or _NAME.fullmatch(name) is None:
        raise Defect(f"holds {member!r}, which is not an array of a record")
    return name
