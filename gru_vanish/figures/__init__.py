"""Pictures, drawn from the findings of a study alone.

A new figure is one new file, one line in `FIGURES`, one in ``FIGURE_NEEDS`` of `gru_vanish.config.vocabulary`, and the
meaning of its columns in `gru_vanish.figures.columns`.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
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
from gru_vanish.figures.claim_line import claim_line
from gru_vanish.figures.combined import MOST, combined
from gru_vanish.figures.figure import Figure, NotDrawableError, Picture
from gru_vanish.figures.pages import DEFAULT, Page, known, page_of
from gru_vanish.figures.shown import ShownFigure, shown
from gru_vanish.figures.write import FORMATS, write_and_measure, write_picture

FIGURES: dict[str, Figure] = {
    "gradient_vs_length": Figure(("h0_gradient",), gradient_vs_length.picture),
    "decay_rate_vs_axis": Figure(("h0_gradient",), decay_rate_vs_axis.picture),
    "phase_diagram": Figure(("h0_gradient",), phase_diagram.picture),
    "flow_map": Figure(("flow_map",), flow_map.picture),
    "input_gradient": Figure(("input_gradient",), input_gradient.picture),
    "gradient_bound": Figure(("h0_gradient", "recurrent_spectrum"), gradient_bound.picture),
    "gate_statistics": Figure(("gate_statistics",), gate_statistics.picture),
    "path_shares": Figure(("path_shares",), path_shares.picture),
    "path_shares_vs_axis": Figure(("path_shares",), path_shares_vs_axis.picture),
    "path_products": Figure(("path_products",), path_products.picture),
    "leak_visits": Figure(("leak_visits", "path_shares"), leak_visits.picture),
    "singular_values": Figure(("jacobian",), singular_values.picture),
    "lyapunov_spectrum": Figure(("lyapunov",), lyapunov_spectrum.picture),
    "lag_shares": Figure(("lag_shares",), lag_shares.picture),
    "closed_forms": Figure((), closed_forms.picture),
    "training_curves": Figure(("training",), training_curves.picture),
    "transport_through_training": Figure(("training",), transport_through_training.picture),
    "paths_through_training": Figure(("training",), paths_through_training.picture),
    "solved_vs_length": Figure(("training",), solved_vs_length.picture),
    "solved_vs_reach": Figure(("training",), solved_vs_reach.picture),
    "groups_after_training": Figure(("training",), groups_after_training.picture),
}

__all__ = [
    "DEFAULT", "FIGURES", "FORMATS", "Figure", "NotDrawableError", "Page", "Picture", "ShownFigure", "draw", "known",
    "page_of", "panel_of", "picture_of", "require_panel", "shown", "write_and_measure", "write_picture",
]  # fmt: skip


def picture_of(name: str, findings: Findings, page: Page = DEFAULT) -> Picture:
    """Return one figure of a study, ready to be drawn on a page.

    Raises ``LookupError`` for an unknown name, `NotDrawableError` where the study does not make this figure.
    """
    figure = FIGURES[known("figure", name, FIGURES)]
    absent = [measure for measure in figure.measures if measure not in findings.measures]
    if absent:
        takes = ", ".join([*findings.measures, *absent])
        raise NotDrawableError(
            f"{name} is drawn from {' and '.join(absent)}, which study {findings.name} does not measure; "
            f"write measure: [{takes}] in its config and run it again"
        )
    one = figure.picture(findings, page)
    return replace(one, caption=one.caption + claim_line(findings, figure.measures or findings.measures))


def panel_of(names: Sequence[str], findings: Findings, page: Page = DEFAULT) -> Picture:
    """Return several figures of a study as one, with a letter each.

    Raises ``LookupError`` for an unknown name or more figures than one holds, `NotDrawableError` as `picture_of`.
    """
    require_panel(names)
    return combined([partial(picture_of, known("figure", name, FIGURES), findings) for name in names], page)


def require_panel(names: Sequence[str]) -> None:
    """Raise ``LookupError`` unless there are as many figures, each once, as one holds."""
    if not 2 <= len(names) <= MOST or len(set(names)) < len(names):
        raise LookupError(f"a panel holds 2 to {MOST} figures, each once; these are {', '.join(names) or 'none'}")


def draw(name: str, findings: Findings, folder: Path, page: Page = DEFAULT) -> list[Path]:
    """Draw one figure into the folder in all formats, with its texts and numbers, and return the files."""
    return write_picture(picture_of(name, findings, page), folder, page)
