"""The base of everything that a YAML mapping turns into."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import jax
import numpy as np
from pydantic import BaseModel, ConfigDict

Numbers = Mapping[str, Any]
"""Float fields by name, as arrays: what a program reads as data."""


class Node(BaseModel):
    """A frozen, strict, hashable model: what was validated can not change, and nothing unknown is accepted."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Shaped(Node):
    """A node whose float fields are data and whose other fields shape a program."""

    numeric: ClassVar[tuple[str, ...]] = ()
    """The names of the float fields."""

    def numbers(self) -> dict[str, np.ndarray]:
        """Return the float fields as float64 scalars."""
        return {name: np.asarray(getattr(self, name), np.float64) for name in self.numeric}

    def number_shapes(self) -> dict[str, jax.ShapeDtypeStruct]:
        """Return the shapes and dtypes of what ``numbers`` returns."""
        return dict.fromkeys(self.numeric, jax.ShapeDtypeStruct((), np.float64))

    def structure(self) -> Self:
        """Return the node with every float at 1: equal for nodes that share a program."""
        return self.model_copy(update=dict.fromkeys(self.numeric, 1.0))
