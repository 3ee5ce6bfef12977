"""The recurrent cell: what the rest of the program knows of a network."""

from abc import abstractmethod
from collections.abc import Mapping
from enum import Enum
from typing import Any, ClassVar, NamedTuple

from jax import Array
from jaxtyping import Float
from pydantic import BaseModel, Field

from gru_vanish.contracts.activation import Activations
from gru_vanish.contracts.given import GivenWeights
from gru_vanish.contracts.node import Node
from gru_vanish.contracts.streams import Streams

MAX_HIDDEN = 65_536


class GateFunction(Enum):
    """The function that a pre-activation passes through; decides where its slope is lost."""

    sigmoid = "sigmoid"
    tanh = "tanh"
    relu = "relu"
    identity = "identity"


class Pulled(NamedTuple):
    """What a cotangent of the new state turns into, one step back."""

    uses: Any
    """Cotangent of every use of h_{t−1}: the cell's own NamedTuple of uses."""
    affine: Any
    """Cotangents of the affine pre-activations, from which those of x and of all weights follow."""


class Cell(Node):
    """A recurrent cell h_t = f_θ(h_{t−1}, x_t): its structure, and its equations for one sample and one time.

    The fields are what shapes the program (sizes, conventions); no field is a float. Every real number that a step
    reads is in ``params``, a NamedTuple of arrays. No batch axis, no time axis, no random key: the caller adds them.

    Laws, checked for every cell by the conformance test:

    - ``advance`` reads h_{t−1} through ``uses`` alone, one argument for each place where it enters.
    - ``pullback`` is the vector–Jacobian product of ``step`` by its uses; their sum is J_tᵀ δ.
    - ``weight_cotangent`` and ``input_cotangent`` complete it to the whole adjoint of the step.
    - a cell that says ``linear_in_state`` has a Jacobian that does not depend on the state.
    - where there is a ``slope_bound`` γ, ‖J_tᵀ δ‖ ≤ γ σ_max(W) ‖δ‖ at every point.
    """

    Init: ClassVar[type[BaseModel]]
    """What the parameters are drawn from: the model of the YAML block ``init``."""
    Uses: ClassVar[Any]
    """NamedTuple type with one field for each use of h_{t−1}."""
    recurrent: ClassVar[tuple[str, ...]] = ()
    """The fields of ``params`` that are recurrent matrices, (n, n) or (k, n, n), as they multiply (part of) h_{t−1}."""
    slope_bound: ClassVar[float | None] = None
    """γ = sup φ′ where J_t = diag(φ′(a_t)) W with the one recurrent matrix W; None for every other cell."""
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Named defaults for the fields and for ``init``; what the user writes goes over them."""

    hidden: int = Field(ge=1, le=MAX_HIDDEN, description="number of units n")

    @property
    @abstractmethod
    def state_size(self) -> int:
        """Length of the state vector, n for cells whose state is h alone."""

    @property
    def parts(self) -> Mapping[str, slice]:
        """The state vector cut into what it is made of, in its order and without a gap: h alone, if not said otherwise.

        LSTM: h and c. The gradient by h_0 is read over the whole state and, where there are several parts, over each.
        """
        return {"h": slice(0, self.state_size)}

    @property
    def fixed(self) -> tuple[str, ...]:
        """The fields of ``params`` that are no weights in this convention and that training leaves as they are.

        None, if not said otherwise. Numbers of the equations, which have no axis, are never trained and not named here.
        """
        return ()

    @property
    @abstractmethod
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """The function behind each pre-activation, by the field names of the gates."""

    @property
    @abstractmethod
    def linear_in_state(self) -> bool:
        """Whether J_t is independent of h_{t−1}; such a cell is never chaotic."""

    @abstractmethod
    def equations(self) -> str:
        """Return the equations with the conventions of this very cell, one per line."""

    @abstractmethod
    def parameter_shapes(self, input_size: int) -> Any:
        """Return the shape of every parameter, as the same NamedTuple that ``draw`` returns."""

    @abstractmethod
    def draw(self, init: Any, input_size: int, streams: Streams) -> Any:
        """Draw the parameters in float64 NumPy."""

    @abstractmethod
    def drive(self, params: Any, x: Float[Array, " size"]) -> Any:
        """Return the part of the step that reads x alone, so that it can be computed for many steps at once.

        An array, or a NamedTuple of arrays where the step uses several: one that is cut apart in every step is slow.
        """

    @abstractmethod
    def advance(self, params: Any, uses: Any, drive: Any, act: Activations) -> tuple[Array, Any]:
        """Return the new state and the pre-activations (``gates``, a NamedTuple; None for one that does not exist)."""

    @abstractmethod
    def read(self, state: Float[Array, " state"]) -> Float[Array, " hidden"]:
        """Return the h that losses and readouts see."""

    @abstractmethod
    def linearise(self, params: Any, state: Float[Array, " state"], drive: Any, gates: Any) -> Any:
        """Return what ``pullback`` needs of one step, once for all the cotangents that pass it."""

    @abstractmethod
    def pullback(self, params: Any, local: Any, cotangent: Float[Array, " state"]) -> Pulled:
        """Return the cotangents of the uses and of the affine pre-activations. Linear in ``cotangent``."""

    @abstractmethod
    def input_cotangent(self, params: Any, x: Float[Array, " size"], affine: Any) -> Float[Array, " size"]:
        """Return the cotangent of x."""

    @abstractmethod
    def weight_cotangent(self, params: Any, local: Any, state: Array, x: Array, affine: Any) -> Any:
        """Return the cotangent of ``params``, summed over the leading axes that all but ``params`` share."""

    def weights(self, init: Any, input_size: int, streams: Streams) -> Any:
        """Return the parameters in float64 NumPy: drawn, or those that are given in the place of an init."""
        if isinstance(init, GivenWeights):
            return init.params(self.parameter_shapes(input_size))
        return self.draw(init, input_size, streams)

    def same_state(self, state: Float[Array, " state"]) -> Any:
        """Return the uses of an ordinary step: the one state in every place."""
        return self.Uses(*(state for _ in self.Uses._fields))

    def step(
        self, params: Any, uses: Any, x: Float[Array, " size"], act: Activations
    ) -> tuple[Float[Array, " state"], Any]:
        """Return the new state and the pre-activations of one step."""
        return self.advance(params, uses, self.drive(params, x), act)
