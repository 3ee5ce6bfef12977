"""``verify NAME``: whether the records of a study are whole, and whether this machine computes the same numbers.

From the manifest and the store alone; they may have been copied from another machine. Nothing is written there.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from gru_vanish import engine, store
from gru_vanish.cli import memory, verification
from gru_vanish.cli.aside import waited_for
from gru_vanish.cli.conclude import tell_json
from gru_vanish.cli.draw import require_whole
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.output import say, tell
from gru_vanish.cli.progress import Shown
from gru_vanish.cli.run import prepare_compiler, prepare_device
from gru_vanish.cli.signals import BY_SIGNAL, Signals, leave_now
from gru_vanish.cli.tally import Tally
from gru_vanish.cli.verification import Verification
from gru_vanish.config import setting_of
from gru_vanish.contracts import Payload, Setting
from gru_vanish.engine import verify as again
from gru_vanish.engine.places import Apart
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.twins import twins


def verify(name: str, results: Path, everything: bool, sample: int | None, as_json: bool, signals: Signals) -> int:
    """Check every record, compute some of them again, and tell how far off they are."""
    if everything and sample is not None:
        raise RefusalError(Exit.usage, "--all computes every unit again, --sample N some of them: give one of the two")
    try:
        manifest = store.read_manifest(results, name)
    except ValueError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    require_whole(manifest, name, store.manifest_path(results, name))
    prepare_device()
    prepare_compiler(True)
    records = store.Store(results)
    with signals.prompt():
        found = checked(manifest, records)
    most = again.SAMPLE if sample is None else sample
    found.chosen = again.sampled(found.units.values(), None if everything else most)
    if not found.sound and not found.damaged:
        raise RefusalError(Exit.usage, f"{name}: no record yet; compute it with `gru-vanish run`")
    compute_again(found, records, signals)
    if as_json:
        tell_json(verification.as_json(found))
    else:
        tell("\n".join(verification.lines(found)))
    return found.code


def checked(manifest: Mapping[str, Any], records: store.Store) -> Verification:
    """Read and verify every record of the study."""
    found = Verification(manifest, again.entries(manifest))
    settings: dict[int, Setting] = {}

    def read(values: Mapping[str, Any]) -> Setting:
        """Read a setting once; the entries of a series share the very same values."""
        if id(values) not in settings:
            settings[id(values)] = setting_of(values)
        return settings[id(values)]

    for entry in found.entries:
        try:
            record = again.looked_up(entry, records)
            found.units[entry.key] = again.unit_of(entry, read)
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


def compute_again(found: Verification, records: store.Store, signals: Signals) -> None:
    """Compute the chosen units into memory and compare each with its record as it comes."""
    place = Apart()
    workers = memory.fitted(found.chosen, place, None, found.labels)
    tally = Tally(found.chosen, workers)
    in_doubt: dict[str, store.Record] = {}
    with Shown(tally, signals.stop) as shown:
        for event in engine.execute(found.chosen, place, signals.stop, workers):
            shown.take(event)
            if isinstance(event, engine.Done):
                key, again_record = event.unit.key, place.records.pop(event.unit.key)
                found.differences[key] = again.difference(event.unit, records.read(key), again_record)
                if not found.differences[key].agrees:
                    in_doubt[key] = again_record
            elif isinstance(event, engine.Failed):
                found.failed[event.unit.key] = event.error
    if tally.crashed is not None:
        raise RefusalError(Exit.bug, tally.crashed)
    if signals.received is not None:
        say(f"stopped with {len(found.differences)} of {len(found.chosen)} units compared")
        leave_now(BY_SIGNAL + signals.received)
    judge_again(found, records, in_doubt, signals)


def judge_again(
    found: Verification, records: store.Store, in_doubt: Mapping[str, store.Record], signals: Signals
) -> None:
    """Find out which numbers a rounding unit decides, of records that rounding does not seem to explain."""
    programs = Programs(lambda *_: None)
    for key, again_record in in_doubt.items():
        unit = found.units[key]
        moved: list[Payload] = waited_for(partial(list, twins(unit, programs)), signals)
        found.differences[key] = again.difference(unit, records.read(key), again_record, moved)
