"""A gradient at the steps of a grid for every length: what the measures over (t, T) share."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import Outputs, Payload, Program
from gru_vanish.flow import sizes, status
from gru_vanish.flow.arithmetic import PLAIN, SAFE, Arithmetic
from gru_vanish.flow.layout import Layout, lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.recording import Reading
from gru_vanish.flow.typical import typical

Kernel = Callable[[Program], Callable[[Mapping[str, Any]], Outputs]]
See = Callable[[Network, Layout], Mapping[str, Any]]
"""(network, layout) → ``walk``, ``reading`` with leaves (times, lanes, B), and further outputs"""

COLUMNS: Mapping[str, str] = {
    "lengths": "(L,) sequence lengths T, ascending",
    "times": "(G,) steps t, ascending",
    "ln_gradient": "(G, L) mean over the samples of ln of the norm in nats, of those finite; NaN where none is",
    "ln_spread": "(G, L) standard deviation (n − 1) of ln of the norm over the same samples",
    "ln_rms": "(G, L) ln of the root mean square over the samples of the norm, withheld values left out",
    "plain_zero": "(G, L) share of samples of which jnp.linalg.norm shows 0 in plain code of this dtype",
    "statuses": "(G, L, S) number of samples of each status; 0 where t > T",
}


def blank(program: Program) -> Reading:
    """Return the shape of one row of a record: (lanes, B)."""
    shape = (len(program.lengths), program.inputs.batch)
    flag = jax.ShapeDtypeStruct(shape, np.bool_)
    return Reading(jax.ShapeDtypeStruct(shape, np.float64), flag, flag)  # type: ignore[arg-type]


def safe_kernel(see: See, beside: Callable[[Program], int]) -> Kernel:
    """Return the stage that measures; ``beside`` gives the bytes that ``see`` wants of every step besides."""

    def kernel_of(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
        network_of = _networks(program, SAFE, beside(program))

        def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
            seen = dict(see(*network_of(data)))
            walk, reading = seen.pop("walk"), seen.pop("reading")
            return {**reading._asdict(), **status.of_walk(program, walk), **seen}

        return kernel

    return kernel_of


def plain_kernel(see: See, beside: Callable[[Program], int]) -> Kernel:
    """Return the stage that replaces what was derived of plain code by what it really shows."""

    def kernel_of(program: Program) -> Callable[[Mapping[str, Any]], Outputs]:
        network_of = _networks(program, PLAIN, beside(program))

        def kernel(data: Mapping[str, Any]) -> dict[str, Array]:
            shown = see(*network_of(data))["reading"]
            return {"plain_zero": shown.plain_zero, "plain_norm_zero": shown.plain_norm_zero}

        return kernel

    return kernel_of


def _networks(
    program: Program, arithmetic: Arithmetic, beside: int
) -> Callable[[Mapping[str, Any]], tuple[Network, Layout]]:
    layout = lay_out(program.lengths, sizes.bytes_per_step(program, arithmetic) + beside)
    return lambda data: (Network(program, data, arithmetic), layout)


def slopes_rounded(outputs: Outputs) -> bool:
    """Whether plain code would have got a slope wrong, so that what it shows has to be computed."""
    return bool(np.any(outputs["slope_rounded"]))


def payload(program: Program, times: np.ndarray, outputs: Outputs) -> Payload:
    """Judge every (t, T, sample) and tell of each (t, T) what its samples show."""
    seen = {name: np.asarray(values) for name, values in outputs.items()}
    lengths = np.asarray(program.lengths, np.int64)
    # Lanes stand longest first, columns shortest first.
    ln, plain_zero, plain_norm_zero = (seen[name][:, ::-1] for name in Reading._fields)
    codes = status.codes(lengths, ln, plain_zero, seen["nonfinite_from"], seen["chaotic_from"], seen["slope_lost"])
    exists = times[:, None] <= lengths
    shown = typical(ln, codes, exists)
    return {
        "lengths": lengths,
        "times": times.astype(np.int64),
        "ln_gradient": shown.mean,
        "ln_spread": shown.spread,
        "ln_rms": shown.rms,
        "plain_zero": np.where(exists, plain_norm_zero.mean(axis=-1), np.nan),
        "statuses": shown.counts,
    }


def record_bytes(program: Program, times: np.ndarray) -> int:
    """Return what the record of a reverse pass wants, twice."""
    return 2 * (len(times) + 1) * sizes.total_bytes(blank(program))


def as_rows(first: Reading, kept: Reading) -> Reading:
    """Return the rows of ``kept``, without the spare one, with ``first`` in front."""
    return jax.tree.map(lambda one, rest: jnp.concatenate([one[None], rest[:-1]]), first, kept)
