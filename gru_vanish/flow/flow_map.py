"""The gradient at every step of the way: ‖dL_T/dh_t‖ over (t, T), and the direct derivative beside it."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import Outputs, Payload, Program, Stage
from gru_vanish.flow import grid, on_grid, sizes
from gru_vanish.flow.adjoint import Lanes
from gru_vanish.flow.forward import Steps
from gru_vanish.flow.layout import Layout
from gru_vanish.flow.network import Network
from gru_vanish.flow.observer import Observer
from gru_vanish.flow.recording import Reading, keep, read, rows
from gru_vanish.flow.scaled import ln_norm
from gru_vanish.flow.sweep import sweep
from gru_vanish.flow.typical import typical
from gru_vanish.flow.unrolled import Unrolled


class _Seen(NamedTuple):
    """What is kept on the way."""

    reading: Reading
    """of δ_t at every t ≥ 1 of the grid"""
    states: Float[Array, "states batch state"]
    """the list of states: h_t at every t ≥ 1 of the grid, and h_T of every length"""


class _FlowObserver(Observer):
    """Reads δ_t at the steps of the grid, and makes the list of states that a loss is a function of."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.times = times(program)[1:]
        self.listed = np.union1d(self.times, program.lengths).astype(np.int32)

    def begin(self) -> _Seen:
        program = self.program
        state = jax.ShapeDtypeStruct((program.inputs.batch, program.cell.state_size), program.dtype)
        return _Seen(rows(len(self.times), on_grid.blank(program)), rows(len(self.listed), state))

    def beside(self, steps: Steps) -> Array:
        return steps.after

    def look(self, record: _Seen, t: Int[Array, ""], lanes: Lanes, local: Any, beside: Array) -> _Seen:
        return _Seen(
            reading=keep(record.reading, self.times, t, lambda: read(lanes.mantissa, lanes.exponent)),
            states=keep(record.states, self.listed, t, lambda: beside),
        )


def times(program: Program) -> np.ndarray:
    """Return the steps t of the map, 0 among them."""
    return np.asarray(grid.points(program.lengths), np.int32)


def see(network: Network, layout: Layout) -> dict[str, Any]:
    """Return ln‖δ_t‖ of every t of the grid and every length, and ln of the norm of the direct derivative.

    Of a loss that is a sum over steps δ_t is that of one term, ℓ_T; its total derivative, of all terms, stands beside.
    """
    observer = _FlowObserver(network.program)
    lanes, walk, record = sweep(network.of_term(), layout, observer)
    reading = on_grid.as_rows(read(lanes.mantissa, lanes.exponent), record.reading)
    # The list begins with h_0.
    states = jnp.concatenate([network.initial()[None], record.states[:-1]])
    listed = np.concatenate([[0], observer.listed])
    direct = direct_norms(network, states, np.searchsorted(listed, network.program.lengths[::-1]))
    return {
        "walk": walk,
        "reading": reading,
        "ln_direct": direct[:, np.searchsorted(listed, times(network.program))].swapaxes(0, 1),
        **({"ln_total": total_norms(network, layout)} if network.program.loss.summed else {}),
    }


def total_norms(network: Network, layout: Layout) -> Float[Array, "times lanes batch"]:
    """Return ln‖dL_T/dh_t‖ of the whole loss at every t of the grid."""
    lanes, _, record = sweep(network, layout, _FlowObserver(network.program))
    return on_grid.as_rows(read(lanes.mantissa, lanes.exponent), record.reading).ln


def direct_norms(
    network: Network, states: Float[Array, "states batch state"], last: np.ndarray
) -> Float[Array, "lanes states batch"]:
    """Return ln‖∂⁺L_T/∂h_t‖ for every h_t of the list, by differentiating each loss by the list.

    The loss of length T is a function of the list of states in which it reads one, the last, or all but h_0 up to that
    one: ``last`` says which.
    """
    places = jnp.arange(len(states), dtype=jnp.int32)

    def of_length(last: Int[Array, ""]) -> Array:
        h, back = jax.vjp(lambda states: states[last], states)
        mantissa, exponent = (values[0] for values in network.direct(h[None]))
        (by_list,) = back(mantissa)
        return ln_norm(by_list, jnp.broadcast_to(exponent, by_list.shape[:-1]))

    def of_sum(last: Int[Array, ""]) -> Array:
        read = (places >= 1) & (places <= last)
        chosen, back = jax.vjp(lambda states: jnp.where(read[:, None, None], states, 0), states)
        mantissa, exponent = network.direct(chosen)
        (by_list,) = back(mantissa)
        return ln_norm(by_list, exponent)

    return jax.lax.map(of_sum if network.program.loss.summed else of_length, jnp.asarray(last, jnp.int32))


def _beside(program: Program) -> int:
    """The states are among what the reverse pass stores anyway."""
    return 0


class FlowMap(Unrolled):
    """ln‖dL_T/dh_t‖ over (t, T), and the direct derivative ∂⁺L_T/∂h_t beside it.

    Total: δ_T = ∂⁺L_T/∂h_T, δ_{t−1} = J_tᵀ δ_t; the row t = 0 is the h0 gradient. Direct: through the loss alone, with
    every other state of the list held fixed; for a loss of the last step it is exactly 0 for t < T, which says nothing
    about the flow. Differentiating a loss by the stacked list of states yields the direct one.

    Of a loss summed over steps the map is that of one term, ‖dℓ_s/dh_t‖ over (t, s) with the lengths as s: the sum
    itself does not vanish by construction. Direct and total derivative of the sum stand beside it; at every t ≥ 1 the
    direct one is that of ℓ_t, which is not 0 and says nothing about the flow either.

    All lengths share one forward scan and one reverse pass, on which δ_t of every lane is read at the steps of
    `gru_vanish.flow.grid`. Samples are told of by mean, spread and root mean square: (t, T, sample) would be too much.
    """

    name: ClassVar[str] = "flow_map"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = {
        **on_grid.COLUMNS,
        "ln_direct": "(G, L) mean over the samples of ln‖∂⁺L_T/∂h_t‖ in nats; −inf where all are 0, NaN for t > T",
        "ln_total": "(G, L) for a loss summed over steps, whose ln_gradient is that of the term ℓ_T: ln‖dL_T/dh_t‖",
    }
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("adjoint", on_grid.safe_kernel(see, _beside), lambda outputs: True),
        Stage("plain", on_grid.plain_kernel(see, _beside), on_grid.slopes_rounded),
    )

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every value and turn samples into what they show."""
        steps, lengths = times(program), np.asarray(program.lengths)
        exists = steps[:, None] <= lengths
        beside = {name: np.asarray(outputs[name])[:, ::-1] for name in ("ln_direct", "ln_total") if name in outputs}
        return {
            **on_grid.payload(program, steps, outputs),
            **{name: _mean(values, exists) for name, values in beside.items()},
        }

    def memory(self, program: Program) -> int:
        """Return what the pass wants, the record, and the list of states for two lengths."""
        steps = times(program)
        row = program.inputs.batch * program.cell.state_size * program.dtype.itemsize
        listed = (len(steps) + len(program.lengths)) * row
        passes = 2 if program.loss.summed else 1
        return passes * (sizes.pass_bytes(program) + on_grid.record_bytes(program, steps)) + 6 * listed


def _mean(ln: np.ndarray, exists: np.ndarray) -> np.ndarray:
    """Return the mean over the samples, (G, L, B) → (G, L); −inf where all are 0."""
    mean = typical(ln, np.zeros(ln.shape, np.uint8), exists).mean
    return np.where(exists & np.isneginf(ln).all(axis=-1), -np.inf, mean)
