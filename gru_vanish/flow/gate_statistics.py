"""What gates and states do along the sequence."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool, Float, Int

from gru_vanish.activations import SAFE
from gru_vanish.contracts import BLOCK, GateFunction, Outputs, Payload, Program, Stage
from gru_vanish.flow import arithmetic, forward, grid, sizes
from gru_vanish.flow.forward import Walk
from gru_vanish.flow.network import Network
from gru_vanish.flow.quantiles import quantiles
from gru_vanish.flow.recording import keep, rows
from gru_vanish.flow.unrolled import Unrolled

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles that are told."""
FLAT = 0.01
"""A unit is saturated where the slope of its function is below this share of the largest slope."""

_SECH = float(np.arccosh(FLAT**-0.5))
"""sech² a < `FLAT` from |a| = arcosh(`FLAT`^−½) = 2.99 on."""
# σ′(a) / σ′(0) = sech²(a / 2), so |a| of a gate may be twice as large: 5.99, where σ = 0.0025 or 0.9975.
THRESHOLDS: Mapping[GateFunction, tuple[float, float]] = {
    GateFunction.sigmoid: (-2 * _SECH, 2 * _SECH),
    GateFunction.tanh: (-_SECH, _SECH),
    # Its slope is 0 up to 0 and 1 above.
    GateFunction.relu: (0.0, np.inf),
    GateFunction.identity: (-np.inf, np.inf),
}
"""Saturated low: a ≤ the first; saturated high: a ≥ the second."""
_FUNCTIONS: Mapping[GateFunction, Callable[[Array], Array]] = {
    GateFunction.sigmoid: SAFE.sigmoid,
    GateFunction.tanh: SAFE.tanh,
    GateFunction.relu: SAFE.relu,
    GateFunction.identity: lambda a: a,
}


class Spread(NamedTuple):
    """Values over units and samples."""

    mean: Float[Array, ""]
    rms: Float[Array, ""]
    quantiles: Float[Array, " levels"]


class Gate(NamedTuple):
    """One gate at one step."""

    value: Spread
    saturated: Float[Array, "2"]
    """shares of units and samples that are saturated low and high"""


class Moment(NamedTuple):
    """What is kept of one step."""

    state: Spread
    gates: dict[str, Gate]
    finite: Int[Array, ""]
    """number of samples whose states are finite so far: only these are counted"""
    chaotic: Int[Array, ""]
    """number of samples that are chaotic by now"""


def spread(values: Float[Array, "batch n"], counted: Bool[Array, " batch"]) -> Spread:
    """Return mean, root mean square and quantiles over the counted samples, in float64; NaN where there are none."""
    wide = values.astype(jnp.float64)
    rms = jnp.sqrt(_mean(wide * wide, counted))
    return Spread(_mean(wide, counted), rms, quantiles(values, counted, LEVELS))


def _mean(values: Float[Array, "batch n"], counted: Bool[Array, " batch"]) -> Float[Array, ""]:
    number = jnp.sum(counted).astype(jnp.float64) * values.shape[1]
    return jnp.sum(jnp.where(counted[:, None], values, 0.0)) / number


def gate(a: Float[Array, "batch n"], function: GateFunction, counted: Bool[Array, " batch"]) -> Gate:
    """Return what one gate shows, given its pre-activations."""
    low, high = THRESHOLDS[function]
    wide = a.astype(jnp.float64)
    shares = [_mean(flat.astype(jnp.float64), counted) for flat in (wide <= low, wide >= high)]
    return Gate(spread(_FUNCTIONS[function](a), counted), jnp.stack(shares))


def moment(network: Network, walk: Walk, t: Int[Array, ""], state: Array, gates: Any) -> Moment:
    """Return what step t shows; ``walk`` has passed it."""
    counted = t < walk.nonfinite
    h = jax.vmap(network.cell.read)(state)
    return Moment(
        state=spread(h, counted),
        gates={
            name: gate(getattr(gates, name), function, counted)
            for name, function in network.cell.gate_functions.items()
        },
        finite=jnp.sum(counted).astype(jnp.int32),
        chaotic=jnp.sum(t >= walk.chaotic).astype(jnp.int32),
    )


