"""``run CONFIG --dry-run``: what a run would compute and why, how long it would take, and what memory it would want.

Nothing is touched: no folder, no manifest, no claim, no compiled program that is kept.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from gru_vanish import engine, store
from gru_vanish.cli import executor, failures, memory, plan, programs, staffing
from gru_vanish.cli.aside import waited_for
from gru_vanish.cli.conclude import tell_json
from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import say, tell
from gru_vanish.cli.plan import Plan
from gru_vanish.cli.run import Options, memory_is_here, prepare_compiler, prepare_device, read
from gru_vanish.cli.signals import Signals
from gru_vanish.cli.study import chosen
from gru_vanish.config import ForeignSettingError, setting_of
from gru_vanish.contracts import Program
from gru_vanish.engine import Unit, device, estimate
from gru_vanish.engine.estimate import Cost, Seconds
from gru_vanish.engine.manifest import entries
from gru_vanish.engine.survey import Standing, survey

LOOKED_AT = 2000
"""Records of other studies that are looked at for times; keys are hashes, so the first ones are as good as any."""


def dry_run(config: str, options: Options, signals: Signals) -> int:
    """Tell what `run` with these options would do; return 4 where it would be refused for memory."""
    signals.check()
    staff = executor.wanted(options.choice, options.workers, packages=False)
    if staff is not None:
        executor.keep_to_cpu()
    prepare_compiler(False)
    study = read(config, options)
    wanted_series = chosen(study.series, options.only)
    prepare_device()
    said, records = study.study, store.Store(options.results)
    labels = programs.labels([(one.label, one.setting) for one in wanted_series], said.measure)
    with signals.prompt():
        manifest = {"series": entries(study.series, said.seeds, said.measure)}
        units = engine.plan([one.setting for one in wanted_series], said.seeds, said.measure)
        failed = {each.key: each.error for each in failures.before(options.results, said.name)}
        standings = list(survey(units, records, failed))
    remaining = [each.unit for each in standings if not each.is_done]
    here = memory_is_here(staff)
    fit = memory.looked_at(remaining, options.workers) if here else memory.unknown(remaining, options.workers)
    # What a unit takes on this device says nothing of the workers' own.
    costs = known_costs(remaining, standings, records, labels, signals) if fit.workers and here else {}
    found = Plan(said.name, standings, failures.names(manifest), labels, fit, costs)
    scripts = staffing.scripts(staff, config, options) if staff is not None else {}
    if options.as_json:
        tell_json({**plan.as_json(found), **({"workers": scripts} if scripts else {})})
    else:
        tell("\n".join([*plan.lines(found), *staffing.lines(scripts)]))
    return Exit.done if fit.workers else Exit.environment


def known_costs(
    remaining: Sequence[Unit],
    standings: Sequence[Standing],
    records: store.Store,
    labels: memory.Labels,
    signals: Signals,
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
        with signals.prompt():
            for program, seconds in of_others(records, {each.unit.key for each in standings}):
                seen.setdefault(program, []).append(seconds)

    def probe(program: Program) -> Seconds | None:
        say(
            f"nothing like {memory.named(program, labels)} was computed here yet: a short probe tells how long it takes"
        )
        try:
            return waited_for(lambda: estimate.probed(first[program]), signals)
        except Exception as fault:  # whatever a cell or the compiler raises will be told by the run, unit by unit
            say(f"the probe failed, so there is no estimate: {type(fault).__name__}: {fault}")
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
