"""How strongly the recurrent matrices act: eigenvalues, singular values, and the bound that follows for a plain RNN."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
from jax import Array

from gru_vanish.contracts import Outputs, Payload, Program, Stage
from gru_vanish.flow import sizes
from gru_vanish.flow.unrolled import Unrolled


def weights_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that picks the recurrent matrices, as the network holds them, out of the data."""

    def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
        return {name: getattr(data["params"], name) for name in program.cell.recurrent}

    return kernel


def matrices(program: Program, outputs: Outputs) -> Iterator[tuple[str, np.ndarray]]:
    """Yield every recurrent matrix by name in float64; those of a stack are numbered from 0."""
    for name in program.cell.recurrent:
        held = np.asarray(outputs[name], np.float64)
        if held.ndim == 2:
            yield name, held
        else:
            yield from ((f"{name}_{index}", matrix) for index, matrix in enumerate(held))


class RecurrentSpectrum(Unrolled):
    """Spectral radius and singular values of every recurrent matrix, from the weights alone.

    For a plain RNN, J_t = diag(φ′(a_t)) W, and with γ = sup φ′

        ‖δ_0‖ ≤ (γ σ_max(W))^T ‖δ_T‖,   so   transport(T) ≤ T ln(γ σ_max(W))

    at every sample. A cell with gates has no such bound from one matrix. The spectral radius bounds nothing: it is the
    growth rate of the linear network in the long run.

    Source: Pascanu, Mikolov & Bengio 2013, section 2.1; Hochreiter 1991.
    """

    name: ClassVar[str] = "recurrent_spectrum"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = {
        "lengths": "(L,) sequence lengths T, ascending",
        "ln_transport_bound": "(L,) T ln(γ σ_max(W)) in nats, a bound of the transport; NaN for cells without one",
        "eigenvalue_sizes_<matrix>": "(n,) |λ_i|, descending; the first is the spectral radius",
        "singular_values_<matrix>": "(n,) σ_i, descending",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("weights", weights_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Decompose the matrices, in float64."""
        lengths = np.asarray(program.lengths, np.int64)
        found: Payload = {"lengths": lengths, "ln_transport_bound": np.full(len(lengths), np.nan)}
        for name, matrix in matrices(program, outputs):
            if not np.isfinite(matrix).all():
                raise ValueError(f"the recurrent matrix {name} holds numbers that are not finite")
            singular = np.linalg.svd(matrix, compute_uv=False)
            found[f"eigenvalue_sizes_{name}"] = np.sort(np.abs(np.linalg.eigvals(matrix)))[::-1]
            found[f"singular_values_{name}"] = singular
            if program.cell.slope_bound is not None:
                with np.errstate(divide="ignore"):  # weights of 0: the bound is −inf, and so is the transport
                    found["ln_transport_bound"] = lengths * np.log(program.cell.slope_bound * singular[0])
        return found

    def memory(self, program: Program) -> int:
        """Return the weights, as often as they are held, and the work space of the decompositions."""
        return 8 * sizes.total_bytes(sizes.data_shapes(program))
