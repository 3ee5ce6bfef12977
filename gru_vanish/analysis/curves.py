"""The curve of a series: median over seeds at every length, with an interval of that median."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gru_vanish.analysis.intervals import median_interval
from gru_vanish.analysis.payload import FloatArray, IntArray


@dataclass(frozen=True)
class Band:
    """Median and interval per length, shape (L,); nan where no value or (one seed) no interval."""

    median: FloatArray
    low: FloatArray
    high: FloatArray
    coverage: FloatArray  # exact probability that [low, high] holds the median, below 0.95 under six seeds
    count: IntArray  # seeds with a finite value


def band(curves: Sequence[FloatArray], size: int) -> Band:
    """Return the band of the seeds' curves, each of shape (size,)."""
    stacked = np.asarray(curves, np.float64).reshape(len(curves), size)
    intervals = [median_interval(stacked[:, index].tolist()) for index in range(size)]

    def column(values: Sequence[float | None]) -> FloatArray:
        return np.asarray([np.nan if value is None else value for value in values], np.float64)

    return Band(
        median=column([one.median for one in intervals]),
        low=column([one.low for one in intervals]),
        high=column([one.high for one in intervals]),
        coverage=column([one.coverage for one in intervals]),
        count=np.asarray([one.count for one in intervals], np.int64),
    )
