"""How a closed form is drawn beneath what it is held against: the form is a thin line, what was measured are points."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import FormLine
from gru_vanish.analysis.claims.gradient_forms import gradient_forms as forms_by_place
from gru_vanish.analysis.decades import DECADE
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.text import wrapped

POINTS: dict[str, Any] = {"linestyle": "none", "marker": ".", "markersize": 4.0}
THIN = 0.7


def draw_form(axes: Axes, line: FormLine, values: FloatArray, colour: str, dashes: Any) -> None:
    """Draw a closed form; one that is known at a single place is a dash there."""
    alone = "_" if np.isfinite(values).sum() == 1 else ""
    axes.plot(line.places, values, color=colour, linestyle=dashes, linewidth=THIN, marker=alone, zorder=1.6)


def form_handle(names: Iterable[str]) -> Line2D:
    """Return the legend's entry: which closed forms the thin lines are."""
    words = ", ".join(dict.fromkeys(names))
    return Line2D(
        [], [], color="#404040", linewidth=THIN, label=wrapped(f"closed form ({words}); points: measured", 28)
    )


def form_statement(names: Iterable[str], statistic: str = "median") -> str:
    """Return the sentence of the caption."""
    words = ", ".join(dict.fromkeys(names))
    return f"Thin line: closed form of a claim ({words}), {statistic} over seeds; points: measured."


def gradient_forms(findings: Findings) -> dict[int, list[tuple[FormLine, FloatArray]]]:
    """Return the forms of every series' gradient in nats, by the identity of its table."""
    series = findings.headline.series
    return {id(series[place]): lines for place, lines in forms_by_place(findings).items()}


def in_decades(values: FloatArray) -> FloatArray:
    """Return nats as decades."""
    return np.asarray(values / DECADE, np.float64)
