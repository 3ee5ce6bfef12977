"""One panel of the phase diagram: coloured points, hatched ones, and the lines between phases."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LogNorm
from matplotlib.patches import Rectangle
from matplotlib.patheffects import AbstractPathEffect, withStroke

from gru_vanish.figures.axis_words import axis_label, value_label
from gru_vanish.figures.panels import common_name
from gru_vanish.figures.phase_grid import DECAYS, GROWS, MISSING, NO_DECAY, NO_RATE, PhaseGrid, segments
from gru_vanish.figures.style import points
from gru_vanish.figures.text import wrapped

NUMBERED, TICKED = 0.42, 0.36  # inches of a column that has its half-life written in, and its value below it
FRAME = 0.9  # inches that a panel loses to its axis and to the scale of colours
# Beside the colours of the half-life: what has none is pale, and hatched so that it stays apart in grey.
LOOKS: dict[int, dict[str, Any]] = {
    NO_DECAY: {"facecolor": "#FFFFFF", "hatch": "....", "edgecolor": "#8A8A8A"},
    GROWS: {"facecolor": "#F5B895", "hatch": "////", "edgecolor": "#A84300"},
    NO_RATE: {"facecolor": "#FFFFFF", "hatch": "xxxx", "edgecolor": "#B0B0B0"},
    MISSING: {"facecolor": "#FFFFFF", "hatch": "", "edgecolor": "#D0D0D0"},
}
MEASURED: dict[str, Any] = {"color": "#000000", "linewidth": 0.9, "linestyle": (0, (3, 1.5))}
KNOWN: dict[str, Any] = {"color": "#000000", "linewidth": 1.3, "linestyle": "solid"}
DOT: dict[str, Any] = {"marker": "o", "markersize": 1.8, "linestyle": "none"}


def draw_grid(axes: Axes, grid: PhaseGrid, norm: LogNorm | None, colours: Colormap, width: float) -> None:
    """Draw the points of one cell; the places of the axes are numbered, so every point is equally large."""
    shape = len(grid.y), len(grid.x)
    if norm is not None:
        edges = np.arange(shape[1] + 1) - 0.5, np.arange(shape[0] + 1) - 0.5
        values = np.ma.masked_invalid(grid.half_life)
        axes.pcolormesh(*edges, values, norm=norm, cmap=colours)
    for row, column in np.argwhere(grid.kind != DECAYS):
        look = LOOKS[int(grid.kind[row, column])]
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, linewidth=0.0, **look))
    for place in range(1, shape[1]):
        axes.axvline(place - 0.5, color="white", linewidth=0.5, zorder=2)
    for place in range(1, shape[0]):
        axes.axhline(place - 0.5, color="white", linewidth=0.5, zorder=2)
    if norm is not None:
        mark_points(axes, grid, norm, colours, shape[1] <= (width - FRAME) / NUMBERED and shape[0] <= 12)
    draw_lines(axes, grid)
    label_axis(axes, grid, width)


def mark_points(axes: Axes, grid: PhaseGrid, norm: LogNorm, colours: Colormap, numbered: bool) -> None:
    """Write the half-life into the points, and a dot where it is not that of one exponential."""
    for row, column in np.argwhere(grid.kind == DECAYS):
        value = float(grid.half_life[row, column])
        ground = colours(norm(value))
        ink = "#000000" if luminance(ground) > 0.5 else "#FFFFFF"
        if numbered:
            axes.text(column, row, steps_text(value), ha="center", va="center", fontsize=points(6), color=ink, zorder=6,
                      path_effects=[withStroke(linewidth=2.0, foreground=ground)])  # fmt: skip
        if grid.not_one[row, column]:
            axes.plot([column + 0.38], [row + 0.34], color=ink, zorder=6, **DOT)


def luminance(colour: tuple[float, float, float, float]) -> float:
    """Return how bright a colour is in grey (Rec. 709)."""
    red, green, blue, _ = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def steps_text(value: float) -> str:
    """Return a half-life to two digits."""
    if value >= 1e5:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{float(f'{value:.2g}'):g}" if value < 100 else f"{float(f'{value:.2g}'):.0f}"


def has_zero(grid: PhaseGrid) -> bool:
    """Say whether the decay rate changes its sign between measured points."""
    known = grid.rate[np.isfinite(grid.rate)]
    return bool(min(grid.rate.shape) > 1 and known.size and known.min() < 0.0 < known.max())


def draw_lines(axes: Axes, grid: PhaseGrid) -> None:
    """Draw where the measured rate passes through 0, and where the theory puts it."""
    halo: list[AbstractPathEffect] = [withStroke(linewidth=2.4, foreground="white")]
    if has_zero(grid):
        rows, columns = grid.rate.shape
        lines = axes.contour(np.arange(columns), np.arange(rows), np.ma.masked_invalid(grid.rate), levels=[0.0],
                             colors=MEASURED["color"], linewidths=MEASURED["linewidth"],
                             linestyles=[MEASURED["linestyle"]], zorder=4)  # fmt: skip
        lines.set_path_effects(halo)
    for x, y in segments(grid):
        axes.plot(x, y, path_effects=halo, zorder=5, solid_capstyle="butt", **KNOWN)


def label_axis(axes: Axes, grid: PhaseGrid, width: float) -> None:
    """Write the swept values at their places, every second or third where there are many."""
    for axis, values, most in ((axes.xaxis, grid.x, max(2, int((width - FRAME) / TICKED))), (axes.yaxis, grid.y, 12)):
        step = -(-len(values) // most)
        places = range(0, len(values), step)
        axis.set_ticks(list(places), labels=[value_label(values[place]) for place in places])
    axes.set_xlim(-0.5, len(grid.x) - 0.5)
    axes.set_ylim(-0.5, len(grid.y) - 0.5)
    axes.tick_params(length=2)
    axes.set_xlabel(axis_label(grid.x_axis))
    axes.set_ylabel(axis_label(grid.y_axis))
    axes.set_title(wrapped(common_name(grid.series), max(12, int(16 * (width - 0.4)))), fontsize=points(8))
