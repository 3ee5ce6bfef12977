"""The recurrent network of rectified linear units that begins at the identity."""

from typing import ClassVar, Literal

from gru_vanish.cells.elman import Elman, Phi
from gru_vanish.contracts import Node
from gru_vanish.initializers import UNIFORM, ZERO_BIAS, Bias, Matrix
from gru_vanish.initializers.matrices import Identity


class IRNNInit(Node):
    """How the weights of an IRNN are drawn: W = g I and b = 0, if not said otherwise."""

    recurrent: Matrix = Identity()
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS


class IRNN(Elman):
    """IRNN: rectified linear units whose recurrent matrix begins as the identity.

        a_t = W h_{t−1} + U x_t + b,   W = g I, b = 0 at the start
        h_t = max(a_t, 0)

    The equations are those of ``rnn`` with φ = relu; what makes it an IRNN is how it is drawn. g is
    ``init: {recurrent: {gain: g}}``. The source draws U from N(0, 0.001²); here U is uniform in ±1/√n as in ``rnn``.

    Adjoint: α_t = (a_t > 0) ∗ δ_t and δ_{t−1} = Wᵀ α_t: at the start a unit passes its gradient back unchanged, times
    g, for as long as it is active, and loses it wholly at its first step with a_t ≤ 0.

    Source: Le, Jaitly & Hinton 2015, section 2.
    """

    Init: ClassVar[type[IRNNInit]] = IRNNInit

    kind: Literal["irnn"] = "irnn"

    @property
    def phi(self) -> Phi:
        """φ = relu."""
        return "relu"
