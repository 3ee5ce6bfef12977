"""Curves in decades: the visible part of the axis, the ground where plain norms end, and a median with its band."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from gru_vanish.analysis.curves import Band
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.frame import DECADE, DEEPEST, HIGHEST, NORM_FLOOR
from gru_vanish.figures.panels import Curve, Panel
from gru_vanish.figures.style import FLOOR
from gru_vanish.figures.text import shown as shown_text
from gru_vanish.figures.text import wrapped


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
        deepest = min(DEEPEST.get(precision, DEEPEST["float32"]) for precision in precisions)
        cut_low, cut_high = max(low, deepest), min(high, HIGHEST)
        margin = 0.05 * max(cut_high - cut_low, 2.0)
        bottom = cut_low if low < deepest else cut_low - margin
        kinds = set(precisions)
        floor = NORM_FLOOR.get(precisions[0]) if len(kinds) == 1 else None
        top = cut_high if high > HIGHEST else cut_high + margin
        return cls(bottom, top, floor if floor is not None and floor > bottom else None)

    def prepare(self, axes: Axes) -> None:
        """Set the axis, and draw the ground where plain norms are 0."""
        axes.set_ylim(self.bottom, self.top)
        axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10], integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        if self.floor is not None:
            axes.axhspan(self.bottom, self.floor, color=FLOOR, linewidth=0, zorder=0)


def draw_band(axes: Axes, places: FloatArray, shown: Band, look: dict[str, Any]) -> None:
    """Draw a median with the band of its interval, in decades."""
    median, low, high = (values / DECADE for values in (shown.median, shown.low, shown.high))
    axes.fill_between(places, low, high, color=look["color"], alpha=0.25, linewidth=0, zorder=2)
    axes.plot(places, median, marker="." if places.size == 1 else "", zorder=3, **look)


def seen_of(shown: Band) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return all that is drawn of a band."""
    return shown.median, shown.low, shown.high


def name_values(
    axes: Axes, panel: Panel[Any], places: Sequence[FloatArray], bands: Sequence[Band], frame: Decades
) -> None:
    """Write the swept value on each curve of a sweep: where it leaves the frame, at heights in turn, or at its end."""
    height = frame.top - frame.bottom
    for turn, (curve, place, shown) in enumerate(zip(panel.curves, places, bands, strict=True)):
        finite = np.isfinite(shown.median)
        if not bears_value(curve, panel) or not finite.any():
            continue
        x, y = place[finite], shown.median[finite] / DECADE
        level = frame.bottom + height * (0.10 + 0.08 * (turn % 3))
        leaves = y[-1] < level < y[0]
        at = (float(np.interp(-level, -y, x)), level) if leaves else (float(x[-1]), float(y[-1]) + 0.015 * height)
        ground = FLOOR if frame.floor is not None and at[1] < frame.floor else "white"
        axes.text(
            *at, shown_text(curve.inline or ""), fontsize=6.5, zorder=7, ha="center" if leaves else "right",
            va="center" if leaves else "bottom", path_effects=[withStroke(linewidth=2.2, foreground=ground)],
        )  # fmt: skip


def bears_value(curve: Curve[Any], panel: Panel[Any]) -> bool:
    """Say whether a number at the curve is enough: the title says the rest, and there is nothing to add."""
    return curve.inline is not None and bool(panel.title) and not curve.series.missing


def name_curves(axes: Axes, panel: Panel[Any]) -> None:
    """List the names in the corner that falling curves leave empty, but of curves that bear their value."""
    inline = [curve for curve in panel.curves if bears_value(curve, panel)]
    if inline:
        words = shown_text(f"on the curves: {inline[0].axis}")
        axes.text(0.03, 0.03, words, transform=axes.transAxes, fontsize=6.5, ha="left", va="bottom")
    handles = [line(curve) for curve in panel.curves if curve not in inline]
    if not handles:
        return
    axes.legend(
        handles=handles, loc="lower left", frameon=False, fontsize=6 if panel.narrow else 7, handlelength=1.8,
        handletextpad=0.5, borderaxespad=0.2, labelspacing=0.35,
    )  # fmt: skip


def line(curve: Curve[Any]) -> Line2D:
    """Return what stands before a name."""
    return Line2D([], [], color=curve.colour, linestyle=curve.dashes, label=wrapped(curve.words, 28))
