"""The flow maps of the page: medians over seeds in decades, thinned to what a screen can show.

A cell is a length T and some steps t; cells far back from T are wide, as the axis of steps back is logarithmic there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis import MeasuredSeries
from gru_vanish.analysis.decades import DECADE, deepest, like_powers
from gru_vanish.analysis.flow_map import Flow
from gru_vanish.analysis.on_grid import OnGrid
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.report.data import Table
from gru_vanish.report.rounding import column, rounded

FLOWS, CELLS = "flows", "cells"
MOST_LENGTHS, MOST_ROWS = 24, 40
MOST_CELLS = 40_000
"""Of all series together; with more series the rows become fewer."""
FEWEST_ROWS = 8


@dataclass(frozen=True)
class FlowTables:
    """What the flow maps are drawn from, and the ends of their axes and colours."""

    flows: Table
    """One row for each series: its values in the order of its cells, and the number of the first of them."""
    cells: Table
    """One row for each cell: its borders on both axes, its length and the steps that it covers."""
    bottom: int
    top: int
    longest: int
    logarithmic: bool
    thinned: bool


@dataclass(frozen=True)
class Cell:
    """One cell: the place of its length, the first and one past the last of its rows, from t = T backwards."""

    length: int
    rows: tuple[int, ...]


def flow_tables(series: Sequence[MeasuredSeries[Flow]]) -> FlowTables | None:
    """Return the maps of all series that have a record, None where none has."""
    measured = [(index, one) for index, one in enumerate(series) if one.seeds]
    if not measured:
        return None
    grids = [next(iter(one.seeds.values())).total for _, one in measured]
    logarithmic = like_powers(max((grid.lengths for grid in grids), key=len).tolist())
    rows = max(FEWEST_ROWS, min(MOST_ROWS, MOST_CELLS // (MOST_LENGTHS * len(measured))))
    flows: Table = {"series": [], "first": [], "decades": [], "direct": [], "plain_zero": []}
    cells: Table = {name: [] for name in ("cell", "left", "right", "low", "high", "length", "steps")}
    first: dict[bytes, int] = {}
    thinned = False
    for (index, one), grid in zip(measured, grids, strict=True):
        chosen = chosen_cells(grid, rows, logarithmic)
        thinned |= sum(len(cell.rows) for cell in chosen) > len(chosen) or grid.lengths.size > MOST_LENGTHS
        shape = grid.lengths.tobytes() + grid.steps.tobytes()
        if shape not in first:
            first[shape] = len(cells["cell"])
            add_cells(cells, grid, chosen, logarithmic)
        flows["series"].append(index)
        flows["first"].append(first[shape])
        flows["decades"].append(values_of([seed.total.ln_gradient for seed in one.seeds.values()], chosen))
        flows["direct"].append(values_of([seed.ln_direct for seed in one.seeds.values()], chosen))
        flows["plain_zero"].append(zeros_of(one, chosen))
    bottom, top = limits(flows["decades"], [str(one.setting.get("precision")) for _, one in measured])
    return FlowTables(flows, cells, bottom, top, max(int(grid.lengths[-1]) for grid in grids), logarithmic, thinned)


def chosen_cells(grid: OnGrid, rows: int, logarithmic: bool) -> list[Cell]:
    """Return the cells of a map: of every shown length about ``rows`` of equal height, whole steps each."""
    places = np.arange(grid.lengths.size)
    if places.size > MOST_LENGTHS:
        places = np.unique(np.round(np.linspace(0, places.size - 1, MOST_LENGTHS)).astype(np.int64))
    height = float(place(grid.lengths[-1:], logarithmic)[0]) / rows
    found = []
    for at in places.tolist():
        inside = np.flatnonzero(grid.steps <= grid.lengths[at])[::-1]
        stand = place(grid.lengths[at] - grid.steps[inside], logarithmic)
        groups: list[list[int]] = []
        start = -math.inf
        for row, level in zip(inside.tolist(), stand.tolist(), strict=True):
            if level - start >= height:
                groups.append([])
                start = level
            groups[-1].append(row)
        found += [Cell(at, tuple(group)) for group in groups]
    return found


def place(lags: IntArray, logarithmic: bool) -> FloatArray:
    """Return where steps back stand on their axis: 0 has a place, and every factor of ten takes the same room."""
    exact = np.asarray(lags, np.float64)
    return np.log10(1.0 + exact) if logarithmic else exact


def add_cells(cells: Table, grid: OnGrid, chosen: Sequence[Cell], logarithmic: bool) -> None:
    """Add a map's cells to the table: each goes half-way to its neighbours."""
    lengths = grid.lengths[sorted({cell.length for cell in chosen})]
    sides = dict(zip(lengths.tolist(), pairs(middles(along(lengths, logarithmic))), strict=True))
    for at in dict.fromkeys(cell.length for cell in chosen):
        length = int(grid.lengths[at])
        column_cells = [cell for cell in chosen if cell.length == at]
        edges = heights(grid, length, column_cells, logarithmic)
        for cell, (low, high) in zip(column_cells, edges, strict=True):
            left, right = sides[length]
            last, first = int(grid.steps[cell.rows[0]]), int(grid.steps[cell.rows[-1]])
            values = (left, right, low, high)
            cells["cell"].append(len(cells["cell"]))
            for name, value in zip(("left", "right", "low", "high"), values, strict=True):
                cells[name].append(rounded(value))
            cells["length"].append(length)
            cells["steps"].append(str(last) if first == last else f"{first} … {last}")


