"""Lyapunov spectrum: the long-time growth rates of all directions."""

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import BLOCK, Outputs, Payload, Program, Stage
from gru_vanish.flow import status
from gru_vanish.flow.network import Network
from gru_vanish.flow.orthonormal import general_frame, orthonormalise
from gru_vanish.flow.unrolled import Unrolled
from gru_vanish.flow.wide import Jacobians, along, matrix_bytes, of_step, stretch_bytes

WARM_UP = 0.2
"""Share of the longest length that is passed, re-orthonormalised, before anything is counted."""
BLOCKS = 10
"""Stretches of equal length that the rest is cut into; how much their means differ tells the error."""
GAPS = (1, 2, 4, 8, 16, 32, 64)
"""Steps from one QR to the next; all divide `BLOCK`."""
SPREAD = 16.0
"""Nats by which the directions may grow apart from one QR to the next: half of what float64 has is left."""
GROWTH = 300.0
"""Nats by which any direction may grow or shrink meanwhile, so that nothing leaves the range."""


class Frames(NamedTuple):
    """Where the orthonormal frames stand."""

    frame: Float[Array, "samples n n"]
    gap: Int[Array, ""]
    """steps from one QR to the next"""
    grown: Float[Array, "parts samples n"]
    """Σ ln|R_ii| over the warm-up and over each block"""
    rounding: Float[Array, "samples n"]
    """Σ over the QRs of the blocks of the relative errors of R_ii"""
    seen: Float[Array, "block samples n"]
    """ln|R_ii| of the present stretch, where a step ended with a QR"""


def parts(longest: int) -> np.ndarray:
    """Return the last steps of the warm-up and of every block, ascending."""
    warm = int(WARM_UP * longest)
    blocks = min(BLOCKS, longest - warm)
    return warm + np.round((longest - warm) * np.arange(blocks + 1) / blocks).astype(np.int64)


def chosen_gap(seen: Float[Array, "steps samples n"]) -> Int[Array, ""]:
    """Return the longest gap over which the directions of no sample grow apart by more than `SPREAD` nats.

    ``seen`` are ln|R_ii| of a pilot stretch with a QR at every step; a gap is judged by its worst window there.
    """
    total = jnp.concatenate([jnp.zeros_like(seen[:1]), jnp.cumsum(seen, axis=0)])

    def bearable(gap: int) -> Array:
        window = total[gap:] - total[:-gap]
        apart = jnp.max(window, axis=-1) - jnp.min(window, axis=-1)
        return (jnp.max(apart) <= SPREAD) & (jnp.max(jnp.abs(window)) <= GROWTH)

    gaps = jnp.asarray(GAPS, jnp.int32)
    # Each gap only if all that are shorter will do; a NaN will not.
    good = jnp.cumprod(jnp.stack([bearable(gap) for gap in GAPS]).astype(jnp.int32))
    return jnp.max(jnp.where(good == 1, gaps, 1))


