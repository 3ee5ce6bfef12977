"""Cells with interventions: the same weights, other gates; the adjoint against the Jacobian of the very step."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.activations import SAFE
from gru_vanish.cells import CELLS, GRU, LSTM
from gru_vanish.cells.intervened import Intervened, intervene
from gru_vanish.cells.interventions import Interventions, functions, refusals
from gru_vanish.contracts import Cell, GateFunction, Streams
from tests.cells import members


class Case(NamedTuple):
    cell: Cell
    wanted: Interventions


def first_gate(cell: Cell) -> str | None:
    return next(iter(functions(cell)), None)


def cases() -> dict[str, Case]:
    """Every kind of cell with a clamped gate and a stopped use, and some with more."""
    found = {}
    for kind, cell in CELLS.items():
        member = cell.model_validate({"hidden": 4})
        gate, use = first_gate(member), member.Uses._fields[0]
        if gate:
            found[f"{kind} clamp"] = Case(member, Interventions(clamp={gate: 0.25}, stop=(use,)))
        else:
            found[f"{kind} stop"] = Case(member, Interventions(stop=(use,)))
    found["gru hold"] = Case(GRU(hidden=4), Interventions(hold=("update",)))
    found["gru tie"] = Case(GRU(hidden=4), Interventions(tie={"reset": "update"}))
    found["lstm tie"] = Case(LSTM(hidden=4), Interventions(tie={"input": "forget", "output": "forget"}))
    everything = Interventions(clamp={"update": 0.25}, tie={"reset": "update"}, hold=("candidate",), stop=("leak",))
    found["gru everything"] = Case(GRU(hidden=4, reset="after", update_gate="keeps"), everything)
    return found


CASES = cases()
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def made(case: Case) -> tuple[Any, Any]:
    cell, init = intervene(case.cell, case.cell.Init(), case.wanted)
    return cell, init


def test_nothing_done_is_the_cell_itself() -> None:
    cell = GRU(hidden=3)
    init = cell.Init()
    assert intervene(cell, init, Interventions()) == (cell, init)


@every_case
def test_weights_are_those_of_the_cell(case: Case) -> None:
    cell, init = made(case)
    drawn, own = cell.draw(init, 3, Streams(5)), case.cell.draw(case.cell.Init(), 3, Streams(5))
    assert drawn._fields[: len(own._fields)] == own._fields
    for mine, other in zip(drawn, own, strict=False):
        np.testing.assert_array_equal(mine, other)
    for leaf, shape in zip(drawn, cell.parameter_shapes(3), strict=True):
        assert (leaf.shape, leaf.dtype) == (shape, np.float64)
    assert set(cell.recurrent) <= set(drawn._fields)


@every_case
def test_the_adjoint_is_that_of_the_step_with_the_stopped_uses_left_out(case: Case) -> None:
    """By the Jacobian of a step whose uses are told apart by hand, not by what the cell makes of a cotangent."""
    cell, _ = made(case)
    at = members.point(cell)
    _, pulled = members.pulled(cell, at)

    def new_state(uses: Any) -> Any:
        return intervene_freely(case).step(at.params, uses, at.x, SAFE)[0]

    jacobians = jax.jit(jax.jacobian(new_state))(cell.same_state(at.state))
    for name, use in pulled.uses._asdict().items():
        expected = jnp.zeros_like(use) if name in case.wanted.stop else getattr(jacobians, name).T @ at.cotangent
        np.testing.assert_allclose(use, expected, rtol=1e-11, atol=1e-13, err_msg=name)


def intervene_freely(case: Case) -> Cell:
    """Give the same cell with no use stopped: its forward pass is the same."""
    free = case.wanted.model_copy(update={"stop": ()})
    return intervene(case.cell, case.cell.Init(), free)[0] if not free.none else case.cell


@every_case
def test_stopping_changes_no_state(case: Case) -> None:
    cell, _ = made(case)
    at = members.point(cell)
    uses = cell.same_state(at.state)
    ours, _ = cell.step(at.params, uses, at.x, SAFE)
    free, _ = intervene_freely(case).step(at.params, uses, at.x, SAFE)
    np.testing.assert_array_equal(ours, free)


@every_case
def test_what_stands_for_another_value_has_no_pre_activation_and_no_slope(case: Case) -> None:
    cell, _ = made(case)
    gone = {*case.wanted.clamp, *case.wanted.hold, *case.wanted.tie}
    assert set(cell.gate_functions) == set(case.cell.gate_functions) - gone
    _, pulled = members.pulled(cell, members.point(cell))
    for gate in gone & set(cell.Uses._fields) & {"reset", "update", "forget", "input", "output"}:
        np.testing.assert_array_equal(getattr(pulled.uses, gate), 0.0)


@every_case
def test_a_structure_is_data_for_a_program(case: Case) -> None:
    """No float in it, hashable, equal to one with other numbers; and it says what it is."""
    cell, init = made(case)
    assert hash(cell) == hash(made(case)[0])
    assert cell == made(case)[0]
    dumped = cell.model_dump(mode="json")
    assert dumped["kind"] == case.cell.model_dump()["kind"]
    assert not any(isinstance(value, float) for value in dumped.values())
    if case.wanted.clamp:
        other = Interventions.model_validate(
            {**case.wanted.model_dump(), "clamp": dict.fromkeys(case.wanted.clamp, 0.5)}
        )
        again, its_init = intervene(case.cell, case.cell.Init(), other)
        assert again == cell
        assert its_init != init
        assert init.model_dump(mode="json")["clamp"] == case.wanted.clamp
    else:
        assert "clamp" not in init.model_dump(mode="json")
    remarks = cell.equations().removeprefix(case.cell.equations()).strip().splitlines()
    done = case.wanted
    assert len(remarks) == len(done.clamp) + len(done.hold) + len(done.stop) + len(done.tie)


@pytest.mark.parametrize("value", [0.0, 1e-12, 0.3, 1.0 - 1e-12, 1.0])
def test_a_clamp_gives_its_value_and_one_minus_it(value: float) -> None:
    """Neither is formed from the other in the dtype of the run: 1 − 1e-12 leaves 1e-12, not 0."""
    cell, init = intervene(GRU(hidden=2, update_gate="keeps"), GRU.Init(), Interventions(clamp={"update": value}))
    drawn = cell.draw(init, 3, Streams(0))
    np.testing.assert_array_equal(drawn.clamp_update, [value, 1.0 - value])
    params = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), drawn)
    state = jnp.ones(2, jnp.float32)
    new, gates = cell.step(params, cell.same_state(state), jnp.zeros(3, jnp.float32), SAFE)
    expected = value * 1.0 + (1 - value) * np.tanh(np.asarray(gates.candidate, np.float64))
    np.testing.assert_allclose(new, expected, rtol=1e-6)
    free = drawn._replace(candidate=np.zeros((2, 2)), input=np.zeros((3, 2, 3)))
    quiet = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), free)
    kept, _ = cell.step(quiet, cell.same_state(state), jnp.zeros(3, jnp.float32), SAFE)
    np.testing.assert_allclose(kept, value, rtol=1e-6)


def pulled_over_axes(cell: Cell, params: Any) -> tuple[Any, Any]:
    """Give the new states and the cotangents of the uses at several points."""
    at = members.point(cell, members.AXES)._replace(params=params)

    def new_state(state: Any, x: Any) -> Any:
        return cell.step(params, cell.same_state(state), x, SAFE)[0]

    return jax.vmap(jax.vmap(new_state))(at.state, at.x), members.pulled_over_axes(cell, at)[1].uses


@pytest.mark.parametrize("level", [0.25, 0.9])
@pytest.mark.parametrize(("gate", "place"), [("reset", 0), ("update", 1)])
@pytest.mark.parametrize("cell", [GRU(hidden=4), GRU(hidden=4, reset="after", update_gate="keeps")], ids=members.named)
def test_a_clamped_gate_is_one_without_weights(cell: GRU, gate: str, place: int, level: float) -> None:
    """The adjoint of the cell with W = 0, U = 0, b = logit(level) is derived by hand; the clamped one is not."""
    clamped, _ = intervene(cell, cell.Init(), Interventions(clamp={gate: level}))
    own = members.weights(cell)
    params = clamped.parameter_shapes(3)._replace(**own._asdict(), **{f"clamp_{gate}": jnp.array([level, 1 - level])})
    constant = own._replace(
        **{gate: jnp.zeros((4, 4))},
        input=own.input.at[place].set(0),
        bias=own.bias.at[place].set(np.log(level / (1 - level))),
    )
    for mine, other in zip(pulled_over_axes(clamped, params), pulled_over_axes(cell, constant), strict=True):
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14), mine, other)


def test_a_tied_gate_is_one_with_the_weights_of_the_other() -> None:
    """What goes by the tied gate goes by the matrix of the one that it takes its value from."""
    cell = GRU(hidden=4)
    tied, _ = intervene(cell, cell.Init(), Interventions(tie={"reset": "update"}))
    own = members.weights(cell)
    same = own._replace(reset=own.update, input=own.input.at[0].set(own.input[1]), bias=own.bias.at[0].set(own.bias[1]))
    (state, uses), (expected, both) = pulled_over_axes(tied, own), pulled_over_axes(cell, same)
    np.testing.assert_allclose(state, expected, rtol=1e-13)
    np.testing.assert_allclose(uses.update, both.update + both.reset, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(uses.reset, 0.0)
    for name in ("leak", "candidate"):
        np.testing.assert_allclose(getattr(uses, name), getattr(both, name), rtol=1e-12, atol=1e-14)


def test_a_held_gate_reads_its_mean_from_the_parameters() -> None:
    cell, init = intervene(GRU(hidden=2), GRU.Init(), Interventions(hold=("update",)))
    assert isinstance(cell, Intervened)
    assert cell.held == ("update",)
    assert cell.free.held == ()
    drawn = cell.draw(init, 3, Streams(0))
    np.testing.assert_array_equal(drawn.hold_update, np.zeros((2, 2)))
    means = {"update": jnp.array([[0.25, 1.0], [0.75, 0.0]])}
    params = cell.with_levels(drawn, means)
    state = jnp.array([2.0, 3.0])
    new, gates = cell.step(params, cell.same_state(state), jnp.ones(3), SAFE)
    expected = means["update"][1] * state + means["update"][0] * jnp.tanh(gates.candidate)
    np.testing.assert_allclose(new, expected, rtol=1e-13)


@pytest.mark.parametrize("function", [GateFunction.sigmoid, GateFunction.tanh])
def test_the_level_of_a_gate_at_its_pre_activation(function: GateFunction) -> None:
    gate = {GateFunction.sigmoid: "update", GateFunction.tanh: "candidate"}[function]
    cell, _ = intervene(GRU(hidden=2), GRU.Init(), Interventions(hold=(gate,)))
    assert isinstance(cell, Intervened)
    a = jnp.array([-40.0, 3.0])
    gates = type("Gates", (), {gate: a})
    level = np.asarray(cell.levels(gates, SAFE)[gate])
    if function is GateFunction.sigmoid:
        np.testing.assert_allclose(level, [1 / (1 + np.exp(-a)), 1 / (1 + np.exp(a))], rtol=1e-13)
    else:
        np.testing.assert_allclose(level, [np.tanh(a), 1 - np.tanh(a)], rtol=1e-13)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"clamp": {"rset": 1.0}}, "clamp.rset: allowed: reset, update, candidate"),
        ({"hold": ("rset",)}, "hold.0: allowed: reset, update, candidate"),
        ({"stop": ("leek",)}, "stop.0: allowed: leak, update, candidate, reset"),
        ({"tie": {"reset": "z"}}, "tie.reset: allowed: reset, update, candidate"),
        ({"clamp": {"reset": 1.5}}, "clamp.reset: given 1.5; a sigmoid gives 0 to 1"),
        ({"clamp": {"candidate": -2.0}}, "clamp.candidate: given -2; a tanh gives -1 to 1"),
        ({"clamp": {"reset": 1.0}, "hold": ("reset",)}, "hold.0: reset stands under clamp already"),
        ({"hold": ("reset", "reset")}, "hold.1: reset stands under hold already"),
        ({"hold": ("reset",), "tie": {"reset": "update"}}, "tie.reset: reset stands under hold already"),
        ({"stop": ("leak", "leak")}, "stop.1: leak is named twice"),
        ({"tie": {"reset": "reset"}}, "tie.reset: reset can not be tied to itself"),
        ({"tie": {"reset": "candidate"}}, "tie.reset: reset is a sigmoid, candidate a tanh"),
    ],
)
def test_what_makes_no_sense_is_refused(wanted: dict[str, Any], sentence: str) -> None:
    cell = GRU(hidden=3)
    asked = Interventions(**wanted)
    assert sentence in map(str, refusals(cell, asked))
    with pytest.raises(ValueError, match=sentence.split(":")[0]):
        intervene(cell, cell.Init(), asked)


def test_a_gate_is_not_tied_to_what_is_computed_from_it() -> None:
    cell = LSTM(hidden=3)
    found = [str(one) for one in refusals(cell, Interventions(tie={"candidate": "cell"}))]
    assert found == ["tie.candidate: cell is computed from candidate in the same step"]
    assert not list(refusals(cell, Interventions(tie={"cell": "candidate"})))
    both = Interventions(tie={"input": "forget", "forget": "output"})
    assert [str(one) for one in refusals(cell, both)] == ["tie.input: forget is tied itself"]


def test_a_relu_is_clamped_to_what_it_can_give() -> None:
    cell = CELLS["rnn"].model_validate({"hidden": 3, "activation": "relu"})
    assert not list(refusals(cell, Interventions(clamp={"candidate": 1e6})))
    assert [str(one) for one in refusals(cell, Interventions(clamp={"candidate": -1.0}))] == [
        "clamp.candidate: given -1; a relu gives at least 0"
    ]