def along(lengths: IntArray, logarithmic: bool) -> FloatArray:
    """Return where lengths stand on their axis."""
    exact = np.asarray(lengths, np.float64)
    return np.log10(exact) if logarithmic else exact


def middles(places: FloatArray) -> FloatArray:
    """Return the borders of cells around ascending places; the outer ones as far out as their inner ones are in."""
    if places.size == 1:
        return places[0] + np.asarray([-0.5, 0.5])
    inner = (places[1:] + places[:-1]) / 2
    return np.concatenate([[2 * places[0] - inner[0]], inner, [2 * places[-1] - inner[-1]]])


def pairs(borders: FloatArray) -> list[tuple[float, float]]:
    """Return both borders of every cell."""
    return list(zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True))


def heights(grid: OnGrid, length: int, cells: Sequence[Cell], logarithmic: bool) -> list[tuple[float, float]]:
    """Return both borders of a column's cells: half a step around the steps that they cover, without gaps."""
    lags = [length - int(grid.steps[cell.rows[0]]) for cell in cells]
    ends = [length - int(grid.steps[cell.rows[-1]]) for cell in cells]
    inner = [(end + lag) / 2 for end, lag in zip(ends[:-1], lags[1:], strict=True)]
    borders = np.asarray([lags[0] - 0.5, *inner, ends[-1] + 0.5])
    return pairs(np.log10(1.0 + borders) if logarithmic else borders)


def values_of(nats: Sequence[FloatArray], chosen: Sequence[Cell]) -> list[Any]:
    """Return the cells' values in decades: the median over seeds of the mean over the steps of a cell."""
    stacked = np.stack(nats) / DECADE
    found = []
    for cell in chosen:
        block = stacked[:, list(cell.rows), cell.length]
        finite = np.isfinite(block)
        known = finite.any(axis=1)
        means = np.where(finite, block, 0.0)[known].sum(axis=1) / finite[known].sum(axis=1)
        found.append(float(np.median(means)) if known.any() else math.nan)
    return column(found)


def zeros_of(one: MeasuredSeries[Flow], chosen: Sequence[Cell]) -> list[int]:
    """Return 1 for every cell where plain code reads 0 in half of the samples or more."""
    share = np.mean([seed.total.share_plain_zero for seed in one.seeds.values()], axis=0)
    return [int(np.mean(share[list(cell.rows), cell.length]) >= 0.5) for cell in chosen]


def limits(values: Sequence[Sequence[float | None]], precisions: Sequence[str]) -> tuple[int, int]:
    """Return the ends of the colours in whole decades."""
    known = [value for one in values for value in one if value is not None]
    low, high = (min(known), max(known)) if known else (-1.0, 0.0)
    bottom = max(math.floor(low), round(deepest(precisions)))
    return bottom, max(math.ceil(high), bottom + 1)
