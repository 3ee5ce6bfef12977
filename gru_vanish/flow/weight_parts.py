"""The gradient by the weights, step by step: g = Σ_k g_k, where g_k enters at lag k = T − t."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import Program
from gru_vanish.flow.adjoint import Lanes
from gru_vanish.flow.forward import Steps
from gru_vanish.flow.network import Network
from gru_vanish.flow.observer import Observer
from gru_vanish.flow.scaled import power_of_two, rescale

BOTTOM = int(np.iinfo(np.int32).min)
"""The exponent of nothing."""


class Scaled(NamedTuple):
    """One array for each of `weights`, value · 2^exponent: one exponent for all."""

    value: tuple[Array, ...]
    exponent: Int[Array, ""]


class Point(NamedTuple):
    """What a step's weight gradient is made of, beside its adjoint."""

    state: Float[Array, "*steps batch state"]
    """h_{t−1}"""
    x: Float[Array, "*steps batch size"]
    """x_t"""


def weights(program: Program) -> tuple[str, ...]:
    """Return the fields of the parameters that are weights.

    Not the numbers of the equations (a time step, a friction), which have no axis, nor what clamps or holds a gate.
    """
    shapes = program.cell.parameter_shapes(program.inputs.size)._asdict()
    return tuple(name for name, shape in shapes.items() if shape and not name.startswith(("clamp_", "hold_")))


def _picked(network: Network, params: Any) -> tuple[Array, ...]:
    return tuple(getattr(params, name).astype(jnp.float64) for name in weights(network.program))


def beside(steps: Steps) -> Point:
    """Return the states and inputs of a stretch."""
    return Point(steps.before, steps.inputs)


def common_scale(lanes: Lanes) -> tuple[Float[Array, "batch state"], Int[Array, ""]]:
    """Return δ_t of the one lane with one exponent for all samples, the largest.

    A sample that is further below than the dtype reaches becomes 0: in a mean over the batch it is nothing.
    """
    mantissa, exponent = lanes.mantissa[0], lanes.exponent[0]
    there = jnp.any(mantissa != 0, axis=-1)
    largest = jnp.max(jnp.where(there, exponent, BOTTOM))
    common = jnp.where(jnp.any(there), largest, 0)
    span = -int(np.finfo(mantissa.dtype).minexp)
    return rescale(mantissa, jnp.clip(common - exponent, 0, span)), common


def part(network: Network, lanes: Lanes, local: Any, at: Point) -> Scaled:
    """Return g_k of one step, the mean over the batch, in float64."""
    cell, params = network.cell, network.params
    cotangent, exponent = common_scale(lanes)
    affine = jax.vmap(lambda local, delta: cell.pullback(params, local, delta).affine)(local, cotangent)
    total = cell.weight_cotangent(params, local, at.state, at.x, affine)
    batch = network.program.inputs.batch
    return Scaled(tuple(leaf / batch for leaf in _picked(network, total)), exponent)


def squares(network: Network, lanes: Lanes, local: Any, at: Point) -> Float[Array, " fields"]:
    """Return Σ_b ‖g_k of sample b‖² by field, in units of 2^(2·exponent) of `part`."""
    cell, params = network.cell, network.params
    cotangent, _ = common_scale(lanes)

    def one(local: Any, state: Array, x: Array, delta: Array) -> Array:
        affine = cell.pullback(params, local, delta).affine
        own = _picked(network, cell.weight_cotangent(params, local, state, x, affine))
        return inner(own, own)

    return jnp.sum(jax.vmap(one)(local, at.state, at.x, cotangent), axis=0)


def inner(one: tuple[Array, ...], other: tuple[Array, ...]) -> Float[Array, " fields"]:
    """Return ⟨one, other⟩ of every field of the weights, in their order."""
    return jnp.stack([jnp.sum(a * b) for a, b in zip(one, other, strict=True)])


def added(one: Scaled, other: Scaled) -> Scaled:
    """Return the sum, in units of the larger exponent; what is 2^1022 below it is nothing."""
    empty = [jnp.all(jnp.stack([jnp.all(leaf == 0) for leaf in term.value])) for term in (one, other)]
    exponents = [jnp.where(none, BOTTOM, term.exponent) for none, term in zip(empty, (one, other), strict=True)]
    common = jnp.maximum(*exponents)
    common = jnp.where(common == BOTTOM, 0, common)

    def factor(term: Scaled) -> Array:
        return power_of_two(jnp.clip(term.exponent - common, -1022, 0), jnp.float64)

    pairs = zip(one.value, other.value, strict=True)
    return Scaled(tuple(a * factor(one) + b * factor(other) for a, b in pairs), common)


class Gather(Observer):
    """Adds the parts up: after the reverse pass its record is g."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def begin(self) -> Scaled:
        """Nothing yet."""
        zeros = tuple(jnp.zeros_like(leaf) for leaf in _picked(self._network, self._network.params))
        return Scaled(zeros, jnp.asarray(0, jnp.int32))

    def beside(self, steps: Steps) -> Point:
        """States and inputs."""
        return beside(steps)

    def look(self, record: Scaled, t: Int[Array, ""], lanes: Lanes, local: Any, beside: Point) -> Scaled:
        """Add the part of step t."""
        return added(record, part(self._network, lanes, local, beside))
