"""One reverse pass that keeps the cotangent of every use, and one tangent pass that meets them on the way forth."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.flow import adjoint, forward, tangents
from gru_vanish.flow.adjoint import Lanes
from gru_vanish.flow.forward import Steps, Walk
from gru_vanish.flow.layout import Layout, Segment
from gru_vanish.flow.network import Network
from gru_vanish.flow.scaled import rescale
from gru_vanish.flow.tangents import Tangents


class Met(NamedTuple):
    """What the reverse pass leaves of each step, for the tangent pass to meet."""

    uses: Any
    """(J_t^p)ᵀ δ_t of every use p: the cell's own NamedTuple of (lanes, batch, state)"""
    size: Float[Array, "lanes batch"]
    """‖δ_t‖ in the same scale"""


class Shares(NamedTuple):
    """What the tangent pass has seen, longest length first."""

    totals: dict[str, Float[Array, "lanes batch"]]
    """Σ_t s_p(t)"""
    sums: dict[str, Float[Array, "lanes bins"]]
    """Σ of s_p(t) over the steps of a bin and over the samples that count there"""
    counted: Float[Array, "lanes bins"]
    """number of steps and samples that count"""
    alignment: Float[Array, "lanes batch"]
    """smallest |⟨δ_t, w_t⟩| / (‖δ_t‖ ‖w_t‖)"""


class Passage(NamedTuple):
    """What is the same for a whole call: the network, its lengths, longest first, and what `shares` was given."""

    network: Network
    lengths: np.ndarray
    ends: np.ndarray
    lost: float


def shares(network: Network, layout: Layout, ends: np.ndarray, lost: float) -> tuple[Shares, Lanes, Walk]:
    """Return the shares of every length, δ_0, and what the forward pass saw.

    ``ends`` are the last steps of the bins, (lanes, bins), longest length first; ``lost`` the largest relative
    rounding error with which a share counts in a bin.
    """
    passage = Passage(network, np.asarray(network.program.lengths[::-1], np.int32), ends, lost)
    return _recomputed(passage, layout) if layout.recompute else _stored(passage, layout)


def _stored(passage: Passage, layout: Layout) -> tuple[Shares, Lanes, Walk]:
    """Every linearisation and every pulled use is stored."""
    network, steps = passage.network, passage.network.program.longest
    walk, passed = forward.walk_on(network, forward.begin(network), 0, steps)
    locals_, lanes = passed.local, adjoint.no_lanes(network)
    kept: list[tuple[Segment, Met]] = []
    for part in layout.segments:
        lanes = adjoint.widen(lanes, part.lanes)
        lanes, met = _back(passage, lanes, passed, locals_, 0, part.start, part.stop)
        kept.append((part, met))
    tangent, seen = _unit_tangents(network, lanes), _nothing(passage)
    for part, met in reversed(kept):
        stretch = jax.tree.map(lambda leaf, part=part: leaf[part.start : part.stop], locals_)
        tangent, seen = _forth(passage, _leave(tangent, part.lanes), seen, stretch, met, part.start)
    return seen, lanes, walk


def _recomputed(passage: Passage, layout: Layout) -> tuple[Shares, Lanes, Walk]:
    """One state and one δ_t is kept for each chunk; the rest of a chunk is made again for each pass."""
    network, steps = passage.network, layout.chunk

    def onward(walk: Walk, chunk: Int[Array, ""]) -> tuple[Walk, Array]:
        after, _ = forward.walk_on(network, walk, chunk * steps, steps)
        return after, walk.state[0]

    def again(chunk: Int[Array, ""], lanes: Lanes) -> tuple[Lanes, Met, Any]:
        passed = forward.walk_again(network, starts[chunk], chunk * steps, steps)
        locals_ = passed.local
        return *_back(passage, lanes, passed, locals_, chunk * steps, 0, steps), locals_

    def back(lanes: Lanes, chunk: Int[Array, ""]) -> tuple[Lanes, Lanes]:
        return again(chunk, lanes)[0], lanes

    def forth(carry: tuple[Tangents, Shares], at: tuple[Array, Lanes]) -> tuple[Any, None]:
        chunk, lanes = at
        _, met, locals_ = again(chunk, lanes)
        return _forth(passage, *carry, locals_, met, chunk * steps), None

    walk, starts = jax.lax.scan(onward, forward.begin(network), jnp.arange(layout.chunks, dtype=jnp.int32))
    lanes, kept = adjoint.no_lanes(network), []
    for part in layout.segments:
        chunks = jnp.arange(part.start, part.stop, dtype=jnp.int32)
        lanes, entering = jax.lax.scan(back, adjoint.widen(lanes, part.lanes), chunks, reverse=True)
        kept.append((part, chunks, entering))
    tangent, seen = _unit_tangents(network, lanes), _nothing(passage)
    for part, chunks, entering in reversed(kept):
        (tangent, seen), _ = jax.lax.scan(forth, (_leave(tangent, part.lanes), seen), (chunks, entering))
    return seen, lanes, walk


