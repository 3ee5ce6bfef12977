"""No input at all."""

from typing import Literal

import jax.numpy as jnp
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.contracts.node import Numbers


class Zeros(Input):
    """x_t = 0: an autonomous network. With h_0 = 0 and no biases it rests at the origin; see ``h0``."""

    kind: Literal["zeros"] = "zeros"

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Return zeros."""
        del key, index, numbers
        return jnp.zeros((BLOCK, self.batch, self.size), jnp.float32)
