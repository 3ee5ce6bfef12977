"""The first pass of a network with held gates: their mean over all steps and samples."""

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Int

from gru_vanish.contracts import BLOCK, Holding, Level

if TYPE_CHECKING:
    from gru_vanish.flow.network import Network


def mean_levels(network: "Network", cell: Holding) -> dict[str, Level]:
    """Return the mean of each held gate over t = 1 … T_max and all samples, unit by unit, as value and complement.

    ``network`` is the one with the gates free. The sums are float64, so that a million steps lose nothing.
    """
    longest, batch = network.program.longest, network.program.inputs.batch
    state, dtype = network.initial(), network.program.dtype

    def onward(carry: tuple[Array, Any], index: Int[Array, ""]) -> tuple[Any, None]:
        ts = index * BLOCK + jnp.arange(1, BLOCK + 1, dtype=jnp.int32)
        return jax.lax.scan(step, carry, (ts, network.inputs(index * BLOCK, BLOCK)))[0], None

    def step(carry: tuple[Array, Any], at: tuple[Array, Array]) -> tuple[Any, None]:
        (state, sums), (t, x) = carry, at
        state, gates = network.advance(state, network.drive(x))
        levels = jax.vmap(lambda gates: cell.levels(gates, network.act))(gates)
        # The last block is drawn whole: what lies beyond T_max does not count.
        seen = jax.tree.map(
            lambda level: jnp.where(t <= longest, jnp.sum(level.astype(jnp.float64), axis=0), 0), levels
        )
        return (state, jax.tree.map(jnp.add, sums, seen)), None

    none = {name: jnp.zeros((2, network.cell.hidden), jnp.float64) for name in cell.held}
    blocks = jnp.arange(-(-longest // BLOCK), dtype=jnp.int32)
    (_, sums), _ = jax.lax.scan(onward, (state, none), blocks)
    return {name: (total / (longest * batch)).astype(dtype) for name, total in sums.items()}
