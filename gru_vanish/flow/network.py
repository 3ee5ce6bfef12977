"""One unrolled network: a cell, its weights and its inputs, for a batch of samples."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, Self

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import Float, Int

from gru_vanish.contracts import BLOCK, Activations, Holding, Program
from gru_vanish.flow.arithmetic import SAFE, Arithmetic
from gru_vanish.flow.hold import mean_levels

INPUT_STREAM = 1
STATE_STREAM = 2


class Network:
    """What a program knows of the network that it differentiates; all samples at once.

    ``data`` holds ``params``, ``inputs`` and ``h0`` (their numbers), ``loss`` (what it drew) and ``key`` (the two
    words of a threefry key).
    """

    def __init__(self, program: Program, data: Mapping[str, Any], arithmetic: Arithmetic = SAFE) -> None:
        self.program = program
        self.cell = program.cell
        self.params = data["params"]
        self._data = data
        self._arithmetic = arithmetic
        # Named explicitly: the default generator of a device may be another.
        key = jax.random.wrap_key_data(data["key"], impl="threefry2x32")
        self._input_key = jax.random.fold_in(key, INPUT_STREAM)
        self._state_key = jax.random.fold_in(key, STATE_STREAM)
        if isinstance(self.cell, Holding) and self.cell.held:
            free = Network(replace(program, cell=self.cell.free), data, arithmetic)
            self.params = self.cell.with_levels(self.params, mean_levels(free, self.cell))

    @property
    def act(self) -> Activations:
        """The activations of this arithmetic."""
        return self._arithmetic.act

    def inputs(self, start: Int[Array, ""] | int, steps: int) -> Float[Array, "steps batch size"]:
        """Return x of ``steps`` steps after ``start``, a multiple of `BLOCK`."""
        program = self.program
        first, blocks = start // BLOCK, -(-steps // BLOCK)

        def block(index: Array) -> Array:
            return program.inputs.block(self._input_key, index, self._data["inputs"])

        drawn = jax.lax.map(block, first + jnp.arange(blocks, dtype=jnp.int32)).astype(program.dtype)
        return drawn.reshape(blocks * BLOCK, *drawn.shape[2:])[:steps]

    def initial(self) -> Float[Array, "batch state"]:
        """Return h_0."""
        program = self.program
        drawn = program.h0.draw(self._state_key, program.inputs.batch, self.cell.state_size, self._data["h0"])
        return drawn.astype(program.dtype)

    def with_params(self, params: Any) -> Self:
        """Return the same network with these weights."""
        other = copy(self)
        other.params = params
        return other

    def drive(self, x: Float[Array, "batch size"]) -> Any:
        """Return the part of a step that reads x alone."""
        return jax.vmap(self.cell.drive, (None, 0))(self.params, x)

    def advance(self, state: Float[Array, "rows state"], drive: Any) -> tuple[Float[Array, "rows state"], Any]:
        """Return the states one step on, and the pre-activations."""

        def one(state: Array, drive: Any) -> tuple[Array, Any]:
            return self.cell.advance(self.params, self.cell.same_state(state), drive, self._arithmetic.act)

        return jax.vmap(one)(state, drive)

    def linearise(self, state: Array, drive: Any, gates: Any) -> Any:
        """Return what the pullback of one step needs, for every sample."""
        linearise = partial(self._arithmetic.linearise, self.cell)
        return jax.vmap(linearise, (None, 0, 0, 0))(self.params, state, drive, gates)

    def pull(self, local: Any, cotangent: Float[Array, "lanes batch state"]) -> Float[Array, "lanes batch state"]:
        """Return J_tᵀ δ of every lane and sample."""
        pull = partial(self._arithmetic.pull, self.cell, self.params)
        return jax.vmap(jax.vmap(pull), (None, 0))(local, cotangent)

    def pull_uses(self, local: Any, cotangent: Float[Array, "lanes batch state"]) -> Any:
        """Return (J_t^p)ᵀ δ of every use p: the cell's own NamedTuple of (lanes, batch, state)."""

        def one(local: Any, cotangent: Array) -> Any:
            return self.cell.pullback(self.params, local, cotangent).uses

        return jax.vmap(jax.vmap(one), (None, 0))(local, cotangent)

    def pull_input(
        self, local: Any, x: Float[Array, "batch size"], cotangent: Float[Array, "lanes batch state"]
    ) -> Float[Array, "lanes batch size"]:
        """Return (∂h_t/∂x_t)ᵀ δ of every lane and sample."""
        pull = partial(self._arithmetic.pull_input, self.cell, self.params)
        return jax.vmap(jax.vmap(pull), (None, None, 0))(local, x, cotangent)

    def shift(self, mantissa: Float[Array, "lanes batch state"]) -> Int[Array, "lanes batch"]:
        """Return the powers of two that this arithmetic takes out of its adjoints."""
        return self._arithmetic.shift(mantissa)

    def of_term(self) -> Self:
        """Return the same network with the loss of the last step alone: one term of a loss that is a sum."""
        other = copy(self)
        other.program = replace(self.program, loss=self.program.loss.term())
        return other

    def direct(
        self, state: Float[Array, "rows batch state"]
    ) -> tuple[Float[Array, "rows batch state"], Int[Array, "rows batch"]]:
        """Return ∂⁺ℓ/∂state of the term that reads these states: mantissa · 2^exponent."""
        loss, drawn = self.program.loss, self._data["loss"]

        def one(drawn: Any, state: Array) -> tuple[Array, Array]:
            h, back = jax.vjp(self.cell.read, state)
            direct = self._arithmetic.direct(loss, drawn, h)
            (pulled,) = back(direct.mantissa)
            return jnp.asarray(pulled), direct.exponent

        samples = {name: 0 if name in loss.per_sample else None for name in drawn}
        return jax.vmap(jax.vmap(one, (samples, 0)), (None, 0))(drawn, state)
