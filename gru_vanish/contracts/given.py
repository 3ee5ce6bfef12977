"""Weights that exist already: what a cell's parameters are where nobody draws them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import Field, InstanceOf

from gru_vanish.contracts.node import Node

WEIGHTS = "weights_sha256"
"""The field by which a canonical setting says that its weights were given."""


@dataclass(frozen=True)
class Weights:
    """Arrays by the names of a cell's parameters; equal ones are those with equal hashes."""

    sha256: str
    arrays: Mapping[str, np.ndarray]
    """in float64"""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Weights) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


class GivenWeights(Node):
    """In the place of a cell's init: the same weights for every seed. Seeds differ in inputs, h_0 and loss alone.

    The hash of the numbers stands for them in a canonical setting and so in every key; the numbers do not.
    """

    weights_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    content: Annotated[InstanceOf[Weights] | None, Field(exclude=True, repr=False)] = None

    def params(self, shapes: Any) -> Any:
        """Return the arrays as the NamedTuple of a cell's parameters, whose shapes these are; ValueError if not."""
        if self.content is None:
            raise ValueError("the weights are not there: only their hash is known")
        arrays = self.content.arrays
        found, wanted = {name: array.shape for name, array in arrays.items()}, shapes._asdict()
        if found != wanted:
            raise ValueError(f"the weights have the shapes {found}, and the cell wants {wanted}")
        return type(shapes)(**{name: array.copy() for name, array in arrays.items()})
