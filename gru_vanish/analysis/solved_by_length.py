"""How many seeds solve a task of a given size, each cell in the setting that suits it, chosen without looking.

A cell is swept over one size of the task (its length, its lag …) and over anything else: initialisations, learning
rates, gate biases. To report the best of these settings on the very seeds that it was chosen by would overstate it.
So the seeds are halved by their place in the study, and each half is reported in the setting that the other half has
chosen: the one with the least test loss after the last step, mean over the choosing seeds, where a run that diverged
counts with the baseline. Every seed is reported once, and none was asked for its own setting. The two halves may
choose differently: what is reported is the procedure "take the setting that validation prefers", not one network.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis.axes import by_label, is_number, moving_axes
from gru_vanish.analysis.intervals import Estimate, share_interval
from gru_vanish.analysis.measured import MeasuredSeries
from gru_vanish.analysis.training_run import Run

Series = MeasuredSeries[Run]
OF_TASK = "task."


@dataclass(frozen=True)
class Choice:
    """The setting that some seeds chose, and what the other seeds did in it."""

    series: Series
    chosen_by: tuple[int, ...]
    """Seeds; none where there was nothing to choose."""
    seeds: tuple[int, ...]
    solved: int


@dataclass(frozen=True)
class Point:
    """One cell at one size of the task."""

    size: float
    candidates: int
    choices: tuple[Choice, ...]

    @property
    def solved(self) -> int:
        """The seeds that solved the task."""
        return sum(choice.solved for choice in self.choices)

    @property
    def seeds(self) -> int:
        """The seeds that are reported."""
        return sum(len(choice.seeds) for choice in self.choices)

    @property
    def share(self) -> Estimate | None:
        """Their share with its Clopper–Pearson interval."""
        return share_interval(self.solved, self.seeds)


@dataclass(frozen=True)
class SizeLine:
    """One cell along the sizes of the task, ascending."""

    label: str
    axis: str
    series: tuple[Series, ...]
    points: tuple[Point, ...]


def size_axis(group: Sequence[Series]) -> str | None:
    """Return the one size of the task over which the series of a label are swept; None where it is not just one."""
    paths = [path for path in moving_axes(group) if path.startswith(OF_TASK)]
    numeric = [path for path in paths if all(is_number(one.swept.get(path)) for one in group)]
    return numeric[0] if len(numeric) == 1 and len(paths) == 1 else None


def size_lines(series: Sequence[Series]) -> list[SizeLine]:
    """Return the line of every label that is swept over one size of the task and has a point."""
    found = []
    for label, group in by_label(series).items():
        axis = size_axis(group)
        if axis is None:
            continue
        sizes = sorted({float(one.swept[axis]) for one in group})
        at = {size: [one for one in group if float(one.swept[axis]) == size and one.seeds] for size in sizes}
        points = tuple(point for size in sizes if (point := point_of(size, at[size])).seeds)
        if points:
            found.append(SizeLine(label, axis, tuple(group), points))
    return found


def point_of(size: float, candidates: Sequence[Series]) -> Point:
    """Return what is reported at one size."""
    if not candidates:
        return Point(size, 0, ())
    planned = candidates[0].seeds_planned
    if len(candidates) == 1:
        return Point(size, 1, (reported(candidates[0], (), planned),))
    halves = planned[::2], planned[1::2]
    choices = []
    for choosing, others in (halves, halves[::-1]):
        best = chosen(candidates, choosing)
        if best is not None:
            choices.append(reported(best, choosing, others))
    return Point(size, len(candidates), tuple(choices))


def chosen(candidates: Sequence[Series], choosing: Sequence[int]) -> Series | None:
    """Return the setting with the least loss over some seeds, the first of equals; None where none has such a seed."""
    losses = [mean_loss(one, choosing) for one in candidates]
    return None if np.isnan(losses).all() else candidates[int(np.nanargmin(losses))]


def mean_loss(one: Series, seeds: Sequence[int]) -> float:
    """Return the mean test loss after the last step, the baseline for a run that diverged; nan without a seed."""
    runs = [one.seeds[seed] for seed in seeds if seed in one.seeds]
    losses = [run.final_loss if np.isfinite(run.final_loss) else run.baseline for run in runs]
    return float(np.mean(losses)) if losses else np.nan


def reported(one: Series, choosing: Sequence[int], seeds: Sequence[int]) -> Choice:
    """Return what some seeds did in a setting."""
    there = tuple(seed for seed in seeds if seed in one.seeds)
    return Choice(one, tuple(choosing), there, sum(one.seeds[seed].solved_at is not None for seed in there))
