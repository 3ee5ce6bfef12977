"""Distributions of bias vectors."""

from abc import abstractmethod
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from gru_vanish.initializers.base import Initializer

FloatArray = NDArray[np.float64]


class BiasInitializer(Initializer):
    """A distribution of the biases of one gate."""

    @abstractmethod
    def vector(self, rng: np.random.Generator, hidden: int, keeps: bool) -> FloatArray:
        """Return ``hidden`` biases.

        ``keeps`` says whether σ(b) is the share of the old state that is kept (True) or replaced (False). A constant
        is taken as written; a distribution of time scales is given the sign that makes it one of time scales.
        """


class Constant(BiasInitializer):
    """The same number for every unit, as written."""

    kind: Literal["constant"] = "constant"
    value: float = Field(ge=-1e4, le=1e4, description="the bias b")

    def vector(self, rng: np.random.Generator, hidden: int, keeps: bool) -> FloatArray:
        """Return b in every place."""
        return np.full(hidden, self.value)


class ZeroBias(BiasInitializer):
    """All biases 0."""

    kind: Literal["zeros"] = "zeros"

    def vector(self, rng: np.random.Generator, hidden: int, keeps: bool) -> FloatArray:
        """Return zeros."""
        return np.zeros(hidden)


class UniformBias(BiasInitializer):
    """U(−1/√n, 1/√n) (PyTorch's default for both of its bias vectors)."""

    kind: Literal["uniform"] = "uniform"

    def vector(self, rng: np.random.Generator, hidden: int, keeps: bool) -> FloatArray:
        """Return U(−1/√n, 1/√n)."""
        bound = hidden**-0.5
        return rng.uniform(-bound, bound, hidden)


class Chrono(BiasInitializer):
    """Time scales uniform in [t_min, t_max]: kept share σ(ln u), u uniform in [t_min − 1, t_max − 1].

    Source: Tallec & Ollivier 2018, section 2. Where the gate replaces, b = −ln u.
    """

    kind: Literal["chrono"] = "chrono"
    t_min: float = Field(2.0, gt=1.0, le=1e12, description="shortest time scale, in steps")
    t_max: float = Field(gt=1.0, le=1e12, description="longest time scale, in steps")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.t_max < self.t_min:
            raise ValueError(f"t_max is {self.t_max:g}, below t_min = {self.t_min:g}")
        return self

    def vector(self, rng: np.random.Generator, hidden: int, keeps: bool) -> FloatArray:
        """Return ±ln u."""
        logits = np.log(rng.uniform(self.t_min - 1.0, self.t_max - 1.0, hidden))
        return logits if keeps else -logits


class LogitUniform(BiasInitializer):
    """σ(b) uniform on (0, 1): the rms over units of the kept share to the power T is (2T + 1)^(−1/2)."""

    kind: Literal["logit_uniform"] = "logit_uniform"

    def vector(self, rng: np.random.Generator, hidden: int, keeps: bool) -> FloatArray:
        """Return logit(u), u uniform on (0, 1)."""
        # 1 − random() lies in (0, 1]; the half step keeps the logit finite at both ends.
        u = rng.random(hidden) * (1 - 2.0**-53) + 2.0**-54
        logits = np.log(u) - np.log1p(-u)
        return logits if keeps else -logits


def bias_from_shorthand(value: Any) -> Any:
    """Turn a number into a constant and a name into its mapping."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"kind": "constant", "value": float(value)}
    return {"kind": value} if isinstance(value, str) else value
