"""The headline against `jax.grad` of a plain network, and against finite differences, at short lengths."""

from typing import Any

import numpy as np
import pytest

from gru_vanish.contracts import Setting, Status
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared
from tests.flow.plain_networks import plain_gradients, plain_norms, true_norms
from tests.oracle.numpy_gradients import finite_difference_h0_gradient

SINGLE = ("rnn tanh", "rnn relu", "gru before replaces", "gru after keeps")
CASES = [
    *((name, "float64", 1e-12) for name in settings.CELLS),
    *((name, "float32", 1e-5) for name in SINGLE),
]
every_cell = pytest.mark.parametrize("name", settings.CELLS)


def setting(name: str, precision: str = "float64") -> Setting:
    h0: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
    return settings.setting(settings.CELLS[name], settings.SHORT, h0=h0, precision=precision)


@pytest.mark.parametrize(("name", "precision", "relative"), CASES)
def test_jax_grad(name: str, precision: str, relative: float) -> None:
    for seed in (0, 1):
        payload = shared.measured(setting(name, precision), seed)
        gradients = plain_gradients(setting(name, precision), seed)
        expected = true_norms(gradients)
        np.testing.assert_allclose(np.exp(payload["ln_h0_gradient"]), expected, rtol=relative)
        # Near 1e-19 the squares of single components leave float32, and rounding decides which.
        unsquared = 1e-18 if precision == "float32" else 0.0
        np.testing.assert_allclose(payload["plain_h0_gradient"], plain_norms(gradients), rtol=relative, atol=unsquared)
        np.testing.assert_array_equal(payload["status"], np.where(expected > 0, Status.ok, Status.exact_zero))
        assert (expected > 0).any(axis=1).all()


@every_cell
def test_the_transport_leaves_the_norm_of_the_cotangent_out(name: str) -> None:
    payload, cotangent = shared.measured(setting(name)), settings.drawn(setting(name))[3]
    expected = payload["ln_h0_gradient"] - np.log(np.linalg.norm(cotangent))
    np.testing.assert_allclose(payload["ln_transport"], expected, rtol=0, atol=1e-12)


@every_cell
def test_finite_differences(name: str) -> None:
    params, xs, h0, cotangent = settings.drawn(setting(name))
    ours = np.exp(shared.measured(setting(name))["ln_h0_gradient"])
    first = settings.SHORT[0]
    moved = finite_difference_h0_gradient(settings.oracle(settings.CELLS[name], params), xs[:first], h0, cotangent)
    np.testing.assert_allclose(ours[0], np.linalg.norm(moved, axis=1), rtol=0, atol=1e-9)
