"""How far back the inputs are felt: ∂L_T/∂x_t over (t, T)."""

from collections.abc import Mapping
from typing import Any

from gru_vanish.analysis import on_grid
from gru_vanish.analysis.measured import Analysis, Shown
from gru_vanish.analysis.on_grid import OnGrid
from gru_vanish.analysis.stored import Arrays

QUANTITY = "‖dL_T/dx_t‖"


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> OnGrid:
    """Return what a record says."""
    return on_grid.taken(arrays)


INPUT_GRADIENT: Analysis[OnGrid] = Analysis(
    measure="input_gradient",
    reduce=reduce,
    entries=on_grid.entries,
    columns=on_grid.columns(QUANTITY),
    rows=lambda one: [on_grid.row(one, lambda seed: seed)],
    row_columns=on_grid.row_columns(QUANTITY),
    shown=(
        Shown("reach_tenth", "reach 1/10", "steps back"),
        Shown("reach_millionth", "reach 1e-6", "steps back"),
        Shown("plain_zero_lag", "plain shows 0", "steps back"),
        Shown("ln_gradient_last", "ln ‖dL/dx_t‖ at t = T", "nats, 95 %"),
    ),
    remarks=lambda one: on_grid.remarks(one, lambda seed: seed),
)
