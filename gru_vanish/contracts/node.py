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
    """A node whose float fields are data and whose other fields shape a program; also of the nodes within it.

    A float field may be None: that there is none is structure.
    """

    numeric: ClassVar[tuple[str, ...]] = ()
    """The names of the float fields."""

    def numbers(self) -> dict[str, np.ndarray]:
        """Return the float fields as float64 (a tuple as a vector), those of a node within it as ``field.name``."""
        own = {name: np.asarray(getattr(self, name), np.float64) for name in self._given()}
        within = {f"{field}.{name}": one for field, part in self._within() for name, one in part.numbers().items()}
        return own | within

    def number_shapes(self) -> dict[str, jax.ShapeDtypeStruct]:
        """Return the shapes and dtypes of what ``numbers`` returns."""
        return {name: jax.ShapeDtypeStruct(value.shape, np.float64) for name, value in self.numbers().items()}

    def structure(self) -> Self:
        """Return the node with every float at 1: equal for nodes that share a program."""
        within = {field: part.structure() for field, part in self._within()}
        return self.model_copy(update={**dict.fromkeys(self._given(), 1.0), **within})

    def _given(self) -> list[str]:
        return [name for name in self.numeric if getattr(self, name) is not None]

    def _within(self) -> list[tuple[str, "Shaped"]]:
        parts = ((field, getattr(self, field)) for field in type(self).model_fields)
        return [(field, part) for field, part in parts if isinstance(part, Shaped)]
