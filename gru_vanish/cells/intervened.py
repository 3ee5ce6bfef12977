"""A cell whose gates are clamped, held or tied, or through some uses of which no gradient passes."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float
from pydantic import BaseModel, model_serializer

from gru_vanish.cells.autodiff import AutodiffCell
from gru_vanish.cells.gating import calls, gated
from gru_vanish.cells.interventions import Interventions, refusals
from gru_vanish.contracts import Activations, Cell, GateFunction, Holding, Level, Node, Streams


class IntervenedInit(Node):
    """How the weights of an intervened cell are drawn: as those of the cell itself; and the numbers of the clamps."""

    cell: BaseModel
    clamp: tuple[tuple[str, float], ...]

    @model_serializer
    def _as_the_cells_own(self) -> dict[str, Any]:
        own = self.cell.model_dump(mode="json")
        return {**own, "clamp": dict(self.clamp)} if self.clamp else own


class Intervened(AutodiffCell, Holding):
    """Any cell with interventions; its adjoint is left to autodiff.

        clamp  the gate gives a number, whatever its pre-activation
        hold   the gate gives its mean over t = 1 … T_max and samples, unit by unit, in the same network with its held
               gates free
        tie    the gate gives what another gate gives
        stop   h_{t−1} enters as ever, but no gradient goes back through this use

    What is clamped, held or tied has no pre-activation of its own any more, so its use of h_{t−1} carries nothing.
    Which gate is structure; the numbers are parameters: (value, 1 − value) of every clamp, and of every unit of a held
    gate, where they follow the weights of the cell.

    Adjoint: the VJP of the step. Source: none; Pearl 2009, chapter 3, calls clamping an intervention.
    """

    Init: ClassVar[type[IntervenedInit]] = IntervenedInit

    cell: Cell
    clamp: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    tie: tuple[tuple[str, str], ...] = ()

    @model_serializer
    def _as_the_cells_own(self) -> dict[str, Any]:
        done = {"hold": list(self.hold), "stop": list(self.stop), "tie": dict(self.tie)}
        return {**self.cell.model_dump(mode="json"), **{name: value for name, value in done.items() if value}}

    @property
    def Uses(self) -> Any:  # noqa: N802
        """The uses of the cell."""
        return self.cell.Uses

    @property
    def recurrent(self) -> tuple[str, ...]:  # type: ignore[override]
        """The recurrent matrices of the cell."""
        return self.cell.recurrent

    @property
    def parts(self) -> Mapping[str, slice]:
        """The parts of the cell's state."""
        return self.cell.parts

    @property
    def state_size(self) -> int:
        """The size of the cell's state."""
        return self.cell.state_size

    @property
    def fixed(self) -> tuple[str, ...]:
        """What is fixed in the cell, and the numbers of the interventions."""
        return (*self.cell.fixed, *(f"clamp_{gate}" for gate in self.clamp), *(f"hold_{gate}" for gate in self.hold))

    @property
    def gate_functions(self) -> Mapping[str, GateFunction]:
        """The gates that still have a pre-activation of their own."""
        gone = {*self.clamp, *self.hold, *dict(self.tie)}
        return {name: function for name, function in self.cell.gate_functions.items() if name not in gone}

    @property
    def linear_in_state(self) -> bool:
        """As the cell."""
        return self.cell.linear_in_state

    @property
    def held(self) -> tuple[str, ...]:
        """The held gates."""
        return self.hold

    @property
    def free(self) -> "Intervened":
        """The cell with its held gates free, all else as it is."""
        return self.model_copy(update={"hold": ()})

    def equations(self) -> str:
        """Return the equations of the cell, and what is done to it."""
        return "\n".join([self.cell.equations(), *self._remarks()])

    def _remarks(self) -> Iterator[str]:
        yield from (f"gate {gate}: clamped to a number" for gate in self.clamp)
        yield from (f"gate {gate}: held at its mean over t and samples, unit by unit" for gate in self.hold)
        yield from (f"gate {gate}: takes the value of gate {source}" for gate, source in self.tie)
        yield from (f"use {use} of h_(t-1): no gradient passes" for use in self.stop)

    def parameter_shapes(self, input_size: int) -> Any:
        """The shapes of the cell's own, then (2,) for every clamp and (2, n) for every held gate."""
        own = self.cell.parameter_shapes(input_size)
        return self._params(own, [(2,) for _ in self.clamp], [(2, self.hidden) for _ in self.hold])

    def draw(self, init: IntervenedInit, input_size: int, streams: Streams) -> Any:
        """Draw the weights of the cell, the same as without interventions; the means are not known yet."""
        numbers = dict(init.clamp)
        clamps = [np.array([numbers[gate], 1.0 - numbers[gate]]) for gate in self.clamp]
        own = self.cell.weights(init.cell, input_size, streams)
        return self._params(own, clamps, [np.zeros((2, self.hidden)) for _ in self.hold])

    def drive(self, params: Any, x: Float[Array, " size"]) -> Any:
        """As the cell."""
        return self.cell.drive(self._own(params), x)

    def advance(self, params: Any, uses: Any, drive: Any, act: Activations) -> tuple[Array, Any]:
        """Take the cell's step with the interventions in the place of its gates and uses."""
        uses = uses._replace(**{use: jax.lax.stop_gradient(getattr(uses, use)) for use in self.stop})
        own, order = self._own(params), calls(self.cell)
        levels = {gate: getattr(params, f"clamp_{gate}") for gate in self.clamp}
        levels |= {gate: getattr(params, f"hold_{gate}") for gate in self.hold}
        state, gates = self.cell.advance(own, uses, drive, gated(act, order, levels, {}))
        if not self.tie:
            return state, gates
        # No source depends on a tied gate, so the first step has their pre-activations; XLA drops what else is in it.
        taken = {gate: (source, getattr(gates, source)) for gate, source in self.tie}
        return self.cell.advance(own, uses, drive, gated(act, order, levels, taken))

    def read(self, state: Float[Array, " state"]) -> Float[Array, " hidden"]:
        """As the cell."""
        return self.cell.read(state)

    def levels(self, gates: Any, act: Activations) -> dict[str, Level]:
        """Return (value, 1 − value) of each held gate at the pre-activations of the free cell."""
        found = {}
        for name in self.hold:
            function, a = self.cell.gate_functions[name], getattr(gates, name)
            value = getattr(act, function.value)(a)
            found[name] = jnp.stack([value, act.complement(a) if function is GateFunction.sigmoid else 1 - value])
        return found

    def with_levels(self, params: Any, means: Mapping[str, Level]) -> Any:
        """Return the parameters with the means of the held gates."""
        return params._replace(**{f"hold_{gate}": means[gate] for gate in self.hold})

    def _params(self, own: Any, clamps: list[Any], means: list[Any]) -> Any:
        names = (*(f"clamp_{gate}" for gate in self.clamp), *(f"hold_{gate}" for gate in self.hold))
        kind: Any = type(own)
        return _extended(kind, names)(*own, *clamps, *means) if names else own

    def _own(self, params: Any) -> Any:
        """Return the parameters of the cell itself."""
        own = type(self.cell.parameter_shapes(1))
        return own(*params[: len(own._fields)])


@lru_cache(maxsize=256)
def _extended(own: Any, names: tuple[str, ...]) -> Any:
    """Return the type of a cell's parameters with further fields behind its own."""
    fields = (*own._fields, *names)
    return NamedTuple(f"Intervened{own.__name__}", [(name, Any) for name in fields])


def intervene(cell: Cell, init: BaseModel, wanted: Interventions) -> tuple[Cell, BaseModel]:
    """Return the cell and its init with the interventions; both as they are where there are none.

    Raises ValueError for what the cell can not be asked for.
    """
    if wanted.none:
        return cell, init
    if found := list(refusals(cell, wanted)):
        raise ValueError("; ".join(map(str, found)))
    clamps = tuple(sorted(wanted.clamp.items()))
    intervened = Intervened(
        cell=cell,
        hidden=cell.hidden,
        clamp=tuple(gate for gate, _ in clamps),
        hold=tuple(sorted(wanted.hold)),
        stop=tuple(sorted(wanted.stop)),
        tie=tuple(sorted(wanted.tie.items())),
    )
    return intervened, IntervenedInit(cell=init, clamp=clamps)
