"""One look for every gate path: a colour, a hatch that tells it apart in grey, a dash and a mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gru_vanish.figures.style import DASHES

COLOURS = ("#56B4E9", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#0072B2", "#8C8C8C", "#332288", "#882255", "#117733")
"""Okabe & Ito's, the light blue first: it is the leak's, and takes the most room; then some of Tol's."""
HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "||||", "++++", "oooo", "----", "**")
MARKERS = ("o", "s", "^", "v", "D", "P", "X", "<", ">", "*")
FIRST = ("leak", "leak_z", "leak_y", "candidate", "update", "reset", "input", "forget", "output", "recurrent")
"""The order of paths that many cells have; all others come behind them, by name."""


@dataclass(frozen=True)
class PathLook:
    """How one path is drawn."""

    colour: str
    hatch: str
    dashes: Any
    marker: str


def in_order(paths: Iterable[str]) -> list[str]:
    """Return paths, each once, in the order in which they are stacked and listed."""
    return sorted(set(paths), key=lambda path: (FIRST.index(path) if path in FIRST else len(FIRST), path))


def looks(paths: Iterable[str]) -> dict[str, PathLook]:
    """Return the look of every path of a figure."""
    kinds = len(COLOURS)
    return {
        path: PathLook(
            COLOURS[place % kinds], HATCHES[place % kinds], DASHES[place % len(DASHES)], MARKERS[place % kinds]
        )
        for place, path in enumerate(in_order(paths))
    }
