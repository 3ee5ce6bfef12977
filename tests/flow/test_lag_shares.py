"""The parts of ∂L/∂θ by lag, against explicit sums in NumPy, jax.grad, PyTorch and what is known of the plain RNN."""

from functools import lru_cache
from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.cells import GRU, RNN, CoRNN
from gru_vanish.contracts import Program, Setting
from gru_vanish.flow import MEASURES, lag_shares, layout
from gru_vanish.flow.layout import lay_out
from gru_vanish.flow.network import Network
from gru_vanish.flow.sweep import sweep
from gru_vanish.flow.weight_parts import Gather, weights
from gru_vanish.inputs import INITIAL_STATES
from tests.cells.leaky_tanh import LeakyTanh
from tests.flow import plain_networks, settings, units
from tests.oracle import numpy_gradients

LENGTH = 40
BATCH = 3


def setting(cell: Any, length: int = LENGTH, **changed: Any) -> Setting:
    given = settings.CELLS[cell] if isinstance(cell, str) else cell
    init = {} if isinstance(cell, str) else {"init": given.Init()}
    chosen = {"batch": BATCH, "h0": INITIAL_STATES["gaussian"](), **init, **changed}
    return settings.setting(given, (length // 2, length), **chosen)


@lru_cache(maxsize=8)
def gathering(program: Program) -> Any:
    """Give the compiled first pass alone."""

    def kernel(data: Any) -> Any:
        network = Network(program, data)
        return sweep(network, lay_out(program.lengths, 1), Gather(network)).record

    return jax.jit(kernel)


def gradient(given: Setting, seed: int = 0) -> dict[str, np.ndarray]:
    """Give g by field, as the first pass adds it up."""
    measure, program = MEASURES["lag_shares"], lag_shares.alone(Program.of(given, "lag_shares"))
    found = gathering(program)(measure.data(given, seed, measure.draw(given, seed)))
    scale = 2.0 ** int(found.exponent)
    return {name: np.asarray(value) * scale for name, value in zip(weights(program), found.value, strict=True)}


def numpy_parts(given: Setting, seed: int = 0) -> dict[str, np.ndarray]:
    """Give g_k of every sample, lag 0 first: (T, B, …) by field, from the hand-derived NumPy network."""
    params, xs, h0, cotangent = settings.drawn(given, seed)
    network = settings.oracle(given.cell, params)
    hs = numpy_gradients.forward(network, xs, h0)
    delta, parts = np.broadcast_to(cotangent, hs[-1].shape), []
    for t in reversed(range(len(xs))):
        parts.append(by_field(given.cell, network.weight_cotangents(hs[t], xs[t], delta)))
        delta = np.sum(list(network.use_cotangents(hs[t], xs[t], delta).values()), axis=0)
    return {name: np.stack([one[name] for one in parts]) for name in parts[0]}


def by_field(cell: Any, named: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give the oracle's cotangents under the names, and in the stacks, of the cell's fields."""
    if isinstance(cell, RNN):
        return {"recurrent": named["W"], "input": named["U"], "bias": named["b"]}
    stacked = {kind: np.stack([named[f"{kind}_{gate}"] for gate in "rzh"], axis=1) for kind in "Ub"}
    return {
        "reset": named["W_r"], "update": named["W_z"], "candidate": named["W_h"],
        "input": stacked["U"], "bias": stacked["b"], "inner_bias": named["b_hn"],
    }  # fmt: skip


CELLS = ["rnn tanh", "gru after keeps"]


@pytest.fixture(scope="module", params=CELLS)
def both(request: pytest.FixtureRequest) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Give a payload, and the parts by NumPy flattened to (T, B, elements), with all of them together."""
    given = setting(request.param)
    parts = {name: values.reshape(LENGTH, BATCH, -1) for name, values in numpy_parts(given).items()}
    parts["all"] = np.concatenate(list(parts.values()), axis=-1)
    return units.payload("lag_shares", given), parts


def test_shares_against_explicit_sums(both: Any) -> None:
    payload, parts = both
    assert payload["lags"].tolist() == list(range(LENGTH))
    for name, values in parts.items():
        mean = values.mean(axis=1)
        whole = mean.sum(axis=0)
        size = np.linalg.norm(whole)
        tails = np.cumsum(mean[::-1], axis=0)[::-1]
        np.testing.assert_allclose(payload[f"share_{name}"], tails @ whole / size**2, rtol=1e-9, atol=1e-13)
        assert payload[f"share_{name}"][0] == pytest.approx(1.0, abs=1e-14)
        far = np.linalg.norm(tails, axis=1) / size
        known = far > 1e-11
        np.testing.assert_allclose(payload[f"tail_{name}"][known], far[known], rtol=1e-4)
        assert np.isnan(payload[f"tail_{name}"][far < 1e-13]).all()
        np.testing.assert_allclose(payload[f"ln_part_{name}"], np.log(np.linalg.norm(mean, axis=1)), rtol=0, atol=1e-10)
        assert payload[f"ln_gradient_{name}"] == pytest.approx(np.log(size), abs=1e-11)


def test_noise_against_sample_covariances(both: Any) -> None:
    payload, parts = both
    for name, values in parts.items():
        trace = values.var(axis=1, ddof=1).sum(axis=1) / BATCH
        np.testing.assert_allclose(payload[f"ln_noise_{name}"], 0.5 * np.log(trace), rtol=0, atol=1e-8)
        signal = (values.mean(axis=1) ** 2).sum(axis=1)
        lost = signal - trace < trace
        assert payload[f"noise_lag_{name}"] == (np.argmax(lost) if lost.any() else LENGTH)


def test_the_other_two_lags(both: Any) -> None:
    payload, parts = both
    for name, values in parts.items():
        mean = values.mean(axis=1)
        size, whole = np.linalg.norm(mean, axis=1), np.linalg.norm(mean.sum(axis=0))
        for kind, lost in {
            "rounding": size < 2.0**-24 * whole,
            "epsilon": np.sqrt((mean**2).mean(axis=1)) < 1e-8,
        }.items():
            assert payload[f"{kind}_lag_{name}"] == (np.argmax(lost) if lost.any() else LENGTH)


def test_every_array_has_its_name_and_dtype(both: Any) -> None:
    payload, parts = both
    patterns = MEASURES["lag_shares"].columns
    expected = {name for name in patterns if "<" not in name}
    expected |= {pattern.replace("<weight>", part) for pattern in patterns if "<" in pattern for part in parts}
    assert set(payload) == expected
    counts = {"length", "lags", "chaotic", "nonfinite"}
    assert {name: values.dtype.name for name, values in payload.items()} == {
        name: "int64" if name in counts else "float64" for name in payload
    }


@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_is_that_of_jax(name: str) -> None:
    """Weight for weight, to rounding: the batch mean of jax.grad through the whole loss."""
    given = setting(name)
    ours, (params, xs, h0, cotangent) = gradient(given), settings.drawn(given)

    def loss(w: Any) -> Any:
        def advance(h: Any, x: Any) -> Any:
            return jax.vmap(lambda h, x: plain_networks.step(given.cell, w, h, x))(h, x), None

        return (jax.lax.scan(advance, h0, xs)[0] @ cotangent).mean()

    theirs = jax.jit(jax.grad(loss))(settings.oracle(given.cell, params).weights)._asdict()
    named = {field: np.asarray(value)[None] for field, value in theirs.items()}
    for field, value in by_field(given.cell, named).items():
        np.testing.assert_allclose(ours[field], value[0], rtol=1e-11, atol=1e-15, err_msg=field)


def test_the_gradient_of_a_cell_without_derivation_by_hand() -> None:
    """Its scalar is a number of the equations, not a weight, and has no share."""
    given = setting(LeakyTanh(hidden=4), h0=INITIAL_STATES["zeros"]())
    ours, (params, xs, _, cotangent) = gradient(given), settings.drawn(given)

    def loss(w: Any) -> Any:
        def advance(h: Any, x: Any) -> Any:
            return (1 - w.leak) * h + w.leak * jax.numpy.tanh(h @ w.recurrent.T + x @ w.input.T + w.bias[None]), None

        first = np.zeros((BATCH, 4))
        return (jax.lax.scan(advance, first, xs)[0] @ cotangent).mean()

    theirs = jax.jit(jax.grad(loss))(params)
    assert set(ours) == {"recurrent", "input", "bias"}
    for field, value in ours.items():
        np.testing.assert_allclose(value, getattr(theirs, field), rtol=1e-10, atol=1e-15, err_msg=field)


@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_is_that_of_torch(name: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    given = setting(name)
    ours, (params, xs, h0, cotangent) = gradient(given), settings.drawn(given)
    n, gated = given.cell.hidden, isinstance(given.cell, GRU)
    module = (torch.nn.GRU if gated else torch.nn.RNN)(xs.shape[-1], n).double()
    recurrent = np.concatenate([params.reset, params.update, params.candidate]) if gated else params.recurrent
    inputs, bias = params.input.reshape(-1, xs.shape[-1]), params.bias.reshape(-1)
    inner = np.concatenate([np.zeros(2 * n), params.inner_bias]) if gated else np.zeros(n)
    state = {"weight_ih_l0": inputs, "weight_hh_l0": recurrent, "bias_ih_l0": bias, "bias_hh_l0": inner}
    module.load_state_dict({key: torch.tensor(value) for key, value in state.items()})
    hs, _ = module(torch.tensor(xs), torch.tensor(h0)[None])
    (hs[-1] @ torch.tensor(cotangent)).mean().backward()
    theirs = {key: parameter.grad.numpy() for key, parameter in module.named_parameters()}
    stacked = np.concatenate([ours[key] for key in ("reset", "update", "candidate")]) if gated else ours["recurrent"]
    mine = {"weight_hh_l0": stacked, "weight_ih_l0": ours["input"].reshape(inputs.shape)}
    mine |= {"bias_ih_l0": ours["bias"].reshape(-1)}
    if gated:
        np.testing.assert_allclose(ours["inner_bias"], theirs["bias_hh_l0"][2 * n :], rtol=1e-11, atol=1e-15)
    for key, value in mine.items():
        np.testing.assert_allclose(value, theirs[key], rtol=1e-11, atol=1e-15, err_msg=key)


def test_parts_far_below_the_range_of_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """In float32 the adjoint itself is gone from lag 70 on; the logarithms of the parts go on, against float64 NumPy.

    Three chunks of steps, each linearised again when the reverse pass reaches it.
    """
    monkeypatch.setattr(layout, "STORED_BYTES", 0)
    monkeypatch.setattr(layout, "CHUNK_BYTES", 0)
    length = 600
    given = setting("rnn tanh", length, precision="float32", init=RNN.Init())
    payload = units.payload("lag_shares", given, afresh=True)
    mean = numpy_parts(given)["recurrent"].mean(axis=1).reshape(length, -1)
    largest = np.abs(mean).max(axis=1)
    ln = np.log(largest) + np.log(np.linalg.norm(mean / largest[:, None], axis=1))
    assert ln[-1] < -300
    shown = payload["lags"]
    assert 200 < len(shown) <= 256
    assert shown[[0, 1, -1]].tolist() == [0, 1, length - 1]
    np.testing.assert_allclose(payload["ln_part_recurrent"], ln[shown], rtol=0, atol=2e-7 * length + 1e-4)
    # From the far end no digit of the share is lost either.
    whole = mean.sum(axis=0)
    exact = np.cumsum((mean @ whole)[::-1])[::-1][shown] / (whole @ whole)
    np.testing.assert_allclose(payload["share_recurrent"], exact, rtol=5e-3, atol=1e-130)
    assert payload["share_recurrent"][0] == pytest.approx(1.0, abs=1e-7)


FACTS = setting(
    RNN(hidden=128), 100, size=32, batch=16, precision="float32", h0=INITIAL_STATES["zeros"](), init=RNN.Init()
)
"""The article's RNN: uniform ±1/√n, no biases; loss c·h_T."""


def test_what_is_known_of_the_plain_rnn() -> None:
    """Lags ≥ 1 of ∂L/∂W are .53 of it by norm and .28 of the update (P(1)): what is orthogonal adds up by squares."""
    found = [units.payload("lag_shares", FACTS, seed) for seed in range(8)]
    share, tail = (np.array([one[f"{kind}_recurrent"][1] for one in found]) for kind in ("share", "tail"))
    assert share.mean() == pytest.approx(0.28, abs=0.04)
    assert tail.mean() == pytest.approx(0.53, abs=0.04)
    np.testing.assert_allclose(tail.mean() ** 2, share.mean(), atol=0.03)
    # Decay by .61 nats a step: 24 bits are gone after ln 2²⁴ / .61 = 27 steps.
    rounding = np.array([one["rounding_lag_recurrent"] for one in found])
    assert rounding.mean() == pytest.approx(27, abs=2.5)
    # Inputs have mean 0, so the batch mean of δ xᵀ is noise from the first lag on, while the bias sees a signal.
    assert all(one["noise_lag_input"] <= 3 for one in found)
    assert all(one["noise_lag_bias"] > 20 for one in found)


def test_the_epsilon_lag_depends_on_the_scale_of_the_loss_and_the_others_do_not() -> None:
    """Shrink the loss by 10⁻³: the elements of g_k fall below ε earlier, by ln 10³ / .61 = 11 lags."""
    measure, program = MEASURES["lag_shares"], Program.of(FACTS, "lag_shares")
    data = measure.data(FACTS, 0, measure.draw(FACTS, 0))
    lags = []
    for scale in (1.0, 1e-3):
        scaled = {**data, "loss": {"c": data["loss"]["c"] * np.float32(scale)}}
        payload = measure.payload(program, units.compiled(program, 0)(scaled))
        lags.append({kind: float(payload[f"{kind}_lag_recurrent"]) for kind in ("rounding", "noise", "epsilon")})
    assert lags[0]["epsilon"] - lags[1]["epsilon"] == pytest.approx(11, abs=2)
    assert {kind: lags[0][kind] for kind in ("rounding", "noise")} == {
        kind: lags[1][kind] for kind in ("rounding", "noise")
    }


def test_one_sample_has_no_noise_to_tell() -> None:
    ln, unknown = np.linspace(0.0, -30.0, 50), np.full(50, np.nan)
    lost = lag_shares.lost_from(ln, unknown, 0.1, 9)
    assert np.isnan(lost["noise"])
    assert (lost["rounding"], lost["epsilon"]) == (28, 29)
    assert np.isnan(lag_shares.ln_noise(ln, unknown)).all()


def test_a_weight_that_takes_no_part_has_no_share() -> None:
    """U where every input is 0."""
    payload = units.payload("lag_shares", setting("rnn tanh", scale=0.0))
    assert np.isneginf(payload["ln_gradient_input"])
    assert np.isnan(payload["share_input"]).all()
    assert np.isnan(payload["rounding_lag_input"])
    assert np.isfinite(payload["share_all"]).all()


def test_numbers_of_the_equations_are_no_weights() -> None:
    given = settings.setting(CoRNN(hidden=4), (5,), init=CoRNN.Init())
    assert weights(Program.of(given, "lag_shares")) == ("position", "velocity", "input", "bias")


def test_the_first_lag_lost() -> None:
    assert lag_shares.first(np.array([False, True, False, True])) == 1
    assert lag_shares.first(np.zeros(5, bool)) == 5