def forward_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to the growth of its directions, part by part."""
    ends = jnp.asarray(parts(program.longest), jnp.int32)
    size = min(BLOCK, program.longest)

    def kernel(data: Mapping[str, Any]) -> Outputs:
        network = Network(program, data)
        jacobians = Jacobians(network)

        def stretch(frames: Frames, locals_: Any, start: Array, count: Array) -> Frames:
            def to_next(at: tuple[Array, Frames]) -> tuple[Array, Frames]:
                step, frames = at
                part = jnp.searchsorted(ends, start + step, side="right").astype(jnp.int32)
                due = jnp.minimum(jnp.minimum(step + frames.gap, ends[part] - start), count)
                pushed = jax.lax.fori_loop(
                    step, due, lambda i, frame: jacobians.push(of_step(locals_, i), frame), frames.frame
                )
                return due, _counted(frames, pushed, part, due - 1)

            first = jnp.asarray(0, jnp.int32), frames._replace(seen=jnp.zeros_like(frames.seen))
            _, frames = jax.lax.while_loop(lambda at: at[0] < count, to_next, first)
            if program.longest <= BLOCK:
                return frames
            # The first stretch is the pilot; its second half, once the frame has turned, decides.
            gap = jnp.where(start == 0, chosen_gap(frames.seen[BLOCK // 2 :]), frames.gap)
            return frames._replace(gap=gap)

        frames, walk = along(network, jacobians, begin(jacobians, len(ends), size), stretch)
        seen = status.of_walk(program, walk)
        return {
            "grown": frames.grown,
            "rounding": frames.rounding,
            "gap": frames.gap,
            "nonfinite_from": seen["nonfinite_from"][: jacobians.samples],
        }

    return kernel


def begin(jacobians: Jacobians, count: int, stretch: int) -> Frames:
    """Return the frames at t = 0: one orthogonal matrix in general position, the same for every sample."""
    samples, size = jacobians.samples, jacobians.size
    frame = general_frame(size, jnp.asarray(0, jnp.int32))
    return Frames(
        frame=jnp.broadcast_to(frame, (samples, size, size)),
        gap=jnp.asarray(1, jnp.int32),
        grown=jnp.zeros((count, samples, size), jnp.float64),
        rounding=jnp.zeros((samples, size), jnp.float64),
        seen=jnp.zeros((stretch, samples, size), jnp.float64),
    )


def _counted(frames: Frames, pushed: Array, part: Array, step: Array) -> Frames:
    """Return the frames made orthonormal again, and what they have grown by."""
    factors, grown = jax.lax.map(orthonormalise, pushed)
    return frames._replace(
        frame=factors.q,
        grown=frames.grown.at[part].add(grown.ln),
        rounding=frames.rounding + jnp.where(part > 0, grown.rounding, 0.0),
        seen=frames.seen.at[step].set(grown.ln),
    )


class Lyapunov(Unrolled):
    """Lyapunov exponents λ_1 ≥ … ≥ λ_n in nats per step along the longest sequence, of at most four samples.

    J_t Q_{t−1} = Q_t R_t and λ_i = mean of ln|(R_t)_ii| over the steps after a warm-up, which is re-orthonormalised
    too (Benettin et al. 1980; Shimada & Nagashima 1979; for recurrent networks Engelken, Wolf & Abbott 2023). The
    warm-up is the first fifth. The step between QRs is chosen from the growth rates: in a pilot of 256 steps every
    step ends with a QR; afterwards it is the largest power of two up to 64 over which no two directions grew apart
    by more than 16 nats in the pilot's second half. All in float64 along the trajectory, whatever its precision.

    With D = k + Σ_{i≤k} λ_i / |λ_{k+1}|, k the last with Σ_{i≤k} λ_i ≥ 0, the Kaplan–Yorke dimension. The sum of the
    positive exponents is an upper bound of the entropy rate (Ruelle). Where there is an input all of this is
    conditional on it: how states that share the input part, not how the inputs differ.
    """

    name: ClassVar[str] = "lyapunov"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = {
        "warm_up": "() steps before anything is counted",
        "steps": "(K,) steps of every block",
        "gap": "() steps from one QR to the next after the pilot",
        "exponents": "(S, n) λ_i in nats per step, descending; −inf for a direction lost exactly, NaN if withheld",
        "block_exponents": "(K, S, n) the same over each block, in the order of the whole",
        "error": "(S, n) standard error of λ_i from the means of the blocks; NaN with one block",
        "rounding": "(S, n) estimate of what rounding does to λ_i, nats per step; large where it is not resolved",
        "dimension": "(S,) Kaplan–Yorke dimension",
        "entropy_bound": "(S,) sum of the positive exponents, nats per step",
        "sum": "(S,) sum of all exponents = mean of ln|det J_t|, nats per step",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("forward", forward_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Divide by the steps and put the directions in order."""
        ends = parts(program.longest)
        steps = np.diff(ends)
        grown = np.array(outputs["grown"])[1:]
        overflown = np.asarray(outputs["nonfinite_from"]) <= program.longest
        grown[:, overflown] = np.nan
        whole = grown.sum(axis=0) / steps.sum()
        order = np.argsort(-whole, axis=-1, kind="stable")
        exponents = np.take_along_axis(whole, order, axis=-1)
        blocks = np.take_along_axis(grown / steps[:, None, None], order[None], axis=-1)
        return {
            "warm_up": np.asarray(ends[0]),
            "steps": steps,
            "gap": np.asarray(outputs["gap"], np.int64),
            "exponents": exponents,
            "block_exponents": blocks,
            "error": standard_error(blocks),
            "rounding": np.take_along_axis(np.asarray(outputs["rounding"]) / steps.sum(), order, axis=-1),
            "dimension": np.array([kaplan_yorke(row) for row in exponents]),
            "entropy_bound": np.where(exponents < 0, 0.0, exponents).sum(axis=-1),
            "sum": exponents.sum(axis=-1),
        }

    def memory(self, program: Program) -> int:
        """Return a stretch of steps with the weights and the growth at its steps, and the matrices of one step."""
        seen = min(BLOCK, program.longest) * matrix_bytes(program) // program.cell.state_size
        return stretch_bytes(program) + 2 * seen + 8 * matrix_bytes(program)


def standard_error(blocks: np.ndarray) -> np.ndarray:
    """Return the standard error of the mean over the first axis, NaN where it has one entry or is not finite."""
    count = len(blocks)
    if count < 2:
        return np.full(blocks.shape[1:], np.nan)
    with np.errstate(invalid="ignore"):
        return blocks.std(axis=0, ddof=1) / math.sqrt(count)


def kaplan_yorke(exponents: np.ndarray) -> float:
    """Return the Kaplan–Yorke dimension of descending exponents; n where none of the sums is negative."""
    if np.isnan(exponents).any():
        return math.nan
    sums = np.cumsum(exponents)
    negative = np.flatnonzero(sums < 0)
    if negative.size == 0:
        return float(len(exponents))
    k = int(negative[0])
    below = float(-exponents[k])
    return float(k) if k == 0 or math.isinf(below) else k + float(sums[k - 1]) / below
