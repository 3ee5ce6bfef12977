"""``run CONFIG``: from a YAML file to numbers and figures, resuming where an earlier run has stopped."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from gru_vanish import engine, store
from gru_vanish.analysis import Findings
from gru_vanish.cli import executor, failures, memory, programs
from gru_vanish.cli.conclude import Conclusion, Drawing, conclude, tell_json, tell_text
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.output import say
from gru_vanish.cli.progress import Shown
from gru_vanish.cli.signals import BY_SIGNAL, Signals, leave_now
from gru_vanish.cli.study import chosen, loaded
from gru_vanish.cli.tally import Tally
from gru_vanish.config import Loaded
from gru_vanish.engine import compile_cache, device, environment
from gru_vanish.engine.executors import Executor
from gru_vanish.engine.executors.clusters import Wanted
from gru_vanish.engine.executors.devices import accelerated


@dataclass(frozen=True)
class Options:
    """What the command line says beside the config."""

    overrides: Sequence[str]
    results: Path
    only: Sequence[str]
    fail_fast: bool
    as_json: bool
    workers: int | None
    compile_cache: bool
    allow_code: bool = False
    strict: bool = False
    choice: executor.Choice = executor.HERE


@dataclass(frozen=True)
class Ran:
    """A run that has come to its end."""

    tally: Tally
    manifest: Mapping[str, Any]
    conclusion: Conclusion
    code: int


def run(config: str, options: Options, signals: Signals) -> int:
    """Compute what is missing, write tables and figures, tell the result; return the exit code."""
    ran = carried_out(config, options, signals)
    if options.as_json:
        tell_json(as_json(ran.tally, ran.manifest, ran.code, options.results, ran.conclusion))
    else:
        tell_text(ran.conclusion, [store.manifest_path(options.results, ran.manifest["name"])])
    return ran.code


def carried_out(config: str, options: Options, signals: Signals) -> Ran:
    """Compute what is missing, write tables and figures; a run that is cut short leaves the process instead."""
    signals.check()
    staff = executor.wanted(options.choice, options.workers)
    if staff is not None:
        executor.keep_to_cpu()
    study = read(config, options)
    wanted = chosen(study.series, options.only)
    prepare_device()
    prepare_compiler(options.compile_cache)
    with signals.prompt():
        manifest = manifest_of(study)
        units = engine.plan([one.setting for one in wanted], study.study.seeds, study.study.measure)
    labels = programs.labels([(one.label, one.setting) for one in wanted], study.study.measure)
    workers = options.workers or 1
    if memory_is_here(staff):
        workers = memory.fitted(units, store.Store(options.results), options.workers, labels)
        staff = None if staff is None else replace(staff, workers=workers)
    records = opened(options.results, manifest)
    with executor.opened(staff, options.results, workers, options.compile_cache, signals) as compute:
        tally = execute(units, records, signals, workers, options.fail_fast, compute)
    report(tally, manifest)
    if is_cut_short(tally, signals, options):
        left_early(tally, manifest, signals, options)
    if tally.computed:
        records.require()
    failures.keep(tally, manifest, options.results)
    conclusion = conclude(options.results, manifest, Drawing(manifest["figures"]), signals)
    code = Exit.failed if tally.failed else claimed(conclusion.findings, options.strict)
    return Ran(tally, manifest, conclusion, int(code))


def memory_is_here(staff: Wanted | None) -> bool:
    """Whether what units want is to be weighed against the memory of this process's own device."""
    return staff is None or (staff.scheduler is None and staff.slurm is None and not accelerated())


def claimed(findings: Findings, strict: bool) -> Exit:
    """Return the exit code of the claims; with ``--strict`` each has to come out as the config expects."""
    unexpected = [one.bound.claim.id for one in findings.claims if not one.as_expected]
    if not strict or not unexpected:
        return Exit.done
    say(f"{len(unexpected)} of {len(findings.claims)} claims not as expected: {', '.join(unexpected)}")
    return Exit.damaged


def read(config: str, options: Options) -> Loaded:
    """Return the study; where it may hold cells of the user's own, the device on which they are tried out is ready."""
    prepare_environment()
    if options.allow_code:
        prepare_device()
    return loaded(config, options.overrides, options.allow_code)


@cache
def prepare_environment() -> None:
    """Fix what variables may change, before anything is traced: a config with interventions already is."""
    try:
        engine.prepare()
    except environment.HostileEnvironmentError as fault:
        raise RefusalError(Exit.environment, str(fault)) from fault


