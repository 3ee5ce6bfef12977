"""Units with any loss, and what NumPy and plain code say of them."""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from gru_vanish.contracts import Loss, Program, Setting
from gru_vanish.flow import MEASURES
from gru_vanish.losses import LOSSES
from tests.flow import plain_networks, settings, units
from tests.oracle import numpy_gradients, numpy_losses


def loss(kind: str, over: str = "last", **fields: Any) -> Loss:
    """Give a loss with three outputs, where it has some."""
    outputs = {} if kind == "projection" else {"outputs": 3}
    return LOSSES[kind].model_validate({**outputs, "over": over, **fields})


class Unit(NamedTuple):
    """What a unit has drawn, in float64, and the network that NumPy makes of it."""

    network: Any
    xs: np.ndarray
    h0: np.ndarray
    hs: np.ndarray
    loss: dict[str, np.ndarray]


def data(setting: Setting, **changed: Any) -> dict[str, Any]:
    """Give what the kernels read, seed 0; ``changed`` are arrays of the loss, in float64."""
    unit = settings.data(setting, 0)
    dtype = np.dtype(setting.precision)
    return {**unit, "loss": {**unit["loss"], **{name: np.asarray(each, dtype) for name, each in changed.items()}}}


def drawn(setting: Setting, **changed: Any) -> Unit:
    """Give the unit as NumPy sees it."""
    projected = replace(setting, loss=LOSSES["projection"]())
    params, xs, h0, _ = settings.drawn(projected)
    network = settings.oracle(setting.cell, params)
    wide = {name: np.asarray(each, np.float64) for name, each in data(setting, **changed)["loss"].items()}
    return Unit(network, xs, h0, numpy_gradients.forward(network, xs, h0), wide)


def payload(measure: str, setting: Setting, **changed: Any) -> dict[str, np.ndarray]:
    """Give the payload of a unit."""
    member, program = MEASURES[measure], Program.of(setting, measure)
    return member.payload(program, outputs(measure, setting, **changed))


def outputs(measure: str, setting: Setting, **changed: Any) -> dict[str, Any]:
    """Give what the kernels of a measure return."""
    member, program = MEASURES[measure], Program.of(setting, measure)
    found: dict[str, Any] = {}
    for index, stage in enumerate(member.stages):
        if stage.wanted(found):
            found |= units.compiled(program, index)(data(setting, **changed))
    return found


def terms(setting: Setting, unit: Unit) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give the direct derivatives of ℓ_1 … ℓ_T by NumPy."""
    kind = setting.loss.kind  # type: ignore[attr-defined]
    return [numpy_losses.direct(kind, unit.loss, h) for h in unit.hs[1:]]


def expected(setting: Setting, **changed: Any) -> list[np.ndarray]:
    """Give ln‖dL_T/dh_t‖ at t = 0 … T for every length by NumPy, (T + 1, B) each."""
    unit = drawn(setting, **changed)
    at, found = terms(setting, unit), []
    for length in setting.lengths:
        nothing = (np.zeros_like(unit.h0), np.full(len(unit.h0), -np.inf))
        kept = at[:length] if setting.loss.summed else [*[nothing] * (length - 1), at[length - 1]]
        found.append(numpy_losses.ln_total(unit.network, unit.hs, unit.xs, kept, length)[1])
    return found


def ln_last(setting: Setting, **changed: Any) -> np.ndarray:
    """Give ln‖∂⁺L_T/∂h_T‖ of every length by NumPy, (L, B)."""
    at = terms(setting, drawn(setting, **changed))
    return np.stack([at[length - 1][1] for length in setting.lengths])


def plain_value(kind: str, drawn: Any, h: Array) -> Array:
    """ℓ of one sample, as everybody writes it."""
    if kind == "projection":
        return drawn["c"] @ h
    outputs = drawn["readout"] @ h
    if kind == "mean_squared_error":
        return jnp.mean((outputs - drawn["target"]) ** 2)
    return -jax.nn.log_softmax(outputs)[jnp.argmax(drawn["target"])]


@partial(jax.jit, static_argnums=(0, 1, 2))
def _plain(cell: Any, kind: str, summed: bool, w: Any, xs: Array, h0: Array, values: Any) -> Array:
    def whole(h0: Array, xs: Array, values: Any) -> Array:
        def step(h: Array, x: Array) -> tuple[Array, Array]:
            h = plain_networks.step(cell, w, h, x)
            return h, plain_value(kind, values, h)

        _, each = jax.lax.scan(step, h0, xs)
        return each.sum() if summed else each[-1]

    samples = {name: 0 if name == "target" else None for name in values}
    return jax.vmap(jax.grad(whole), (0, 1, samples))(h0, xs, values)


def plain_gradients(setting: Setting, length: int, **changed: Any) -> np.ndarray:
    """Give dL_T/dh_0 (B, n) by `jax.grad` of one scan, in the dtype of the setting."""
    unit, dtype = drawn(setting, **changed), np.dtype(setting.precision)
    weights = unit.network.weights
    w = type(weights)(*(jnp.asarray(leaf, dtype) for leaf in weights))
    xs, h0 = (jnp.asarray(each, dtype) for each in (unit.xs, unit.h0))
    values = {name: jnp.asarray(each, dtype) for name, each in unit.loss.items()}
    cell, kind = setting.cell, setting.loss.kind  # type: ignore[attr-defined]
    return np.asarray(_plain(cell, kind, setting.loss.summed, w, xs[:length], h0, values))
