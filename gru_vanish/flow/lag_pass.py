"""The second reverse pass of the lag shares: every part of the weight gradient held against the whole."""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.flow.adjoint import Lanes
from gru_vanish.flow.forward import Steps
from gru_vanish.flow.network import Network
from gru_vanish.flow.observer import Observer
from gru_vanish.flow.scaled import power_of_two
from gru_vanish.flow.weight_parts import Point, Scaled, beside, inner, part, squares

LN2 = math.log(2.0)


class Parts(NamedTuple):
    """What the part g_k shows, for every field of the weights and for all of them together: (…, fields + 1)."""

    share: Float[Array, "*lags fields"]
    """⟨g_k, g⟩/‖g‖²"""
    ln_norm: Float[Array, "*lags fields"]
    """ln‖g_k‖"""
    noise: Float[Array, "*lags fields"]
    """(tr Σ̂_k/B) / ‖g_k‖²; NaN with one sample"""
    tail: Float[Array, "*lags fields"]
    """‖Σ_{j≥k} g_j‖/‖g‖"""


class Compared(NamedTuple):
    """The record of the second pass."""

    parts: Parts
    rest: tuple[Array, ...]
    """g − Σ_{j<k} g_j, in the units of g"""


class Compare(Observer):
    """Holds every part against the whole, which the first pass has added up."""

    def __init__(self, network: Network, whole: Scaled) -> None:
        self._network, self._whole = network, whole
        self._size = together(inner(whole.value, whole.value))

    def begin(self) -> Compared:
        """No lag seen, nothing taken off."""
        shape = (self._network.program.longest, self._size.shape[0])
        return Compared(Parts(*(jnp.zeros(shape, jnp.float64) for _ in Parts._fields)), self._whole.value)

    def beside(self, steps: Steps) -> Point:
        """States and inputs."""
        return beside(steps)

    def look(self, record: Compared, t: Int[Array, ""], lanes: Lanes, local: Any, beside: Point) -> Compared:
        """Write the row of lag k = T − t."""
        own = part(self._network, lanes, local, beside)
        each = together(squares(self._network, lanes, local, beside))
        norm = together(inner(own.value, own.value))
        batch = self._network.program.inputs.batch
        spread = jnp.maximum(each - batch * norm, 0.0) / max(batch - 1, 1) / batch
        scale = power_of_two(jnp.clip(own.exponent - self._whole.exponent, -1022, 1022), jnp.float64)
        row = Parts(
            share=together(inner(own.value, self._whole.value)) * scale / self._size,
            ln_norm=ln_size(norm, own.exponent),
            noise=spread / norm if batch > 1 else jnp.full_like(norm, jnp.nan),
            tail=jnp.sqrt(together(inner(record.rest, record.rest)) / self._size),
        )
        lag = self._network.program.longest - t
        parts = jax.tree.map(lambda kept, new: kept.at[lag].set(new), record.parts, row)
        rest = tuple(rest - value * scale for rest, value in zip(record.rest, own.value, strict=True))
        return Compared(parts, rest)


def together(values: Float[Array, " fields"]) -> Float[Array, " parts"]:
    """Return the values of all fields, and their sum behind them."""
    return jnp.append(values, jnp.sum(values))


def ln_size(squared: Float[Array, " parts"], exponent: Int[Array, ""]) -> Float[Array, " parts"]:
    """Return ln of the root of squared · 2^(2·exponent)."""
    return 0.5 * jnp.log(squared) + exponent.astype(jnp.float64) * LN2
