"""A linear cell whose Jacobian is a new Gaussian matrix at every step: the inputs, laid out as a matrix."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from jax import Array

from gru_vanish.cells import AutodiffCell
from gru_vanish.contracts import Activations, GateFunction, Node, Streams


class Init(Node):
    gain: float = 1.0


class Params(NamedTuple):
    gain: Any


class Uses(NamedTuple):
    recurrent: Any


class Gates(NamedTuple):
    candidate: Any


class RandomMatrices(AutodiffCell):
    """h_t = g X_t h_{t−1} / √n, X_t the n² inputs of step t as a matrix. Source: Newman 1986."""

    Init: ClassVar[type[Init]] = Init
    Uses: ClassVar[Any] = Uses

    kind: Literal["random_matrices"] = "random_matrices"

    @property
    def state_size(self) -> int:
        return self.hidden

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        return {"candidate": GateFunction.identity}

    @property
    def linear_in_state(self) -> bool:
        return True

    def equations(self) -> str:
        return "h_t = g X_t h_(t-1) / sqrt(n)"

    def parameter_shapes(self, input_size: int) -> Params:
        return Params(())

    def draw(self, init: Init, input_size: int, streams: Streams) -> Params:
        return Params(np.asarray(init.gain))

    def drive(self, params: Params, x: Array) -> Array:
        return params.gain * x * self.hidden**-0.5

    def advance(self, params: Params, uses: Uses, drive: Array, act: Activations) -> tuple[Array, Gates]:
        a = drive.reshape(self.hidden, self.hidden) @ uses.recurrent
        return a, Gates(a)

    def read(self, state: Array) -> Array:
        return state
