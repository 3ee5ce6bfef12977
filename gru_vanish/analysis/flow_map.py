"""The gradient by every state on the way, ∂L_T/∂h_t over (t, T), and the direct derivative beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis import on_grid
from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown
from gru_vanish.analysis.on_grid import OnGrid
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.rows import Row
from gru_vanish.analysis.stored import Arrays
from gru_vanish.analysis.summed import is_summed

QUANTITY = "‖dL_T/dh_t‖"


@dataclass(frozen=True)
class Flow:
    """One seed: the total derivative, and ln of the norm of the direct one, (G, L); −inf where it is 0.

    Of a loss summed over steps ``total`` is that of one term, and ``ln_whole`` that of the sum.
    """

    total: OnGrid
    ln_direct: FloatArray
    ln_whole: FloatArray

    @property
    def direct_zero(self) -> NDArray[np.bool_]:
        """Where t < T and the direct derivative is exactly 0, (G, L)."""
        return np.asarray(np.isneginf(self.ln_direct), np.bool_)


def reduce(arrays: Arrays, setting: Mapping[str, Any]) -> Flow:
    """Return what a record says."""
    found = arrays.take(times="G", lengths="L", ln_direct="G L")
    total = on_grid.taken(arrays)
    # A loss of the last step has one term.
    summed = is_summed(setting)
    whole = arrays.take(times="G", lengths="L", ln_total="G L")["ln_total"] if summed else total.ln_gradient
    return Flow(total, found["ln_direct"], whole)


def rows(one: MeasuredSeries[Flow]) -> Iterator[Row]:
    """Give the row of a series."""
    before = [seed.total.exists & (seed.total.steps[:, None] < seed.total.lengths) for seed in one.seeds.values()]
    known = sum(int(where.sum()) for where in before)
    zero = sum(int((seed.direct_zero & where).sum()) for seed, where in zip(one.seeds.values(), before, strict=True))
    share = {"share_direct_zero": zero / known if known else None}
    yield {**on_grid.row(one, lambda seed: seed.total), **share}


FLOW_MAP: Analysis[Flow] = Analysis(
    measure="flow_map",
    reduce=reduce,
    entries=lambda seed: on_grid.entries(seed.total, ln_direct=seed.ln_direct, ln_total=seed.ln_whole),
    columns=on_grid.columns(
        QUANTITY,
        Column("ln_direct", "nats", "ln ‖∂⁺L_T/∂h_t‖, the direct derivative; −inf where it is exactly 0"),
        Column("ln_total", "nats", "ln ‖dL_T/dh_t‖, the total derivative of the whole loss; ln_gradient but for a sum"),
    ),
    rows=rows,
    row_columns=(
        *on_grid.row_columns(QUANTITY),
        Column("share_direct_zero", "", "share of the pairs t < T at which the direct derivative is exactly 0"),
    ),
    shown=(
        Shown("reach_tenth", "reach 1/10", "steps back"),
        Shown("reach_millionth", "reach 1e-6", "steps back"),
        Shown("plain_zero_lag", "plain shows 0", "steps back"),
        Shown("ln_gradient_first", "ln ‖dL/dh_t‖ at t = 0", "nats, 95 %"),
    ),
    remarks=lambda one: on_grid.remarks(one, lambda seed: seed.total),
)
