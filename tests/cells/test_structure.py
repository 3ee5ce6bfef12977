"""The laws of a cell's structure and of what it draws, for every member in every convention."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import ValidationError

from gru_vanish.activations import PLAIN, SAFE
from gru_vanish.cells import CELLS
from gru_vanish.contracts import Cell
from tests.cells import members
from tests.cells.members import MEMBERS, SIZE, every_cell
from tests.flow import settings


def types_within(annotation: Any) -> Iterator[Any]:
    """Give an annotation and all that it is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from types_within(part)


def test_the_table_names_each_cell_by_its_kind() -> None:
    for kind, cell in CELLS.items():
        assert cell.model_fields["kind"].default == kind
    assert {member.model_dump()["kind"] for member in MEMBERS.values()} >= set(CELLS)


CONVENTIONS = {
    "rnn": 3,
    "gru": 6,
    "lstm": 1,
    "mgu": 6,
    "minimal_rnn": 1,
    "ugrnn": 2,
    "min_gru": 2,
    "irnn": 1,
    "orthogonal_rnn": 3,
    "antisymmetric": 1,
    "cornn": 2,
    "lem": 1,
    "lru": 1,
    "leaky": 1,
}
"""How many cells go by each name."""


def test_the_members_have_all_conventions_that_the_other_tests_run_with() -> None:
    assert Counter(member.model_dump()["kind"] for member in MEMBERS.values()) == CONVENTIONS
    assert {members.named(cell) for cell in settings.CELLS.values()} <= set(MEMBERS)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_a_cell_has_conventions_not_copies(cell: type[Cell]) -> None:
    """Each convention is another cell with other equations, and can be told by them."""
    equations = {member: member.equations() for member in members.conventions(cell)}
    assert len(set(equations.values())) == len(equations)
    assert all(text.isascii() and "h_t = " in text for text in equations.values())


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_the_docstring_gives_the_adjoint_and_names_a_source_with_its_year(cell: type[Cell]) -> None:
    text = cell.__doc__ or ""
    assert "Adjoint" in text
    source = text.split("Source:")[1]
    assert any(word.strip(",.;:()").isdigit() for word in source.split())


@every_cell
def test_no_field_is_a_float(cell: Cell) -> None:
    for field in type(cell).model_fields.values():
        assert not {float, complex} & set(types_within(field.annotation))
    assert not any(isinstance(value, float) for value in cell.model_dump().values())


@every_cell
def test_a_structure_is_frozen_and_equal_ones_share_a_program(cell: Cell) -> None:
    again = type(cell)(**cell.model_dump())
    assert again == cell
    assert hash(again) == hash(cell)
    with pytest.raises(ValidationError):
        cell.hidden = 9  # type: ignore[misc]


@pytest.mark.parametrize("fields", [{"hidden": 0}, {"hidden": 2.0}, {"hidden": 4, "hiden": 3}, {}])
@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_a_structure_refuses_what_it_does_not_know(cell: type[Cell], fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        cell(**fields)


@every_cell
def test_draws_have_the_shapes_that_are_promised(cell: Cell) -> None:
    drawn, promised = members.drawn_weights(cell), cell.parameter_shapes(SIZE)
    assert type(drawn) is type(promised)
    for name, leaf, shape in zip(promised._fields, drawn, promised, strict=True):
        assert isinstance(leaf, np.ndarray), name
        assert (leaf.shape, leaf.dtype) == (shape, np.float64), name


@every_cell
def test_draws_depend_on_the_seed_alone(cell: Cell) -> None:
    first, second, other = (members.drawn_weights(cell, seed) for seed in (1, 1, 2))
    for mine, again in zip(first, second, strict=True):
        np.testing.assert_array_equal(mine, again)
    assert any(not np.array_equal(mine, others) for mine, others in zip(first, other, strict=True))


@every_cell
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_keeps_shape_and_dtype(cell: Cell, dtype: Any) -> None:
    at = members.point(cell, dtype=dtype)
    state, gates = cell.step(at.params, cell.same_state(at.state), at.x, SAFE)
    assert (state.shape, state.dtype) == ((cell.state_size,), dtype)
    assert cell.read(state).shape == (cell.hidden,)
    local, pulled = members.pulled(cell, at)
    for leaf in jax.tree.leaves((gates, local, pulled, cell.input_cotangent(at.params, at.x, pulled.affine))):
        assert leaf.dtype == dtype
    assert isinstance(pulled.uses, cell.Uses)
    assert all(use.shape == (cell.state_size,) for use in pulled.uses)


@every_cell
def test_the_parts_cover_the_state_in_its_order(cell: Cell) -> None:
    places = np.arange(cell.state_size)
    np.testing.assert_array_equal(np.concatenate([places[part] for part in cell.parts.values()]), places)
    assert all(name.isidentifier() and len(places[part]) for name, part in cell.parts.items())


@every_cell
def test_gates_are_called_by_the_names_of_their_functions(cell: Cell) -> None:
    at = members.point(cell)
    _, gates = cell.step(at.params, cell.same_state(at.state), at.x, SAFE)
    there = {name: gate for name, gate in gates._asdict().items() if gate is not None}
    assert set(cell.gate_functions) <= set(there)
    assert all(gate.shape == (cell.hidden,) for gate in there.values())


@every_cell
def test_both_sets_of_activations_give_the_same_step(cell: Cell) -> None:
    at = members.point(cell)
    uses = cell.same_state(at.state)
    safe, plain = (cell.step(at.params, uses, at.x, act)[0] for act in (SAFE, PLAIN))
    np.testing.assert_allclose(safe, plain, rtol=1e-13)


@every_cell
def test_the_drive_is_the_only_way_of_the_input(cell: Cell) -> None:
    at = members.point(cell)
    uses, drive = cell.same_state(at.state), cell.drive(at.params, at.x)
    by_parts, _ = cell.advance(at.params, uses, drive, SAFE)
    whole, _ = cell.step(at.params, uses, at.x, SAFE)
    assert jnp.array_equal(by_parts, whole)
