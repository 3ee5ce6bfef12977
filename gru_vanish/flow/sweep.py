"""One forward scan and one reverse pass for a whole list of lengths."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Int

from gru_vanish.flow import adjoint, forward
from gru_vanish.flow.adjoint import Lanes
from gru_vanish.flow.forward import Steps, Walk
from gru_vanish.flow.layout import Layout
from gru_vanish.flow.network import Network


class Sweep(NamedTuple):
    """The adjoints at t = 0 of all lengths, longest first, and what the forward pass saw."""

    lanes: Lanes
    walk: Walk


def sweep(network: Network, layout: Layout) -> Sweep:
    """Return δ_0 of every length of the program."""
    return _recomputed(network, layout) if layout.recompute else _stored(network, layout)


def _descending(network: Network, count: int) -> np.ndarray:
    return np.asarray(network.program.lengths[::-1][:count], np.int32)


def _back(network: Network, lanes: Lanes, locals_: Any, joining: Array, start: Any, low: int, high: int) -> Lanes:
    """Pass steps start + high … start + low + 1, whose linearisations are ``locals_[low:high]``."""
    lengths = _descending(network, lanes.mantissa.shape[0])

    def step(lanes: Lanes, k: Int[Array, ""]) -> tuple[Lanes, None]:
        local = jax.tree.map(lambda leaf: leaf[k], locals_)
        return adjoint.pull(network, lanes, start + k + 1, local, joining, lengths), None

    return jax.lax.scan(step, lanes, jnp.arange(low, high, dtype=jnp.int32), reverse=True)[0]


def _stored(network: Network, layout: Layout) -> Sweep:
    """All linearisations stored: the segments are cut at any step."""
    steps = network.program.longest
    walk, passed = forward.walk_on(network, forward.begin(network), 0, steps)
    locals_ = linearised(network, passed)
    lanes = adjoint.no_lanes(network)
    for segment in layout.segments:
        lanes = adjoint.widen(lanes, segment.lanes)
        lengths = _descending(network, segment.lanes)
        joining, lanes = adjoint.joined(network, lanes, passed.after, 0, steps, lengths)
        lanes = _back(network, lanes, locals_, joining, 0, segment.start, segment.stop)
    return Sweep(lanes, walk)


def _recomputed(network: Network, layout: Layout) -> Sweep:
    """One state kept for each chunk; the linearisations of a chunk are made again when the reverse pass reaches it."""
    steps = layout.chunk

    def onward(walk: Walk, chunk: Int[Array, ""]) -> tuple[Walk, Array]:
        after, _ = forward.walk_on(network, walk, chunk * steps, steps)
        return after, walk.state[0]

    walk, starts = jax.lax.scan(onward, forward.begin(network), jnp.arange(layout.chunks, dtype=jnp.int32))
    lanes = adjoint.no_lanes(network)
    for segment in layout.segments:
        lanes = adjoint.widen(lanes, segment.lanes)
        lengths = _descending(network, segment.lanes)

        def backward(lanes: Lanes, chunk: Int[Array, ""], lengths: np.ndarray = lengths) -> tuple[Lanes, None]:
            start = chunk * steps
            passed = forward.walk_again(network, starts[chunk], start, steps)
            joining, lanes = adjoint.joined(network, lanes, passed.after, start, steps, lengths)
            return _back(network, lanes, linearised(network, passed), joining, start, 0, steps), None

        indices = jnp.arange(segment.start, segment.stop, dtype=jnp.int32)
        lanes, _ = jax.lax.scan(backward, lanes, indices, reverse=True)
    return Sweep(lanes, walk)


def linearised(network: Network, steps: Steps) -> Any:
    """Return what the reverse pass needs of every step: elementwise work, done for all steps at once."""
    return jax.vmap(network.linearise)(steps.before, steps.drive, steps.gates)
