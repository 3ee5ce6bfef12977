"""The headline: ‖dL_T/dh_0‖ against T."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import BLOCK, Measure, Outputs, Payload, Program, Setting, Stage, Status, Streams
from gru_vanish.flow import plain, sizes, status, tangents
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.forward import Walk
from gru_vanish.flow.layout import Layout, lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.scaled import as_plain, ln_norm, plain_norm
from gru_vanish.flow.sweep import sweep
from gru_vanish.flow.tangents import Readings


def adjoint_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to what its lengths show, longest length first.

    By one adjoint per length, or by one tangent per unit of h_0 where that is less work (a dense list of lengths).
    """
    layout = lay_out(program.lengths, sizes.bytes_per_step(program, SAFE))
    pushed = layout.lane_steps > program.longest * program.cell.state_size

    def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
        network = Network(program, data)
        shown, walk = tangents.readings(network, BLOCK) if pushed else adjoint_readings(network, layout)
        slopes = status.Slopes.of(program.cell.gate_functions, walk.extremes)
        return {
            **shown._asdict(),
            "nonfinite_from": walk.nonfinite,
            "chaotic_from": walk.chaotic,
            "slope_rounded": slopes.rounded,
            "slope_lost": slopes.lost,
        }

    return kernel


def adjoint_readings(network: Network, layout: Layout) -> tuple[Readings, Walk]:
    """Return what every length shows, by one adjoint per length."""
    lanes, walk = sweep(network, layout)
    shown = as_plain(lanes.mantissa, lanes.exponent)
    readings = Readings(
        ln_first=ln_norm(lanes.mantissa, lanes.exponent),
        ln_last=lanes.ln_last,
        plain_norm=plain_norm(shown),
        plain_zero=jnp.all(shown == 0, axis=-1),
    )
    return readings, walk


class H0Gradient(Measure):
    """ln‖dL_T/dh_0‖₂ per sample for every length T, the transport beside it, and what plain code would have shown.

    δ_T = ∂⁺L_T/∂h_T and δ_{t−1} = J_tᵀ δ_t; the value is ln‖δ_0‖ and the transport ln‖δ_0‖ − ln‖δ_T‖, in nats.
    All lengths share one forward scan and one reverse pass, which each joins at its own T; where there are more
    lengths than units, tangents are pushed forward instead (`gru_vanish.flow.tangents`).
    """

    name: ClassVar[str] = "h0_gradient"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = {
        "lengths": "(L,) sequence lengths T, ascending",
        "ln_h0_gradient": "(L, B) ln‖dL_T/dh_0‖ in nats; −inf for an exact zero, NaN where withheld",
        "ln_transport": "(L, B) ln‖δ_0‖ − ln‖δ_T‖ in nats, same conventions",
        "plain_h0_gradient": "(L, B) what jax.grad and jnp.linalg.norm show in this dtype",
        "status": "(L, B) code of the status",
    }
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("adjoint", adjoint_kernel, lambda outputs: True),
        Stage("plain", plain.plain_kernel, lambda outputs: bool(np.any(outputs["slope_rounded"]))),
    )

    def shapes(self, program: Program) -> dict[str, Any]:
        """Return the shapes of ``data``."""
        return sizes.data_shapes(program)

    def draw(self, setting: Setting, seed: int) -> dict[str, Any]:
        """Draw weights and loss of one unit."""
        streams = Streams(seed)
        return {
            "params": setting.cell.draw(setting.init, setting.inputs.size, streams),
            "loss": setting.loss.draw(setting.cell.hidden, streams),
        }

    def data(self, setting: Setting, seed: int, drawn: dict[str, Any]) -> dict[str, Any]:
        """Cast what was drawn, and add the numbers of the setting and the key of the inputs."""
        dtype = np.dtype(setting.precision)
        return {
            **jax.tree.map(lambda leaf: np.asarray(leaf, dtype, order="C"), drawn),
            "inputs": setting.inputs.numbers(),
            "h0": setting.h0.numbers(),
            "key": np.array([0, seed], np.uint32),
        }

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every value and turn the lanes, longest first, into rows, shortest first."""
        seen = {name: np.asarray(values) for name, values in outputs.items()}
        lengths = np.asarray(program.lengths, np.int64)
        ln_first, ln_last, shown_norm, plain_zero = (
            seen[name][::-1] for name in ("ln_first", "ln_last", "plain_norm", "plain_zero")
        )
        codes = status.codes(
            lengths, ln_first, plain_zero, seen["nonfinite_from"], seen["chaotic_from"], seen["slope_lost"]
        )
        withheld = (codes == Status.underflow) | (codes == Status.nonfinite)
        return {
            "lengths": lengths,
            "ln_h0_gradient": np.where(withheld, np.nan, ln_first),
            "ln_transport": np.where(withheld, np.nan, ln_first - ln_last),
            "plain_h0_gradient": shown_norm.astype(np.float64),
            "status": codes,
        }

    def memory(self, program: Program) -> int:
        """Return what is stored or recomputed at a time, what it is made from, the lanes, and the weights.

        The weights four times: drawn in float64, cast, and on the device.
        """
        per_step = sizes.bytes_per_step(program, SAFE)
        layout = lay_out(program.lengths, per_step)
        row = program.cell.state_size * program.dtype.itemsize * program.inputs.batch
        steps, kept = (layout.chunk, layout.chunks * row) if layout.recompute else (program.longest, 0)
        weights = 4 * sizes.total_bytes(sizes.data_shapes(program))
        return 2 * steps * per_step + kept + 8 * len(program.lengths) * row + weights
