"""What each measured value is worth; the ladder is `gru_vanish.contracts.Status`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxtyping import Bool

from gru_vanish import activations
from gru_vanish.contracts import GateFunction, Program, Status
from gru_vanish.flow.forward import Walk

ROUNDED = 1e-3
"""Relative error of a plain slope from which on the plain adjoint is computed, not derived."""

LOST = {name: float(np.finfo(name).tiny) ** 0.5 for name in ("float32", "float64")}
"""Slopes below this may leave the dtype once a weight or a cotangent multiplies them: a zero after one is no proof."""

_SLOPES = {
    GateFunction.sigmoid: (activations.sigmoid_slope, activations.PLAIN.sigmoid),
    GateFunction.tanh: (activations.sech2, activations.PLAIN.tanh),
}


class Slopes(NamedTuple):
    """What became of the slopes of the smooth gates of a sample, over all steps and units."""

    rounded: Bool[Array, " batch"]
    """a slope that plain autodiff would have got wrong by more than `ROUNDED`"""
    lost: Bool[Array, " batch"]
    """a slope below `LOST`"""

    @classmethod
    def of(cls, functions: Mapping[str, GateFunction], extremes: Any) -> "Slopes":
        """Return the verdict from the largest |pre-activation| of each gate: ``extremes``, a NamedTuple."""
        first = jax.tree.leaves(extremes)[0]
        verdict = cls(*(jnp.zeros(first.shape[:1], bool),) * 2)
        for name, function in functions.items():
            if function in _SLOPES:
                verdict = cls(*map(jnp.logical_or, verdict, _judge(function, getattr(extremes, name))))
        return verdict


def _judge(function: GateFunction, extreme: Array) -> tuple[Array, Array]:
    """Both slopes fall with |a|, so the largest |a| of a unit decides."""
    slope, plain = _SLOPES[function]
    exact = slope(extreme)
    _, shown = jax.jvp(plain, (extreme,), (jnp.ones_like(extreme),))
    rounded = jnp.any(jnp.abs(shown - exact) > ROUNDED * exact, axis=-1)
    return rounded, jnp.any(exact < LOST[extreme.dtype.name], axis=-1)


def of_walk(program: Program, walk: Walk) -> dict[str, Array]:
    """Return what the forward pass says of each sample, (B,) each, as outputs of a kernel; `codes` reads them."""
    slopes = Slopes.of(program.cell.gate_functions, walk.extremes)
    return {
        "nonfinite_from": walk.nonfinite,
        "chaotic_from": walk.chaotic,
        # A loss that plain code rounds is like a slope that it rounds: its reading has to be computed.
        "slope_rounded": jnp.ones_like(slopes.rounded) if program.loss.rounds else slopes.rounded,
        "slope_lost": slopes.lost,
    }


def codes(
    lengths: np.ndarray,
    ln_first: np.ndarray,
    plain_zero: np.ndarray,
    nonfinite_from: np.ndarray,
    chaotic_from: np.ndarray,
    slope_lost: np.ndarray,
) -> np.ndarray:
    """Return the status of every (…, length, sample) as uint8, shaped as ``ln_first`` and ``plain_zero`` are."""
    reached = lengths[:, None]
    zero = np.isneginf(ln_first)
    rungs = {
        Status.saturated: np.isfinite(ln_first) & plain_zero,
        Status.chaotic: reached >= chaotic_from,
        # A slope that left the range makes a zero unprovable, so such a zero is never called exact.
        Status.underflow: zero & slope_lost,
        Status.exact_zero: zero & ~slope_lost,
        Status.nonfinite: (reached >= nonfinite_from) | np.isnan(ln_first) | np.isposinf(ln_first),
    }
    out = np.zeros(ln_first.shape, np.uint8)
    for rung, applies in rungs.items():
        out[np.broadcast_to(applies, out.shape)] = rung
    return out
