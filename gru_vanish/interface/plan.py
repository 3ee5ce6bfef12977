"""``run --dry-run``: what a run would compute and why, how long it would take, and what memory it would want.

Nothing is touched: no folder, no manifest, no claim, no compiled program that is kept.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from gru_vanish import engine, store
from gru_vanish.config import ForeignSettingError, Given, Loaded, setting_of
from gru_vanish.contracts import Program
from gru_vanish.engine import Unit, device, estimate
from gru_vanish.engine.estimate import Cost, Seconds
from gru_vanish.engine.manifest import entries
from gru_vanish.engine.survey import Standing, survey
from gru_vanish.interface import executor, failures, memory, programs, staffing
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.carry_out import Options, memory_is_here
from gru_vanish.interface.config import Changes, Config, given, overrides_of, read
from gru_vanish.interface.executor import choice_of
from gru_vanish.interface.host import Host
from gru_vanish.interface.planned import Plan
from gru_vanish.interface.prepare import prepare_compiler, prepare_device
from gru_vanish.interface.study import chosen, listed

LOOKED_AT = 2000
"""Records of other studies that are looked at for times; keys are hashes, so the first ones are as good as any."""


def plan(
    config: Config,
    *,
    set: Changes = (),
    results: str | Path = "results",
    only: Sequence[str] = (),
    workers: int | None = None,
    allow_code: bool = False,
    executor: str = "local",
    scheduler: str | None = None,
    slurm: Mapping[str, Any] | Sequence[str] = (),
    host: str | None = None,
    stop: threading.Event | None = None,
) -> Plan:
    """Return what `run` with these arguments would compute and why, the time, and the memory; nothing is touched."""
    choice = choice_of(executor, scheduler, slurm, host)
    options = Options(
        Path(results), overrides_of(set), listed(only), workers=workers, allow_code=allow_code, choice=choice
    )

    def work(caller: Caller) -> Plan:
        return replace(planned(given(config), options, False, caller), remarks=tuple(caller.remarks))

    return asked(work, computes=True, stop=stop)


def planned(config: Given | Loaded, options: Options, strict: bool, host: Host) -> Plan:
    """Find out what a run with these options would do; ``strict`` is a word of the scripts for workers alone."""
    host.check()
    staff = executor.wanted(options.choice, options.workers, packages=False)
    if staff is not None:
        executor.keep_to_cpu()
    prepare_compiler(False, host)
    study = read(config, options.overrides, options.allow_code, host)
    wanted_series = chosen(study.series, options.only)
    prepare_device(host)
    said, records = study.study, store.Store(options.results)
    labels = programs.labels([(one.label, one.setting) for one in wanted_series], said.measure)
    with host.prompt():
        manifest = {"series": entries(study.series, said.seeds, said.measure)}
        units = engine.plan([one.setting for one in wanted_series], said.seeds, said.measure)
        failed = {each.key: each.error for each in failures.before(options.results, said.name, host)}
        standings = list(survey(units, records, failed))
    remaining = [each.unit for each in standings if not each.is_done]
    here = memory_is_here(staff)
    fit = memory.looked_at(remaining, options.workers) if here else memory.unknown(remaining, options.workers)
    # What a unit takes on this device says nothing of the workers' own.
    costs = known_costs(remaining, standings, records, labels, host) if fit.workers and here else {}
    scripts = staffing.scripts(staff, config, options, strict) if staff is not None else {}
    return Plan(said.name, standings, failures.names(manifest), labels, fit, costs, scripts)


def known_costs(
    remaining: Sequence[Unit],
    standings: Sequence[Standing],
    records: store.Store,
    labels: memory.Labels,
    host: Host,
) -> dict[Program, Cost]:
    """Return what the programs of the remaining units will take, as far as that can be known."""
    first: dict[Program, Unit] = {}
    for unit in remaining:
        first.setdefault(unit.program, unit)
    seen: dict[Program, list[Seconds]] = {}
    for each in standings:
        if each.seconds is not None:
            seen.setdefault(each.unit.program, []).append(each.seconds)
    if first.keys() - seen.keys():
        with host.prompt():
            for program, seconds in of_others(records, {each.unit.key for each in standings}):
                seen.setdefault(program, []).append(seconds)

    def probe(program: Program) -> Seconds | None:
        host.say(
            f"nothing like {memory.named(program, labels)} was computed here yet: a short probe tells how long it takes"
        )
        try:
            return host.waited_for(lambda: estimate.probed(first[program]))
        except Exception as fault:  # whatever a cell or the compiler raises will be told by the run, unit by unit
            host.say(f"the probe failed, so there is no estimate: {type(fault).__name__}: {fault}")
            return None

    return estimate.costs(first, seen, probe)


def of_others(records: store.Store, own: set[str]) -> Iterator[tuple[Program, Seconds]]:
    """Give what records of other studies took on this device."""
    here = device.describe()
    for key in islice(filter(lambda key: key not in own, records.keys()), LOOKED_AT):
        try:
            about = records.read(key).about
            setting = setting_of(about["setting"])
        except (store.MissingRecord, store.DamagedRecord, ForeignSettingError):
            continue
        seconds = estimate.seconds_of(about["provenance"], here)
        if seconds is not None:
            yield Program.of(setting, about["measure"]), seconds
