"""The small networks of the oracle: every cell, in every convention that has a name, at a point that hides nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.cells import CELLS
from gru_vanish.contracts import Cell, Streams
from gru_vanish.oracle.symbols import Symbol, symbols_of

HIDDEN, SIZE, LENGTH, BATCH = 5, 3, 7, 2
"""n, m, T and B: all different, so that an axis in the wrong place does not fit."""
FILLED, STARTED = 0.25, 0.5
"""Standard deviations of what stands instead of a weight that is drawn as 0, and of the state at t = 0."""


@dataclass(frozen=True)
class Named:
    """A cell and how it is drawn, under the name of its files."""

    name: str
    kind: str
    preset: str | None
    cell: Cell
    init: Any


@dataclass(frozen=True)
class Drawn:
    """A network with all its numbers, in float64."""

    named: Named
    seed: int
    params: Any
    """The cell's own NamedTuple."""
    symbols: tuple[Symbol, ...]
    """The weights that the equations name, each a place in ``params``."""
    xs: np.ndarray
    """x_1 … x_T, (T, B, m)"""
    start: np.ndarray
    """The state at t = 0, (B, state)"""
    projection: np.ndarray
    """c, (n,)"""


def networks(cells: Mapping[str, type[Cell]] = CELLS) -> dict[str, Named]:
    """Return all networks by name: ``gru`` is the cell as it is without a word more, ``gru_torch`` a preset of it."""
    return {one.name: one for kind, cell in cells.items() for one in _of_kind(kind, cell)}


def _of_kind(kind: str, cell: type[Cell]) -> Iterator[Named]:
    yield Named(kind, kind, None, cell.model_validate({"hidden": HIDDEN}), cell.Init())
    for preset, values in cell.presets.items():
        fields = dict(values)
        init = cell.Init.model_validate(fields.pop("init", {}))
        yield Named(f"{kind}_{preset}", kind, preset, cell.model_validate({"hidden": HIDDEN, **fields}), init)


def draw(named: Named, seed: int) -> Drawn:
    """Draw a network: weights as its initialiser draws them, zeros filled; x and the state at t = 0 normal.

    A weight that is 0 tells nothing of where it enters, and most initialisers leave the biases at 0. So every weight
    of the equations that is drawn as exactly 0 becomes N(0, 1/16); single numbers (a step size) stay as they are.
    """
    cell, streams = named.cell, Streams(seed)
    params = cell.draw(named.init, SIZE, streams)
    symbols = symbols_of(cell, params)
    fields = {name: np.array(value, np.float64) for name, value in params._asdict().items()}
    for name in {symbol.field for symbol in symbols}:
        array = fields[name]
        if array.ndim:
            normal = streams(f"oracle.filled.{name}").standard_normal(array.shape)
            fields[name] = np.where(array == 0.0, FILLED * normal, array)
    return Drawn(
        named=named,
        seed=seed,
        params=type(params)(**fields),
        symbols=symbols,
        xs=streams("oracle.inputs").standard_normal((LENGTH, BATCH, SIZE)),
        start=STARTED * streams("oracle.start").standard_normal((BATCH, cell.state_size)),
        projection=streams("oracle.projection").standard_normal(HIDDEN) * HIDDEN**-0.5,
    )
