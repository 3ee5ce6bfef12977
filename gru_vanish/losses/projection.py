"""A random linear functional of the state."""

from typing import Literal

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts import Direct, Loss, Streams
from gru_vanish.contracts.loss import Drawn


class Projection(Loss):
    """ℓ(h) = c·h with c_i ~ N(0, 1/n), so that E‖c‖² = 1.

    One c for each seed, shared by all samples, cells and lengths: what differs between two curves is the network.
    """

    kind: Literal["projection"] = "projection"

    def drawn_shapes(self, hidden: int, batch: int) -> dict[str, tuple[int, ...]]:
        """One vector c."""
        return {"c": (hidden,)}

    def draw(self, hidden: int, batch: int, streams: Streams) -> dict[str, np.ndarray]:
        """Draw c."""
        return {"c": streams("loss.projection").standard_normal(hidden) * hidden**-0.5}

    def value(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Float[Array, ""]:
        """Return c·h."""
        return drawn["c"] @ h

    def cotangent(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Direct:
        """Return c, whatever the state."""
        return Direct(drawn["c"], jnp.int32(0))
