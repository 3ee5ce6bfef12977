"""One reverse pass with the adjoint cut apart by the number of steps that were not taken by the leak.

With A_t the leak's part of J_tᵀ and B_t the rest, δ_{t−1}^(k) = A_t δ_t^(k) + B_t δ_t^(k−1). Every part
carries its own exponent: neighbouring parts may differ by more than a float can hold.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import Cell
from gru_vanish.flow import forward
from gru_vanish.flow.forward import Steps, Walk
from gru_vanish.flow.layout import Layout
from gru_vanish.flow.network import Network
from gru_vanish.flow.scaled import power_of_two, rescale, shift_of

NOWHERE = -(2**30)
"""The exponent of a vector of zeros: below that of every other."""


class Parts(NamedTuple):
    """δ_t^(k) for k < K, all further ones together, and δ_t itself: mantissa · 2^exponent, longest length first."""

    mantissa: Float[Array, "lanes parts batch state"]
    exponent: Int[Array, "lanes parts batch"]


class Joining(NamedTuple):
    """∂⁺L/∂h_T of every lane: mantissa · 2^exponent."""

    mantissa: Float[Array, "lanes batch state"]
    exponent: Int[Array, "lanes batch"]


def leaks(cell: Cell) -> tuple[str, ...]:
    """Return the uses through which the old state passes without a matrix: ``leak``, or one of several leaks."""
    return tuple(name for name in cell.Uses._fields if name == "leak" or name.startswith("leak_"))


def parts(network: Network, layout: Layout, count: int) -> tuple[Parts, Walk]:
    """Return the parts of δ_0 of every length, ``count`` of them apart, and what the forward pass saw."""
    step_back = partial(_recomputed if layout.recompute else _stored, network, layout)
    return step_back(_none(network, count))


def _stored(network: Network, layout: Layout, cut: Parts) -> tuple[Parts, Walk]:
    steps = network.program.longest
    walk, passed = forward.walk_on(network, forward.begin(network), 0, steps)
    locals_ = passed.local
    for part in layout.segments:
        cut = _back(network, _widen(cut, part.lanes), passed, locals_, 0, part.start, part.stop)
    return cut, walk


def _recomputed(network: Network, layout: Layout, cut: Parts) -> tuple[Parts, Walk]:
    steps = layout.chunk

    def onward(walk: Walk, chunk: Int[Array, ""]) -> tuple[Walk, Array]:
        after, _ = forward.walk_on(network, walk, chunk * steps, steps)
        return after, walk.state[0]

    def back(cut: Parts, chunk: Int[Array, ""]) -> tuple[Parts, None]:
        passed = forward.walk_again(network, starts[chunk], chunk * steps, steps)
        return _back(network, cut, passed, passed.local, chunk * steps, 0, steps), None

    walk, starts = jax.lax.scan(onward, forward.begin(network), jnp.arange(layout.chunks, dtype=jnp.int32))
    for part in layout.segments:
        chunks = jnp.arange(part.start, part.stop, dtype=jnp.int32)
        cut, _ = jax.lax.scan(back, _widen(cut, part.lanes), chunks, reverse=True)
    return cut, walk


def _back(network: Network, cut: Parts, passed: Steps, locals_: Any, start: Any, low: int, high: int) -> Parts:
    """Pass steps start + high … start + low + 1; ``passed`` and ``locals_`` are those of the steps after ``start``."""
    lanes, count, batch, size = cut.mantissa.shape
    lengths = np.asarray(network.program.lengths[::-1][:lanes], np.int32)
    steps = passed.before.shape[0]
    joining = Joining(*network.direct(passed.after[jnp.clip(lengths - start - 1, 0, steps - 1)]))

    def step(cut: Parts, k: Int[Array, ""]) -> tuple[Parts, None]:
        mantissa, exponent = _arrive(cut, start + k + 1 == lengths, joining)
        local = jax.tree.map(lambda leaf: leaf[k], locals_)
        uses = network.pull_uses(local, mantissa.reshape(lanes * count, batch, size))._asdict()
        nothing = jnp.zeros((lanes * count, batch, size), mantissa.dtype)
        by_leak = jax.tree.reduce(jnp.add, [uses.pop(name) for name in leaks(network.cell)], nothing)
        by_others = jax.tree.reduce(jnp.add, list(uses.values()), nothing)
        return _carried(by_leak.reshape(mantissa.shape), by_others.reshape(mantissa.shape), exponent), None

    return jax.lax.scan(step, cut, jnp.arange(low, high, dtype=jnp.int32), reverse=True)[0]


def _arrive(cut: Parts, joins: Array, joining: Joining) -> Parts:
    """Let the lanes with T = t begin: all of δ_T has visited nothing yet."""
    count = cut.mantissa.shape[1]
    # k = 0 and, last, the whole.
    begins = np.isin(np.arange(count), (0, count - 1))[None, :, None]
    first = jnp.where(begins[..., None], joining.mantissa[:, None], jnp.zeros_like(cut.mantissa))
    mantissa = jnp.where(joins[:, None, None, None], first, cut.mantissa)
    return Parts(mantissa, jnp.where(joins[:, None, None] & begins, joining.exponent[:, None], cut.exponent))


def _carried(by_leak: Array, by_others: Array, exponent: Array) -> Parts:
    """Return the parts one step back: those that stay with their number, and those that come from one visit less."""
    onward = by_others[:, :-2]
    # What lies beyond K − 1, and the whole, stay where they are whichever way they go.
    stays = by_leak.at[:, -2:].add(by_others[:, -2:])
    own, other = _settled(stays, exponent), _settled(onward, exponent[:, :-2])
    among = Parts(*(leaf[:, 1:-1] for leaf in own))
    added = _sum(among, other)
    return Parts(
        *(
            jnp.concatenate([whole[:, :1], changed, whole[:, -1:]], axis=1)
            for whole, changed in zip(own, added, strict=True)
        )
    )


def _settled(mantissa: Array, exponent: Array) -> Parts:
    """Return the same vectors with their largest component in [1, 2), and the zeros nowhere."""
    shift = shift_of(mantissa)
    empty = jnp.max(jnp.abs(mantissa), axis=-1) == 0
    return Parts(rescale(mantissa, shift), jnp.where(empty, NOWHERE, exponent + shift))


def _sum(one: Parts, other: Parts) -> Parts:
    """Return the sum at the larger of the two exponents; what is too small to be seen in it is left out."""
    exponent = jnp.maximum(one.exponent, other.exponent)
    terms = (part.mantissa * _below(exponent - part.exponent, part.mantissa.dtype) for part in (one, other))
    return Parts(jax.tree.reduce(jnp.add, list(terms)), exponent)


def _below(distance: Int[Array, "*axes"], dtype: Any) -> Float[Array, "*axes 1"]:
    """Return 2^−distance, 0 where that is beyond the dtype."""
    most = 126 if dtype == jnp.float32 else 1022
    factor = power_of_two(-jnp.minimum(distance, most), dtype)
    return jnp.where(distance > most, jnp.zeros_like(factor), factor)[..., None]


def _none(network: Network, count: int) -> Parts:
    batch, size = network.program.inputs.batch, network.cell.state_size
    mantissa = jnp.zeros((0, count + 2, batch, size), network.program.dtype)
    return Parts(mantissa, jnp.zeros(mantissa.shape[:-1], jnp.int32))


def _widen(cut: Parts, lanes: int) -> Parts:
    """Return the parts with lanes added that have not begun."""
    missing = (lanes - cut.mantissa.shape[0], *cut.mantissa.shape[1:])
    empty = Parts(jnp.zeros(missing, cut.mantissa.dtype), jnp.full(missing[:-1], NOWHERE, jnp.int32))
    return jax.tree.map(lambda old, new: jnp.concatenate([old, new]), cut, empty)
