"""The reverse pass of many lengths at once, log-safe."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.flow.growth import Growth
from gru_vanish.flow.network import Network
from gru_vanish.flow.scaled import added, ln_norm, rescale


class Lanes(NamedTuple):
    """The adjoints δ_t of the longest lengths: mantissa · 2^exponent; zeros before a length has joined.

    The mantissas are as the last step left them; ``shift`` is what the next one takes out of them, on its way through
    memory that it makes anyway. ``exponent`` does not hold it yet.
    """

    mantissa: Float[Array, "lanes batch state"]
    shift: Int[Array, "lanes batch"]
    exponent: Int[Array, "lanes batch"]
    ln_last: Float[Array, "lanes batch"]
    """ln‖δ_T‖ of the lanes that have joined."""
    growth: Growth


class Terms(NamedTuple):
    """∂⁺ℓ_t/∂h_t of a loss that is a sum over steps: mantissa · 2^exponent, rescaled."""

    mantissa: Float[Array, "*steps batch state"]
    exponent: Int[Array, "*steps batch"]


def no_lanes(network: Network) -> Lanes:
    """Return the reverse pass before anything has joined."""
    batch, size = network.program.inputs.batch, network.cell.state_size
    none = jnp.zeros((0, batch), jnp.int32)
    mantissa, ln_last = jnp.zeros((0, batch, size), network.program.dtype), jnp.zeros((0, batch), jnp.float64)
    return Lanes(mantissa, none, none, ln_last, Growth.none(batch))


def widen(lanes: Lanes, count: int) -> Lanes:
    """Return the lanes with empty ones added up to ``count``."""
    missing = count - lanes.mantissa.shape[0]
    return jax.tree.map(lambda leaf: jnp.concatenate([leaf, jnp.zeros((missing, *leaf.shape[1:]), leaf.dtype)]), lanes)


def arrive(lanes: Lanes, t: Int[Array, ""], joining: Array, lengths: np.ndarray) -> Lanes:
    """Return δ_t of all lanes, those with T = t now with the cotangents ``joining``; nothing is left to shift."""
    joins = (t == lengths)[:, None, None]
    mantissa = jnp.where(joins, joining, rescale(lanes.mantissa, lanes.shift))
    exponent = lanes.exponent + lanes.shift
    growth = lanes.growth.passed(exponent, (t < lengths)[:, None])
    return lanes._replace(mantissa=mantissa, shift=jnp.zeros_like(lanes.shift), exponent=exponent, growth=growth)


def pull(network: Network, lanes: Lanes, local: Any) -> Lanes:
    """Pass one step: from δ_t, as it arrived, to δ_{t−1}."""
    back = network.pull(local, lanes.mantissa)
    return lanes._replace(mantissa=back, shift=network.shift(back))


def joined(
    network: Network, lanes: Lanes, states: Array, start: Any, steps: int, lengths: np.ndarray
) -> tuple[Array, Lanes]:
    """Return the cotangents ∂⁺L/∂h_T of the lanes whose T lies in (start, start + steps], and the lanes knowing them.

    ``states`` are h of those steps, (steps, batch, state).
    """
    index = jnp.clip(lengths - start - 1, 0, steps - 1)
    joining, exponent = network.direct(states[index])
    here = ((lengths > start) & (lengths <= start + steps))[:, None]
    ln_last = jnp.where(here, ln_norm(joining, exponent), lanes.ln_last)
    # A lane is a vector of zeros until it joins, and keeps what exponent it has.
    return joining, lanes._replace(exponent=jnp.where(here, exponent, lanes.exponent), ln_last=ln_last)


def terms(network: Network, states: Float[Array, "steps batch state"]) -> Terms | tuple[()]:
    """Return what every step of a stretch adds to the adjoints that pass it; () for a loss of the last step."""
    if not network.program.loss.summed:
        return ()
    mantissa, exponent = network.direct(states)
    shift = network.shift(mantissa)
    return Terms(rescale(mantissa, shift), exponent + shift)


def add(lanes: Lanes, t: Int[Array, ""], term: Terms | tuple[()], lengths: np.ndarray) -> Lanes:
    """Return δ_t with the direct derivative of step t in it: J_{t+1}ᵀ δ_{t+1} + ∂⁺L/∂h_t, of lanes with T > t."""
    if not isinstance(term, Terms):
        return lanes
    passing = (t < lengths)[:, None]
    mantissa, exponent = added(lanes.mantissa, lanes.exponent, term.mantissa[None], term.exponent[None])
    return lanes._replace(
        mantissa=jnp.where(passing[..., None], mantissa, lanes.mantissa),
        exponent=jnp.where(passing, exponent, lanes.exponent),
    )
