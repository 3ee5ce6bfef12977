"""The gradient by the number of steps that it did not take by the leak."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import Outputs, Payload, Program, Stage, Status
from gru_vanish.flow import sizes, status, visit_pass
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.path_shares import LOST, shown
from gru_vanish.flow.recording import read
from gru_vanish.flow.unrolled import Unrolled
from gru_vanish.flow.visit_pass import Parts

VISITS = 32
"""So many numbers of visits, 0 … 31, are told apart; all further ones are one part."""


def visit_kernel(program: Program, count: int = VISITS) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to the parts of its gradients, longest length first."""
    program = shown(program)
    layout = lay_out(program.lengths, sizes.bytes_per_step(program, SAFE))

    def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
        network = Network(program, data)
        parts, walk = visit_pass.parts(network, layout, count)
        reading = read(parts.mantissa, parts.exponent)
        return {
            "ln_parts": reading.ln,
            "plain_zero": reading.plain_zero[:, -1],
            "products": against_the_whole(parts),
            "residual": residual(parts),
            **status.of_walk(program, walk),
        }

    return kernel


def against_the_whole(parts: Parts) -> Array:
    """Return ⟨δ^(k), δ⟩ / (‖δ^(k)‖ ‖δ‖) of every part but the whole, (lanes, parts, batch)."""
    wide = parts.mantissa.astype(jnp.float64)
    size = jnp.sqrt(jnp.sum(wide * wide, axis=-1))
    inner = jnp.sum(wide[:, :-1] * wide[:, -1:], axis=-1)
    empty = size[:, :-1] == 0
    return jnp.where(empty, 0.0, inner / jnp.where(empty, 1.0, size[:, :-1] * size[:, -1:]))


def residual(parts: Parts) -> Array:
    """Return ‖Σ_k δ^(k) − δ‖ / Σ_k ‖δ^(k)‖, (lanes, batch): what rounding left between the parts and the whole."""
    largest = jnp.max(parts.exponent, axis=1, keepdims=True)
    factor = jnp.exp2((parts.exponent - largest).astype(jnp.float64))
    scaled = parts.mantissa.astype(jnp.float64) * factor[..., None]
    sizes_ = jnp.sqrt(jnp.sum(scaled * scaled, axis=-1))
    apart = jnp.sum(scaled[:, :-1], axis=1) - scaled[:, -1]
    return jnp.sqrt(jnp.sum(apart * apart, axis=-1)) / jnp.sum(sizes_[:, :-1], axis=1)


class LeakVisits(Unrolled):
    """The gradient cut apart by visits: δ_0 = Σ_k δ^(k), k the number of steps that were not taken by the leak.

    Signed shares ⟨δ^(k), δ_0⟩ / ‖δ_0‖² add up to 1. The parts may cancel: κ = Σ_k ‖δ^(k)‖ / ‖δ_0‖ says how much larger
    they are together than what is left, and where κ ε > 1e-3 the shares are lost to rounding and withheld
    (``cancelled``); the norms of the parts are not. k = 0 … 31 are told apart, all further visits are one part, in κ
    too. A cell without a use ``leak`` visits at every step: everything is among the further ones once T > 31.

    The mean number of visits, at any length, is among the ``path_shares``. At most four lengths, as there.
    """

    name: ClassVar[str] = "leak_visits"
    version: ClassVar[int] = 1
    last_step_only: ClassVar[str] = "visits are counted on the way from one δ_T, and a sum adds a term at every step"
    columns: ClassVar[Mapping[str, str]] = {
        "lengths": "(S,) the lengths T that are shown, ascending",
        "visits": "(K,) numbers of visits k = 0 … K − 1",
        "ln_part": "(S, K, B) ln‖δ^(k)‖ in nats; −inf for a part of zeros, NaN where withheld",
        "ln_further": "(S, B) ln of the norm of all parts with k ≥ K together",
        "ln_h0_gradient": "(S, B) ln‖δ_0‖",
        "share_part": "(S, K, B) ⟨δ^(k), δ_0⟩ / ‖δ_0‖²; NaN where withheld",
        "share_further": "(S, B) the same of all parts with k ≥ K together",
        "cancellation": "(S, B) κ, over the K parts and the further ones",
        "residual": "(S, B) ‖Σ_k δ^(k) − δ_0‖ / Σ_k ‖δ^(k)‖",
        "cancelled": "(S, B) the shares are lost to cancellation in this dtype, and withheld",
        "status": "(S, B) code of the status of the gradient",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("visits", visit_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every sample and turn the lanes, longest first, into rows, shortest first."""
        seen = {name: np.asarray(values) for name, values in outputs.items()}
        lengths = np.asarray(shown(program).lengths, np.int64)
        ln, plain_zero, cosine, left = (seen[name][::-1] for name in ("ln_parts", "plain_zero", "products", "residual"))
        whole = ln[:, -1]
        codes = status.codes(
            lengths, whole, plain_zero, seen["nonfinite_from"], seen["chaotic_from"], seen["slope_lost"]
        )
        withheld = np.isin(codes, (Status.underflow, Status.nonfinite))
        unknown = withheld | (codes == Status.exact_zero)
        with np.errstate(invalid="ignore", over="ignore"):
            ratio = np.exp(ln[:, :-1] - whole[:, None])
            cancellation = np.where(unknown, np.nan, ratio.sum(axis=1))
            cancelled = ~unknown & ~(cancellation * np.finfo(program.dtype).eps <= LOST)
            share = np.where((unknown | cancelled)[:, None], np.nan, ratio * cosine)
        shown_ln = np.where(withheld[:, None], np.nan, ln)
        return {
            "lengths": lengths,
            "visits": np.arange(ln.shape[1] - 2, dtype=np.int64),
            "ln_part": shown_ln[:, :-2],
            "ln_further": shown_ln[:, -2],
            "ln_h0_gradient": shown_ln[:, -1],
            "share_part": share[:, :-1],
            "share_further": share[:, -1],
            "cancellation": cancellation,
            "residual": np.where(unknown, np.nan, left),
            "cancelled": cancelled,
            "status": codes,
        }

    def memory(self, program: Program) -> int:
        """Return what the reverse pass wants, with its many lanes."""
        program = shown(program)
        lane = program.cell.state_size * program.dtype.itemsize * program.inputs.batch
        uses = len(program.cell.Uses._fields) + 4
        return sizes.pass_bytes(program) + uses * (VISITS + 2) * len(program.lengths) * lane
