"""The measures that have a table of their own, beside the h0 gradient that `analyse` reads.

A new one is one new file with its `Analysis`, and one line in `OF_ONE_NETWORK` or `MEASURE_TABLES`.
"""

from typing import Any

from gru_vanish.analysis.columns import BREAK_EVEN_COLUMNS, CURVE_COLUMNS, SUMMARY_COLUMNS, Column
from gru_vanish.analysis.flow_map import FLOW_MAP
from gru_vanish.analysis.gate_statistics import GATE_STATISTICS
from gru_vanish.analysis.h0_parts import PART_COLUMNS, PART_ROW_COLUMNS
from gru_vanish.analysis.input_gradient import INPUT_GRADIENT
from gru_vanish.analysis.jacobian import JACOBIAN
from gru_vanish.analysis.lag_shares import LAG_SHARES
from gru_vanish.analysis.leak_visits import LEAK_VISITS
from gru_vanish.analysis.lyapunov import LYAPUNOV
from gru_vanish.analysis.measured import Analysis
from gru_vanish.analysis.path_products import PATH_PRODUCTS
from gru_vanish.analysis.path_shares import PATH_SHARES
from gru_vanish.analysis.payload import MEASURE
from gru_vanish.analysis.plain_reading import PLAIN_READING
from gru_vanish.analysis.recurrent_spectrum import RECURRENT_SPECTRUM
from gru_vanish.analysis.training import training

OF_ONE_NETWORK: dict[str, Analysis[Any]] = {
    "flow_map": FLOW_MAP,
    "input_gradient": INPUT_GRADIENT,
    "recurrent_spectrum": RECURRENT_SPECTRUM,
    "gate_statistics": GATE_STATISTICS,
    "path_shares": PATH_SHARES,
    "path_products": PATH_PRODUCTS,
    "leak_visits": LEAK_VISITS,
    "jacobian": JACOBIAN,
    "lyapunov": LYAPUNOV,
    "lag_shares": LAG_SHARES,
    "plain_reading": PLAIN_READING,
}
"""The measures that look at a network as it is, and that a training may take at its checkpoints."""

MEASURE_TABLES: dict[str, Analysis[Any]] = {**OF_ONE_NETWORK, "training": training(OF_ONE_NETWORK)}


def documented_tables(measure: str) -> dict[str, tuple[Column, ...]]:
    """Return the tables that a study with this measure has, by the names of their files, with their columns."""
    if measure == MEASURE:
        return {
            "summary.csv": SUMMARY_COLUMNS,
            "curves.parquet": CURVE_COLUMNS,
            "break_even.csv": BREAK_EVEN_COLUMNS,
            "h0_parts.csv": PART_ROW_COLUMNS,
            "h0_parts.parquet": PART_COLUMNS,
        }
    if measure not in MEASURE_TABLES:
        return {}
    analysis = MEASURE_TABLES[measure]
    beside = {f"{name}.parquet": columns for name, columns in analysis.beside_dictionaries.items()}
    return {f"{measure}.csv": analysis.row_dictionary, f"{measure}.parquet": analysis.column_dictionary, **beside}
