"""How far back the parts of ∂L_T/∂θ come from, for the longest length."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from gru_vanish.contracts import Outputs, Payload, Program, Stage
from gru_vanish.flow import grid, sizes, status
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.lag_pass import Compare, Parts, ln_size, together
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.sweep import sweep
from gru_vanish.flow.unrolled import Unrolled
from gru_vanish.flow.weight_parts import Gather, inner, weights

ROUNDING = 2.0**-24
"""A float32 does not change when less than this share of it is added."""
EPSILON = 1e-8
"""Adam's ε, in its usual default."""
FLOOR = 1e-12
"""Below this share of ‖g‖ a tail is the rounding of the sum it is taken from."""

TOGETHER = "all"
"""The name of what all weights show as one vector."""


def names(program: Program) -> tuple[str, ...]:
    """Return the fields of the weights, and the name of all together."""
    return (*weights(program), TOGETHER)


def alone(program: Program) -> Program:
    """Return the program with the longest length as its only one."""
    return replace(program, lengths=(program.longest,))


def step_bytes(program: Program) -> int:
    """Return what the observers want of every step."""
    width = program.cell.state_size + program.inputs.size
    return program.inputs.batch * width * program.dtype.itemsize


def lag_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to g and to what every lag shows."""
    single = alone(program)
    layout = lay_out(single.lengths, sizes.bytes_per_step(single, SAFE) + step_bytes(single))

    def kernel(data: Mapping[str, Any]) -> Outputs:
        network = Network(single, data)
        _, walk, whole = sweep(network, layout, Gather(network))
        compared = sweep(network, layout, Compare(network, whole)).record
        size = together(inner(whole.value, whole.value))
        return {
            **compared.parts._asdict(),
            "ln_gradient": ln_size(size, whole.exponent),
            **status.of_walk(program, walk),
        }

    return kernel


def lags_shown(program: Program) -> np.ndarray:
    """Return the lags of the grid, ascending: dense near 0, where most of the gradient is, and near T."""
    return program.longest - np.asarray(grid.points((program.longest,))[:0:-1], np.int64)


class LagShares(Unrolled):
    """Lag shares of ∂L_T/∂θ for the longest length T: what of the update comes from how far back.

    g = Σ_k g_k, where g_k = mean over the batch of δ_tᵀ ∂⁺h_t/∂θ with k = T − t, for every weight matrix (field of the
    weights) and for all together. Additive shares

        P(k) = ⟨Σ_{j≥k} g_j, g⟩ / ‖g‖²,   P(0) = 1,

    beside the tail ratio ‖Σ_{j≥k} g_j‖/‖g‖, whose parts do not add: where the tail is orthogonal to the rest it is the
    root of P. Three lags from which on g_k is lost, T where there is none:

        rounding lag: the first k with ‖g_k‖ < 2⁻²⁴ ‖g‖
        noise lag:    the first k with ‖g_k‖² − tr Σ̂_k/B < tr Σ̂_k/B, Σ̂_k the covariance of g_k over the B samples
        ε lag:        the first k whose rms element is below 10⁻⁸, Adam's ε; it depends on the loss's scale

    Two reverse passes: the first adds g up, the second holds every g_k against it. Sums run over all lags, whatever
    the grid that is stored.
    """

    name: ClassVar[str] = "lag_shares"
    version: ClassVar[int] = 1
    last_step_only: ClassVar[str] = "what enters at step t comes from all terms after it, so it has no one lag"
    columns: ClassVar[Mapping[str, str]] = {
        "length": "() the longest length T",
        "lags": "(K,) lags k = T − t, ascending",
        "share_<weight>": "(K,) P(k); NaN where g = 0",
        "tail_<weight>": "(K,) ‖Σ_{j≥k} g_j‖/‖g‖; NaN below 10⁻¹², where only rounding is left",
        "ln_part_<weight>": "(K,) ln‖g_k‖ in nats; −inf for an exact zero",
        "ln_noise_<weight>": "(K,) ½ ln(tr Σ̂_k/B) in nats; NaN with one sample",
        "ln_gradient_<weight>": "() ln‖g‖ in nats",
        "rounding_lag_<weight>": "() first lag lost to rounding; T if none, NaN if g = 0 or not finite",
        "noise_lag_<weight>": "() first lag lost in noise, same conventions; NaN with one sample",
        "epsilon_lag_<weight>": "() first lag below Adam's ε, same conventions",
        "chaotic": "() number of samples that are chaotic by T",
        "nonfinite": "() number of samples whose state is not finite by T",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("lags", lag_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Sum from the far end, find the three lags among all, and keep the grid."""
        longest, shown = program.longest, lags_shown(program)
        seen = {name: np.asarray(values) for name, values in outputs.items()}
        found: Payload = {"length": np.asarray(longest, np.int64), "lags": shown}
        counts = element_counts(program)
        for index, name in enumerate(names(program)):
            whole = float(seen["ln_gradient"][index])
            share, ln_part, noise, tail = (seen[field][:, index] for field in Parts._fields)
            found |= {
                f"share_{name}": np.cumsum(share[::-1])[::-1][shown],
                f"tail_{name}": np.where(tail < FLOOR, np.nan, tail)[shown],
                f"ln_part_{name}": ln_part[shown],
                f"ln_noise_{name}": ln_noise(ln_part, noise)[shown],
                f"ln_gradient_{name}": np.asarray(whole),
            }
            lost = lost_from(ln_part, noise, whole, counts[index])
            found |= {f"{kind}_lag_{name}": np.asarray(lag) for kind, lag in lost.items()}
        for kind in ("chaotic", "nonfinite"):
            found[kind] = np.asarray(np.sum(seen[f"{kind}_from"] <= longest), np.int64)
        return found

    def memory(self, program: Program) -> int:
        """Return what a pass wants and half of it again, the record of all lags twice, and the weights of every sample.

        Two passes follow one another, and of the first not everything is given back before the second.
        """
        rows = 2 * program.longest * len(Parts._fields) * 8 * len(names(program))
        held = sizes.total_bytes(sizes.data_shapes(program)["params"]) * 8 // program.dtype.itemsize
        both = 3 * sizes.pass_bytes(alone(program), step_bytes(program)) // 2
        return both + rows + (4 + program.inputs.batch) * held


def element_counts(program: Program) -> list[int]:
    """Return the number of elements of every field, and of all together."""
    shapes = program.cell.parameter_shapes(program.inputs.size)
    counts = [math.prod(getattr(shapes, name)) for name in weights(program)]
    return [*counts, sum(counts)]


def ln_noise(ln_part: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return ½ ln(tr Σ̂_k/B); where g_k = 0 there is no noise to tell it from."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isneginf(ln_part), np.nan, ln_part + 0.5 * np.log(noise))


def lost_from(ln_part: np.ndarray, noise: np.ndarray, whole: float, count: int) -> dict[str, float]:
    """Return the three lags; NaN where nothing can be said."""
    if not math.isfinite(whole) or np.isnan(ln_part).any():
        return dict.fromkeys(("rounding", "noise", "epsilon"), math.nan)
    return {
        "rounding": first(ln_part < whole + math.log(ROUNDING)),
        "noise": math.nan if np.isnan(noise).all() else first(noise > 0.5),
        "epsilon": first(ln_part < math.log(EPSILON) + 0.5 * math.log(count)),
    }


def first(lost: np.ndarray) -> float:
    """Return the first lag that is lost, the number of lags where none is."""
    return float(np.argmax(lost)) if lost.any() else float(len(lost))
