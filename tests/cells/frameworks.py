"""Networks of the presets, as the tests against the frameworks run them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.activations import SAFE
from gru_vanish.cells import GRU
from gru_vanish.cells.gru import GRUParams
from gru_vanish.cells.lstm import LSTMParams
from gru_vanish.contracts import Cell, Streams
from tests.flow import settings
from tests.oracle.numpy_networks import GRUWeights

HIDDEN, SIZE, LENGTH = 6, 3, 20


class Sequence(NamedTuple):
    """x_1 … x_T (T, m), h_0 (n,) and the cotangent c (n,) of L_T = c·h_T."""

    xs: Array
    h0: Array
    cotangent: Array


def sequence() -> Sequence:
    rng = np.random.default_rng(5)
    return Sequence(*(jnp.asarray(rng.normal(size=size)) for size in ((LENGTH, SIZE), (HIDDEN,), (HIDDEN,))))


def preset(name: str, hidden: int = HIDDEN) -> tuple[GRU, Any]:
    """Give the GRU of a preset and its init."""
    fields = dict(GRU.presets[name])
    init = GRU.Init.model_validate(fields.pop("init", {}))
    return GRU(hidden=hidden, **fields), init


def run(step: Callable[[Array, Array], Array], given: Sequence) -> tuple[Array, Array]:
    """Give h_1 … h_T and dL_T/dh_0 by autodiff of a plain loop over ``step(h, x)``."""

    def loss(h0: Array) -> tuple[Array, Array]:
        hs, h = [], h0
        for x in given.xs:
            h = step(h, x)
            hs.append(h)
        return given.cotangent @ h, jnp.stack(hs)

    (_, hs), gradient = jax.value_and_grad(loss, has_aux=True)(given.h0)
    return hs, gradient


def run_cell(cell: Cell, params: Any, given: Sequence) -> tuple[Array, Array]:
    """Give the same by the cell's own step and its own pullback."""
    state, locals_, hs = given.h0, [], []
    for x in given.xs:
        drive = cell.drive(params, x)
        new, gates = cell.advance(params, cell.same_state(state), drive, SAFE)
        locals_.append(cell.linearise(params, state, drive, gates))
        hs.append(new)
        state = new
    cotangent = given.cotangent
    for local in reversed(locals_):
        cotangent = sum(cell.pullback(params, local, cotangent).uses, jnp.zeros_like(cotangent))
    return jnp.stack(hs), cotangent


def by_gate(cell: Cell, params: Any) -> Any:
    """Give weights, or their cotangents, with one field for each matrix and vector of the equations."""
    return settings.oracle(cell, params).weights


def lstm_sequence() -> Sequence:
    """Give the same for the state (h, c): c_0 is drawn too, and the loss sees h alone."""
    xs, h0, cotangent = sequence()
    c0 = jnp.asarray(np.random.default_rng(8).normal(size=HIDDEN))
    return Sequence(xs, jnp.concatenate([h0, c0]), jnp.concatenate([cotangent, jnp.zeros(HIDDEN)]))


def lstm_packed(w: LSTMParams) -> dict[str, Array]:
    """Give an LSTM's weights, or their cotangents, as PyTorch and Equinox stack them: i, f, g, o."""
    order = jnp.array([0, 1, 3, 2])
    return {
        "weight_ih": jnp.concatenate(jnp.asarray(w.input)[order]),
        "weight_hh": jnp.concatenate([w.input_gate, w.forget_gate, w.candidate, w.output_gate]),
        "bias": jnp.concatenate(jnp.asarray(w.bias)[order]),
    }


def packed(weights: GRUWeights) -> GRUParams:
    """Give the same as the cell keeps them."""
    w = GRUWeights(*map(jnp.asarray, weights))
    inputs, biases = jnp.stack([w.U_r, w.U_z, w.U_h]), jnp.stack([w.b_r, w.b_z, w.b_h])
    return GRUParams(w.W_r, w.W_z, w.W_h, inputs, biases, w.b_hn)


def drawn(cell: Cell, init: Any, seed: int = 1) -> Any:
    """Give weights as the preset draws them."""
    return jax.tree.map(jnp.asarray, cell.draw(init, SIZE, Streams(seed)))
