"""A measurement on one unrolled network."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gru_vanish.contracts.setting import Program, Setting

Payload = dict[str, np.ndarray]
Outputs = Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """One compiled function of a measure.

    ``kernel`` maps a program to a function data → outputs that JAX can trace. ``wanted`` looks at the outputs so
    far and says whether the stage has to run: what only few settings need is compiled only for those.
    """

    name: str
    kernel: Callable[[Program], Callable[[Any], Outputs]]
    wanted: Callable[[Outputs], bool]


class Measure(ABC):
    """A quantity of SCIENCE, as a function of (setting, seed).

    Laws: the payload depends on setting and seed alone; equal programs differ in data only, so that all of them
    share one compilation; ``version`` grows when the numbers of the payload change.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    columns: ClassVar[Mapping[str, str]]
    """What each array of the payload holds: shape, unit, meaning."""
    stages: ClassVar[tuple[Stage, ...]]
    last_step_only: ClassVar[str] = ""
    """Why the measure has no meaning for a loss that is summed over steps; empty where it has one."""

    @abstractmethod
    def shapes(self, program: Program) -> Any:
        """Return the shapes and dtypes of ``data``, so that a program can be compiled before anything is drawn."""

    @abstractmethod
    def draw(self, setting: Setting, seed: int) -> Any:
        """Draw weights and what else is random but inputs, in float64 whatever the precision: a tree of arrays."""

    @abstractmethod
    def data(self, setting: Setting, seed: int, drawn: Any) -> Any:
        """Return all that the kernels read: a tree of NumPy arrays whose shapes the program decides."""

    @abstractmethod
    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Return the arrays that are stored."""

    @abstractmethod
    def memory(self, program: Program) -> int:
        """Return an upper estimate, in bytes, of what one unit wants on the device."""
