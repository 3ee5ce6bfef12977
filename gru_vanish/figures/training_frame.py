"""What the figures of trainings share: which series can be drawn, the axis of steps, and words for the caption."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, LogFormatterSciNotation, MaxNLocator, NullLocator

from gru_vanish.analysis import Findings, MeasuredSeries, MeasureTable
from gru_vanish.analysis.decades import like_powers
from gru_vanish.analysis.payload import IntArray
from gru_vanish.analysis.training_run import Run
from gru_vanish.figures.figure import NotDrawableError
from gru_vanish.figures.statements import unfinished

MEASURE = "training"
LOOKS = ("observe", "ablate", "checkpoints")  # of the block training: they make no other run

Series = MeasuredSeries[Run]
Table = MeasureTable[Run]


def measured(findings: Findings) -> tuple[Table, list[Series]]:
    """Return the table and its series with a measured seed; raise `NotDrawableError` without one."""
    table: Table = findings.of(MEASURE)
    drawn = [one for one in table.series if one.seeds]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: no record yet, nothing to draw")
    return table, drawn


def those_with(findings: Findings, has: Callable[[Series], bool], wanted: str) -> tuple[Table, list[Series]]:
    """Return the table and the series that have something; raise `NotDrawableError` with what is ``wanted``."""
    table, known = measured(findings)
    drawn = [one for one in known if has(one)]
    if not drawn:
        raise NotDrawableError(f"study {findings.name}: {wanted}")
    return table, drawn


def first_run(one: Series) -> Run:
    """Return the first seed's run: steps are the same in all."""
    return next(iter(one.seeds.values()))


def note_of(table: Table, drawn: Sequence[Series]) -> str | None:
    """Return the warning that an unfinished study carries, None for a finished one."""
    absent = len(table.series) - len(drawn)
    return unfinished(table.finished, table.progress, absent, len(table.series))


def set_checkpoint_axis(axes: Axes, steps: IntArray) -> None:
    """Let checkpoints that are spread like powers stand apart, 0 among them."""
    later = steps[steps > 0]
    if later.size and like_powers(later):
        axes.set_xscale("symlog", linthresh=float(later[0]), linscale=0.4)
        powers = [10.0**power for power in range(8) if later[0] <= 10.0**power <= later[-1]]
        axes.xaxis.set_major_locator(FixedLocator([*([0.0] if steps[0] == 0 else []), *powers]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(LogFormatterSciNotation())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))


def diverged(one: Series) -> list[int]:
    """Return the steps at which seeds diverged, ascending."""
    return sorted(run.diverged_at for run in one.seeds.values() if run.diverged_at is not None)


def solved_statement(one: Series) -> str:
    """Say how many seeds solved the task."""
    count = sum(run.solved_at is not None for run in one.seeds.values())
    return f"solved by {count} of {len(one.seeds)} within {first_run(one).last_step} steps"


def learning_statements(series: Sequence[Series]) -> Iterator[str]:
    """State what all drawn series share of task, training and start; where they differ a series' own line says it."""
    for word, path in (("task", "task"), ("training", "training"), ("h_0", "h0"), ("precision", "precision")):
        blocks = [without_looks(one.setting.get(path)) for one in series]
        if told := in_words(shared(blocks)):
            yield f"{word}: {told}."
    if gone := sum(len(diverged(one)) for one in series):
        yield f"{gone} of {sum(len(one.seeds) for one in series)} runs diverged; they are counted as not solved."


def without_looks(block: Any) -> Any:
    """Return a training without what is only looked at on the way."""
    return {key: value for key, value in block.items() if key not in LOOKS} if isinstance(block, dict) else block


def shared(blocks: Sequence[Any]) -> Any:
    """Return what several values of a setting have in common; None for nothing."""
    if all(isinstance(block, dict) for block in blocks):
        both = {key: shared([block.get(key) for block in blocks]) for key in blocks[0]}
        return {key: value for key, value in both.items() if value is not None}
    return blocks[0] if all(block == blocks[0] for block in blocks) else None


def in_words(block: Any) -> str:
    """Return a block of the setting on one line, without what is off; empty for nothing."""
    if isinstance(block, dict):
        there = {key: value for key, value in block.items() if key != "kind" and value not in (None, {}, [])}
        found = [f"{key} {in_words(value)}" for key, value in there.items()]
        kind = str(block.get("kind", ""))
        return f"{kind}({', '.join(found)})" if found and kind else kind or ", ".join(found)
    if isinstance(block, list):
        return " and ".join(in_words(each) for each in block)
    if block is None:
        return ""
    return f"{block:g}" if isinstance(block, float) else str(block)
