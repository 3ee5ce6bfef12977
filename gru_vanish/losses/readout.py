"""What losses share that read the state through a random linear readout and hold it against a target."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts import Loss, Streams
from gru_vanish.contracts.loss import Drawn


class Readout(Loss):
    """A loss of ŷ = W_o h and of a target y: W_o (k, n) with elements ~ N(0, 1/n), one for each seed.

    Every sample has a target of its own, the same one at every step and length; W_o is shared by all samples, and by
    all such losses of one seed.
    """

    per_sample: ClassVar[tuple[str, ...]] = ("target",)

    outputs: int
    """k"""

    @property
    def readout_size(self) -> int:
        """The components of ŷ."""
        return self.outputs

    def drawn_shapes(self, hidden: int, batch: int) -> dict[str, tuple[int, ...]]:
        """W_o, and y of every sample."""
        return {"readout": (self.outputs, hidden), "target": (batch, self.outputs)}

    def draw(self, hidden: int, batch: int, streams: Streams) -> dict[str, np.ndarray]:
        """Draw both; sample by sample from one stream, so that a larger batch begins as a smaller one does."""
        readout = streams("loss.readout").standard_normal((self.outputs, hidden)) * hidden**-0.5
        return {"readout": readout, "target": self.targets(batch, streams)}

    @abstractmethod
    def targets(self, batch: int, streams: Streams) -> np.ndarray:
        """Draw y of every sample, (batch, k)."""


def read_out(drawn: Drawn, h: Float[Array, " hidden"]) -> Float[Array, " outputs"]:
    """Return ŷ = W_o h."""
    return drawn["readout"] @ h
