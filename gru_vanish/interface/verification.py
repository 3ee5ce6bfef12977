"""What `verify` has found of a study's records, in words and as JSON values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from gru_vanish.analysis.names import series_names
from gru_vanish.contracts import Program
from gru_vanish.engine import Unit
from gru_vanish.engine.difference import Difference
from gru_vanish.engine.verify import Entry
from gru_vanish.interface import programs
from gru_vanish.interface.refusals import Exit
from gru_vanish.tables.layout import printable

SHOWN = 20
"""Lines of one kind that are printed; JSON has all."""


@dataclass
class Verification:
    """What was found of a study's records."""

    manifest: Mapping[str, Any]
    entries: Sequence[Entry]
    missing: set[str] = field(default_factory=set)
    """Keys."""
    damaged: dict[str, str] = field(default_factory=dict)
    """Reason by key."""
    incomparable: dict[str, str] = field(default_factory=dict)
    """Why a sound record can not be computed again, by key."""
    units: dict[str, Unit] = field(default_factory=dict)
    """Sound records that can be, by key."""
    origins: dict[str, None] = field(default_factory=dict)
    """Devices and versions that computed the records, in the order in which they were met."""
    chosen: Sequence[Unit] = ()
    differences: dict[str, Difference] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> int:
        """Records that are whole and of what the manifest says."""
        return len(self.entries) - len(self.missing) - len(self.damaged)

    @property
    def beyond(self) -> list[str]:
        """The keys of records that rounding does not explain."""
        return [key for key, found in self.differences.items() if not found.agrees]

    @property
    def labels(self) -> dict[Program, list[str]]:
        """The labels of every program that can be computed again."""
        known: dict[Program, list[str]] = {}
        for entry in self.entries:
            if entry.key in self.units:
                labels = known.setdefault(self.units[entry.key].program, [])
                label = str(self.manifest["series"][entry.series]["label"])
                labels += [label] if label not in labels else []
        return known

    @property
    def code(self) -> Exit:
        """The exit code."""
        if self.damaged or self.beyond:
            return Exit.damaged
        return Exit.failed if self.failed else Exit.done


HEADS = (
    ("", "program"),
    ("computed", "again"),
    ("the same", "bytes"),
    ("largest", "|Δ ln|, nats"),
    ("share of", "what is allowed"),
)


def rows(found: Verification) -> Iterator[tuple[str, ...]]:
    """Give one row for each program of which a unit was computed again."""
    names = programs.names(found.labels)
    totals = dict.fromkeys(names, 0)
    groups: dict[Program, list[str]] = {}
    for key, unit in found.units.items():
        totals[unit.program] += 1
        if key in found.differences or key in found.failed:
            groups.setdefault(unit.program, []).append(key)
    for program, keys in groups.items():
        seen = [found.differences[key] for key in keys if key in found.differences]
        nats = f"{max(each.nats for each in seen):.2g}" if seen else "–"
        share = f"{max(each.share for each in seen):.2%}" if seen else "–"
        same = f"{sum(each.identical for each in seen)} of {len(seen)}"
        yield names[program], f"{len(keys)} of {totals[program]}", same, nats, share


UNJUDGED = {
    "chaotic": "lie beyond chaos and are not judged",
    "undetermined": "are decided by a rounding unit of the weights and are not judged",
    "sensitive": "are moved by a rounding unit of the weights by more than a tenth of what is allowed, so their bounds "
    "are wider",
}


def notes(found: Verification) -> Iterator[str]:
    """Give what is missing, damaged, not comparable or not judged."""
    titles = titles_of(found)
    if found.missing:
        yield f"{len(found.missing)} units of the study have no record yet"
    for key, reason in list(found.damaged.items())[:SHOWN]:
        yield f"damaged: {titles[key]}: {printable(reason)}"
    if len(found.damaged) > SHOWN:
        yield f"… and {len(found.damaged) - SHOWN} further damaged records (--json has all)"
    for reason in dict.fromkeys(found.incomparable.values()):
        count = sum(each == reason for each in found.incomparable.values())
        yield f"{count} records can not be computed again: {printable(reason)}"
    left_out = {unit.program for unit in found.units.values()} - {unit.program for unit in found.chosen}
    if left_out:
        yield f"no unit of {len(left_out)} further programs was computed again (--all, or a larger --sample)"
    for key, error in list(found.failed.items())[:SHOWN]:
        yield f"could not be computed: {titles[key]}: {printable(error)}"
    seen = found.differences.values()
    counts = {name: sum(getattr(each, name) for each in seen) for name in ("chaotic", "undetermined", "sensitive")}
    whole = sum(each.judged + each.chaotic + each.undetermined for each in seen)
    for name, words in UNJUDGED.items():
        if counts[name]:
            yield f"{counts[name]} of {whole} numbers {words}"
    empty = sum(not (each.identical or each.judged) for each in found.differences.values())
    if empty:
        yield f"of {empty} units that differ not one number could be judged"
    for key in found.beyond[:SHOWN]:
        each = found.differences[key]
        why = (
            "; ".join(each.faults)
            or f"{each.where} is {each.share:.3g} times what rounding explains ({each.nats:.3g} nats)"
        )
        yield f"beyond rounding: {titles[key]}: {why}"


def conclusion(found: Verification) -> str:
    """Return the verdict in a sentence."""
    if found.damaged or found.beyond:
        counts = [f"{len(found.damaged)} damaged"] if found.damaged else []
        counts += [f"{len(found.beyond)} beyond what rounding explains"] if found.beyond else []
        return f"NOT verified: {', '.join(counts)}"
    if found.failed:
        return f"not verified: {len(found.failed)} units could not be computed again"
    if not found.differences:
        return "the records are whole; none was computed again"
    return "verified: all that was computed again agrees within rounding"


def titles_of(found: Verification) -> dict[str, str]:
    """Return a name for every unit: series, seed and measure."""
    names = [printable(name.short) for name in series_names(found.manifest["series"])]
    return {each.key: f"{names[each.series]}, seed {each.seed}, {printable(each.measure)}" for each in found.entries}


def as_json(found: Verification) -> dict[str, Any]:
    """Return what was found as JSON values, with every unit."""
    names = [name.short for name in series_names(found.manifest["series"])]
    return {
        "schema": 1,
        "name": found.manifest["name"],
        "exit_code": int(found.code),
        "counts": {
            "units": len(found.entries),
            "sound": found.sound,
            "missing": len(found.missing),
            "damaged": len(found.damaged),
            "incomparable": len(found.incomparable),
            "computed_again": len(found.differences),
            "identical": sum(each.identical for each in found.differences.values()),
            "beyond": len(found.beyond),
            "failed": len(found.failed),
        },
        "largest_nats": max((each.nats for each in found.differences.values()), default=None),
        "largest_share": max((each.share for each in found.differences.values()), default=None),
        "devices": list(found.origins),
        "units": [unit_json(found, each, names[each.series]) for each in found.entries],
    }


def unit_json(found: Verification, entry: Entry, name: str) -> dict[str, Any]:
    """Return one unit as JSON values."""
    key, difference = entry.key, found.differences.get(entry.key)
    return {
        "series": name,
        "seed": entry.seed,
        "measure": entry.measure,
        "key": key,
        "record": "missing" if key in found.missing else "damaged" if key in found.damaged else "sound",
        "why": found.damaged.get(key) or found.incomparable.get(key) or found.failed.get(key) or "",
        "difference": asdict(difference) | {"agrees": difference.agrees} if difference else None,
    }
