"""Curves in decades: the visible part of the axis, the ground where plain norms end, and a median with its band."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from gru_vanish.analysis.curves import Band
from gru_vanish.analysis.decades import DECADE, HIGHEST, deepest, floor_in_view
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.style import FLOOR


@dataclass(frozen=True)
class Decades:
    """Limits of the axis, and the floor of plain norms where all series share one dtype and it is in view."""

    bottom: float
    top: float
    floor: float | None

    @classmethod
    def of(cls, values: Sequence[FloatArray], precisions: Sequence[str]) -> "Decades":
        """Return the limits for values in nats."""
        decades = np.concatenate([np.asarray(one, np.float64).reshape(-1) for one in values]) / DECADE
        finite = decades[np.isfinite(decades)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 1.0)
        lowest = deepest(precisions)
        cut_low, cut_high = max(low, lowest), min(high, HIGHEST)
        margin = 0.05 * max(cut_high - cut_low, 2.0)
        bottom = cut_low if low < lowest else cut_low - margin
        top = cut_high if high > HIGHEST else cut_high + margin
        return cls(bottom, top, floor_in_view(precisions, bottom))

    def prepare(self, axes: Axes) -> None:
        """Set the axis, and draw the ground where plain norms are 0."""
        axes.set_ylim(self.bottom, self.top)
        axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10], integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        if self.floor is not None:
            axes.axhspan(self.bottom, self.floor, color=FLOOR, linewidth=0, zorder=0)


def draw_band(axes: Axes, places: FloatArray, shown: Band, look: dict[str, Any]) -> Line2D:
    """Draw a median with the band of its interval, in decades; return the median's line."""
    median, low, high = (values / DECADE for values in (shown.median, shown.low, shown.high))
    axes.fill_between(places, low, high, color=look["color"], alpha=0.25, linewidth=0, zorder=2)
    (line,) = axes.plot(places, median, marker="." if places.size == 1 else "", zorder=3, **look)
    return line


def seen_of(shown: Band) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return all that is drawn of a band."""
    return shown.median, shown.low, shown.high
