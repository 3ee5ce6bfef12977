"""What a dry run tells, as text."""

from collections.abc import Iterator

from gru_vanish.cli.output import bold, width
from gru_vanish.interface import memory
from gru_vanish.interface.planned import PROGRAM_HEADS, Plan, program_rows, reason_rows, time_words
from gru_vanish.tables.layout import Grid, wrapped


def lines(found: Plan) -> Iterator[str]:
    """Give the plan as text."""
    columns, remaining = width(), found.remaining
    failed = sum(each.reason == "failed" for each in remaining)
    counts = [f"{len(found.standings) - len(remaining)} done", f"{len(remaining)} to compute"]
    counts += [f"{failed} of them failed before"] if failed else []
    yield bold(
        f"{found.name}: {len(found.standings)} units, {', '.join(counts)}; this is a dry run, nothing is touched"
    )
    if not remaining:
        return
    yield ""
    yield from Grid((("series: why it is computed",), ("units",)), list(reason_rows(found))).lines(columns)
    yield ""
    yield from Grid(PROGRAM_HEADS, list(program_rows(found))).lines(columns)
    yield ""
    yield wrapped(f"programs  {len(found.programs)} to compile", columns)
    yield wrapped(f"time      {time_words(found)}", columns)
    yield wrapped(f"memory    {memory.words(found.fit)}", columns)
    if found.fit.short and not found.fit.workers:
        yield "a run would be refused:"
        yield from memory.shortage(found.fit.short, found.labels)
    elif found.fit.short:
        yield f"          so {found.fit.workers} of {found.fit.asked} workers would run"
