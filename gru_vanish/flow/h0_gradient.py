"""The headline: ‖dL_T/dh_0‖ against T."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import BLOCK, Outputs, Payload, Program, Stage, Status
from gru_vanish.flow import forward, growth, plain, sizes, status, tangents
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.forward import Walk
from gru_vanish.flow.layout import Layout, lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.scaled import as_plain, ln_norm, plain_norm
from gru_vanish.flow.sweep import sweep
from gru_vanish.flow.tangents import Readings, several_parts
from gru_vanish.flow.unrolled import Unrolled

MARGIN = 30
"""A twin is followed where rounding was expected to come within this factor of `forward.CHAOS_THRESHOLD`."""
PART = "ln_h0_gradient_{}"
"""The column of one part of the state."""


def adjoint_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to what its lengths show, longest length first.

    By one adjoint per length, or by one tangent per unit of h_0 where that is less work (a dense list of lengths). The
    tangents meet one loss, that of the step they are at: a sum over steps takes the adjoints.
    """
    layout = lay_out(program.lengths, sizes.bytes_per_step(program, SAFE))
    pushed = layout.lane_steps > program.longest * program.cell.state_size and not program.loss.summed

    def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
        network = Network(program, data)
        shown, walk, rounded = tangents_read(network) if pushed else adjoints_read(network, layout)
        readings = shown._asdict()
        parts = {PART.format(name): values for name, values in readings.pop("ln_parts").items()}
        return {**readings, **parts, **status.of_walk(program, walk), "rounding": rounded}

    return kernel


def twin_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that follows a twin, and tells from where on it goes another way."""

    def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
        return {"chaotic_from": forward.chaotic_from(Network(program, data))}

    return kernel


def may_part(outputs: Outputs) -> bool:
    """Whether rounding may have led a sample astray, so that its twin is to be followed.

    A twin that is followed anyhow parts in one case besides: a state that sinks freely, and whose small remainder is
    rounded. Its Jacobian is that at 0 wherever it goes, so this is no chaos of the gradient.
    """
    return bool(np.any(outputs["rounding"] * MARGIN > forward.CHAOS_THRESHOLD))


def tangents_read(network: Network) -> tuple[Readings, Walk, Array]:
    """Return what every length shows, by one tangent per unit of h_0; the twin has walked along."""
    readings, walk = tangents.readings(network, BLOCK)
    return readings, walk, jnp.zeros(network.program.inputs.batch, jnp.float64)


def adjoints_read(network: Network, layout: Layout) -> tuple[Readings, Walk, Array]:
    """Return what every length shows, by one adjoint per length, and the error that rounding was expected to make."""
    lanes, walk, _ = sweep(network, layout, twin=False)
    rounded = growth.rounding(lanes.growth, network.program.dtype)
    parts = several_parts(network.cell)
    shown = as_plain(lanes.mantissa, lanes.exponent)
    readings = Readings(
        ln_first=ln_norm(lanes.mantissa, lanes.exponent),
        ln_last=lanes.ln_last,
        plain_norm=plain_norm(shown),
        plain_zero=jnp.all(shown == 0, axis=-1),
        ln_parts={name: ln_norm(lanes.mantissa[..., part], lanes.exponent) for name, part in parts.items()},
    )
    return readings, walk, jnp.zeros_like(rounded) if network.cell.linear_in_state else rounded


class H0Gradient(Unrolled):
    """ln‖dL_T/dh_0‖₂ per sample for every length T, the transport beside it, and what plain code would have shown.

    δ_T = ∂⁺L_T/∂h_T and δ_{t−1} = J_tᵀ δ_t + ∂⁺L_T/∂h_{t−1}, where the last is 0 for a loss of the last step; the value
    is ln‖δ_0‖ and the transport ln‖δ_0‖ − ln‖δ_T‖, in nats. A loss summed over steps does not vanish by construction:
    its first terms are near h_0 whatever T is, and the gradient tends to what they set. Its δ_T is the direct
    derivative of the last term alone, so its transport is no transport over T steps, and its rates go to 0.

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
        PART.format("<part>"): "(L, B) the same over one part of h_0, where a state has several (LSTM: h and c)",
    }
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("adjoint", adjoint_kernel, lambda outputs: True),
        Stage("twin", twin_kernel, may_part),
        Stage("plain", plain.plain_kernel, lambda outputs: bool(np.any(outputs["slope_rounded"]))),
    )

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every value and turn the lanes, longest first, into rows, shortest first."""
        seen = {name: np.asarray(values) for name, values in outputs.items()}
        lengths, parts = np.asarray(program.lengths, np.int64), several_parts(program.cell)
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
            **{name: np.where(withheld, np.nan, seen[name][::-1]) for name in map(PART.format, parts)},
        }

    def memory(self, program: Program) -> int:
        """Return what the pass wants; where tangents are pushed instead it is less."""
        return sizes.pass_bytes(program)
