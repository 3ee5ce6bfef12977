"""From a config to numbers and figures, for whoever has asked, resuming where an earlier run has stopped."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gru_vanish import engine, store
from gru_vanish.config import Given, Loaded
from gru_vanish.config.own_origin import seen_from
from gru_vanish.engine.executors import Executor
from gru_vanish.engine.executors.clusters import Wanted
from gru_vanish.engine.executors.devices import accelerated
from gru_vanish.interface import executor, failures, memory, programs
from gru_vanish.interface.conclude import Conclusion, Drawing, conclude
from gru_vanish.interface.config import read
from gru_vanish.interface.host import Host
from gru_vanish.interface.prepare import prepare_compiler, prepare_device
from gru_vanish.interface.refusals import Exit
from gru_vanish.interface.study import chosen
from gru_vanish.interface.tally import Tally


@dataclass(frozen=True)
class Options:
    """What is said beside the config."""

    results: Path
    overrides: Sequence[str] = ()
    only: Sequence[str] = ()
    fail_fast: bool = False
    workers: int | None = None
    compile_cache: bool = True
    allow_code: bool = False
    choice: executor.Choice = executor.HERE


@dataclass(frozen=True)
class Ran:
    """A run that has ended, also one that was cut short, of which nothing was concluded."""

    tally: Tally
    manifest: Mapping[str, Any]
    results: Path
    conclusion: Conclusion | None

    @property
    def path(self) -> Path:
        """The manifest's file."""
        return store.manifest_path(self.results, self.manifest["name"])

    @property
    def code(self) -> Exit:
        """What has become of it, without a word on its claims or on who has stopped it."""
        if self.tally.crashed is not None:
            return Exit.bug
        if self.tally.unavailable is not None:
            return Exit.environment
        return Exit.failed if self.tally.failed or self.conclusion is None else Exit.done


def carried_out(config: Given | Loaded, options: Options, host: Host) -> Ran:
    """Compute what is missing, write tables and figures; where it is cut short, say so by the lack of a conclusion."""
    host.check()
    staff = executor.wanted(options.choice, options.workers)
    if staff is not None:
        executor.keep_to_cpu()
    study = read(config, options.overrides, options.allow_code, host)
    wanted = chosen(study.series, options.only)
    prepare_device(host)
    prepare_compiler(options.compile_cache, host)
    with host.prompt():
        manifest = manifest_of(study)
        units = engine.plan([one.setting for one in wanted], study.study.seeds, study.study.measure)
    labels = programs.labels([(one.label, one.setting) for one in wanted], study.study.measure)
    workers = options.workers or 1
    if memory_is_here(staff):
        workers = memory.fitted(units, store.Store(options.results), options.workers, labels, host)
        staff = None if staff is None else replace(staff, workers=workers)
    records = opened(options.results, manifest, host)
    with executor.opened(staff, options.results, workers, options.compile_cache, host) as compute:
        tally = execute(units, records, host, workers, options.fail_fast, compute)
    report(tally, manifest, host)
    if is_cut_short(tally, host, options):
        with contextlib.suppress(store.StoreUnavailable):
            failures.keep(tally, manifest, options.results, host)
        return Ran(tally, manifest, options.results, None)
    if tally.computed:
        records.require()
    failures.keep(tally, manifest, options.results, host)
    conclusion = conclude(options.results, manifest, Drawing(manifest["figures"]), host)
    return Ran(tally, manifest, options.results, conclusion)


def memory_is_here(staff: Wanted | None) -> bool:
    """Whether what units want is to be weighed against the memory of this process's own device."""
    return staff is None or (staff.scheduler is None and staff.slurm is None and not accelerated())


def unexpected_claims(conclusion: Conclusion) -> str | None:
    """Return which claims do not come out as the config expects, in a sentence; None where all do."""
    claims = conclusion.findings.claims
    found = [one.bound.claim.id for one in claims if not one.as_expected]
    return f"{len(found)} of {len(claims)} claims not as expected: {', '.join(found)}" if found else None


def manifest_of(study: Loaded) -> dict[str, Any]:
    """Return the manifest of the whole study, also where only a part of it is computed now."""
    said = study.study
    return engine.manifest(
        *(said.name, said.question, said.resolved(), study.series, said.seeds, said.measure, said.figures),
        claims=[one.as_json() for one in study.claims],
    )


def opened(root: Path, manifest: Mapping[str, Any], host: Host) -> store.Store:
    """Return the store, with the manifest written and what killed runs left half-written removed."""
    try:
        before = store.read_manifest(root, manifest["name"])
        if before.get("study") != manifest["study"]:
            host.say(f"{root / manifest['name']} described another study until now; its records stay in the store")
    except store.MissingManifest:
        pass
    except store.DamagedManifest as fault:
        host.say(f"the manifest was damaged and is written anew: {fault}")
    store.write_manifest(root, seen_from(manifest, store.manifest_path(root, manifest["name"]).parent))
    records = store.Store(root)
    records.remove_leftovers()
    return records


def execute(
    units: Sequence[engine.Unit],
    records: store.Store,
    host: Host,
    workers: int,
    fail_fast: bool,
    compute: Executor,
) -> Tally:
    """Compute what is missing while the progress is shown; return what has happened."""
    tally = Tally(units, workers)
    for _ in host.watched(tally, compute(units, records, host.stop)):
        if tally.failed and fail_fast:
            host.stop.set()
    return tally


def report(tally: Tally, manifest: Mapping[str, Any], host: Host) -> None:
    """Say what was done, what was set aside, and which units failed of what."""
    for line in (*failures.set_aside(tally, manifest), *failures.failed(tally, manifest)):
        host.say(line)
    for trouble in (tally.unavailable, tally.crashed):
        if trouble is not None:
            host.say(trouble)
    host.say(f"{tally.total} units: {tally.outcome()}")


def is_cut_short(tally: Tally, host: Host, options: Options) -> bool:
    """Whether the run has ended before its units did. (The stop event is set at every end.)"""
    gave_up = bool(tally.failed) and options.fail_fast
    broke = tally.unavailable is not None or tally.crashed is not None
    return host.wants_to_leave or broke or gave_up


def as_json(ran: Ran, code: int) -> dict[str, Any]:
    """Return the result of a run as JSON values."""
    tally, manifest, conclusion = ran.tally, ran.manifest, ran.conclusion
    return {
        "schema": 1,
        "name": manifest["name"],
        "exit_code": int(code),
        "finished": conclusion is not None and conclusion.findings.finished,
        "counts": {
            "units": tally.total,
            "computed": tally.computed,
            "found": tally.found,
            "failed": len(tally.failed),
            "left": tally.left,
            "set_aside": len(tally.set_aside),
        },
        "seconds": {
            "compile": [
                {"program": each.program.describe(), "stage": each.stage, "seconds": each.seconds}
                for each in tally.compiled
            ],
            **{name: tally.seconds[name] for name in ("draw", "run", "write")},
            **(conclusion.seconds if conclusion else {}),
            "total": tally.elapsed,
        },
        "failures": failures.as_json(tally, manifest),
        "paths": {
            "manifest": str(ran.path),
            **(conclusion.paths() if conclusion else {}),
        },
        "undrawn": conclusion.undrawn if conclusion else [],
        "summary": conclusion.findings.summary() if conclusion else None,
    }
