"""Where numbers come from: programs, devices, versions of measures, and whether two records are one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gru_vanish.analysis.comparing.settings import ABSENT, Changed
from gru_vanish.analysis.payload import Reader, RecordLike
from gru_vanish.store import payload_digest

DEVICE = ("platform", "kind", "machine", "system", "environment")


@dataclass(frozen=True)
class Origin:
    """What a record says of itself; ``digest`` is that of its arrays."""

    digest: str
    measure: str
    version: str
    versions: Mapping[str, Any]
    device: Mapping[str, Any]


@dataclass
class Remembering:
    """A reader that keeps where every record came from, so that none is read twice."""

    read: Reader
    seen: dict[str, Origin] = field(default_factory=dict)

    def __call__(self, key: str, /) -> RecordLike:
        """Return the record of this key."""
        record = self.read(key)
        about = record.about
        provenance = about.get("provenance") or {}
        self.seen[key] = Origin(
            digest=str(about.get("sha256") or payload_digest(record.payload)),
            measure=str(about.get("measure", "")),
            version=str(about.get("version", "")),
            versions=provenance.get("versions") or {},
            device=provenance.get("device") or {},
        )
        return record


def changed_origin(
    a: Mapping[str, Any], b: Mapping[str, Any], seen_a: Mapping[str, Origin], seen_b: Mapping[str, Origin]
) -> tuple[Changed, ...]:
    """Return what differs in where two studies come from; what the records say counts more than the manifest."""
    mine, theirs = dict(origin(a, seen_a)), dict(origin(b, seen_b))
    return tuple(
        Changed(path, mine.get(path, ABSENT), theirs.get(path, ABSENT))
        for path in dict.fromkeys([*mine, *theirs])
        if mine.get(path) != theirs.get(path)
    )


def origin(manifest: Mapping[str, Any], seen: Mapping[str, Origin]) -> Iterator[tuple[str, str]]:
    """Give what a study says of its origin, each in words; several values where its records are of several kinds."""
    found: dict[str, set[str]] = {}
    for one in seen.values():
        for name, value in one.versions.items():
            found.setdefault(f"versions.{name}", set()).add(str(value))
        for name in DEVICE:
            if one.device.get(name):
                found.setdefault(f"device.{name}", set()).add(str(one.device[name]))
        if one.version:
            found.setdefault(f"measures.{one.measure}", set()).add(f"version {one.version}")
    for name, value in (manifest.get("versions") or {}).items():
        found.setdefault(f"versions.{name}", {str(value)})
    for path in sorted(found):
        yield path, ", ".join(sorted(found[path]))
    git = manifest.get("git")
    if git:
        yield "git", f"{git.get('commit', '')[:12]}{'' if git.get('clean') else ', with changes'}"
