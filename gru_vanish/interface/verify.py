"""``verify``: whether the records of a study are whole, and whether this machine computes the same numbers.

From the manifest and the store alone; they may have been copied from another machine. Nothing is written there.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gru_vanish import engine, store
from gru_vanish.config.own_again import Search
from gru_vanish.contracts import Payload, Setting
from gru_vanish.engine import verify as again
from gru_vanish.engine.difference import Difference
from gru_vanish.engine.places import Apart
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.twins import twins
from gru_vanish.interface import memory, verification
from gru_vanish.interface.caller import Caller, asked, in_python
from gru_vanish.interface.host import Host
from gru_vanish.interface.html import definition, table
from gru_vanish.interface.known_study import manifest_of, place_of
from gru_vanish.interface.prepare import prepare_compiler, prepare_device
from gru_vanish.interface.progress import Wish
from gru_vanish.interface.refusals import Exit, RefusalError, StoppedError
from gru_vanish.interface.study_result import StudyResult
from gru_vanish.interface.tally import Tally
from gru_vanish.interface.verification import Verification


@dataclass(frozen=True, repr=False)
class VerifyResult:
    """Whether the records of a study are whole, and how far off what was computed again is."""

    name: str
    code: Exit
    """``done``, or why it is not verified"""
    conclusion: str
    notes: tuple[str, ...]
    """what is missing, damaged, beyond rounding, or can not be judged"""
    differences: Mapping[str, Difference]
    """of each unit that was computed again, by key"""
    remarks: tuple[str, ...]
    _found: Verification

    @property
    def verified(self) -> bool:
        """Whether nothing is damaged, and all that was computed again agrees within rounding."""
        return self.code is Exit.done

    def as_json(self) -> dict[str, Any]:
        """Return all that the command tells with ``--json``, with every unit."""
        return verification.as_json(self._found)

    def __repr__(self) -> str:
        """The verdict in a line."""
        return f"<VerifyResult {self.name}: {self.conclusion}>"

    def _repr_html_(self) -> str:
        """One row for each program, as a notebook shows them."""
        rows = list(verification.rows(self._found))
        notes = "".join(table((("note",),), [(note,) for note in self.notes])) if self.notes else ""
        return definition(repr(self)[1:-1]) + table(verification.HEADS, rows) + notes


def verify(
    study: str | StudyResult,
    *,
    results: str | Path = "results",
    everything: bool = False,
    sample: int | None = None,
    files: Sequence[str | Path] = (),
    allow_code: bool = False,
    progress: Wish = False,
    stop: threading.Event | None = None,
) -> VerifyResult:
    """Check every record of a study, and compute some of them again on this machine.

    Args:
        study: its name, or what `run` has given.
        results: the folder of all results.
        everything: compute every unit again.
        sample: how many units to compute again; default: 8.
        files: where cells, inputs and weights of your own lie that are not where they were.
        allow_code: execute the Python files that the study names as cells.
    """
    name, root = place_of(study, results)

    def work(caller: Caller) -> VerifyResult:
        found = verified(name, root, everything, sample, [Path(one) for one in files], allow_code, caller)
        notes = tuple(map(in_python, verification.notes(found)))
        said = verification.conclusion(found)
        return VerifyResult(name, found.code, said, notes, found.differences, tuple(caller.remarks), found)

    return asked(work, computes=True, progress=progress, stop=stop)


def verified(
    name: str,
    results: Path,
    everything: bool,
    sample: int | None,
    files: Sequence[Path],
    allow_code: bool,
    host: Host,
) -> Verification:
    """Check every record, compute some of them again, and find out how far off they are.

    ``files`` are folders, or files, in which those of the user's own are looked for that are not where they were.
    """
    if everything and sample is not None:
        raise RefusalError(Exit.usage, "--all computes every unit again, --sample N some of them: give one of the two")
    manifest = manifest_of(name, results)
    search = Search(str(store.manifest_path(results, name).parent), places(files), allow_code)
    prepare_device(host)
    prepare_compiler(True, host)
    records = store.Store(results)
    with host.prompt():
        found = checked(manifest, records, search)
    most = again.SAMPLE if sample is None else sample
    found.chosen = again.sampled(found.units.values(), None if everything else most)
    if not found.sound and not found.damaged:
        raise RefusalError(Exit.usage, f"{name}: no record yet; compute it with `gru-vanish run`")
    compute_again(found, records, host)
    return found


def places(files: Sequence[Path]) -> tuple[str, ...]:
    """Return where files are looked for; raise `RefusalError` for what is not there."""
    for one in files:
        if not one.exists():
            raise RefusalError(Exit.usage, f"--files {one}: there is no such folder or file")
    return tuple(map(str, files))


def checked(manifest: Mapping[str, Any], records: store.Store, search: Search) -> Verification:
    """Read and verify every record of the study."""
    found = Verification(manifest, again.entries(manifest))
    settings: dict[int, Setting] = {}

    def read(files: Mapping[str, Any], values: Mapping[str, Any]) -> Setting:
        """Read a setting once; the entries of a series share the very same values."""
        if id(values) not in settings:
            settings[id(values)] = search.setting_of(values, files)
        return settings[id(values)]

    for entry in found.entries:
        try:
            record = again.looked_up(entry, records)
            files = manifest["series"][entry.series].get("files", {})
            found.units[entry.key] = again.unit_of(entry, partial(read, files))
        except store.MissingRecord:
            found.missing.add(entry.key)
            continue
        except store.DamagedRecord as fault:
            found.damaged[entry.key] = fault.reason
            continue
        except ValueError as fault:  # a manifest from elsewhere may name anything
            found.damaged[entry.key] = f"the manifest is not what this program writes: {fault}"
            continue
        except again.IncomparableError as fault:
            found.incomparable[entry.key] = str(fault)
        found.origins |= dict.fromkeys(again.devices([record.about["provenance"]]))
    return found


def compute_again(found: Verification, records: store.Store, host: Host) -> None:
    """Compute the chosen units into memory and compare each with its record as it comes."""
    place = Apart()
    workers = memory.fitted(found.chosen, place, None, found.labels, host)
    tally = Tally(found.chosen, workers)
    in_doubt: dict[str, store.Record] = {}
    for event in host.watched(tally, engine.execute(found.chosen, place, host.stop, workers)):
        if isinstance(event, engine.Done):
            key, again_record = event.unit.key, place.records.pop(event.unit.key)
            found.differences[key] = again.difference(event.unit, records.read(key), again_record)
            if not found.differences[key].agrees:
                in_doubt[key] = again_record
        elif isinstance(event, engine.Failed):
            found.failed[event.unit.key] = event.error
    if tally.crashed is not None:
        raise RefusalError(Exit.bug, tally.crashed)
    if host.wants_to_leave:
        raise StoppedError(f"stopped with {len(found.differences)} of {len(found.chosen)} units compared")
    judge_again(found, records, in_doubt, host)


def judge_again(found: Verification, records: store.Store, in_doubt: Mapping[str, store.Record], host: Host) -> None:
    """Find out which numbers a rounding unit decides, of records that rounding does not seem to explain."""
    programs = Programs(lambda *_: None)
    for key, again_record in in_doubt.items():
        unit = found.units[key]
        moved: list[Payload] = host.waited_for(partial(list, twins(unit, programs)))
        found.differences[key] = again.difference(unit, records.read(key), again_record, moved)
