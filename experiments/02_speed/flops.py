"""The matrix products that a unit asks for, counted. Elementwise work takes time and is not counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MATRICES = {"rnn": 1, "gru": 3}
"""Recurrent matrices of a cell, and input matrices as many."""


class Segment(Protocol):
    """A stretch of the reverse pass: steps ``start`` … ``stop`` − 1, ``lanes`` adjoints at a time."""

    start: int
    stop: int
    lanes: int


@dataclass(frozen=True)
class Product:
    """One shape of product, (rows, inner) times (inner, columns), and the flops that a unit spends on it."""

    use: str
    rows: int
    inner: int
    columns: int
    useful: int
    """Flops that the result needs."""


def products(
    kind: str, hidden: int, size: int, batch: int, lengths: Sequence[int], segments: Sequence[Segment]
) -> list[Product]:
    """Return the products of one unit. Lanes that have not joined yet do not count."""
    matrices, steps = MATRICES[kind], lengths[-1]
    square = 2 * hidden * hidden * matrices * batch
    found = [
        Product("inputs", batch, size, hidden, steps * 2 * hidden * size * matrices * batch),
        Product("forward", batch, hidden, hidden, steps * square),
    ]
    for segment in segments:
        lane_steps = sum(max(0, min(length, segment.stop) - segment.start) for length in lengths)
        found.append(Product("reverse", segment.lanes * batch, hidden, hidden, lane_steps * square))
    return found
