"""The headline against an adjoint that shares no code with it: NumPy, float64, no autodiff, one loop per length."""

import numpy as np
import pytest

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Setting, Status
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings
from tests.oracle import numpy_gradients

LENGTHS = (1, 2, 3, 5, 8, 13, 40, 100)


def expected(setting: Setting, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    params, xs, h0, cotangent = settings.drawn(setting, seed)
    network = settings.oracle(setting.cell, params)
    hs = numpy_gradients.forward(network, xs, h0)
    return numpy_gradients.ln_h0_gradients(network, hs, xs, cotangent, list(setting.lengths))


@pytest.mark.parametrize("name", settings.CELLS)
def test_float64_agrees_to_rounding(name: str) -> None:
    setting = settings.setting(settings.CELLS[name], LENGTHS, h0=INITIAL_STATES["gaussian"](scale=0.5))
    payload = settings.measured(setting)
    first, transport = expected(setting)
    np.testing.assert_allclose(payload["ln_h0_gradient"], first, rtol=0, atol=1e-12 * 100)
    np.testing.assert_allclose(payload["ln_transport"], transport, rtol=0, atol=1e-12 * 100)


@pytest.mark.parametrize("bias", [-4.0, 0.0, 4.0])
@pytest.mark.parametrize("convention", ["replaces", "keeps"])
def test_float32_agrees_at_t_1000(bias: float, convention: str) -> None:
    cell = GRU(hidden=32, update_gate=convention)  # type: ignore[arg-type]
    init = cell.Init.model_validate({"update_bias": bias})
    setting = settings.setting(cell, (1, 10, 100, 1000), init=init, precision="float32", size=8)
    payload = settings.measured(setting)
    assert not (payload["status"] == Status.chaotic).any()
    first, transport = expected(setting)
    np.testing.assert_allclose(payload["ln_h0_gradient"], first, rtol=0, atol=2e-4)
    np.testing.assert_allclose(payload["ln_transport"], transport, rtol=0, atol=2e-4)


def test_right_at_t_20000() -> None:
    cell = RNN(hidden=8)
    setting = settings.setting(cell, (1, 20_000), size=3, batch=2)
    payload = settings.measured(setting)
    first, _ = expected(setting)
    assert (payload["ln_h0_gradient"][1] < -5_000).all()
    np.testing.assert_allclose(payload["ln_h0_gradient"], first, rtol=0, atol=1e-12 * 20_000)


def test_float32_at_t_20000_is_finite_and_right() -> None:
    setting = settings.setting(RNN(hidden=8), (1, 20_000), precision="float32", batch=2)
    payload = settings.measured(setting)
    first, _ = expected(setting)
    assert (payload["status"][1] == Status.saturated).all()
    np.testing.assert_allclose(payload["ln_h0_gradient"], first, rtol=0, atol=2e-7 * 20_000)


def test_recomputed_chunks_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = settings.setting(GRU(hidden=6), (1, 7, 256, 257, 700, 1500))
    stored = settings.measured(setting)
    monkeypatch.setattr("gru_vanish.flow.layout.STORED_BYTES", 0)
    recomputed = settings.measured(setting)
    for name in stored:
        np.testing.assert_allclose(recomputed[name], stored[name], rtol=1e-12, atol=1e-12)
