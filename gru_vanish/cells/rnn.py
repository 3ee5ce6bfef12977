"""The plain recurrent network."""

from typing import ClassVar, Literal

from gru_vanish.cells.elman import Elman, Phi
from gru_vanish.contracts import Node
from gru_vanish.initializers import UNIFORM, ZERO_BIAS, Bias, Matrix


class RNNInit(Node):
    """How the weights of a plain RNN are drawn."""

    recurrent: Matrix = UNIFORM
    input: Matrix = UNIFORM
    bias: Bias = ZERO_BIAS


class RNN(Elman):
    """Plain (vanilla, Elman) recurrent network.

        a_t = W h_{t−1} + U x_t + b
        h_t = φ(a_t),   φ = tanh, relu or identity

    There is no gate. The article's comparison is φ = tanh with b = 0: h_t = tanh(W · [h_{t−1}, x_t]).

    Adjoint: α_t = φ′(a_t) ∗ δ_t and δ_{t−1} = Wᵀ α_t, so ‖δ_{t−1}‖ ≤ γ σ_max(W) ‖δ_t‖ with γ = sup φ′ = 1
    (Hochreiter 1991; Pascanu, Mikolov & Bengio 2013, section 2.1).

    Source: Elman 1990; the article's comparison; for φ = relu Le, Jaitly & Hinton 2015.
    """

    Init: ClassVar[type[RNNInit]] = RNNInit

    kind: Literal["rnn"] = "rnn"
    activation: Literal["tanh", "relu", "identity"] = "tanh"

    @property
    def phi(self) -> Phi:
        """φ is the field ``activation``."""
        return self.activation
