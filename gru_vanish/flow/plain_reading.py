"""What plain code shows of the h0 gradient where the network itself is computed in float32 and in bfloat16."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import Outputs, Payload, Program, Stage, Status
from gru_vanish.flow import plain, sizes, status
from gru_vanish.flow.h0_gradient import adjoint_kernel
from gru_vanish.flow.unrolled import Unrolled

DTYPES = ("float32", "bfloat16")
SHOWN = "plain_{}"
"""The array of one dtype."""


def kernel_in(dtype: str, program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that reads the gradients of a unit in plain code, everything in this dtype."""
    # A Program names the two precisions in which a study is measured; what plain code is run in is no such choice.
    kernel = plain.plain_kernel(replace(program, precision=dtype))  # type: ignore[arg-type]

    def read(data: Mapping[str, Any]) -> dict[str, Array]:
        def rounded(leaf: Array) -> Array:
            return leaf.astype(dtype)

        data = {**data, "params": jax.tree.map(rounded, data["params"]), "loss": jax.tree.map(rounded, data["loss"])}
        return {SHOWN.format(dtype): jnp.asarray(kernel(data)["plain_norm"], jnp.float64)}

    return read


class PlainReading(Unrolled):
    """‖dL_T/dh_0‖₂ as ``jax.grad`` and ``jnp.linalg.norm`` show it in float32 and in bfloat16, beside what it is.

    Weights, inputs, states, adjoints and the norm are in that dtype, each rounded where plain code rounds it; slopes
    come from the values of the gates, as everybody writes them. bfloat16 has the range of float32 and 8 significant
    bits, so it reads 0 where float32 does, or earlier where a gate rounds to 1, and is off long before. What it is, is
    the h0 gradient of the study, in the study's precision. Products are made and summed as the device does them; a
    compiler may keep more digits within a step than the dtype has.
    """

    name: ClassVar[str] = "plain_reading"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = {
        "lengths": "(L,) sequence lengths T, ascending",
        "ln_h0_gradient": "(L, B) ln‖dL_T/dh_0‖ in nats; −inf for an exact zero, NaN where withheld",
        **{SHOWN.format(dtype): f"(L, B) what plain code shows in {dtype}" for dtype in DTYPES},
        "status": "(L, B) code of the status of the gradient",
    }
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("adjoint", adjoint_kernel, lambda outputs: True),
        *(Stage(dtype, partial(kernel_in, dtype), lambda outputs: True) for dtype in DTYPES),
    )

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every value and turn the lanes, longest first, into rows, shortest first."""
        judged = ("ln_first", "plain_zero", "nonfinite_from", "chaotic_from", "slope_lost")
        seen = {name: np.asarray(outputs[name]) for name in (*judged, *map(SHOWN.format, DTYPES))}
        lengths = np.asarray(program.lengths, np.int64)
        ln_first, plain_zero = seen["ln_first"][::-1], seen["plain_zero"][::-1]
        codes = status.codes(
            lengths, ln_first, plain_zero, seen["nonfinite_from"], seen["chaotic_from"], seen["slope_lost"]
        )
        withheld = (codes == Status.underflow) | (codes == Status.nonfinite)
        return {
            "lengths": lengths,
            "ln_h0_gradient": np.where(withheld, np.nan, ln_first),
            **{name: seen[name][::-1].astype(np.float64) for name in map(SHOWN.format, DTYPES)},
            "status": codes,
        }

    def memory(self, program: Program) -> int:
        """Return what the pass in the study's precision wants; the others want no more, but for float32 in float32."""
        return sizes.pass_bytes(program)