@cache
def prepare_device() -> None:
    """Set the device up; raise `RefusalError` where JAX finds none, or the environment would change numbers."""
    prepare_environment()
    try:
        device.device()
    except Exception as fault:  # JAX raises RuntimeError, or asserts, by the way in which a device is missing
        asked = os.environ.get("JAX_PLATFORMS")
        why = f"{fault or type(fault).__name__}" + (f" (JAX_PLATFORMS is {asked!r})" if asked else "")
        raise RefusalError(Exit.environment, f"no device to compute on: {why}") from fault
    for name, value in environment.overridden().items():
        say(f"{name}={value} is not listened to: a study alone decides its numbers")


def prepare_compiler(cached: bool) -> None:
    """Keep compiled programs from run to run, or not; say where that can not be done safely."""
    if not cached:
        compile_cache.disable()
        return
    try:
        compile_cache.enable()
    except compile_cache.UnsafeCacheError as fault:
        compile_cache.disable()
        say(str(fault))


def manifest_of(study: Loaded) -> dict[str, Any]:
    """Return the manifest of the whole study, also where only a part of it is computed now."""
    said = study.study
    return engine.manifest(
        *(said.name, said.question, said.resolved(), study.series, said.seeds, said.measure, said.figures),
        claims=[one.as_json() for one in study.claims],
    )


def opened(root: Path, manifest: Mapping[str, Any]) -> store.Store:
    """Return the store, with the manifest written and what killed runs left half-written removed."""
    try:
        before = store.read_manifest(root, manifest["name"])
        if before.get("study") != manifest["study"]:
            say(f"{root / manifest['name']} described another study until now; its records stay in the store")
    except store.MissingManifest:
        pass
    except store.DamagedManifest as fault:
        say(f"the manifest was damaged and is written anew: {fault}")
    store.write_manifest(root, manifest)
    records = store.Store(root)
    records.remove_leftovers()
    return records


def execute(
    units: Sequence[engine.Unit],
    records: store.Store,
    signals: Signals,
    workers: int,
    fail_fast: bool,
    compute: Executor,
) -> Tally:
    """Compute what is missing while the progress is shown; return what has happened."""
    tally = Tally(units, workers)
    with Shown(tally, signals.stop) as shown:
        for event in compute(units, records, signals.stop):
            shown.take(event)
            if tally.failed and fail_fast:
                signals.stop.set()
    return tally


def report(tally: Tally, manifest: Mapping[str, Any]) -> None:
    """Say on stderr what was done, what was set aside, and which units failed of what."""
    for line in (*failures.set_aside(tally, manifest), *failures.failed(tally, manifest)):
        say(line)
    for trouble in (tally.unavailable, tally.crashed):
        if trouble is not None:
            say(trouble)
    say(f"{tally.total} units: {tally.outcome()}")


def is_cut_short(tally: Tally, signals: Signals, options: Options) -> bool:
    """Whether the run has ended before its units did. (The stop event is set at every end.)"""
    gave_up = bool(tally.failed) and options.fail_fast
    broke = tally.unavailable is not None or tally.crashed is not None
    return signals.received is not None or broke or gave_up


def left_early(tally: Tally, manifest: Mapping[str, Any], signals: Signals, options: Options) -> NoReturn:
    """Tell what is done, and leave without waiting for computations that nobody wants any more."""
    code = BY_SIGNAL + signals.received if signals.received is not None else int(Exit.failed)
    if tally.unavailable is not None:
        code = int(Exit.environment)
    if tally.crashed is not None:
        code = int(Exit.bug)
    with contextlib.suppress(store.StoreUnavailable):
        failures.keep(tally, manifest, options.results)
    say(f"stopped with {tally.stored} of {tally.total} units done; the same command resumes")
    if options.as_json:
        tell_json(as_json(tally, manifest, code, options.results, None))
    leave_now(code)


def as_json(
    tally: Tally, manifest: Mapping[str, Any], code: int, root: Path, conclusion: Conclusion | None
) -> dict[str, Any]:
    """Return the result of a run as JSON values."""
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
            "manifest": str(store.manifest_path(root, manifest["name"])),
            **(conclusion.paths() if conclusion else {}),
        },
        "undrawn": conclusion.undrawn if conclusion else [],
        "summary": conclusion.findings.summary() if conclusion else None,
    }
