"""Jacobians of single steps in float64, at the states that a network passes."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import BLOCK, Program
from gru_vanish.flow import forward, sizes
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.forward import Steps, Walk
from gru_vanish.flow.network import Network

SAMPLES = 4
"""Whole Jacobians cost n times an adjoint, so they are taken of so many samples, the first ones."""

Carry = TypeVar("Carry")


class Jacobians:
    """J_t = ∂h_t/∂h_{t−1} of the first `SAMPLES` samples.

    The trajectory is the network's own, in its dtype. What is made at its states is float64 whatever the precision of
    the run: a product of Jacobians spans so many decades that float32 would lose most of its directions at once.
    """

    def __init__(self, network: Network) -> None:
        self._cell = network.cell
        self._params = jax.tree.map(lambda leaf: leaf.astype(jnp.float64), network.params)
        self.samples = min(SAMPLES, network.program.inputs.batch)
        self.size = network.cell.state_size

    def linearise(self, steps: Steps) -> Any:
        """Return what `push` needs of every step, (steps, samples, …): the slopes, taken anew."""
        cell, params = self._cell, self._params

        def one(state: Array, x: Array) -> Any:
            drive = cell.drive(params, x)
            _, gates = cell.advance(params, cell.same_state(state), drive, SAFE.act)
            return SAFE.linearise(cell, params, state, drive, gates)

        first = slice(self.samples)
        before, inputs = (values[:, first].astype(jnp.float64) for values in (steps.before, steps.inputs))
        return jax.vmap(jax.vmap(one))(before, inputs)

    def push(self, local: Any, frames: Float[Array, "samples n k"]) -> Float[Array, "samples n k"]:
        """Return J_t F: the pullback is linear, so its transpose pushes the columns of F forward."""

        def one(local: Any, frame: Array) -> Array:
            def pull(cotangent: Array) -> Array:
                return SAFE.pull(self._cell, self._params, local, cotangent)

            transpose = jax.linear_transpose(pull, frame[:, 0])
            return jax.vmap(lambda column: transpose(column)[0], in_axes=1, out_axes=1)(frame)

        return jax.vmap(one)(local, frames)


def along(
    network: Network,
    jacobians: Jacobians,
    first: Carry,
    pass_stretch: Callable[[Carry, Any, Int[Array, ""], Int[Array, ""]], Carry],
) -> tuple[Carry, Walk]:
    """Walk the longest sequence in stretches of at most `BLOCK` steps, and show each to ``pass_stretch``.

    It is called with (carry, linearisations of the steps after t = start, start, number of steps that count).
    """
    longest = network.program.longest
    size = min(BLOCK, longest)

    def onward(carry: tuple[Walk, Carry], index: Int[Array, ""]) -> tuple[tuple[Walk, Carry], None]:
        walk, own = carry
        start = index * BLOCK
        walk, passed = forward.walk_on(network, walk, start, size)
        count = jnp.minimum(size, longest - start).astype(jnp.int32)
        return (walk, pass_stretch(own, jacobians.linearise(passed), start, count)), None

    stretches = jnp.arange(-(-longest // BLOCK), dtype=jnp.int32)
    (walk, last), _ = jax.lax.scan(onward, (forward.begin(network), first), stretches)
    return last, walk


def stretch_bytes(program: Program) -> int:
    """Return what a stretch of steps wants: its linearisations, those of the samples anew in float64, the weights."""
    wide = 8 // program.dtype.itemsize
    weights = 4 * sizes.total_bytes(sizes.data_shapes(program))
    return (2 + wide) * min(BLOCK, program.longest) * sizes.bytes_per_step(program, SAFE) + wide * weights


def matrix_bytes(program: Program) -> int:
    """Return the size of one float64 matrix for every sample."""
    return 8 * min(SAMPLES, program.inputs.batch) * program.cell.state_size**2


def of_step(locals_: Any, index: Int[Array, ""]) -> Any:
    """Return the linearisation of one step of a stretch."""
    return jax.tree.map(lambda leaf: leaf[index], locals_)
