"""How far back the inputs are felt: ‖dL_T/dx_t‖ over (t, T)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import Outputs, Payload, Program, Stage
from gru_vanish.flow import grid, on_grid, sizes
from gru_vanish.flow.adjoint import Lanes
from gru_vanish.flow.forward import Steps
from gru_vanish.flow.layout import Layout
from gru_vanish.flow.network import Network
from gru_vanish.flow.observer import Observer
from gru_vanish.flow.recording import Reading, keep, read, rows
from gru_vanish.flow.sweep import sweep
from gru_vanish.flow.unrolled import Unrolled


class _InputObserver(Observer):
    """Reads (∂h_t/∂x_t)ᵀ δ_t at the steps of the grid."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.times = times(network.program)

    def begin(self) -> Reading:
        return rows(len(self.times), on_grid.blank(self.network.program))

    def beside(self, steps: Steps) -> Array:
        return steps.inputs

    def look(
        self, record: Reading, t: Int[Array, ""], lanes: Lanes, local: Any, beside: Float[Array, "batch size"]
    ) -> Reading:
        def pulled() -> Reading:
            return read(self.network.pull_input(local, beside, lanes.mantissa), lanes.exponent)

        return keep(record, self.times, t, pulled)


def times(program: Program) -> np.ndarray:
    """Return the steps t ≥ 1 that are shown: x_0 does not exist."""
    return np.asarray(grid.points(program.lengths)[1:], np.int32)


def see(network: Network, layout: Layout) -> dict[str, Any]:
    """Return what dL_T/dx_t shows at every t of the grid and every length."""
    _, walk, record = sweep(network.of_term(), layout, _InputObserver(network))
    reading = Reading(*(kept[:-1] for kept in record))
    return {"walk": walk, "reading": reading}


def _beside(program: Program) -> int:
    """Return the bytes of x_t of all samples."""
    return program.inputs.batch * program.inputs.size * program.dtype.itemsize


class InputGradient(Unrolled):
    """ln‖dL_T/dx_t‖ over (t, T): dL_T/dx_t = (∂h_t/∂x_t)ᵀ δ_t with the total derivative δ_t = dL_T/dh_t.

    One forward scan and one reverse pass for all lengths, as in the flow map; the cotangent of x_t follows from that
    of the pre-activations, which a pull yields anyway, and keeps the exponent of δ_t.

    Of a loss summed over steps it is that of one term, ‖dℓ_s/dx_t‖ over (t, s) with the lengths as s: in the sum every
    input is felt by the terms next to it, whatever is lost on a longer way.
    """

    name: ClassVar[str] = "input_gradient"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = on_grid.COLUMNS
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("adjoint", on_grid.safe_kernel(see, _beside), lambda outputs: True),
        Stage("plain", on_grid.plain_kernel(see, _beside), on_grid.slopes_rounded),
    )

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every value and turn samples into what they show."""
        return on_grid.payload(program, times(program), outputs)

    def memory(self, program: Program) -> int:
        """Return what the pass wants and the record."""
        return sizes.pass_bytes(program, _beside(program)) + on_grid.record_bytes(program, times(program))
