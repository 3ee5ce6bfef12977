"""Inputs with a memory of their own."""

from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float
from pydantic import Field

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.contracts.node import Numbers
from gru_vanish.inputs.keys import sample_keys
from gru_vanish.inputs.normal import standard_normal

STRONGEST = 0.99
WARM_UP = 7
"""Blocks before each: what lies further back counts less than 0.99^1792 = 1.5·10⁻⁸, a rounding unit of float32."""


class AR1(Input):
    """x_t = φ x_{t−1} + s √(1 − φ²) ε_t with ε normal: variance s², correlation φ^k over k steps.

    φ is ``correlation``, s is ``scale``; components and samples are independent. The sequence has always been going on:
    x_1 is drawn from the stationary distribution.
    """

    numeric: ClassVar[tuple[str, ...]] = ("scale", "correlation")

    kind: Literal["ar1"] = "ar1"
    scale: float = Field(1.0, ge=0.0, le=1e6, description="standard deviation s")
    correlation: float = Field(0.9, ge=-STRONGEST, le=STRONGEST, description="correlation φ of neighbouring steps")

    def block(self, key: Array, index: Array, numbers: Numbers) -> Float[Array, "block batch size"]:
        """Draw one block from its own noise and that of the blocks before it, so that it depends on nothing else.

        The recursion multiplies float32 in float64, where such products are exact: then it does not matter whether
        a compiler fuses product and sum, and the block has the same bits in every program.
        """
        phi = jnp.asarray(numbers["correlation"], jnp.float32).astype(jnp.float64)
        fresh = jnp.sqrt(1 - phi * phi).astype(jnp.float32).astype(jnp.float64)

        def noise(back: Array) -> Array:
            # Blocks before the first have indices of their own, from the top of the 32 bits down.
            earlier = index.astype(jnp.int32) - back

            def sample(key: Array) -> Array:
                return standard_normal(key, (BLOCK, self.size))

            return jax.vmap(sample, out_axes=1)(sample_keys(key, earlier.astype(jnp.uint32), self.batch))

        def step(x: Array, epsilon: Array) -> tuple[Array, Array]:
            new = phi * x.astype(jnp.float64) + fresh * epsilon.astype(jnp.float64)
            return new.astype(jnp.float32), new.astype(jnp.float32)

        def through(x: Array, back: Array) -> tuple[Array, None]:
            return jax.lax.scan(step, x, noise(back))[0], None

        start = jnp.zeros((self.batch, self.size), jnp.float32)
        state, _ = jax.lax.scan(through, start, jnp.arange(WARM_UP, 0, -1, dtype=jnp.int32))
        _, drawn = jax.lax.scan(step, state, noise(jnp.int32(0)))
        return drawn * jnp.asarray(numbers["scale"], jnp.float32)
