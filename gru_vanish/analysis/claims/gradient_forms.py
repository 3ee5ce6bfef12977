"""The closed forms of a study's claims as curves of the h0 gradient, for figures and the page."""

from typing import TYPE_CHECKING

import numpy as np

from gru_vanish.analysis.claims.form_lines import FormLine, over_lengths
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.series import SeriesTable

if TYPE_CHECKING:
    from gru_vanish.analysis.findings import Findings


def gradient_forms(findings: "Findings") -> dict[int, list[tuple[FormLine, FloatArray]]]:
    """Return the forms of every series' transport in nats, by its place in the study: from its own ‖δ_T‖ on.

    What is drawn is ln‖δ_0‖ = transport + ln‖δ_T‖; the latter is measured, seed by seed.
    """
    found: dict[int, list[tuple[FormLine, FloatArray]]] = {}
    if not findings.manifest.get("claims"):
        return found
    for place, one in enumerate(findings.headline.series):
        lines = [(line, shifted(line, one)) for line in over_lengths(findings.claimed, "transport", place)]
        if one.curves and lines:
            found[place] = lines
    return found


def shifted(line: FormLine, one: SeriesTable) -> FloatArray:
    """Return the median over seeds of a transport's form plus the measured ln‖δ_T‖."""
    ends = {curve.seed: curve.typical - curve.transport for curve in one.curves}
    moved = {seed: values + ends[seed] for seed, values in line.values.items() if seed in ends}
    return FormLine(line.form, line.places, moved).median if moved else np.full(line.places.size, np.nan)
