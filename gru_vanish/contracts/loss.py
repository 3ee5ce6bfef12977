"""What is differentiated."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
from jax import Array
from jaxtyping import Float, Int
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from gru_vanish.contracts.node import Shaped
from gru_vanish.contracts.streams import Streams

Drawn = Mapping[str, Array]
"""What a loss has drawn, by name."""


class Direct(NamedTuple):
    """∂⁺ℓ/∂h = mantissa · 2^exponent: a classifier can be surer than a float can tell."""

    mantissa: Float[Array, " hidden"]
    exponent: Int[Array, ""]
    """int32; 0 for a loss whose derivative a float can hold"""


class Loss(Shaped):
    """A loss of the last state, L_T = ℓ(h_T), or of every state, L_T = Σ_{t=1..T} ℓ(h_t).

    ℓ is one function for each sample, the same at every step and length: L_T is the same sum with fewer terms where T
    is shorter, and the direct derivative at step t does not know T.

    Laws, tested for every loss of the table:

    - ``cotangent`` is ∂⁺ℓ/∂h, the direct derivative: ``jax.grad`` of ``value``, where that does not round to 0;
    - what is drawn is the same for all lengths and cells of one size; what is ``per_sample`` has the samples as its
      first axis, and that of sample b is a function of (seed, b) alone, whatever the batch.
    """

    per_sample: ClassVar[tuple[str, ...]] = ()
    """Which of the drawn arrays hold one entry for each sample; ``cotangent`` and ``value`` see that of one sample."""
    rounds: ClassVar[bool] = False
    """Whether plain code rounds the direct derivative away, so that what it shows has to be computed."""

    over: Literal["last", "steps"] = Field("last", description="the last step alone, or the sum over steps 1 … T")

    @property
    def summed(self) -> bool:
        """Whether the loss is a sum over all steps."""
        return self.over == "steps"

    @property
    def readout_size(self) -> int:
        """How many numbers lie between h and the loss; 0 where there are none."""
        return 0

    def term(self) -> Self:
        """Return the loss of the last step alone: one term of the sum."""
        return self.model_copy(update={"over": "last"})

    @abstractmethod
    def drawn_shapes(self, hidden: int, batch: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of what ``draw`` returns."""

    @abstractmethod
    def draw(self, hidden: int, batch: int, streams: Streams) -> dict[str, np.ndarray]:
        """Draw what the loss holds fixed over cells and lengths, in float64."""

    @abstractmethod
    def value(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Float[Array, ""]:
        """Return ℓ(h) as everybody writes it; plain code is what ``jax.grad`` makes of it."""

    @abstractmethod
    def cotangent(self, drawn: Drawn, h: Float[Array, " hidden"]) -> Direct:
        """Return ∂⁺ℓ/∂h."""

    @model_serializer(mode="wrap")
    def _written(self, as_is: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave ``over`` out where it says ``last``: a key does not tell what is so unless it is said otherwise."""
        found: dict[str, Any] = as_is(self)
        if not self.summed:
            del found["over"]
        return found
