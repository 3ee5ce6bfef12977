"""The other way round: one tangent per unit of h_0, for lists with more lengths than units.

δ_0(T) = M_Tᵀ c with M_T = J_T … J_1, so its component j is ⟨c, M_T e_j⟩. Pushing the n unit vectors forward gives every
length on the way at the price of n tangents, however many lengths there are. A tangent is a scaled vector like an
adjoint; J_t comes from the cell's pullback by transposition, since that is linear.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import Cell
from gru_vanish.flow import forward
from gru_vanish.flow.forward import Walk
from gru_vanish.flow.network import Network
from gru_vanish.flow.scaled import as_plain, ln_norm, plain_norm, rescale


class Tangents(NamedTuple):
    """M_t e_j of every unit j and sample, as mantissa · 2^exponent; see `gru_vanish.flow.adjoint.Lanes`."""

    mantissa: Float[Array, "units batch state"]
    shift: Int[Array, "units batch"]
    exponent: Int[Array, "units batch"]


class Readings(NamedTuple):
    """What each length shows, (lengths, batch), longest first."""

    ln_first: Float[Array, "lengths batch"]
    ln_last: Float[Array, "lengths batch"]
    plain_norm: Float[Array, "lengths batch"]
    plain_zero: Float[Array, "lengths batch"]
    ln_parts: Mapping[str, Array]
    """ln‖δ_0‖ over one part of the state, by its name; empty where there is but one"""


def several_parts(cell: Cell) -> Mapping[str, slice]:
    """Return the parts of a state if there is more than one, else none."""
    return cell.parts if len(cell.parts) > 1 else {}


def readings(network: Network, chunk: int) -> tuple[Readings, Walk]:
    """Return what every length of the program shows, walking in stretches of ``chunk`` steps."""
    longest = network.program.longest
    chunks = -(-longest // chunk)

    def onward(carry: tuple[Walk, Tangents], index: Int[Array, ""]) -> tuple[Any, Readings]:
        walk, tangents = carry
        walk, passed = forward.walk_on(network, walk, index * chunk, chunk)

        def step(tangents: Tangents, at: tuple[Any, Array]) -> tuple[Tangents, Readings]:
            local, after = at
            tangents = push(network, tangents, local)
            return tangents, _read(network, tangents, after)

        tangents, shown = jax.lax.scan(step, tangents, (passed.local, passed.after))
        return (walk, tangents), shown

    first = (forward.begin(network), _unit_vectors(network))
    (walk, _), shown = jax.lax.scan(onward, first, jnp.arange(chunks, dtype=jnp.int32))
    wanted = np.asarray(network.program.lengths[::-1], np.int32) - 1
    by_step = jax.tree.map(lambda leaf: leaf.reshape(chunks * chunk, *leaf.shape[2:])[wanted], shown)
    return by_step, walk


def _unit_vectors(network: Network) -> Tangents:
    batch, size = network.program.inputs.batch, network.cell.state_size
    units = jnp.broadcast_to(jnp.eye(size, dtype=network.program.dtype)[:, None], (size, batch, size))
    none = jnp.zeros((size, batch), jnp.int32)
    return Tangents(units, none, none)


def push(network: Network, tangents: Tangents, local: Any) -> Tangents:
    """Return J_t applied to every tangent."""
    scaled = rescale(tangents.mantissa, tangents.shift)
    transpose = jax.linear_transpose(lambda cotangent: network.pull(local, cotangent), scaled)
    (onward,) = transpose(scaled)
    return Tangents(onward, network.shift(onward), tangents.exponent + tangents.shift)


def _read(network: Network, tangents: Tangents, after: Float[Array, "batch state"]) -> Readings:
    """Return what a loss at this step would show."""
    cotangent, exponent = (values[0] for values in network.direct(after[None]))
    components = jnp.einsum("jbi,bi->bj", tangents.mantissa, cotangent)
    exponents = tangents.exponent.T + exponent[:, None]
    shown = as_plain(components[..., None], exponents)[..., 0]
    parts = several_parts(network.cell)
    return Readings(
        ln_first=_ln_joined(components, exponents),
        ln_last=ln_norm(cotangent, exponent),
        plain_norm=plain_norm(shown),
        plain_zero=jnp.all(shown == 0, axis=-1),
        ln_parts={name: _ln_joined(components[:, part], exponents[:, part]) for name, part in parts.items()},
    )


def _ln_joined(components: Float[Array, "batch n"], exponents: Int[Array, "batch n"]) -> Float[Array, " batch"]:
    """Return the ln of the norm of vectors whose components have an exponent each.

    One exponent for the vector: that of its largest component, so that nothing overflows when they are joined.
    """
    size = jnp.log2(jnp.abs(components.astype(jnp.float64))) + exponents.astype(jnp.float64)
    finite = jnp.isfinite(size)
    most = jnp.where(finite.any(axis=-1), jnp.max(jnp.where(finite, size, -jnp.inf), axis=-1, initial=-(2.0**30)), 0.0)
    common = jnp.floor(most).astype(jnp.int32)
    apart = (exponents - common[:, None]).astype(jnp.float64)
    joined = components.astype(jnp.float64) * jnp.exp2(apart)
    return 0.5 * jnp.log(jnp.sum(joined * joined, axis=-1)) + common.astype(jnp.float64) * math.log(2.0)
