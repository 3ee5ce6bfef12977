"""Cells with gates that stand at their mean, which a forward pass has to find before they can step."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from jax import Array
from jaxtyping import Float

from gru_vanish.contracts.activation import Activations
from gru_vanish.contracts.cell import Cell

Level = Float[Array, "2 *hidden"]
"""What a gate gives: its value, and 1 minus it, neither formed from the other where both may be small."""


class Holding(Cell, ABC):
    """A cell with gates that stand at their mean over the steps and samples of the same cell with those gates free.

    Laws: ``free`` reads the same parameters and holds nothing; the step of a cell reads the means from its parameters
    alone.
    """

    @property
    @abstractmethod
    def held(self) -> tuple[str, ...]:
        """The gates that are held, () for none."""

    @property
    @abstractmethod
    def free(self) -> Cell:
        """The cell whose gates are averaged."""

    @abstractmethod
    def levels(self, gates: Any, act: Activations) -> dict[str, Level]:
        """Return what each held gate gives at these pre-activations of the free cell, (2, n)."""

    @abstractmethod
    def with_levels(self, params: Any, means: Mapping[str, Level]) -> Any:
        """Return the parameters with the means in place."""
