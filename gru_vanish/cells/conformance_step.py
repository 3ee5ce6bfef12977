"""One step of a cell, forward and back, against what the contract says of types, shapes, dtypes and numbers."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.activations import SAFE
from gru_vanish.cells.autodiff import Linearisation, pull_by_vjp, weights_by_vjp
from gru_vanish.cells.broken_contract import broken, calling, check_array, is_named, word
from gru_vanish.contracts import Cell, Pulled

TOLERANCE = 1e-9
"""Relative distance in float64 of a derivation by hand from the VJP."""


class Point(NamedTuple):
    """Where a step is looked at."""

    params: Any
    state: Array
    x: Array
    cotangent: Array


class Walked(NamedTuple):
    """What a step and its adjoint give at a point."""

    new: Array
    uses: Any
    x: Array
    params: Any


def walk(cell: Cell, at: Point) -> Walked:
    """Take one step forward and back; raise where a type, shape or dtype is not what the contract says."""
    dtype, hidden = at.state.dtype, cell.hidden
    with calling("drive"):
        drive = cell.drive(at.params, at.x)
    with calling("advance"):
        result = cell.advance(at.params, cell.same_state(at.state), drive, SAFE)
    if not isinstance(result, tuple) or len(result) != 2:
        broken("advance", f"it returns {word(result)}; it has to return the new state and the pre-activations")
    new, gates = result
    check_array("advance", "the new state", new, at.state.shape, dtype)
    if not is_named(gates):
        broken("advance", f"the pre-activations are {word(gates)}; they have to be a NamedTuple")
    if all(gate is None for gate in gates):
        broken("advance", "there is no pre-activation; a cell that squashes nothing gives its new state as one")
    for name in cell.gate_functions:
        if getattr(gates, name, None) is None:
            broken("gate_functions", f"it names '{name}'; the pre-activations are {', '.join(gates._fields)}")
    for name, gate in gates._asdict().items():
        if gate is not None:
            check_array("advance", f"the pre-activation {name}", gate, (hidden,), dtype)
    with calling("read"):
        check_array("read", "h", cell.read(new), (hidden,), dtype)
    with calling("linearise"):
        local = cell.linearise(at.params, at.state, drive, gates)
    with calling("pullback"):
        pulled = cell.pullback(at.params, local, at.cotangent)
        if not isinstance(pulled, Pulled) or type(pulled.uses) is not cell.Uses:
            broken("pullback", f"it has to return Pulled(uses, affine) with uses a {cell.Uses.__name__}")
    for name, use in pulled.uses._asdict().items():
        check_array("pullback", f"the cotangent of {name}", use, at.state.shape, dtype)
    with calling("input_cotangent"):
        by_x = cell.input_cotangent(at.params, at.x, pulled.affine)
    check_array("input_cotangent", "it", by_x, at.x.shape, dtype)
    with calling("weight_cotangent"):
        by_params = cell.weight_cotangent(at.params, local, at.state, at.x, pulled.affine)
    if type(by_params) is not type(at.params):
        broken("weight_cotangent", f"it returns {word(by_params)}; it has to return {type(at.params).__name__}")
    for name, mine, param in zip(at.params._fields, by_params, at.params, strict=True):
        check_array("weight_cotangent", f"that of {name}", mine, param.shape, dtype)
    return Walked(new, pulled.uses, by_x, by_params)


def check_values(cell: Cell, drawn: Any, size: int) -> None:
    """Compare the adjoint with the VJP at a point where nothing is zero by accident."""
    rng = np.random.default_rng(7)
    vectors = [jnp.asarray(rng.normal(size=n)) for n in (cell.state_size, size, cell.state_size, cell.state_size)]
    moved = type(drawn)(*(leaf * (1 + 0.1 * rng.normal(size=leaf.shape)) for leaf in drawn))
    moved = type(drawn)(*(leaf + 0.1 * rng.normal(size=leaf.shape) for leaf in moved))
    looked_at = jax.jit(lambda *given: _both(cell, *given))
    for params in (moved, drawn):
        mine, vjp, elsewhere = looked_at(params, *vectors)
        if all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((mine, vjp, elsewhere))):
            break
    else:
        return  # a step that is not finite here has a status of its own later
    largest = max(float(np.abs(use).max()) for use in vjp.uses)
    for name, one, other in zip(vjp.uses._fields, mine.uses, vjp.uses, strict=True):
        if params is moved and not np.any(other):
            broken("Uses", f"advance does not read uses.{name}: no gradient passes through it")
        _check_close("pullback", f"the cotangent of {name}", one, other, largest)
    _check_close("input_cotangent", "it", mine.x, vjp.x)
    for name, one, other in zip(vjp.params._fields, mine.params, vjp.params, strict=True):
        _check_close("weight_cotangent", f"that of {name}", one, other)
    if cell.linear_in_state:
        here, there = (np.sum(uses, axis=0) for uses in (vjp.uses, elsewhere))
        if not np.allclose(here, there, rtol=TOLERANCE, atol=TOLERANCE * np.abs(here).max()):
            broken("linear_in_state", "it says True, but the Jacobian is another at another state")


def _both(cell: Cell, params: Any, state: Array, x: Array, cotangent: Array, other: Array) -> Any:
    """Return the cell's own adjoint, the VJP, and the uses' cotangents by VJP at another state."""
    mine = walk(cell, Point(params, state, x, cotangent))
    drive = cell.drive(params, x)
    uses = pull_by_vjp(cell, params, Linearisation(state, drive), cotangent).uses
    (by_x,) = jax.vjp(lambda x: cell.step(params, cell.same_state(state), x, SAFE)[0], x)[1](cotangent)
    by_params = weights_by_vjp(cell, params, state, x, cotangent)
    elsewhere = pull_by_vjp(cell, params, Linearisation(other, drive), cotangent).uses
    return mine, Walked(mine.new, uses, by_x, by_params), elsewhere


def _check_close(name: str, what: str, mine: Any, vjp: Any, scale: float = 0.0) -> None:
    """Compare, relative to the largest number in sight."""
    scale = max(scale, float(np.max(np.abs(vjp), initial=0.0)))
    apart = float(np.max(np.abs(mine - vjp), initial=0.0))
    if apart > TOLERANCE * scale:
        broken(name, f"{what} differs from the VJP of the step by {apart:.1e}, where the largest is {scale:.1e}")
