"""The words that a config may use: the tables of the other rooms, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

FIGURE_NAMES = ("gradient_vs_length",)
DEFAULT_PRESET = "article"

Models = Mapping[str, type[BaseModel]]


@dataclass(frozen=True)
class CellWords:
    """What a cell's node in YAML is made of: its structure, its ``init`` block, and its named defaults."""

    structure: type[BaseModel]
    init: type[BaseModel]
    presets: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Vocabulary:
    """The tables by which a config is judged; tests bring small ones of their own."""

    cells: Mapping[str, CellWords]
    inputs: Models
    h0: Models
    losses: Models
    measures: tuple[str, ...]
    figures: tuple[str, ...] = FIGURE_NAMES

    def models(self, section: str) -> Models:
        """The table of one section."""
        return {"inputs": self.inputs, "h0": self.h0, "loss": self.losses}[section]


@cache
def vocabulary() -> Vocabulary:
    """The program's own tables; imported here, because they bring jax with them."""
    from gru_vanish.cells import CELLS
    from gru_vanish.flow import MEASURES
    from gru_vanish.inputs import INITIAL_STATES, INPUTS
    from gru_vanish.losses import LOSSES

    cells = {kind: CellWords(cell, cell.Init, cell.presets) for kind, cell in CELLS.items()}
    return Vocabulary(cells, INPUTS, INITIAL_STATES, LOSSES, tuple(MEASURES))