def times(program: Program) -> np.ndarray:
    """Return the steps t ≥ 1 that are shown."""
    return np.asarray(grid.points(program.lengths)[1:], np.int32)


def forward_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to the moments of the grid, walking in stretches."""
    shown, chunks = times(program), -(-program.longest // BLOCK)

    def kernel(data: Mapping[str, Any]) -> Outputs:
        network = Network(program, data)

        def onward(carry: tuple[Walk, Any], chunk: Int[Array, ""]) -> tuple[Any, None]:
            walk, kept = carry
            walk, passed = forward.walk_on(network, walk, chunk * BLOCK, BLOCK)

            def look(kept: Any, at: tuple[Any, ...]) -> tuple[Any, None]:
                t, state, gates = at
                return keep(kept, shown, t, lambda: moment(network, walk, t, state, gates)), None

            steps = chunk * BLOCK + jnp.arange(1, BLOCK + 1, dtype=jnp.int32)
            return (walk, jax.lax.scan(look, kept, (steps, passed.after, passed.gates))[0]), None

        walk = forward.begin(network)
        row = jax.eval_shape(lambda: moment(network, walk, jnp.int32(0), walk.state[0], walk.extremes))
        first = walk, rows(len(shown), row)
        (_, kept), _ = jax.lax.scan(onward, first, jnp.arange(chunks, dtype=jnp.int32))
        return {"moments": jax.tree.map(lambda leaf: leaf[:-1], kept)}

    return kernel


class GateStatistics(Unrolled):
    """Distribution of every gate, after its function, and of h, over units and samples along the longest sequence.

    A unit of a gate is saturated where the slope of the gate's function is below 1 % of its largest: |a| > 5.99 for σ
    (values outside 0.0025 … 0.9975), |a| > 2.99 for tanh (beyond ±0.995), a ≤ 0 for relu, never for the identity.
    Samples whose state has overflowed are left out from there on. One forward scan, memory for the steps shown alone.
    """

    name: ClassVar[str] = "gate_statistics"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = {
        "times": "(G,) steps t, ascending",
        "levels": "(Q,) the quantiles' levels",
        "finite": "(G,) number of samples that are counted: their states are finite so far",
        "chaotic": "(G,) number of samples that are chaotic by t",
        "state_mean": "(G,) mean of h over units and samples",
        "state_rms": "(G,) root mean square of h",
        "state_quantiles": "(G, Q) quantiles of h",
        "gate_<name>_mean": "(G,) mean of the gate after its function",
        "gate_<name>_quantiles": "(G, Q) quantiles of the gate after its function",
        "gate_<name>_saturated": "(G, 2) shares saturated low and high",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("forward", forward_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Name the arrays."""
        moments: Moment = jax.tree.map(np.asarray, outputs["moments"])
        state = moments.state
        found: Payload = {
            "times": times(program).astype(np.int64),
            "levels": np.asarray(LEVELS),
            "finite": np.asarray(moments.finite),
            "chaotic": np.asarray(moments.chaotic),
            "state_mean": np.asarray(state.mean),
            "state_rms": np.asarray(state.rms),
            "state_quantiles": np.asarray(state.quantiles),
        }
        for name, seen in moments.gates.items():
            found[f"gate_{name}_mean"] = np.asarray(seen.value.mean)
            found[f"gate_{name}_quantiles"] = np.asarray(seen.value.quantiles)
            found[f"gate_{name}_saturated"] = np.asarray(seen.saturated)
        return found

    def memory(self, program: Program) -> int:
        """Return a stretch of steps with what it is made from, what is sorted of one step, and the weights."""
        per_step = sizes.bytes_per_step(program, arithmetic.SAFE)
        weights = 4 * sizes.total_bytes(sizes.data_shapes(program))
        return 2 * BLOCK * per_step + 8 * per_step + weights
