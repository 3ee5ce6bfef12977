"""Pictures, drawn from the findings of a study alone.

A new figure is one new file, one line in `FIGURES`, and one in ``FIGURE_NEEDS`` of `gru_vanish.config.vocabulary`.
"""

from pathlib import Path

from gru_vanish.analysis import Findings
from gru_vanish.figures import (
    closed_forms,
    decay_rate_vs_axis,
    flow_map,
    gate_statistics,
    gradient_bound,
    gradient_vs_length,
    groups_after_training,
    input_gradient,
    lag_shares,
    leak_visits,
    lyapunov_spectrum,
    path_products,
    path_shares,
    path_shares_vs_axis,
    paths_through_training,
    phase_diagram,
    singular_values,
    solved_vs_length,
    solved_vs_reach,
    training_curves,
    transport_through_training,
)
from gru_vanish.figures.claim_line import add_claims
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
    "path_products": Figure(("path_products",), path_products.draw_figure),
    "leak_visits": Figure(("leak_visits", "path_shares"), leak_visits.draw_figure),
    "singular_values": Figure(("jacobian",), singular_values.draw_figure),
    "lyapunov_spectrum": Figure(("lyapunov",), lyapunov_spectrum.draw_figure),
    "lag_shares": Figure(("lag_shares",), lag_shares.draw_figure),
    "closed_forms": Figure((), closed_forms.draw_figure),
    "training_curves": Figure(("training",), training_curves.draw_figure),
    "transport_through_training": Figure(("training",), transport_through_training.draw_figure),
    "paths_through_training": Figure(("training",), paths_through_training.draw_figure),
    "solved_vs_length": Figure(("training",), solved_vs_length.draw_figure),
    "solved_vs_reach": Figure(("training",), solved_vs_reach.draw_figure),
    "groups_after_training": Figure(("training",), groups_after_training.draw_figure),
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
    paths = figure.draw(findings, folder)
    add_claims(paths, findings, figure.measures or findings.measures)
    return paths
