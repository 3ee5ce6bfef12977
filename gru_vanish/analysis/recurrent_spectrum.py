"""The recurrent matrices: spectral radius, singular values, and the bound of a plain RNN's transport."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.intervals import student_interval
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.payload import FloatArray, IntArray
from gru_vanish.analysis.rows import Row, estimate
from gru_vanish.analysis.stored import Arrays

KINDS = ("eigenvalue_sizes", "singular_values")


@dataclass(frozen=True)
class Matrix:
    """One recurrent matrix."""

    eigenvalue_sizes: FloatArray  # (n,) |λ|, descending
    singular_values: FloatArray  # (n,) descending


@dataclass(frozen=True)
class Spectrum:
    """One seed; the bound is nan for cells that have none."""

    lengths: IntArray  # (L,)
    ln_transport_bound: FloatArray  # (L,) T ln(γ σ_max), nats
    matrices: Mapping[str, Matrix]

    @property
    def ln_bound_per_step(self) -> float:
        """ln(γ σ_max), nan without a bound."""
        return float(self.ln_transport_bound[-1] / self.lengths[-1])


def reduce(arrays: Arrays, _: Mapping[str, Any]) -> Spectrum:
    """Return what a record says."""
    found = arrays.take(lengths="L", ln_transport_bound="L")
    matrices = {}
    for name in matrices_of(arrays):
        sizes, singular = arrays.take(**{f"{kind}_{name}": "n" for kind in KINDS}).values()
        matrices[name] = Matrix(sizes, singular)
    return Spectrum(found["lengths"], found["ln_transport_bound"], matrices)


def matrices_of(arrays: Arrays) -> list[str]:
    """Return the names of the matrices that any array of the record is about."""
    starts = tuple(f"{kind}_" for kind in KINDS)
    names = (name.removeprefix(start) for name in arrays.payload for start in starts if name.startswith(start))
    return list(dict.fromkeys(names))


def entries(seed: Spectrum) -> dict[str, NDArray[Any]]:
    """Return one row per matrix and rank."""
    matrices = seed.matrices
    sizes = [matrix.singular_values.size for matrix in matrices.values()]
    nothing = np.empty(0)
    return {
        "matrix": np.repeat(np.asarray(list(matrices), object), sizes),
        "rank": np.concatenate([nothing.astype(np.int64), *(np.arange(1, size + 1) for size in sizes)]),
        "eigenvalue_size": np.concatenate([nothing, *(matrix.eigenvalue_sizes for matrix in matrices.values())]),
        "singular_value": np.concatenate([nothing, *(matrix.singular_values for matrix in matrices.values())]),
    }


def rows(one: MeasuredSeries[Spectrum]) -> Iterator[Row]:
    """Give a row for every matrix; one without a name for a cell that has none."""
    first = next(iter(one.seeds.values()))
    bound = estimate("ln_bound_per_step", one.mean(lambda seed: seed.ln_bound_per_step))
    for name in list(first.matrices) or [""]:
        seen = [seed.matrices[name] for seed in one.seeds.values() if name in seed.matrices]
        yield {
            "matrix": name or None,
            **estimate("spectral_radius", student_interval([float(each.eigenvalue_sizes[0]) for each in seen])),
            **estimate("largest_singular_value", student_interval([float(each.singular_values[0]) for each in seen])),
            **estimate("smallest_singular_value", student_interval([float(each.singular_values[-1]) for each in seen])),
            **bound,
        }


def remarks(one: MeasuredSeries[Spectrum]) -> Iterator[str]:
    """Say why there is no bound."""
    first = next(iter(one.seeds.values()))
    if not first.matrices:
        yield "the cell names no recurrent matrix"
    elif math.isnan(first.ln_bound_per_step):
        yield "no bound follows from one matrix where there are gates"


RECURRENT_SPECTRUM: Analysis[Spectrum] = Analysis(
    measure="recurrent_spectrum",
    reduce=reduce,
    entries=entries,
    columns=(
        Column("matrix", "", "the recurrent matrix"),
        Column("rank", "", "1 for the largest"),
        Column("eigenvalue_size", "", "|λ| of this rank"),
        Column("singular_value", "", "σ of this rank"),
    ),
    rows=rows,
    row_columns=(
        Column("matrix", "", "the recurrent matrix"),
        *interval_columns("spectral_radius", "", "largest |λ|"),
        *interval_columns("largest_singular_value", "", "σ_max"),
        *interval_columns("smallest_singular_value", "", "σ_min"),
        *interval_columns("ln_bound_per_step", "nats/step", "ln(γ σ_max): the transport is at most T times this"),
    ),
    shown=(
        Shown("matrix", "matrix"),
        Shown("spectral_radius", "spectral radius", "95 %"),
        Shown("largest_singular_value", "σ_max", "95 %"),
        Shown("smallest_singular_value", "σ_min", "95 %"),
        Shown("ln_bound_per_step", "bound", "nats/step"),
    ),
    remarks=remarks,
)
