"""σ, tanh and relu whose slopes keep small numbers.

Plain autodiff takes the slope from the value: 1 − y² for tanh, z(1 − z) for σ. As soon as the value rounds to 1
(in float32 at a = 8 for tanh and a = 16.7 for σ) that slope is exactly 0 and the gradient with it, though the true
slope is 1e-7. Here the slopes come from the pre-activation:

    d tanh a / da = sech² a = 4e / (1 + e)²,   e = exp(−2|a|)
    d σ(a) / da   = σ(a) σ(−a) = e / (1 + e)²,  e = exp(−|a|)
    1 − σ(a)      = σ(−a)

They are right to rounding until e itself leaves the range of the dtype (|a| = 43 for tanh and 87 for σ in float32).
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float

from gru_vanish.contracts import Activations


def sech2(a: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return sech² a, the slope of tanh at a."""
    e = jnp.exp(-2 * jnp.abs(a))
    return 4 * e / (1 + e) ** 2


def sigmoid_slope(a: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return σ(a) σ(−a), the slope of σ at a."""
    e = jnp.exp(-jnp.abs(a))
    return e / (1 + e) ** 2


@jax.custom_jvp
def tanh(a: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return tanh a, with the slope sech² a."""
    return jnp.tanh(a)


@jax.custom_jvp
def sigmoid(a: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return σ(a) = 1 / (1 + exp(−a)), with the slope σ(a) σ(−a)."""
    return jax.nn.sigmoid(a)


@tanh.defjvp
def _tanh_jvp(primals: tuple[Any], tangents: tuple[Any]) -> tuple[Any, Any]:
    (a,), (da,) = primals, tangents
    return tanh(a), sech2(a) * da


@sigmoid.defjvp
def _sigmoid_jvp(primals: tuple[Any], tangents: tuple[Any]) -> tuple[Any, Any]:
    (a,), (da,) = primals, tangents
    return sigmoid(a), sigmoid_slope(a) * da


def complement(a: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return 1 − σ(a) = σ(−a), which does not round to 0."""
    return sigmoid(-a)


def relu(a: Float[Array, "..."]) -> Float[Array, "..."]:
    """Return max(a, 0), with the slope 1 for a > 0 and 0 elsewhere."""
    return jax.nn.relu(a)


SAFE = Activations(sigmoid=sigmoid, complement=complement, tanh=tanh, relu=relu)
"""What the measurements use."""

PLAIN = Activations(sigmoid=jax.nn.sigmoid, complement=lambda a: 1 - jax.nn.sigmoid(a), tanh=jnp.tanh, relu=jax.nn.relu)
"""What plain code uses: the same functions, with slopes taken from rounded values."""
