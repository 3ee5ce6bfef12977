"""The h0 gradient by the parts of a state that has several: h and c of an LSTM, y and z of a coRNN.

Over the parts p of one sample ‖dL/dh_0‖² = Σ_p ‖dL/dh_0^p‖², so that no part is above the whole.
"""

from collections.abc import Iterator

import numpy as np

from gru_vanish.analysis.columns import IDENTITY, Column
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.measured import interval_columns
from gru_vanish.analysis.rows import Row, estimate, identity
from gru_vanish.analysis.series import SeriesTable

PART = Column("part", "", "part of the state: of h_0 = (h, c) of an LSTM 'h' or 'c'")
LENGTH = Column("length", "steps", "T; in the CSV the longest length")
WHAT = "ln of the norm of dL_T/dh_0 over this part"
AGAINST = "ln of the norm over this part minus that over the whole state"
EXACT = Column("share_exact_zero", "", "share of samples whose part is exactly zero; not in the means")

PART_ROW_COLUMNS: tuple[Column, ...] = (
    *IDENTITY,
    PART,
    Column("seeds_measured", "", "seeds that have a record"),
    LENGTH,
    *interval_columns("ln_h0_gradient", "nats", f"{WHAT}, mean over samples"),
    *interval_columns("ln_against_whole", "nats", f"{AGAINST}, mean over samples"),
    EXACT,
)
"""The columns of ``h0_parts.csv``: one row per part of a series, at the longest length."""

PART_COLUMNS: tuple[Column, ...] = (
    *IDENTITY,
    Column("seed", "", "the seed"),
    PART,
    LENGTH,
    Column("ln_h0_gradient", "nats", f"{WHAT}, mean over the samples with a finite value"),
    Column("ln_against_whole", "nats", f"{AGAINST}, mean over the same samples"),
    EXACT,
)
"""The columns of ``h0_parts.parquet``: one row per seed, part and length."""


def part_rows(index: int, one: SeriesTable) -> Iterator[Row]:
    """Give one row per part of a series, over seeds; none where its state is all one."""
    for name in one.curves[0].parts if one.curves else ():
        seen = [curve.parts[name] for curve in one.curves]
        yield {
            **identity(index, one),
            "part": name,
            "seeds_measured": len(seen),
            "length": int(one.lengths[-1]),
            **estimate("ln_h0_gradient", student_interval([float(part.typical[-1]) for part in seen])),
            **estimate("ln_against_whole", student_interval([float(part.against[-1]) for part in seen])),
            "share_exact_zero": float(np.mean([part.share_exact_zero[-1] for part in seen])),
        }


def part_entries(index: int, one: SeriesTable) -> Iterator[Row]:
    """Give one row per seed, part and length of a series."""
    for curve in one.curves:
        for name, part in curve.parts.items():
            for place, length in enumerate(curve.lengths):
                yield {
                    **identity(index, one),
                    "seed": curve.seed,
                    "part": name,
                    "length": int(length),
                    "ln_h0_gradient": float(part.typical[place]),
                    "ln_against_whole": float(part.against[place]),
                    "share_exact_zero": float(part.share_exact_zero[place]),
                }