def _back(
    passage: Passage, lanes: Lanes, passed: Steps, locals_: Any, start: Any, low: int, high: int
) -> tuple[Lanes, Met]:
    """Pass steps start + high … start + low + 1; ``passed`` and ``locals_`` are those of the steps after ``start``."""
    network, count = passage.network, lanes.mantissa.shape[0]
    lengths, own = passage.lengths[:count], passed.after[low:high]
    joining, lanes = adjoint.joined(network, lanes, own, start + low, high - low, lengths)

    def step(lanes: Lanes, k: Int[Array, ""]) -> tuple[Lanes, Met]:
        lanes = adjoint.arrive(lanes, start + k + 1, joining, lengths)
        uses = network.pull_uses(jax.tree.map(lambda leaf: leaf[k], locals_), lanes.mantissa)
        back = jax.tree.reduce(jnp.add, uses)
        return lanes._replace(mantissa=back, shift=network.shift(back)), Met(uses, _size(lanes.mantissa))

    return jax.lax.scan(step, lanes, jnp.arange(low, high, dtype=jnp.int32), reverse=True)


def _forth(
    passage: Passage, tangent: Tangents, seen: Shares, locals_: Any, met: Met, start: Any
) -> tuple[Tangents, Shares]:
    """Pass the steps after ``start`` with the tangents, and add up what they met."""
    network = passage.network

    def step(tangent: Tangents, at: tuple[Any, Met]) -> tuple[Tangents, tuple[Any, Array]]:
        local, met = at
        scaled = rescale(tangent.mantissa, tangent.shift)
        terms = jax.tree.map(lambda use: jnp.sum(use * scaled, axis=-1).astype(jnp.float64), met.uses)
        tangent = tangents.push(network, tangent, local)
        return tangent, (terms, met.size * _size(tangent.mantissa))

    tangent, (terms, sizes) = jax.lax.scan(step, tangent, (locals_, met))
    return tangent, _added(passage, seen, terms._asdict(), sizes, start)


def _added(passage: Passage, seen: Shares, terms: dict[str, Array], sizes: Array, start: Any) -> Shares:
    """Add a stretch, (steps, lanes, batch) each, to what was seen."""
    steps, count = sizes.shape[:2]
    ts = start + jnp.arange(1, steps + 1, dtype=jnp.int32)
    reached = ts[:, None, None] <= passage.lengths[None, :count, None]
    whole = jax.tree.reduce(jnp.add, terms)
    alignment = jnp.where(reached, jnp.abs(whole) / sizes, jnp.inf)
    unit = float(np.finfo(passage.network.program.dtype).eps)
    counts = reached & (unit <= passage.lost * alignment)
    shown = {name: jnp.where(reached, term / whole, 0.0) for name, term in terms.items()}
    places = jax.vmap(jnp.searchsorted, (0, None))(jnp.asarray(_open_ended(passage.ends[:count])), ts).T
    rows = jnp.broadcast_to(jnp.arange(count)[None], places.shape)

    def binned(values: Array) -> Array:
        return jnp.zeros(passage.ends.shape, jnp.float64).at[rows, places].add(jnp.sum(values, axis=-1), mode="drop")

    return Shares(
        totals={name: seen.totals[name].at[:count].add(jnp.sum(share, axis=0)) for name, share in shown.items()},
        sums={name: seen.sums[name] + binned(jnp.where(counts, share, 0.0)) for name, share in shown.items()},
        counted=seen.counted + binned(counts.astype(jnp.float64)),
        alignment=seen.alignment.at[:count].min(jnp.min(alignment, axis=0)),
    )


def _open_ended(ends: np.ndarray) -> np.ndarray:
    """Return the ends in ascending order: bins that do not exist come after every step."""
    return np.where(ends < 0, np.iinfo(np.int32).max, ends).astype(np.int32)


def _nothing(passage: Passage) -> Shares:
    network, lanes = passage.network, len(passage.lengths)
    totals = jnp.zeros((lanes, network.program.inputs.batch), jnp.float64)
    sums = jnp.zeros(passage.ends.shape, jnp.float64)
    paths = network.cell.Uses._fields
    return Shares(dict.fromkeys(paths, totals), dict.fromkeys(paths, sums), sums, jnp.full_like(totals, jnp.inf))


def _unit_tangents(network: Network, lanes: Lanes) -> Tangents:
    """Return w_0, the direction of δ_0: its mantissa, whose size does not matter."""
    return Tangents(lanes.mantissa, network.shift(lanes.mantissa), jnp.zeros_like(lanes.exponent))


def _leave(tangent: Tangents, count: int) -> Tangents:
    """Return the tangents of the lengths that go on, the ``count`` longest."""
    return jax.tree.map(lambda leaf: leaf[:count], tangent)


def _size(vectors: Float[Array, "*axes n"]) -> Float[Array, "*axes"]:
    """Return the norms in float64, in which no square is lost."""
    wide = vectors.astype(jnp.float64)
    return jnp.sqrt(jnp.sum(wide * wide, axis=-1))
