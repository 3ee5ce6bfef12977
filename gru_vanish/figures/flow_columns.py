"""What a flow map shows: for every length one column of cells, from the medians over seeds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis import MeasuredSeries
from gru_vanish.analysis.decades import DECADE, HIGHEST, deepest
from gru_vanish.analysis.flow_map import Flow
from gru_vanish.analysis.payload import BoolArray, FloatArray, IntArray
from gru_vanish.analysis.summed import is_summed
from gru_vanish.figures.lag_axis import LagAxis, between

Series = MeasuredSeries[Flow]
TICKS = (-200, -150, -100, -60, -40, -20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20, 40, 60)  # decades


@dataclass(frozen=True)
class Map:
    """Medians over seeds, (G, L) each; nan where t > T or where no seed has a value."""

    lengths: IntArray
    steps: IntArray
    ln_gradient: FloatArray
    ln_direct: FloatArray  # −inf where it is exactly 0 in every seed
    ln_whole: FloatArray | None  # the total derivative of a sum over steps, whose ln_gradient is that of one term
    share_plain_zero: FloatArray
    seeds: int

    @property
    def plain_zero(self) -> BoolArray:
        """Where plain code reads 0 in half of the samples or more, though there is a value."""
        return np.asarray((self.share_plain_zero >= 0.5) & np.isfinite(self.ln_gradient), np.bool_)

    @property
    def direct_zero(self) -> bool:
        """Whether the direct derivative is exactly 0 wherever t < T."""
        return bool(np.isneginf(self.ln_direct[self.steps[:, None] < self.lengths]).all())


def map_of(one: Series) -> Map:
    """Return the medians of a series."""
    seeds = list(one.seeds.values())
    total = seeds[0].total
    direct = np.stack([seed.ln_direct for seed in seeds])
    zero = np.isneginf(direct).all(axis=0)
    return Map(
        lengths=total.lengths,
        steps=total.steps,
        ln_gradient=median([seed.total.ln_gradient for seed in seeds]),
        ln_direct=np.where(zero, -np.inf, median([np.where(zero, np.nan, one) for one in direct])),
        ln_whole=median([seed.ln_whole for seed in seeds]) if is_summed(one.setting) else None,
        share_plain_zero=median([seed.total.share_plain_zero for seed in seeds]),
        seeds=len(seeds),
    )


def median(arrays: Sequence[FloatArray]) -> FloatArray:
    """Return the median over the arrays of the finite values, nan where there is none."""
    stacked = np.stack(arrays)
    ordered = np.sort(np.where(np.isfinite(stacked), stacked, np.nan), axis=0)  # nan comes last
    count = np.isfinite(stacked).sum(axis=0)
    low, high = (np.maximum(count - 1, 0) // 2, count // 2)
    ends = [np.take_along_axis(ordered, np.minimum(at, len(arrays) - 1)[None], 0)[0] for at in (low, high)]
    return np.asarray(np.where(count > 0, (ends[0] + ends[1]) / 2, np.nan), np.float64)


@dataclass(frozen=True)
class Column:
    """The cells of one length, from t = T up to t = 0: ``edges`` on the lag axis, one more than there are cells."""

    left: float
    right: float
    edges: FloatArray
    decades: FloatArray
    plain_zero: BoolArray

    def boxes(self, kept: BoolArray) -> list[FloatArray]:
        """Return the corners of the cells that are kept, the lower two first."""
        return [self._box(place, place + 1) for place in np.flatnonzero(kept).tolist()]

    def stretches(self, true: BoolArray) -> list[FloatArray]:
        """Return the corners of every stretch of cells where something is true."""
        return [self._box(start, stop) for start, stop in runs(true)]

    def _box(self, start: int, stop: int) -> FloatArray:
        low, high = self.edges[start], self.edges[stop]
        return np.asarray([(self.left, low), (self.right, low), (self.right, high), (self.left, high)], np.float64)


def columns(shown: Map, values: FloatArray, axis: LagAxis) -> Iterator[Column]:
    """Give the columns of a map of these values, in nats."""
    exact = shown.lengths.astype(np.float64)
    places = np.log10(exact) if axis.logarithmic else exact
    half = np.diff(places, prepend=places[0] - (0.3 if axis.logarithmic else 1.0)) / 2
    borders = between(places, half[min(1, half.size - 1)], half[-1])
    borders = 10**borders if axis.logarithmic else borders
    for place, length in enumerate(shown.lengths):
        rows = np.flatnonzero(shown.steps <= length)[::-1]
        yield Column(
            left=float(borders[place]),
            right=float(borders[place + 1]),
            edges=axis.borders(length - shown.steps[rows]),
            decades=values[rows, place] / DECADE,
            plain_zero=shown.plain_zero[rows, place],
        )


def runs(true: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Give first and one-past-last place of every stretch that is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def colour_limits(maps: Sequence[Map], precisions: Sequence[str]) -> tuple[float, float, bool, bool]:
    """Return the ends of the colours in decades, and whether values go on below and above them."""
    shown = [each for one in maps for each in (one.ln_gradient, one.ln_whole) if each is not None]
    decades = np.concatenate([each.reshape(-1) for each in shown]) / DECADE
    finite = decades[np.isfinite(decades)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 0.0)
    lowest = deepest(precisions)
    bottom = max([tick for tick in TICKS if lowest <= tick <= low], default=lowest)
    top = min([tick for tick in TICKS if high <= tick <= HIGHEST], default=HIGHEST)
    return bottom, max(top, bottom + 1.0), low < lowest, high > HIGHEST
