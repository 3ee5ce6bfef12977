"""Every adjoint that is derived by hand, against the same step differentiated by autodiff in float64."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gru_vanish.activations import SAFE
from gru_vanish.cells.autodiff import Linearisation, pull_by_vjp, weights_by_vjp
from gru_vanish.contracts import Cell
from tests.cells import members
from tests.cells.members import AXES, Point, every_cell


def assert_close(ours: Any, theirs: Any, atol: float = 1e-12) -> None:
    """Compare field by field, so that a failure names the field."""
    assert type(ours) is type(theirs)
    for name, mine, other in zip(ours._fields, ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=atol, err_msg=name)


@every_cell
def test_use_by_use(cell: Cell) -> None:
    at = members.point(cell)
    _, pulled = members.pulled(cell, at)
    drive = cell.drive(at.params, at.x)
    by_vjp = jax.jit(lambda: pull_by_vjp(cell, at.params, Linearisation(at.state, drive), at.cotangent))()
    assert_close(pulled.uses, by_vjp.uses)
    assert all(np.abs(use).max() > 1e-3 for use in pulled.uses)


@every_cell
def test_the_uses_sum_to_the_transposed_jacobian_times_the_cotangent(cell: Cell) -> None:
    at = members.point(cell)
    _, pulled = members.pulled(cell, at)
    jacobian = jax.jacobian(lambda state: members.new_state(cell, at, state))(at.state)
    np.testing.assert_allclose(sum(pulled.uses), jacobian.T @ at.cotangent, rtol=1e-12, atol=1e-13)


@every_cell
def test_the_input(cell: Cell) -> None:
    at = members.point(cell)
    _, pulled = members.pulled(cell, at)

    def new_state(x: Any) -> Any:
        return cell.step(at.params, cell.same_state(at.state), x, SAFE)[0]

    (by_vjp,) = jax.vjp(new_state, at.x)[1](at.cotangent)
    ours = cell.input_cotangent(at.params, at.x, pulled.affine)
    np.testing.assert_allclose(ours, by_vjp, rtol=1e-12, atol=1e-13)


@every_cell
def test_the_weights_of_one_step(cell: Cell) -> None:
    at = members.point(cell)
    local, pulled = members.pulled(cell, at)

    def new_state(params: Any) -> Any:
        return cell.step(params, cell.same_state(at.state), at.x, SAFE)[0]

    (by_vjp,) = jax.jit(lambda: jax.vjp(new_state, at.params)[1](at.cotangent))()
    assert_close(cell.weight_cotangent(at.params, local, at.state, at.x, pulled.affine), by_vjp)


@every_cell
def test_the_weights_summed_over_steps_and_samples(cell: Cell) -> None:
    at = members.point(cell, AXES)
    local, pulled = members.pulled_over_axes(cell, at)
    ours = cell.weight_cotangent(at.params, local, at.state, at.x, pulled.affine)
    by_vjp = jax.jit(lambda *places: weights_by_vjp(cell, at.params, *places))
    assert_close(ours, by_vjp(at.state, at.x, at.cotangent))
    singly = [by_vjp(at.state[place], at.x[place], at.cotangent[place]) for place in np.ndindex(AXES)]
    assert_close(ours, jax.tree.map(lambda *leaves: jnp.sum(jnp.stack(leaves), axis=0), *singly))


@every_cell
def test_the_pullback_is_linear_in_the_cotangent(cell: Cell) -> None:
    at = members.point(cell)
    other = jnp.flip(at.cotangent) + 0.5
    local, first = members.pulled(cell, at)
    second = cell.pullback(at.params, local, other)
    both = cell.pullback(at.params, local, 3 * at.cotangent - 2 * other)
    expected = jax.tree.map(lambda a, b: 3 * a - 2 * b, first, second)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13), both, expected)


@every_cell
def test_a_power_of_two_passes_the_pullback_exactly(cell: Cell) -> None:
    """What allows an exponent to be carried apart without rounding anything."""
    at = members.point(cell, dtype=np.float32)
    local, first = members.pulled(cell, at)
    scaled = cell.pullback(at.params, local, at.cotangent * jnp.float32(2.0**40))
    jax.tree.map(lambda a, b: np.testing.assert_array_equal(a, b * np.float32(2.0**40)), scaled, first)


@every_cell
def test_a_cell_that_says_so_is_linear_in_its_state(cell: Cell) -> None:
    at = members.point(cell)

    def jacobian(state: Any) -> Any:
        return jax.jacobian(lambda state: members.new_state(cell, at, state))(state)

    moved = np.abs(jacobian(at.state) - jacobian(-2 * at.state - 1)).max()
    assert (moved == 0) == cell.linear_in_state


@every_cell
def test_stopping_a_use_takes_exactly_its_path_away(cell: Cell) -> None:
    at = members.point(cell)
    _, pulled = members.pulled(cell, at)
    for stopped in cell.Uses._fields:

        def without(state: Any, stopped: str = stopped) -> Any:
            uses = cell.same_state(state)._replace(**{stopped: jax.lax.stop_gradient(state)})
            return cell.step(at.params, uses, at.x, SAFE)[0]

        (rest,) = jax.vjp(without, at.state)[1](at.cotangent)
        expected = sum(use for name, use in zip(pulled.uses._fields, pulled.uses, strict=True) if name != stopped)
        np.testing.assert_allclose(rest, expected + jnp.zeros_like(rest), rtol=1e-12, atol=1e-13)


def saturated(cell: Cell, size: float) -> Point:
    """Give a point in float32 whose input drives the gates to where plain slopes are zero."""
    at = members.point(cell, dtype=np.float32)
    return at._replace(x=at.x * np.float32(size))


@every_cell
def test_slopes_survive_saturation(cell: Cell) -> None:
    """The hand-derived adjoint in float32 agrees with the same in float64 where 1 − y² would be 0."""
    narrow = saturated(cell, 15.0)
    wide = jax.tree.map(lambda leaf: leaf.astype(jnp.float64), narrow)
    _, ours = members.pulled(cell, narrow)
    _, expected = members.pulled(cell, wide)
    for mine, other in zip(ours.uses, expected.uses, strict=True):
        np.testing.assert_allclose(mine, other, rtol=2e-4, atol=1e-5 * float(np.abs(other).max()))
