"""The recurrent network that begins at an orthogonal matrix."""

from typing import ClassVar, Literal

from gru_vanish.cells.elman import Elman, Phi
from gru_vanish.contracts import Node
from gru_vanish.initializers import UNIFORM, ZERO_BIAS, Bias, Matrix
from gru_vanish.initializers.matrices import Orthogonal


class OrthogonalRNNInit(Node):
    """How the weights of an orthogonal RNN are drawn: W = g Q with Q orthogonal, if not said otherwise."""

    recurrent: Matrix = Orthogonal()
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS


class OrthogonalRNN(Elman):
    """Orthogonal RNN: a plain network whose recurrent matrix begins as g times a random orthogonal one.

        a_t = W h_{t−1} + U x_t + b,   W = g Q, QᵀQ = I at the start
        h_t = φ(a_t),   φ = tanh, relu or identity

    The equations are those of ``rnn``; what makes it orthogonal is how it is drawn, and nothing holds it there while
    it is trained. g is ``init: {recurrent: {gain: g}}``.

    Adjoint: α_t = φ′(a_t) ∗ δ_t and δ_{t−1} = Wᵀ α_t, so ‖δ_{t−1}‖ = g ‖α_t‖: with φ = identity ‖δ_0‖ = g^T ‖δ_T‖, and
    else whatever is lost is lost in the slopes of φ.

    Source: Saxe, McClelland & Ganguli 2014 for the draw; Henaff, Szlam & LeCun 2016 for recurrent networks.
    """

    Init: ClassVar[type[OrthogonalRNNInit]] = OrthogonalRNNInit

    kind: Literal["orthogonal_rnn"] = "orthogonal_rnn"
    activation: Literal["tanh", "relu", "identity"] = "tanh"

    @property
    def phi(self) -> Phi:
        """φ is the field ``activation``."""
        return self.activation
