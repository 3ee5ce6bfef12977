"""Which call of an activation is which gate's, found by watching a step; and the law that every cell keeps for it."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from gru_vanish.activations import SAFE
from gru_vanish.cells import GRU, LSTM
from gru_vanish.cells.gating import calls, followers, gated
from gru_vanish.cells.interventions import functions
from gru_vanish.contracts import Activations, Cell, GateFunction
from tests.cells import members
from tests.cells.leaky_tanh import LeakyGates, LeakyTanh
from tests.cells.members import every_cell

FROM_THE_INPUT_ALONE = {("minimal_rnn", "candidate")}
"""Gates that the drive makes, before there is a step."""


@every_cell
def test_every_gate_with_a_function_passes_through_an_activation(cell: Cell) -> None:
    """The very array that ``gates`` names: it is what makes a gate something that can be clamped."""
    kind = str(cell.model_dump()["kind"])
    wanted = {
        name
        for name, function in cell.gate_functions.items()
        if function is not GateFunction.identity and (kind, name) not in FROM_THE_INPUT_ALONE
    }
    assert wanted <= set(calls(cell))
    assert set(functions(cell)) == wanted


@every_cell
def test_activations_that_change_nothing_change_no_bit(cell: Cell) -> None:
    at = members.point(cell)
    uses = cell.same_state(at.state)
    state, _ = cell.step(at.params, uses, at.x, SAFE)
    through, _ = cell.step(at.params, uses, at.x, gated(SAFE, calls(cell), {}, {}))
    np.testing.assert_array_equal(state, through)


@every_cell
def test_a_level_takes_the_place_of_a_gate(cell: Cell) -> None:
    """What a gate gives at its own pre-activation changes nothing; anything else does."""
    at = members.point(cell)
    uses = cell.same_state(at.state)
    state, gates = cell.step(at.params, uses, at.x, SAFE)
    for name, function in functions(cell).items():
        value = getattr(SAFE, function.value)(getattr(gates, name))
        for moved in (0.0, 0.125):
            levels = {name: jnp.stack([value + moved, 1 - value - moved])}
            through, _ = cell.step(at.params, uses, at.x, gated(SAFE, calls(cell), levels, {}))
            apart = np.abs(through - state).max()
            assert (apart < 1e-12) == (moved == 0.0), name


def test_calls_are_told_in_their_order() -> None:
    assert calls(GRU(hidden=3)) == ("reset", "update", "update", "candidate")
    assert calls(LSTM(hidden=3)) == ("forget", "input", "candidate", "output", "cell")


def test_what_is_computed_from_a_gate_follows_it() -> None:
    cell = GRU(hidden=3)
    assert followers(cell, "reset") == {"candidate"}
    assert followers(cell, "update") == set()
    assert followers(LSTM(hidden=3), "forget") == {"cell"}


class Careless(LeakyTanh):
    """Passes another array than the one that its gates name."""

    kind: Any = "careless"
    Uses: ClassVar[Any] = LeakyTanh.Uses

    def advance(self, params: Any, uses: Any, drive: Array, act: Activations) -> tuple[Array, LeakyGates]:
        a = params.recurrent @ uses.recurrent + drive
        return (1 - params.leak) * uses.leak + params.leak * act.tanh(a + 0), LeakyGates(a)


def test_a_cell_that_breaks_the_law_has_no_gate_to_intervene_on() -> None:
    assert calls(Careless(hidden=3)) == (None,)
    assert functions(Careless(hidden=3)) == {}
    assert set(functions(LeakyTanh(hidden=3))) == {"candidate"}


def test_watching_costs_no_computation() -> None:
    """A cell of 10,000 units is looked at without a single one of its 300 million weights."""
    assert "update" in calls(GRU(hidden=10_000))
    assert not [leaf for leaf in jax.live_arrays() if leaf.size >= 10_000**2]


@pytest.mark.parametrize("kind", ["sigmoid", "complement", "tanh", "relu"])
def test_a_complement_is_the_second_row_of_a_level(kind: str) -> None:
    act = gated(SAFE, ("gate",), {"gate": jnp.array([0.25, 0.875])}, {})
    expected = 0.875 if kind == "complement" else 0.25
    np.testing.assert_array_equal(getattr(act, kind)(jnp.zeros(3)), np.full(3, expected))
