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
from gru_vanish.flow.observer import NOTHING, Observer


class Sweep(NamedTuple):
    """The adjoints at t = 0 of all lengths, longest first, what the forward pass saw, and what was written down."""

    lanes: Lanes
    walk: Walk
    record: Any


class Back(NamedTuple):
    """Where the reverse pass stands."""

    lanes: Lanes
    record: Any
    """what the observer has written down"""


def sweep(network: Network, layout: Layout, observer: Observer = NOTHING, twin: bool = True) -> Sweep:
    """Return δ_0 of every length of the program, and what ``observer`` saw of δ_t on the way.

    Without a ``twin`` the walk does not know from where on it is chaotic.
    """
    first = forward.begin(network, twin)
    return (_recomputed if layout.recompute else _stored)(network, layout, observer, first)


def _descending(network: Network, count: int) -> np.ndarray:
    return np.asarray(network.program.lengths[::-1][:count], np.int32)


def _back(
    network: Network, observer: Observer, back: Back, stretch: Any, joining: Array, start: Any, low: int, high: int
) -> Back:
    """Pass steps start + high … start + low + 1; ``stretch`` is what `_wanted` gave of the steps after ``start``."""
    lengths = _descending(network, back.lanes.mantissa.shape[0])

    def step(back: Back, k: Int[Array, ""]) -> tuple[Back, None]:
        local, beside, term = jax.tree.map(lambda leaf: leaf[k], stretch)
        t = start + k + 1
        lanes = adjoint.add(adjoint.arrive(back.lanes, t, joining, lengths), t, term, lengths)
        record = observer.look(back.record, t, lanes, local, beside)
        return Back(adjoint.pull(network, lanes, local), record), None

    return jax.lax.scan(step, back, jnp.arange(low, high, dtype=jnp.int32), reverse=True)[0]


def _stored(network: Network, layout: Layout, observer: Observer, first: Walk) -> Sweep:
    """All linearisations stored: the segments are cut at any step."""
    steps = network.program.longest
    walk, passed = forward.walk_on(network, first, 0, steps)
    stretch = _wanted(network, observer, passed)
    lanes, record = adjoint.no_lanes(network), observer.begin()
    for segment in layout.segments:
        lanes = adjoint.widen(lanes, segment.lanes)
        lengths = _descending(network, segment.lanes)
        own, count = passed.after[segment.start : segment.stop], segment.stop - segment.start
        joining, lanes = adjoint.joined(network, lanes, own, segment.start, count, lengths)
        reached = Back(lanes, record)
        lanes, record = _back(network, observer, reached, stretch, joining, 0, segment.start, segment.stop)
    return Sweep(lanes, walk, record)


def _recomputed(network: Network, layout: Layout, observer: Observer, first: Walk) -> Sweep:
    """One state kept for each chunk; the linearisations of a chunk are made again when the reverse pass reaches it."""
    steps = layout.chunk

    def onward(walk: Walk, chunk: Int[Array, ""]) -> tuple[Walk, Array]:
        after, _ = forward.walk_on(network, walk, chunk * steps, steps)
        return after, walk.state[0]

    walk, starts = jax.lax.scan(onward, first, jnp.arange(layout.chunks, dtype=jnp.int32))
    lanes, record = adjoint.no_lanes(network), observer.begin()
    for segment in layout.segments:
        lanes = adjoint.widen(lanes, segment.lanes)
        lengths = _descending(network, segment.lanes)

        def backward(back: Back, chunk: Int[Array, ""], lengths: np.ndarray = lengths) -> tuple[Back, None]:
            start = chunk * steps
            passed = forward.walk_again(network, starts[chunk], start, steps)
            joining, lanes = adjoint.joined(network, back.lanes, passed.after, start, steps, lengths)
            stretch = _wanted(network, observer, passed)
            return _back(network, observer, Back(lanes, back.record), stretch, joining, start, 0, steps), None

        indices = jnp.arange(segment.start, segment.stop, dtype=jnp.int32)
        reached, _ = jax.lax.scan(backward, Back(lanes, record), indices, reverse=True)
        lanes, record = reached
    return Sweep(lanes, walk, record)


def _wanted(network: Network, observer: Observer, steps: Steps) -> tuple[Any, Any, Any]:
    return steps.local, observer.beside(steps), adjoint.terms(network, steps.after)
