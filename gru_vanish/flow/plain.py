"""What plain ``jax.grad`` and ``jnp.linalg.norm`` would have shown.

Where no slope was lost to rounding the plain reading follows from mantissa and exponent. Where one was (a saturated
gate), the plain adjoint is another vector, and it is really computed.
"""

from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from gru_vanish.contracts import Outputs, Program
from gru_vanish.flow.arithmetic import PLAIN
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.sizes import bytes_per_step
from gru_vanish.flow.sweep import sweep


def plain_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that replaces the derived plain reading by the real one."""
    layout = lay_out(program.lengths, bytes_per_step(program, PLAIN))

    def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
        adjoint = sweep(Network(program, data, PLAIN), layout, twin=False).lanes.mantissa
        return {"plain_norm": jnp.linalg.norm(adjoint, axis=-1), "plain_zero": jnp.all(adjoint == 0, axis=-1)}

    return kernel
