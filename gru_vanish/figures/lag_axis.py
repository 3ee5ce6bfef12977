"""An axis of steps back from T: 0 has a place, and each factor of ten takes as much room as the next."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from gru_vanish.analysis.decades import like_powers
from gru_vanish.analysis.payload import FloatArray, IntArray


@dataclass(frozen=True)
class LagAxis:
    """Where lags stand: at log10(1 + lag), or at the lag itself."""

    logarithmic: bool
    longest: int

    @classmethod
    def of(cls, lengths: Sequence[IntArray]) -> "LagAxis":
        """Return the axis of the kind that these lists of lengths want for T."""
        return cls(like_powers(max(lengths, key=len)), max(int(one[-1]) for one in lengths))

    def place(self, lags: IntArray) -> FloatArray:
        """Return where the lags stand."""
        exact = np.asarray(lags, np.float64)
        return np.log10(1 + exact) if self.logarithmic else exact

    def borders(self, lags: IntArray) -> FloatArray:
        """Return the borders of cells around ascending lags: midway between them, and half a step out at both ends."""
        if not self.logarithmic:
            return between(self.place(lags), 0.5, 0.5)
        last = float(lags[-1])
        return between(self.place(lags), math.log10(2) / 2, math.log10((last + 1.5) / (last + 1)))

    def label(self, axis: Axis) -> None:
        """Set the ticks: 0 and the powers of ten, and smaller ones at twice and five times these."""
        if not self.logarithmic:
            axis.set_major_locator(MaxNLocator(4, integer=True))
            return
        powers = range(math.floor(math.log10(max(self.longest, 1))) + 1)
        major = [0, *(10**power for power in powers)]
        minor = [count * 10**power for power in powers for count in (2, 5) if count * 10**power <= self.longest]
        axis.set_major_locator(FixedLocator(self.place(np.asarray(major)).tolist()))
        axis.set_minor_locator(FixedLocator(self.place(np.asarray(minor)).tolist()))
        axis.set_major_formatter(FuncFormatter(lambda place, _: f"{round(10**place - 1)}"))
        axis.set_minor_formatter(NullFormatter())


def between(places: FloatArray, before: float, after: float) -> FloatArray:
    """Return the borders of cells: midway between ascending places, and so far before the first and after the last."""
    return np.concatenate([[places[0] - before], (places[1:] + places[:-1]) / 2, [places[-1] + after]])
