"""How a closed form is drawn beneath what it is held against: the form is a thin line, what was measured are points."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from gru_vanish.analysis import Findings, SeriesTable
from gru_vanish.analysis.claims import FormLine, over_lengths
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.figures.frame import DECADE
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
    """Return the forms of every series' transport in nats, by the identity of its table: from its own ‖δ_T‖ on.

    What is drawn is ln‖δ_0‖ = transport + ln‖δ_T‖; the latter is measured, seed by seed.
    """
    found: dict[int, list[tuple[FormLine, FloatArray]]] = {}
    if not findings.manifest.get("claims"):
        return found
    for place, one in enumerate(findings.headline.series):
        lines = [(line, shifted(line, one)) for line in over_lengths(findings.claimed, "transport", place)]
        if one.curves and lines:
            found[id(one)] = lines
    return found


def shifted(line: FormLine, one: SeriesTable) -> FloatArray:
    """Return the median over seeds of a transport's form plus the measured ln‖δ_T‖."""
    ends = {curve.seed: curve.typical - curve.transport for curve in one.curves}
    moved = {seed: values + ends[seed] for seed, values in line.values.items() if seed in ends}
    return FormLine(line.form, line.places, moved).median if moved else np.full(line.places.size, np.nan)


def in_decades(values: FloatArray) -> FloatArray:
    """Return nats as decades."""
    return np.asarray(values / DECADE, np.float64)
