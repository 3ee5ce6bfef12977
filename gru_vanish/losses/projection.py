"""A random linear functional of the last state."""

from typing import Literal

import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts import Loss, Streams


class Projection(Loss):
    """L_T = c·h_T with c_i ~ N(0, 1/n), so that E‖c‖² = 1.

    One c for each seed, shared by all samples, cells and lengths: what differs between two curves is the network.
    """

    kind: Literal["projection"] = "projection"

    def drawn_shapes(self, hidden: int) -> dict[str, tuple[int, ...]]:
        """One vector c."""
        return {"c": (hidden,)}

    def draw(self, hidden: int, streams: Streams) -> dict[str, np.ndarray]:
        """Draw c."""
        return {"c": streams("loss.projection").standard_normal(hidden) * hidden**-0.5}

    def cotangent(self, drawn: dict[str, Array], h: Float[Array, " hidden"]) -> Float[Array, " hidden"]:
        """Return c, whatever the state."""
        return drawn["c"]
