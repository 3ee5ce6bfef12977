"""What is differentiated."""

from abc import abstractmethod

import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts.node import Shaped
from gru_vanish.contracts.streams import Streams


class Loss(Shaped):
    """A loss L_T of the last state that is read, h_T.

    Law: ``cotangent`` is ∂⁺L_T/∂h_T, the direct derivative, for one sample and one length.
    """

    @abstractmethod
    def drawn_shapes(self, hidden: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of what ``draw`` returns."""

    @abstractmethod
    def draw(self, hidden: int, streams: Streams) -> dict[str, np.ndarray]:
        """Draw what the loss holds fixed over samples, cells and lengths, in float64."""

    @abstractmethod
    def cotangent(self, drawn: dict[str, Array], h: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """Return ∂⁺L_T/∂h_T at h = h_T."""
