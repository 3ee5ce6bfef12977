"""A cell as a user would write it: the equations alone, the adjoint left to autodiff."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from jax import Array

from gru_vanish.cells import AutodiffCell
from gru_vanish.contracts import Activations, GateFunction, Node, Streams


class LeakyInit(Node):
    leak: float = 0.3


class LeakyParams(NamedTuple):
    recurrent: Any
    input: Any
    bias: Any
    leak: Any


class LeakyUses(NamedTuple):
    leak: Any
    recurrent: Any


class LeakyGates(NamedTuple):
    candidate: Any


class LeakyTanh(AutodiffCell):
    """h_t = (1 − λ) h_{t−1} + λ tanh(W h_{t−1} + U x_t + b).

    Source: Jaeger et al. 2007, the leaky integrator.
    """

    Init: ClassVar[type[LeakyInit]] = LeakyInit
    Uses: ClassVar[Any] = LeakyUses

    kind: Literal["leaky"] = "leaky"

    @property
    def state_size(self) -> int:
        return self.hidden

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        return {"candidate": GateFunction.tanh}

    @property
    def linear_in_state(self) -> bool:
        return False

    def equations(self) -> str:
        return "h_t = (1 - l) h_(t-1) + l tanh(W h_(t-1) + U x_t + b)"

    def parameter_shapes(self, input_size: int) -> LeakyParams:
        n = self.hidden
        return LeakyParams((n, n), (n, input_size), (n,), ())

    def draw(self, init: LeakyInit, input_size: int, streams: Streams) -> LeakyParams:
        n, rng = self.hidden, streams("weights")
        drawn = (rng.standard_normal(shape) * 0.5 for shape in ((n, n), (n, input_size), (n,)))
        return LeakyParams(*drawn, np.asarray(init.leak))

    def drive(self, params: LeakyParams, x: Array) -> Array:
        return params.input @ x + params.bias

    def advance(self, params: LeakyParams, uses: LeakyUses, drive: Array, act: Activations) -> tuple[Array, LeakyGates]:
        a = params.recurrent @ uses.recurrent + drive
        return (1 - params.leak) * uses.leak + params.leak * act.tanh(a), LeakyGates(a)

    def read(self, state: Array) -> Array:
        return state
