"""An iterated measure call by call, without an engine: nothing is stored, nothing can be stopped."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Call, Iterated, Payload, Program

Compiled = dict[str, Any]
BEGIN = "begin"


def compiled(measure: Iterated, program: Program) -> Compiled:
    """Return the functions of all calls by name, each compiled when it is first called."""
    return {
        name: jax.jit(kernel) for name, kernel in {BEGIN: measure.begin(program), **measure.kernels(program)}.items()
    }


def drive(
    measure: Iterated,
    program: Program,
    data: Any,
    functions: Compiled | None = None,
    between: Callable[[Any], Any] = lambda carry: carry,
) -> Payload:
    """Return the payload of one unit; ``between`` is given the carry after every call and returns it."""
    functions = functions or compiled(measure, program)
    with jax.default_matmul_precision(program.matmul):
        carry, seen = between(functions[BEGIN](data)), []
        for index, name in enumerate(measure.plan(program)):
            outputs = dict(functions[name](Call(data, carry, np.int32(index))))
            carry = between(outputs.pop("carry", carry))
            seen.append(jax.tree.map(np.asarray, outputs))
    return measure.gathered(program, seen)
