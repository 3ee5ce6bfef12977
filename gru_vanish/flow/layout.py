"""How the work over many lengths is laid out: chunks of steps, and segments of the reverse pass.

The reverse pass runs from the longest length T down to 0 and the adjoint of each length joins at its own T: the number
of active adjoints (lanes) grows on the way. A scan has fixed shapes, so the way is cut into segments with a fixed
number of lanes each; a lane that has not joined yet is carried as zeros. Few segments waste lane steps, many cost
compile time: the best cuts for a given number of segments come from dynamic programming on

    Σ over segments of steps · (lanes + OVERHEAD).

All of it is decided from shapes alone, so a unit's bits depend on nothing but itself.
"""

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from gru_vanish.contracts import BLOCK

STORED_BYTES = 2**30
"""Linearisations of all steps are stored up to this size, recomputed in chunks above it."""
CHUNK_BYTES = 2**24
"""Size that the stored linearisations of one recomputed chunk aim at."""
SEGMENTS = 10
"""At most so many segments in the reverse pass."""
RECOMPUTED_SEGMENTS = 6
"""The same where chunks are recomputed: there a segment is a whole chunk's program, and compiling it takes 10 MB."""
OVERHEAD = 1.0
"""What a step costs beside its lanes, in lanes."""
CANDIDATES = 256
"""At most so many places where a segment may be cut are weighed."""


@dataclass(frozen=True)
class Segment:
    """Steps ``start`` … ``stop`` − 1 (counted in chunks), passed with the ``lanes`` longest lengths."""

    start: int
    stop: int
    lanes: int


@dataclass(frozen=True)
class Layout:
    """Chunks of ``chunk`` steps each, and segments of whole chunks from the last to the first."""

    chunk: int
    chunks: int
    recompute: bool
    segments: tuple[Segment, ...]

    @property
    def lane_steps(self) -> int:
        """The work of the reverse pass, in steps of one adjoint."""
        return sum((part.stop - part.start) * self.chunk * part.lanes for part in self.segments)


def lay_out(lengths: tuple[int, ...], bytes_per_step: int) -> Layout:
    """Return the layout for ascending lengths whose linearisation takes ``bytes_per_step``."""
    longest = lengths[-1]
    if longest * bytes_per_step <= STORED_BYTES:
        # One step is one "chunk": segments may be cut anywhere.
        return Layout(1, longest, False, segments(lengths, longest, 1, SEGMENTS))
    chunk = BLOCK * max(1, CHUNK_BYTES // (BLOCK * bytes_per_step))
    chunks = -(-longest // chunk)
    return Layout(chunk, chunks, True, segments(lengths, chunks, chunk, RECOMPUTED_SEGMENTS))


@lru_cache(maxsize=256)
def segments(lengths: tuple[int, ...], chunks: int, chunk: int, most: int) -> tuple[Segment, ...]:
    """Return at most ``most`` segments, from the end of the sequence to its start."""
    # Positions where the number of active lanes may change: the first chunk boundary at or after each length.
    boundaries = sorted({min(chunks, -(-length // chunk)) for length in lengths} | {chunks}, reverse=True)
    boundaries = boundaries[:: -(-len(boundaries) // CANDIDATES)]
    ends = sorted(-(-length // chunk) for length in lengths)
    edges = [*boundaries, 0]
    # A segment carries the lanes that join above its lower edge.
    lanes = [len(ends) - bisect_right(ends, edge) for edge in edges]
    cuts = [*_best_cuts(edges, lanes, most), len(boundaries)]
    return tuple(
        Segment(start=edges[low], stop=edges[high], lanes=lanes[low]) for high, low in itertools.pairwise(cuts)
    )


def _best_cuts(edges: Sequence[int], lanes: Sequence[int], most: int) -> list[int]:
    """Return the indices of ``edges``, which fall to 0, at which a segment begins, the first of them 0."""
    count = len(edges) - 1
    # cost[k][i]: least cost of covering boundaries i … with at most k segments.
    cost = [[0.0] * (count + 1)] + [[0.0] * (count + 1) for _ in range(most)]
    cost[0] = [float("inf")] * count + [0.0]
    choice = [[count] * (count + 1) for _ in range(most + 1)]
    for k in range(1, most + 1):
        for i in range(count):
            options = (
                ((edges[i] - edges[j]) * (lanes[j] + OVERHEAD) + cost[k - 1][j], j) for j in range(i + 1, count + 1)
            )
            cost[k][i], choice[k][i] = min(options)
    cuts, i = [], 0
    for k in range(most, 0, -1):
        if i >= count:
            break
        cuts.append(i)
        i = choice[k][i]
    return cuts
