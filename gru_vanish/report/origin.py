"""Where the numbers come from: devices, versions and times, noted while the records are read."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from gru_vanish.analysis import Findings, Reader, RecordLike


@dataclass
class Witness:
    """A reader of records that remembers what they say of their making."""

    reader: Reader
    made: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def __call__(self, key: str, /) -> RecordLike:
        """Return the record of this key."""
        record = self.reader(key)
        self.made[key] = record.about.get("provenance") or {}
        return record

    def devices(self) -> list[str]:
        """Return every device in words, in the order of first use."""
        return list(dict.fromkeys(device_words(one["device"]) for one in self.made.values() if "device" in one))

    def versions(self) -> list[str]:
        """Return every set of versions in words."""
        return list(dict.fromkeys(versions_words(one["versions"]) for one in self.made.values() if "versions" in one))

    def seconds(self) -> float:
        """Return how long all units took together, one after the other; compilations counted once for each program."""
        return sum(float(one.get("seconds", {}).get("run", 0.0)) for one in self.made.values())

    def times(self) -> tuple[str, str] | None:
        """Return when the first and the last record was made."""
        found = sorted(str(one["created"]) for one in self.made.values() if "created" in one)
        return (found[0], found[-1]) if found else None


def device_words(device: Mapping[str, Any]) -> str:
    """Return a device in words."""
    machine = ", ".join(str(device[word]) for word in ("machine", "system") if device.get(word))
    return f"{device.get('platform', '?')}: {device.get('kind', '?')}" + (f" ({machine})" if machine else "")


def versions_words(versions: Mapping[str, Any]) -> str:
    """Return versions in words, our own first."""
    ordered = sorted(versions, key=lambda name: (name != "gru-vanish", name != "python", name))
    return ", ".join(f"{name} {versions[name]}" for name in ordered)


def provenance(findings: Findings, witness: Witness) -> Iterator[tuple[str, str]]:
    """Give what is known of the making of the numbers, as names and texts."""
    manifest = findings.manifest
    yield "study", findings.name
    yield "records", f"{findings.progress} units; seeds {seeds_words(manifest['seeds'])}"
    yield from (("device", one) for one in witness.devices())
    yield from (("versions", one) for one in witness.versions() or [versions_words(manifest.get("versions") or {})])
    if (times := witness.times()) is not None:
        first, last = times
        yield "computed", first if first == last else f"{first} to {last}"
        yield "time of all units", duration(witness.seconds())
    git = manifest.get("git")
    if git:
        changes = "" if git.get("clean") else ", with changes that were not committed"
        yield "commit of the folder", f"{git.get('commit', '?')}{changes}"


def commands(findings: Findings) -> list[str]:
    """Return the lines that compute the study again, and that hold its records against a new computation."""
    return [command_words(findings.manifest.get("command") or []), f"gru-vanish verify {findings.name} --all"]


def command_words(command: list[Any]) -> str:
    """Return the command that a study was made by; the program by its name alone."""
    words = [str(word) for word in command] or ["gru-vanish", "run", "CONFIG"]
    program = PurePath(words[0]).name
    first = "gru-vanish" if program in ("__main__.py", "gru-vanish") else program
    return shlex.join([first, *words[1:]])


def seeds_words(seeds: list[Any]) -> str:
    """Return the seeds, a range where they are one."""
    numbers = sorted(int(seed) for seed in seeds)
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} … {numbers[-1]}"
    return ", ".join(map(str, numbers))


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    for size, word in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {word}"
    return f"{seconds:.3g} seconds"
