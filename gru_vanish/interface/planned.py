"""What a dry run finds: units and reasons, programs, time and memory."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gru_vanish.contracts import Program
from gru_vanish.engine import estimate
from gru_vanish.engine.estimate import Cost
from gru_vanish.engine.fit import Fit, wanted
from gru_vanish.engine.survey import REASONS, Standing
from gru_vanish.interface import memory, programs
from gru_vanish.interface.html import definition, table
from gru_vanish.interface.tally import duration
from gru_vanish.tables.layout import printable, size

PROGRAM_HEADS = (
    ("", "program"),
    ("", "units"),
    ("compile", "s"),
    ("a unit", "s"),
    ("", "estimated from"),
    ("memory", "of a unit"),
)


@dataclass(frozen=True, repr=False)
class Plan:
    """All that a dry run tells: what would be computed and why, how long it would take, and in what memory."""

    name: str
    standings: Sequence[Standing]
    series: dict[str, str]
    """Name of the (first) series of each key."""
    labels: memory.Labels
    fit: Fit
    costs: dict[Program, Cost]
    workers: Mapping[str, Any] = field(default_factory=dict)
    """Where workers would be, and for Slurm the scripts; empty for threads of this process."""
    remarks: tuple[str, ...] = ()

    @cached_property
    def remaining(self) -> list[Standing]:
        """The units that a run would compute."""
        return [each for each in self.standings if not each.is_done]

    @cached_property
    def programs(self) -> dict[Program, int]:
        """The programs that a run would compile, with their units."""
        return dict(Counter(each.unit.program for each in self.remaining))

    @property
    def seconds(self) -> float | None:
        """What a run would take; None where a program's cost is not known or nothing fits."""
        if not self.fit.workers or self.programs.keys() - self.costs.keys():
            return None
        return estimate.wall_clock(self.programs, self.costs, self.fit.workers)

    @property
    def fits(self) -> bool:
        """Whether a run would start: what it wants is there."""
        return self.fit.workers > 0

    def as_json(self) -> dict[str, Any]:
        """Return all that the command tells with ``--json``."""
        return as_json(self)

    def __repr__(self) -> str:
        """The plan in a line."""
        done = len(self.standings) - len(self.remaining)
        facts = [f"{done} of {len(self.standings)} units done", f"time {time_words(self)}"]
        return f"<Plan {', '.join([self.name, *facts, f'memory {memory.words(self.fit)}'])}>"

    def _repr_html_(self) -> str:
        """The programs that would be compiled, as a notebook shows them."""
        return definition(repr(self)[1:-1]) + table(PROGRAM_HEADS, list(program_rows(self)))


def reason_rows(found: Plan) -> Iterator[tuple[str, ...]]:
    """Give one row for every series and reason, as k of N units."""
    totals = Counter(found.series[each.unit.key] for each in found.standings)
    groups = Counter((found.series[each.unit.key], each.reason, each.why) for each in found.remaining)
    for (name, reason, why), count in groups.items():
        told = f"{REASONS[reason]}: {printable(why)}" if why else REASONS[reason]
        yield f"{printable(name)}: {told}", f"{count} of {totals[name]}"


def program_rows(found: Plan) -> Iterator[tuple[str, ...]]:
    """Give one row for every program that would be compiled."""
    names = programs.names({program: found.labels[program] for program in found.programs})
    for program, count in found.programs.items():
        cost = found.costs.get(program)
        times = (f"{cost.seconds.compile:.2g}", f"{cost.seconds.unit:.2g}", cost.basis) if cost else ("–", "–", "–")
        yield names[program], str(count), *times, size(wanted(program))


def time_words(found: Plan) -> str:
    """Return the estimated time and how it is known."""
    if not found.fit.workers:
        return "none: it does not fit"
    if found.seconds is None:
        return "unknown"
    bases = Counter(found.costs[program].basis for program in found.programs)
    known = ", ".join(f"{estimate.BASES[basis]} ({count})" for basis, count in bases.items())
    side_by_side = "1 worker" if found.fit.workers == 1 else f"{found.fit.workers} workers"
    return f"about {duration(found.seconds)} with {side_by_side}; known from {known}"


def as_json(found: Plan) -> dict[str, Any]:
    """Return the plan as JSON values, with every unit."""
    return {
        "schema": 1,
        "name": found.name,
        "dry_run": True,
        "counts": {
            "units": len(found.standings),
            "done": len(found.standings) - len(found.remaining),
            "remaining": len(found.remaining),
            **{
                reason: sum(each.reason == reason for each in found.remaining) for reason in REASONS if reason != "done"
            },
        },
        "seconds": found.seconds,
        "programs": [program_json(found, program, count) for program, count in found.programs.items()],
        "memory": memory.as_json(found.fit, found.labels),
        "units": [
            {
                "series": found.series[each.unit.key],
                "seed": each.unit.seed,
                "measure": each.unit.measure,
                "key": each.unit.key,
                "reason": each.reason,
                "why": each.why,
            }
            for each in found.standings
        ],
        **({"workers": dict(found.workers)} if found.workers else {}),
    }


def program_json(found: Plan, program: Program, count: int) -> dict[str, Any]:
    """Return what a run would do with one program."""
    cost = found.costs.get(program)
    return {
        **programs.as_json(program, found.labels[program]),
        "units": count,
        "compile_seconds": cost.seconds.compile if cost else None,
        "unit_seconds": cost.seconds.unit if cost else None,
        "basis": cost.basis if cost else None,
        "memory_bytes": wanted(program),
    }
