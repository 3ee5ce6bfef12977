"""What is shown as "plain" is what `jax.grad` and `jnp.linalg.norm` show, zeros and infinities included."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.contracts import Setting, Status
from gru_vanish.flow import MEASURES
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared
from tests.flow.plain_networks import plain_gradients, plain_norms

LENGTHS = (1, 30, 70, 140)
SAFE_TO_SQUARE = 1e-17
"""Below it single components leave float32 when squared, and rounding decides which."""


def setting(name: str, init: dict[str, Any], lengths: tuple[int, ...] = LENGTHS, **changed: Any) -> Setting:
    cell = settings.CELLS[name]
    given = {"precision": "float32", "h0": INITIAL_STATES["gaussian"](scale=0.5), **changed}  # type: ignore[call-arg]
    return settings.setting(cell, lengths, init=cell.Init.model_validate(init), **given)


def compare(setting: Setting, relative: float = 1e-4) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Give the payload and the real plain reading, after comparing the two."""
    payload, gradients = shared.measured(setting), plain_gradients(setting)
    shown, real = payload["plain_h0_gradient"], plain_norms(gradients)
    np.testing.assert_array_equal(shown == 0, real == 0)
    np.testing.assert_array_equal(np.isposinf(shown), np.isposinf(real))
    np.testing.assert_array_equal(np.isnan(shown), np.isnan(real))
    large = ~(real < SAFE_TO_SQUARE)
    np.testing.assert_allclose(shown[large], real[large], rtol=relative)
    assert (shown[~large] <= 2 * SAFE_TO_SQUARE).all()
    vanished = np.stack([~np.asarray(each).any(axis=-1) for each in gradients])
    zeros = (payload["status"] == Status.saturated) | (payload["status"] == Status.exact_zero)
    np.testing.assert_array_equal(zeros, vanished)
    return payload, real


def plain_stage_runs(payload_of: Setting) -> bool:
    """Whether a slope was lost, so that the plain adjoint is really computed."""
    program = settings.Program.of(payload_of, "h0_gradient")
    outputs = shared.compiled(program, 0)(settings.data(payload_of, 0))
    return MEASURES["h0_gradient"].stages[1].wanted(outputs)


def test_a_tanh_network_that_forgets() -> None:
    given = setting("rnn tanh", {"bias": "uniform"})
    payload, real = compare(given)
    assert not plain_stage_runs(given)
    assert real[0].all()
    assert not real[-1].any()
    assert np.isfinite(payload["ln_h0_gradient"]).all()


@pytest.mark.parametrize("scale", [10.0, 30.0])
@pytest.mark.parametrize("name", ["rnn tanh", "gru before replaces", "gru after keeps"])
def test_a_network_that_large_inputs_saturate(name: str, scale: float) -> None:
    """Plain slopes are exactly 0 here, the true ones are not: zeros at the same lengths as in real code."""
    given = setting(name, {}, scale=scale)
    # 1 − y² near y = 1 holds few digits: one rounding of the state moves it by more than that.
    payload, real = compare(given, relative=5e-3)
    assert plain_stage_runs(given)
    lost = (real == 0) & np.isfinite(payload["ln_h0_gradient"])
    assert lost.any()


@pytest.mark.parametrize("bias", [-5.0, -20.0])
def test_a_gate_that_is_held_open_or_shut(bias: float) -> None:
    """At −20 1 − z rounds to 1: the plain gradient does not decay at all, and hardly the true one."""
    given = setting("gru before replaces", {"update_bias": bias})
    payload, real = compare(given)
    assert plain_stage_runs(given) == (bias == -20.0)
    np.testing.assert_allclose(np.exp(payload["ln_h0_gradient"]), real, rtol=1e-4)


def test_a_shut_gate_gives_a_false_zero() -> None:
    """b_z = 20 where z replaces: the kept share is 2e-9, but 1 − z is exactly 0."""
    given = setting("gru before replaces", {"recurrent": "zeros", "input": "zeros", "update_bias": 20})
    payload, real = compare(given)
    assert not real.any()
    assert (payload["status"] == Status.saturated).all()
    expected = -np.logaddexp(0, 20.0) * payload["lengths"][:, None]
    np.testing.assert_allclose(payload["ln_transport"], np.broadcast_to(expected, real.shape), rtol=1e-6)


@pytest.mark.parametrize(
    ("gain", "shown"),
    [(3.0, ("number", "inf", "inf")), (6.0, ("inf", "nan", "nan"))],
    ids=["norm", "components"],
)
def test_a_gradient_that_grows_to_infinity(gain: float, shown: tuple[str, ...]) -> None:
    """The norm squares first: infinite from 1e19 on. From 3e38 on ∞ − ∞ makes the gradient itself NaN."""
    init = {"recurrent": {"kind": "orthogonal", "gain": gain}}
    zero = INITIAL_STATES["gaussian"](scale=0.0)  # type: ignore[call-arg]
    given = setting("rnn identity", init, (1, 30, 70, 75), scale=0.0, h0=zero)
    real = plain_norms(plain_gradients(given))
    kinds = ["nan" if np.isnan(row).all() else "inf" if np.isinf(row).all() else "number" for row in real]
    assert kinds == ["number", *shown]
    payload, _ = compare(given, relative=1e-3)
    expected = payload["lengths"] * np.log(gain)
    np.testing.assert_allclose(payload["ln_transport"], np.broadcast_to(expected[:, None], real.shape), rtol=1e-6)
    assert (payload["status"] == Status.ok).all()


def test_a_dead_relu_is_zero_in_both() -> None:
    payload, real = compare(setting("rnn relu", {"bias": -100}))
    assert not real.any()
    assert (payload["status"] == Status.exact_zero).all()
