"""Pictures, drawn from the findings of a study alone.

A new figure is one new file, one line in `FIGURES`, and one in ``FIGURE_NEEDS`` of `gru_vanish.config.vocabulary`.
"""

from pathlib import Path

from gru_vanish.analysis import Findings
from gru_vanish.figures import (
    decay_rate_vs_axis,
    flow_map,
    gate_statistics,
    gradient_bound,
    gradient_vs_length,
    input_gradient,
    lag_shares,
    lyapunov_spectrum,
    path_shares,
    path_shares_vs_axis,
    phase_diagram,
    singular_values,
)
from gru_vanish.figures.figure import Figure, NotDrawableError

FIGURES: dict[str, Figure] = {
    "gradient_vs_length": Figure(("h0_gradient",), gradient_vs_length.draw_figure),
    "decay_rate_vs_axis": Figure(("h0_gradient",), decay_rate_vs_axis.draw_figure),
    "phase_diagram": Figure(("h0_gradient",), phase_diagram.draw_figure),
    "flow_map": Figure(("flow_map",), flow_map.draw_figure),
    "input_gradient": Figure(("input_gradient",), input_gradient.draw_figure),
    "gradient_bound": Figure(("h0_gradient", "recurrent_spectrum"), gradient_bound.draw_figure),
    "gate_statistics": Figure(("gate_statistics",), gate_statistics.draw_figure),
    "path_shares": Figure(("path_shares",), path_shares.draw_figure),
    "path_shares_vs_axis": Figure(("path_shares",), path_shares_vs_axis.draw_figure),
    "singular_values": Figure(("jacobian",), singular_values.draw_figure),
    "lyapunov_spectrum": Figure(("lyapunov",), lyapunov_spectrum.draw_figure),
    "lag_shares": Figure(("lag_shares",), lag_shares.draw_figure),
}

__all__ = ["FIGURES", "Figure", "NotDrawableError", "draw"]


def draw(name: str, findings: Findings, folder: Path) -> list[Path]:
    """Draw one figure into the folder and return the files.

    Raises ``LookupError`` for an unknown name, `NotDrawableError` where the study does not make this figure.
    """
    if name not in FIGURES:
        raise LookupError(f"no figure '{name}'; there is: {', '.join(FIGURES)}")
    figure = FIGURES[name]
    absent = [measure for measure in figure.measures if measure not in findings.measures]
    if absent:
        takes = ", ".join([*findings.measures, *absent])
        raise NotDrawableError(
            f"{name} is drawn from {' and '.join(absent)}, which study {findings.name} does not measure; "
            f"write measure: [{takes}] in its config and run it again"
        )
    return figure.draw(findings, folder)
