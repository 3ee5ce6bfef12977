"""Cells against the equations of their sources in NumPy: the step, and every use by complex steps."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.activations import SAFE
from gru_vanish.contracts import Cell
from tests.cells import members
from tests.cells.members import MEMBERS, SIZE
from tests.cells.references import REFERENCES, kind, reference

FOUND = {name: cell for name, cell in MEMBERS.items() if kind(cell) in REFERENCES}
every_reference = pytest.mark.parametrize("cell", FOUND.values(), ids=FOUND.keys())
BATCH = 4


def places(cell: Cell) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give states, inputs and cotangents (B, ·), some of them far out."""
    rng = np.random.default_rng(6)
    sizes = cell.state_size, SIZE, cell.state_size
    return tuple(rng.normal(scale=2.0, size=(BATCH, size)) for size in sizes)  # type: ignore[return-value]


@every_reference
def test_a_step_is_that_of_the_source(cell: Cell) -> None:
    params = members.weights(cell)
    states, xs, _ = places(cell)

    def step(state: Any, x: Any) -> Any:
        return cell.step(params, cell.same_state(state), x, SAFE)[0]

    ours = jax.vmap(step)(jnp.asarray(states), jnp.asarray(xs))
    np.testing.assert_allclose(ours, reference(cell, params).step(states, xs), rtol=1e-13, atol=1e-14)


@every_reference
def test_every_use_carries_what_the_source_says(cell: Cell) -> None:
    params = members.weights(cell)
    states, xs, cotangents = places(cell)

    def uses(state: Any, x: Any, cotangent: Any) -> Any:
        return members.pulled(cell, members.Point(params, state, x, cotangent))[1].uses

    ours = jax.vmap(uses)(*map(jnp.asarray, (states, xs, cotangents)))
    theirs = reference(cell, params).use_cotangents(states, xs, cotangents)
    assert set(theirs) == set(cell.Uses._fields)
    for name, expected in theirs.items():
        np.testing.assert_allclose(getattr(ours, name), expected, rtol=1e-11, atol=1e-13, err_msg=name)


@every_reference
def test_the_reference_tells_its_own_conventions_apart(cell: Cell) -> None:
    """Otherwise the agreement above would show less than it says."""
    params = members.weights(cell)
    states, xs, _ = places(cell)
    same_kind = [other for other in FOUND.values() if kind(other) == kind(cell) and other != cell]
    mine = reference(cell, params).step(states, xs)
    for other in same_kind:
        differ = {name for name in type(cell).model_fields if getattr(cell, name) != getattr(other, name)}
        # A bias that stands outside is no other step, only another way to draw one.
        if differ != {"candidate_bias"}:
            assert np.abs(mine - reference(other, params).step(states, xs)).max() > 1e-3
