"""How a gradient becomes a step: the optimizers, with their numbers as data.

A node gives the optax transformation of a gradient into a direction; the step is −η_t times the direction.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import optax
from jax import Array
from pydantic import BeforeValidator, Field

from gru_vanish.contracts.node import Shaped

Named = Mapping[str, Array]
"""The numbers of a node by the names of its fields."""


class OptimizerNode(Shaped):
    """An optimizer with its learning rate η."""

    learning_rate: float = Field(1e-3, ge=0.0, le=1e30, description="learning rate η")

    @abstractmethod
    def direction(self, numbers: Named) -> optax.GradientTransformation:
        """Return the transformation of gradients into directions of steepest ascent, before the learning rate."""


class Adam(OptimizerNode):
    """m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  θ ← θ − η m̂/(√v̂ + ε), with m̂ and v̂ freed of their start at 0.

    Source: Kingma & Ba 2015, algorithm 1.
    """

    numeric: ClassVar[tuple[str, ...]] = ("learning_rate", "b1", "b2", "eps")

    kind: Literal["adam"] = "adam"
    b1: float = Field(0.9, ge=0.0, lt=1.0, description="decay β₁ of the mean of the gradient")
    b2: float = Field(0.999, ge=0.0, lt=1.0, description="decay β₂ of the mean of its square")
    eps: float = Field(1e-8, ge=0.0, le=1.0, description="ε, added to the root")

    def direction(self, numbers: Named) -> optax.GradientTransformation:
        """Return m̂/(√v̂ + ε)."""
        given: dict[str, Any] = {name: numbers[name] for name in ("b1", "b2", "eps")}
        return optax.scale_by_adam(**given)


class SGD(OptimizerNode):
    """m ← μm + g,  θ ← θ − η m; μ = 0 is plain gradient descent.

    Source: Polyak 1964, as PyTorch writes it (the learning rate outside of the mean).
    """

    numeric: ClassVar[tuple[str, ...]] = ("learning_rate", "momentum")

    kind: Literal["sgd"] = "sgd"
    learning_rate: float = Field(1e-2, ge=0.0, le=1e30, description="learning rate η")
    momentum: float = Field(0.0, ge=0.0, lt=1.0, description="momentum μ")

    def direction(self, numbers: Named) -> optax.GradientTransformation:
        """Return m."""
        momentum: Any = numbers["momentum"]
        return optax.trace(decay=momentum)


class RMSProp(OptimizerNode):
    """v ← ρv + (1 − ρ)g²,  θ ← θ − η g/(√v + ε), v = 0 at the start and not freed of it.

    Source: Tieleman & Hinton 2012, lecture 6.5, as PyTorch writes it.
    """

    numeric: ClassVar[tuple[str, ...]] = ("learning_rate", "decay", "eps")

    kind: Literal["rmsprop"] = "rmsprop"
    decay: float = Field(0.99, ge=0.0, lt=1.0, description="decay ρ of the mean of the squared gradient")
    eps: float = Field(1e-8, ge=0.0, le=1.0, description="ε, added to the root")

    def direction(self, numbers: Named) -> optax.GradientTransformation:
        """Return g/(√v + ε)."""
        given: dict[str, Any] = {name: numbers[name] for name in ("decay", "eps")}
        return optax.scale_by_rms(**given, eps_in_sqrt=False)


def kind_from_name(value: Any) -> Any:
    """Turn a name into its mapping: ``adam`` means ``{kind: adam}``."""
    return {"kind": value} if isinstance(value, str) else value


Optimizer = Annotated[Adam | SGD | RMSProp, Field(discriminator="kind"), BeforeValidator(kind_from_name)]
"""An optimizer in a config: its name, or a mapping with its ``kind``."""
OPTIMIZERS: dict[str, type[OptimizerNode]] = {"adam": Adam, "sgd": SGD, "rmsprop": RMSProp}
