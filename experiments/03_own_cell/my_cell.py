"""A GRU whose gates are two numbers."""

from collections import namedtuple
from typing import Any, ClassVar

from gru_vanish.cells import AutodiffCell
from gru_vanish.contracts import GateFunction, Node
from gru_vanish.initializers import UNIFORM

Params, Gates = namedtuple("Params", "W U z r"), namedtuple("Gates", "candidate")


class Numbers(Node):  # the block init
    share: float
    reset: float = 1.0


class Leaky(AutodiffCell):
    """h_t = (1 - z) h_(t-1) + z tanh(W (r h_(t-1)) + U x_t), z = share, r = reset."""

    Init = Numbers
    Uses = namedtuple("Uses", "leak candidate")
    gate_functions: ClassVar[Any] = {"candidate": GateFunction.tanh}

    def parameter_shapes(self, m):
        return Params((self.hidden, self.hidden), (self.hidden, m), (), ())

    def draw(self, init, m, streams):
        n = self.hidden
        w = UNIFORM.matrix(streams("weights.recurrent.candidate"), n, n, n)  # the numbers that a GRU draws there
        u = UNIFORM.matrix(streams("weights.input.candidate"), n, m, n)
        return Params(w, u, init.share, init.reset)

    def drive(self, params, x):
        return params.U @ x

    def advance(self, params, uses, drive, act):
        a = params.W @ (params.r * uses.candidate) + drive
        return (1 - params.z) * uses.leak + params.z * act.tanh(a), Gates(a)
