"""The squared error of a random linear readout against random numbers."""

from typing import Literal

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import Direct, Streams
from gru_vanish.contracts.loss import Drawn
from gru_vanish.losses.readout import Readout, read_out


class MeanSquaredError(Readout):
    """ℓ(h) = ‖W_o h − y‖²/k, the mean over the k components, with y ~ N(0, 1) for each sample.

    ∂⁺ℓ/∂h = W_oᵀ 2(ŷ − y)/k with ŷ = W_o h. W_o (k, n) has elements ~ N(0, 1/n), one for each seed; a sample's y is the
    same at every step and length.
    """

    kind: Literal["mean_squared_error"] = "mean_squared_error"
    outputs: int = Field(10, ge=1, le=65_536, description="components k of ŷ")

    def targets(self, batch: int, streams: Streams) -> np.ndarray:
        """Draw y."""
        return streams("loss.target").standard_normal((batch, self.outputs))

    def value(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Float[Array, ""]:
        """Return the mean of the squares."""
        return jnp.mean(jnp.square(read_out(drawn, h) - drawn["target"]))

    def cotangent(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Direct:
        """Return W_oᵀ 2(ŷ − y)/k."""
        error = (read_out(drawn, h) - drawn["target"]) * (2.0 / self.outputs)
        return Direct(error @ drawn["readout"], jnp.int32(0))
