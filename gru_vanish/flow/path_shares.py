"""How much of the gradient comes by each use of h_{t−1}: the shares of the gate paths, step by step."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import jax
import numpy as np

from gru_vanish.contracts import Outputs, Payload, Program, Stage, Status
from gru_vanish.flow import share_pass, sizes, status
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.recording import read
from gru_vanish.flow.unrolled import Unrolled
from gru_vanish.flow.visit_pass import leaks

SHOWN = 4
"""At most so many lengths: each has an adjoint and a tangent of its own."""
BINS = 256
"""At most so many stretches of steps over which a share is averaged."""
LOST = 1e-3
"""Relative rounding error of a share from which on it is withheld."""


def shown_lengths(lengths: tuple[int, ...], most: int = SHOWN) -> tuple[int, ...]:
    """Return at most ``most`` lengths: the longest, and others evenly spread over the list."""
    last = len(lengths) - 1
    if last < most:
        return lengths
    return tuple(lengths[round(last * (k + 1) / most)] for k in range(most))


def bin_ends(lengths: tuple[int, ...]) -> np.ndarray:
    """Return the last step of every bin of every length, (S, G); −1 where a short length has fewer bins.

    The bins of a length T cover 1 … T without a gap: one step each up to `BINS` steps, evenly many beyond.
    """
    width = min(BINS, lengths[-1])
    ends = np.full((len(lengths), width), -1, np.int64)
    for row, length in zip(ends, lengths, strict=True):
        count = min(width, length)
        row[:count] = np.arange(1, count + 1) * length // count
    return ends


def shown(program: Program) -> Program:
    """Return the program at the lengths that are shown."""
    return replace(program, lengths=shown_lengths(program.lengths))


def share_kernel(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
    """Return the function that maps the data of a unit to its shares, longest length first."""
    program = shown(program)
    layout = lay_out(program.lengths, sizes.bytes_per_step(program, SAFE) + pulled_bytes(program))
    ends, lost = bin_ends(program.lengths)[::-1], losable(program)

    def kernel(data: Mapping[str, Any]) -> dict[str, Any]:
        network = Network(program, data)
        seen, lanes, walk = share_pass.shares(network, layout, ends, lost)
        return {**seen._asdict(), **read(lanes.mantissa, lanes.exponent)._asdict(), **status.of_walk(program, walk)}

    return kernel


def losable(program: Program) -> float:
    """Return the relative rounding error that withholds a share; with one use its share is 1 whatever cancels."""
    return LOST if len(program.cell.Uses._fields) > 1 else np.inf


def pulled_bytes(program: Program) -> int:
    """Return the bytes that the cotangents of the uses take in each step."""
    uses, row = len(program.cell.Uses._fields), program.cell.state_size * program.dtype.itemsize
    return uses * len(shown_lengths(program.lengths)) * program.inputs.batch * row


class PathShares(Unrolled):
    """Shares of the gate paths in the gradient: s_p(t) for every use p of h_{t−1}, summed and along the sequence.

    J_t = Σ_p J_t^p, one term for each use. With w_t = J_t w_{t−1}, w_0 = δ_0/‖δ_0‖,

        s_p(t) = ⟨δ_t, J_t^p w_{t−1}⟩ / ⟨δ_t, J_t w_{t−1}⟩,   Σ_p s_p(t) = 1 at every t,
        Σ_t s_p(t) = ∂ ln‖δ_0‖ / ∂ ln α_p   where J^p is multiplied by α_p at all steps.

    Exact and additive; a share below 0 is a path that works against the others. A cell with one use has the share 1,
    and says nothing by it.
    One reverse pass and one tangent pass: ⟨δ_t, J_t^p w⟩ = ⟨(J_t^p)ᵀ δ_t, w⟩, and (J_t^p)ᵀ δ_t is what the reverse
    pass adds up anyway. The denominator is ‖δ_0‖ at every t; what is left of it after cancellation, against
    ‖δ_t‖ ‖w_t‖, is told as ``alignment``, and a sample is withheld (``cancelled``) where ε/alignment > 1e-3.

    At most four lengths, spread over the list, the longest among them.
    """

    name: ClassVar[str] = "path_shares"
    version: ClassVar[int] = 1
    last_step_only: ClassVar[str] = (
        "its tangent goes with one adjoint from δ_0 to δ_T, and a sum adds a term to it at every step"
    )
    columns: ClassVar[Mapping[str, str]] = {
        "lengths": "(S,) the lengths T that are shown, ascending",
        "bin_ends": "(S, G) last step of every bin of steps 1 … T; −1 for bins that a short length does not have",
        "counted": "(S, G) share of the steps and samples of the bin that count: not withheld there",
        "share_<path>": "(S, G) mean of s_p(t) over those steps and samples; NaN where there are none",
        "total_<path>": "(S, B) Σ_t s_p(t) over t = 1 … T, in steps; NaN where withheld",
        "visits": "(S, B) mean number of steps that are not taken by the leak, T − Σ_t s_leak(t)",
        "alignment": "(S, B) smallest |⟨δ_t, w_t⟩| / (‖δ_t‖ ‖w_t‖) over t: what cancellation left",
        "cancelled": "(S, B) the shares are lost to cancellation in this dtype, and withheld",
        "status": "(S, B) code of the status of the gradient",
    }
    stages: ClassVar[tuple[Stage, ...]] = (Stage("shares", share_kernel, lambda outputs: True),)

    def payload(self, program: Program, outputs: Outputs) -> Payload:
        """Judge every sample and turn the lanes, longest first, into rows, shortest first."""
        lengths = np.asarray(shown_lengths(program.lengths), np.int64)
        # ``totals`` and ``sums`` are dictionaries by path, all other outputs arrays.
        seen = {name: jax.tree.map(lambda leaf: np.asarray(leaf), value) for name, value in outputs.items()}
        flip = {name: seen[name][::-1] for name in ("ln", "plain_zero", "alignment", "counted")}
        codes = status.codes(
            lengths, flip["ln"], flip["plain_zero"], seen["nonfinite_from"], seen["chaotic_from"], seen["slope_lost"]
        )
        unknown = np.isin(codes, (Status.underflow, Status.exact_zero, Status.nonfinite))
        with np.errstate(divide="ignore"):
            cancelled = ~unknown & ~(np.finfo(program.dtype).eps / flip["alignment"] <= losable(program))
        withheld = unknown | cancelled
        totals = {name: np.where(withheld, np.nan, total[::-1]) for name, total in seen["totals"].items()}
        ends, counted = bin_ends(tuple(lengths.tolist())), flip["counted"]
        there = np.diff(ends, axis=1, prepend=0) * program.inputs.batch
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = {name: total[::-1] / counted for name, total in seen["sums"].items()}
            counted = np.where(ends > 0, counted / there, np.nan)
        return {
            "lengths": lengths,
            "bin_ends": ends,
            "counted": counted,
            **{f"share_{name}": share for name, share in shares.items()},
            **{f"total_{name}": total for name, total in totals.items()},
            "visits": _visits(lengths, withheld, [totals[name] for name in leaks(program.cell)]),
            "alignment": np.where(unknown, np.nan, flip["alignment"]),
            "cancelled": cancelled,
            "status": codes,
        }

    def memory(self, program: Program) -> int:
        """Return what the two passes store or recompute at a time."""
        program = shown(program)
        return sizes.pass_bytes(program, pulled_bytes(program))


def _visits(lengths: np.ndarray, withheld: np.ndarray, by_leaks: list[np.ndarray]) -> np.ndarray:
    """Return T − Σ_t s_leak(t); without a leak every step is a visit."""
    steps = np.broadcast_to(lengths[:, None].astype(np.float64), withheld.shape)
    return np.where(withheld, np.nan, steps - sum(by_leaks, np.zeros_like(steps)))
