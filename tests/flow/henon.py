"""The Hénon map as a cell: chaos whose exponents every textbook has."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.cells import AutodiffCell
from gru_vanish.contracts import Activations, GateFunction, Node, Streams


class Init(Node):
    a: float = 1.4
    b: float = 0.3


class Params(NamedTuple):
    a: Any
    b: Any


class Uses(NamedTuple):
    both: Any


class Gates(NamedTuple):
    candidate: Any


class Henon(AutodiffCell):
    """(u, v) ← (1 − a u² + v, b u); the input is not read. Source: Hénon 1976."""

    Init: ClassVar[type[Init]] = Init
    Uses: ClassVar[Any] = Uses

    kind: Literal["henon"] = "henon"

    @property
    def state_size(self) -> int:
        return 2

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        return {"candidate": GateFunction.identity}

    @property
    def linear_in_state(self) -> bool:
        return False

    def equations(self) -> str:
        return "h_t = (1 - a u^2 + v, b u)"

    def parameter_shapes(self, input_size: int) -> Params:
        return Params((), ())

    def draw(self, init: Init, input_size: int, streams: Streams) -> Params:
        return Params(np.asarray(init.a), np.asarray(init.b))

    def drive(self, params: Params, x: Array) -> Array:
        return 0 * x[:1]

    def advance(self, params: Params, uses: Uses, drive: Array, act: Activations) -> tuple[Array, Gates]:
        u, v = uses.both
        new = jnp.stack([1 - params.a * u * u + v + drive[0], params.b * u])
        return new, Gates(new)

    def read(self, state: Array) -> Array:
        return state
