"""The picture: seconds of every contestant, work by work."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from table import Line

PARTS = ("kernel", "command", "training")
CAPTION = """Seconds for the same numbers: ‖dL_T/dh_0‖ of all samples, lengths and seeds; training: one step, one seed.
Dots are medians of the repetitions, bars go from the fastest to the slowest.
Hollow dots are invalid: the slowest took over twice the fastest. The axis is logarithmic.
"""


def draw(lines: Sequence[Line], folder: Path) -> None:
    """Write the figure ``seconds`` into the folder, where there is something to compare."""
    from matplotlib.figure import Figure

    from gru_vanish.figures.style import look
    from gru_vanish.figures.write import write_figure

    shown = [line for line in lines if line.part in PARTS]
    if not shown:
        return
    heights = _heights(shown)
    with look(0.6 + 0.13 * (max(heights) + 1)):
        figure = Figure(layout="constrained")
        axes = figure.add_subplot()
        for line, height in zip(shown, heights, strict=True):
            _draw_line(axes, line, height)
        _finish(axes, shown, heights)
        write_figure(figure, "seconds", folder, CAPTION, _columns(shown))


def _work(line: Line) -> str:
    return f"{line.part}: {line.case}"


def _heights(lines: Sequence[Line]) -> list[int]:
    """Return where each line stands: one below the other, with a gap between two pieces of work."""
    works = list(dict.fromkeys(map(_work, lines)))
    return [index + works.index(_work(line)) for index, line in enumerate(lines)]


def _draw_line(axes: Any, line: Line, height: int) -> None:
    from gru_vanish.figures.style import COLOURS

    times, slowest = line.times, max(line.times.seconds)
    colour = COLOURS[["gru-vanish", "PyTorch", "plain JAX"].index(_family(line))]
    axes.hlines(height, times.least, slowest, color=colour, linewidth=1.0)
    face = colour if times.valid else "white"
    axes.plot(times.median, height, "o", markersize=3.5, color=colour, markerfacecolor=face)
    said = f"{line.contestant}: {times.median:.3g} s"
    place = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "fontsize": "xx-small"}
    axes.annotate(said, (slowest, height), **place)


def _family(line: Line) -> str:
    """Return whose contestant it is: the first words of its name."""
    return next(name for name in ("gru-vanish", "PyTorch", "plain JAX") if line.contestant.startswith(name))


def _finish(axes: Any, lines: Sequence[Line], heights: Sequence[int]) -> None:
    """Name the pieces of work at their first lines, and leave room for the words."""
    heads: dict[str, int] = {}
    for line, height in zip(lines, heights, strict=True):
        heads.setdefault(_work(line), height)
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(low, high * (high / low) ** 0.35)
    axes.set_yticks(list(heads.values()), list(heads), fontsize="x-small")
    axes.invert_yaxis()
    axes.set_xlabel("seconds")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _columns(lines: Sequence[Line]) -> dict[str, np.ndarray]:
    """Return what was drawn."""
    return {
        "work": np.array([_work(line) for line in lines]),
        "contestant": np.array([line.contestant for line in lines]),
        "median_s": np.array([line.times.median for line in lines]),
        "min_s": np.array([line.times.least for line in lines]),
        "max_s": np.array([max(line.times.seconds) for line in lines]),
    }
