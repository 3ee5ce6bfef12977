"""Input sequences and initial states."""

from abc import abstractmethod

from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts.node import Numbers, Shaped

BLOCK = 256
"""Steps that an input is drawn in at a time."""


class Input(Shaped):
    """Sequences x_1 … x_T that are prefixes of one another.

    Law: what step t of sample b holds is a function of (seed, t, b) alone, whatever the length, the batch, the
    chunks or the precision. So it is drawn in whole blocks of `BLOCK` steps, in float32, and cast.
    """

    size: int = Field(ge=1, le=65_536, description="components of x_t")
    batch: int = Field(16, ge=1, le=1_048_576, description="samples, each with a sequence of its own")

    @property
    def longest(self) -> int | None:
        """The longest T that there are inputs for; None where there is no end."""
        return None

    @abstractmethod
    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Return steps ``256·index + 1 … 256·(index + 1)`` of every sample, in float32."""


class InitialState(Shaped):
    """How h_0 is set: one vector per sample."""

    @abstractmethod
    def draw(self, key: Array, batch: int, state_size: int, numbers: Numbers) -> Float[Array, "batch state"]:
        """Return h_0 of every sample in float32; sample b depends on (seed, b) alone."""
