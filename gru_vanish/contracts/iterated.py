"""A measurement that takes many calls and goes on from where it was stopped: training, and what is seen on the way."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from gru_vanish.contracts.measure import Measure, Outputs, Payload, Stage
from gru_vanish.contracts.setting import Program


class Call(NamedTuple):
    """What the kernel of an iterated measure reads."""

    data: Any
    carry: Any
    index: Any
    """int32 scalar: the position of this call in the plan, from 0."""


class Iterated(Measure):
    """A measure whose numbers come from a fixed sequence of calls, each from what the one before it left.

    The first call, of ``begin``, turns ``data`` into the carry; the plan names the calls after it, each of which maps
    `Call` to outputs, arrays by name. Where these have an entry ``"carry"`` it replaces the carry; the rest is what
    that call has shown. The plan depends on the program alone, so a unit that was stopped between two calls goes on to
    the same bits, and units of a pack stay in step. What can not go on (a run that diverged) is carried along and says
    so in what it shows.
    """

    stages: ClassVar[tuple[Stage, ...]] = ()

    @abstractmethod
    def begin(self, program: Program) -> Callable[[Any], Any]:
        """Return the function that maps ``data`` to the first carry; JAX can trace it."""

    @abstractmethod
    def kernels(self, program: Program) -> dict[str, Callable[[Call], Outputs]]:
        """Return the functions of the calls of the plan, by name."""

    @abstractmethod
    def plan(self, program: Program) -> tuple[str, ...]:
        """Return the names of the calls after ``begin``, in their order."""

    @abstractmethod
    def gathered(self, program: Program, seen: Sequence[Outputs]) -> Payload:
        """Return the arrays that are stored, from what every call of the plan has shown (NumPy arrays)."""

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Not asked of an iterated measure: `gathered` sees every call."""
        raise NotImplementedError
