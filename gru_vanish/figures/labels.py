"""Names at the curves: short values stand on the curves themselves, longer names in the emptiest corner."""

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gru_vanish.analysis import SeriesTable
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.frame import DECADE, Frame
from gru_vanish.figures.panels import Curve, Panel
from gru_vanish.figures.style import FLOOR
from gru_vanish.figures.text import shown, wrapped

SHORT = 10  # letters of a name that fits beside the end of a curve
CROWDED = 9  # from here on only every other value is written on its curve


def label_curves(axes: Axes, panel: Panel[SeriesTable], frame: Frame) -> None:
    """Name every curve of a panel."""
    inline = [curve for curve in panel.curves if fits_inline(curve, panel)]
    label_inline(axes, inline, frame)
    named = [curve for curve in panel.curves if curve not in inline]
    if named:
        label_corner(axes, named, panel.narrow)


def fits_inline(curve: Curve[SeriesTable], panel: Panel[SeriesTable]) -> bool:
    """Say whether a number is enough: the title says the rest, and there is nothing to add in brackets."""
    whole = not curve.series.missing and bool(np.isfinite(curve.series.typical.median).all())
    return curve.inline is not None and bool(panel.title) and whole


def label_corner(axes: Axes, curves: list[Curve[SeriesTable]], narrow: bool) -> None:
    """List the names beside a piece of their line, fastest decay first."""
    handles = [
        Line2D(
            [],
            [],
            color=curve.colour,
            linestyle=curve.dashes,
            label=wrapped(curve.words, 20 if narrow else 44),
        )
        for curve in sorted(curves, key=lambda curve: position(curve))
    ]
    axes.legend(
        handles=handles,
        loc="lower left",
        frameon=False,
        fontsize=6 if narrow else 7,
        handlelength=1.5 if narrow else 2.2,
        handletextpad=0.5,
        borderaxespad=0.2,
        labelspacing=0.35,
    )


def position(curve: Curve[SeriesTable]) -> float:
    """Return the level at the longest length: the order of the curves from left to right."""
    finite = curve.series.typical.median[np.isfinite(curve.series.typical.median)]
    return float(finite[-1]) if finite.size else 0.0


def label_inline(axes: Axes, curves: list[Curve[SeriesTable]], frame: Frame) -> None:
    """Write the swept value on each curve, at heights that alternate so that neighbours keep apart."""
    ordered = sorted(curves, key=position)
    step = 2 if len(ordered) >= CROWDED else 1
    for place, curve in enumerate(ordered):
        if place % step == 0 or place == len(ordered) - 1:
            write_value(axes, curve, place, frame)
    if ordered:
        legend = shown(f"on the curves: {ordered[0].axis}")
        axes.text(0.03, 0.03, legend, transform=axes.transAxes, fontsize=6.5, ha="left", va="bottom")


def write_value(axes: Axes, curve: Curve[SeriesTable], place: int, frame: Frame) -> None:
    """Write one value: on the curve where it leaves the frame, below or above its end where it stays."""
    x, y, inside = spot(curve, place, frame)
    words = curve.words if not inside and len(curve.words) <= SHORT else curve.inline or ""
    ground = FLOOR if frame.floor is not None and y < frame.floor else "white"
    axes.text(
        x,
        y,
        shown(words),
        color="#202020",
        fontsize="small",
        ha="center" if inside else "right",
        va="center" if inside else "bottom" if position(curve) > 0.0 else "top",
        path_effects=[patheffects.withStroke(linewidth=2.2, foreground=ground)],
        zorder=7,
    )


def spot(curve: Curve[SeriesTable], place: int, frame: Frame) -> tuple[float, float, bool]:
    """Return where the value stands, and whether that is on the curve or at its last point."""
    finite = np.isfinite(curve.series.typical.median)
    lengths = curve.series.lengths[finite].astype(np.float64)
    decades = curve.series.typical.median[finite] / DECADE
    height = frame.top - frame.bottom
    low = frame.bottom + height * (0.13 + 0.09 * (place % 4))
    high = frame.top - height * (0.06 + 0.09 * (place % 4))
    if decades.size and decades[-1] < low:
        return cross(lengths, -decades, -low, frame.logarithmic), low, True
    if decades.size and decades[-1] > frame.top:
        return cross(lengths, decades, high, frame.logarithmic), high, True
    return float(lengths[-1]), float(decades[-1]), False


def cross(lengths: FloatArray, rising: FloatArray, level: float, logarithmic: bool) -> float:
    """Return the T at which the curve first rises through the level (its first point if it starts above)."""
    axis = np.log(lengths) if logarithmic else lengths
    after = int(np.argmax(rising > level))
    if after == 0:
        return float(lengths[0])
    share = (level - rising[after - 1]) / (rising[after] - rising[after - 1])
    value = float(axis[after - 1] + share * (axis[after] - axis[after - 1]))
    return float(np.exp(value)) if logarithmic else value
