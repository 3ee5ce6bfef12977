"""What a measure writes down of the adjoints on their way back."""

from abc import ABC, abstractmethod
from typing import Any

from jax import Array
from jaxtyping import Int

from gru_vanish.flow.adjoint import Lanes
from gru_vanish.flow.forward import Steps


class Observer(ABC):
    """Looks at δ_t of all lanes at every step t = longest … 1 of the reverse pass and keeps a record of fixed shape.

    Laws: the record's shape does not depend on what is seen, so it lives in the carry of a scan; what is looked at
    changes nothing of the pass. δ_0 is not shown: it is what the pass returns.
    """

    @abstractmethod
    def begin(self) -> Any:
        """Return the record before anything is seen: a tree of arrays."""

    @abstractmethod
    def beside(self, steps: Steps) -> Any:
        """Return what else is wanted of every step, a tree of arrays with the steps first; () for nothing."""

    @abstractmethod
    def look(self, record: Any, t: Int[Array, ""], lanes: Lanes, local: Any, beside: Any) -> Any:
        """Return the record after step t.

        ``lanes`` hold δ_t = mantissa · 2^exponent of the longest lengths (zeros for T < t), ``local`` is the
        linearisation of step t (h_{t−1} → h_t) and ``beside`` what `beside` gave of it.
        """


class Nothing(Observer):
    """Looks at nothing."""

    def begin(self) -> tuple[()]:
        """No record."""
        return ()

    def beside(self, steps: Steps) -> tuple[()]:
        """Nothing is wanted."""
        return ()

    def look(self, record: Any, t: Int[Array, ""], lanes: Lanes, local: Any, beside: Any) -> tuple[()]:
        """Nothing is kept."""
        return ()


NOTHING = Nothing()
