"""One cell over two swept numbers: at every point its half-life, or why it has none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis import SeriesTable
from gru_vanish.analysis.axes import by_label, moving_axes, numeric_axes
from gru_vanish.analysis.critical import Critical, critical_gain
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.rates import NOT_ONE

DECAYS, NO_DECAY, GROWS, NO_RATE, MISSING = range(5)
GAIN = "init.recurrent.gain"


@dataclass(frozen=True)
class PhaseGrid:
    """The points of one label; arrays have shape (rows of y, columns of x), nan where there is no value."""

    label: str
    series: tuple[SeriesTable, ...]
    x_axis: str
    y_axis: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    rate: FloatArray  # decay rate, mean over seeds
    half_life: FloatArray  # ln 2 / rate where the gradient decays
    kind: NDArray[np.int64]  # DECAYS … MISSING
    not_one: NDArray[np.bool_]  # the halves of the window differ: the half-life is that of the whole window
    critical: tuple[tuple[int, int, Critical], ...]  # (row, column, known critical gain) where one axis is the gain


def kind_of(one: SeriesTable) -> int:
    """Return whether a series decays, judged by the interval of its rate over seeds."""
    rate = one.rate.whole
    if not one.curves:
        return MISSING
    if rate is None:
        return NO_RATE
    if rate.low is None or rate.high is None:
        return DECAYS if rate.mean > 0.0 else NO_DECAY
    return DECAYS if rate.low > 0.0 else GROWS if rate.high < 0.0 else NO_DECAY


def grids(series: Sequence[SeriesTable]) -> list[PhaseGrid]:
    """Return the grid of every label that is swept over exactly two axes, both of numbers."""
    found = []
    for label, group in by_label(series).items():
        axes = numeric_axes(group)
        if axes is not None and len(axes) == 2:
            found.append(grid_of(label, group, axes[0], axes[1]))
    return found


def axes_in_words(series: Sequence[SeriesTable]) -> str:
    """Return what every label is swept over, for the sentence that explains why there is no diagram."""
    return "; ".join(
        f"{label}: {', '.join(moving_axes(group)) or 'nothing'}" for label, group in by_label(series).items()
    )


def grid_of(label: str, group: Sequence[SeriesTable], x_axis: str, y_axis: str) -> PhaseGrid:
    """Return the grid of one label; a point that the sweep leaves out is missing."""
    x = tuple(sorted({float(one.swept[x_axis]) for one in group}))
    y = tuple(sorted({float(one.swept[y_axis]) for one in group}))
    shape = len(y), len(x)
    rate, half_life = np.full(shape, np.nan), np.full(shape, np.nan)
    kind, not_one = np.full(shape, MISSING), np.zeros(shape, np.bool_)
    critical: list[tuple[int, int, Critical]] = []
    for one in group:
        place = y.index(float(one.swept[y_axis])), x.index(float(one.swept[x_axis]))
        kind[place] = kind_of(one)
        if one.rate.whole is not None:
            rate[place] = one.rate.whole.mean
        if kind[place] == DECAYS:
            half_life[place] = np.log(2.0) / rate[place]
            not_one[place] = one.rate.shape == NOT_ONE
        known = critical_gain(one.setting)
        if known is not None and (x_axis.endswith(GAIN) or y_axis.endswith(GAIN)):
            critical.append((*place, known))
    return PhaseGrid(label, tuple(group), x_axis, y_axis, x, y, rate, half_life, kind, not_one, tuple(critical))


def segments(grid: PhaseGrid) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Give the known critical line in places (column, row), one piece for every run of points where it is known."""
    along_x = grid.x_axis.endswith(GAIN)
    values, others = (grid.x, grid.y) if along_x else (grid.y, grid.x)
    for sign in (1.0, -1.0):
        known = {(row if along_x else column): sign * one.gain for row, column, one in grid.critical}
        inside = [other for other in range(len(others)) if values[0] <= known.get(other, np.nan) <= values[-1]]
        for run in runs(inside):
            gains = np.interp([known[other] for other in run], values, np.arange(len(values)))
            across = np.asarray([run[0] - 0.5, *run, run[-1] + 0.5])
            places = np.asarray([gains[0], *gains, gains[-1]])
            yield (places, across) if along_x else (across, places)


def runs(places: Sequence[int]) -> list[list[int]]:
    """Return neighbouring places together."""
    found: list[list[int]] = []
    for place in places:
        if found and found[-1][-1] == place - 1:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def columns(grids: Sequence[PhaseGrid]) -> dict[str, NDArray[Any]]:
    """Return the numbers that were drawn, one row per point."""
    rows: dict[str, list[Any]] = {}
    words = {DECAYS: "decays", NO_DECAY: "none", GROWS: "grows", NO_RATE: "no rate", MISSING: "not measured"}
    for grid in grids:
        for row, y in enumerate(grid.y):
            for column, x in enumerate(grid.x):
                place = row, column
                point = {
                    "label": grid.label, "x_axis": grid.x_axis, "x": x, "y_axis": grid.y_axis, "y": y,
                    "decay_rate": grid.rate[place], "half_life": grid.half_life[place],
                    "kind": words[int(grid.kind[place])], "not_one_exponential": bool(grid.not_one[place]),
                }  # fmt: skip
                for name, value in point.items():
                    rows.setdefault(name, []).append(value)
    return {name: np.asarray(values) for name, values in rows.items()}
