"""A state that is longer than h: what the passes do with it, and what is told of its parts."""

from typing import Any

import equinox
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.cells import LSTM
from gru_vanish.contracts import Program, Setting, Status
from gru_vanish.flow import MEASURES, forward, sizes
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.flow.network import Network
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared

CELL = LSTM(hidden=5)
PARTS = ("ln_h0_gradient_h", "ln_h0_gradient_c")
PLAIN, SPARSE = (1, 140), (1, 7, 100)
"""The second is that of `tests.flow.test_gated_cells`, and so is its program."""


def setting(lengths: tuple[int, ...], init: dict[str, Any] | None = None, **changed: Any) -> Setting:
    start: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
    drawn = CELL.Init.model_validate(init or {"bias": "uniform", "forget_bias": 1.0})
    return settings.setting(CELL, lengths, init=drawn, h0=start, **changed)


def test_h0_fills_the_whole_state() -> None:
    _, _, h0, cotangent = settings.drawn(setting(PLAIN))
    assert h0.shape == (4, 10)
    assert len(np.unique(h0)) == h0.size
    assert cotangent.shape == (5,)


def test_the_parts_make_up_the_whole() -> None:
    payload = shared.measured(setting(PLAIN, precision="float32"))
    for name in PARTS:
        assert (payload[name].shape, payload[name].dtype) == ((2, 4), np.float64)
        assert (payload[name] < payload["ln_h0_gradient"]).all()
    whole = 0.5 * np.logaddexp(*(2 * payload[name] for name in PARTS))
    np.testing.assert_allclose(whole, payload["ln_h0_gradient"], rtol=0, atol=1e-12)
    assert set(payload) == {*MEASURES["h0_gradient"].columns, *PARTS} - {"ln_h0_gradient_<part>"}


def test_tangents_and_adjoints_agree() -> None:
    """A dense list of lengths pushes one tangent for every number of the state, not for every unit."""
    dense = tuple(range(1, 41))
    pushed, pulled = settings.measured(setting(dense)), shared.measured(setting(SPARSE))
    for column in ("ln_h0_gradient", "ln_transport", *PARTS):
        ours, theirs = pushed[column][[0, 6]], pulled[column][:2]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-11)
    assert (pushed["status"] == Status.ok).all()


def test_recomputed_chunks_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = shared.measured(setting(SPARSE))
    monkeypatch.setattr("gru_vanish.flow.layout.STORED_BYTES", 0)
    recomputed = settings.measured(setting(SPARSE))
    for name in stored:
        np.testing.assert_allclose(recomputed[name], stored[name], rtol=1e-12, atol=1e-12)


def test_a_step_is_counted_with_its_whole_state() -> None:
    """What is kept of a step: six slopes of n numbers, and a state of 2n, for 4 samples of 8 bytes."""
    program = Program.of(setting(PLAIN), "h0_gradient")
    assert sizes.bytes_per_step(program, SAFE) == (6 * 5 + 10) * 4 * 8


@pytest.mark.parametrize(("moved", "apart"), [("h", True), ("c", False)])
def test_a_large_cell_does_not_cover_up_a_twin_that_is_apart_in_h(moved: str, apart: bool) -> None:
    """One step from |c| = 1000: the twin differs by 1e-2 in h (then by more than 1e-4 of h), or by as much in c."""
    given = setting(PLAIN, {"bias": "uniform", "forget_bias": 20.0})
    network = Network(Program.of(given, "h0_gradient"), jax.tree.map(jnp.asarray, settings.data(given, 0)))
    state = jnp.concatenate([jnp.full((4, 5), 0.5), jnp.full((4, 5), 1000.0)], axis=1)
    twin = state.at[:, CELL.parts[moved]].add(1e-2)
    walk = forward.begin(network)._replace(state=jnp.stack([state, twin]))
    after, _ = forward.walk_on(network, walk, 0, 1)
    size = jnp.max(jnp.abs(after.state[0]), axis=-1)
    assert (jnp.max(jnp.abs(after.state[1] - after.state[0]), axis=-1) < forward.CHAOS_THRESHOLD * size).all()
    assert (after.chaotic == (1 if apart else forward.NEVER)).all()


@jax.jit
def by_grad(cell: Any, c: Any, start: Any, xs: Any) -> Any:
    """Give dL_T/d(h_0, c_0) of every sample: xs (T, B, m), start (B, 2n)."""

    def loss(state: Any, xs: Any) -> Any:
        (h, _), _ = jax.lax.scan(lambda state, x: (cell(x, state), None), (state[:5], state[5:]), xs)
        return c @ h

    return jax.vmap(jax.grad(loss), (0, 1))(start, xs)


def plain_gradients(given: Setting) -> list[np.ndarray]:
    """Give dL_T/d(h_0, c_0) of every sample by `jax.grad` of Equinox's cell in a loop, as everybody writes it."""
    params, xs, h0, c = settings.drawn(given)
    dtype = np.dtype(given.precision)
    cell = equinox.nn.LSTMCell(xs.shape[-1], 5, dtype=dtype, key=jax.random.key(0))
    order = [0, 1, 3, 2]  # i, f, g, o
    recurrent = (params.input_gate, params.forget_gate, params.candidate, params.output_gate)
    leaves = (np.concatenate(params.input[order]), np.concatenate(recurrent), np.concatenate(params.bias[order]))
    new = [jnp.asarray(leaf, dtype) for leaf in leaves]
    cell = equinox.tree_at(lambda cell: [cell.weight_ih, cell.weight_hh, cell.bias], cell, new)
    start, inputs = jnp.asarray(h0, dtype), jnp.asarray(xs, dtype)
    return [np.asarray(by_grad(cell, jnp.asarray(c, dtype), start, inputs[:length])) for length in given.lengths]


@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_the_plain_reading_is_that_of_plain_code(scale: float) -> None:
    """With large inputs gates saturate: plain slopes are exactly 0 there, the true ones are not."""
    given = setting(PLAIN, scale=scale, precision="float32")
    payload, gradients = shared.measured(given), plain_gradients(given)
    real = np.stack([np.asarray(jnp.linalg.norm(jnp.asarray(each), axis=-1), np.float64) for each in gradients])
    shown = payload["plain_h0_gradient"]
    np.testing.assert_array_equal(shown == 0, real == 0)
    large = real > 1e-17
    assert large.any()
    np.testing.assert_allclose(shown[large], real[large], rtol=1e-3)
    vanished = np.stack([~each.any(axis=-1) for each in gradients])
    np.testing.assert_array_equal(payload["status"] == Status.saturated, vanished)
    if scale == 1.0:
        true = [np.log(np.linalg.norm(each.astype(np.float64), axis=-1)) for each in gradients]
        np.testing.assert_allclose(payload["ln_h0_gradient"], np.stack(true), rtol=0, atol=1e-3)
    else:
        assert vanished.any()
