"""Every loss, of the last step and summed over steps: against NumPy, plain code, differences and closed forms."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import RNN
from gru_vanish.contracts import Program, Setting, Status
from gru_vanish.flow import MEASURES, layout
from gru_vanish.inputs import INITIAL_STATES
from gru_vanish.losses import LOSSES
from tests.flow import losses, settings, units
from tests.oracle import numpy_gradients, numpy_losses

H0: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
OVERS = ("last", "steps")
EVERY = [(kind, over) for kind in LOSSES for over in OVERS]
every = pytest.mark.parametrize(("kind", "over"), EVERY)
GRU, TANH, LINEAR = "gru before replaces", "rnn tanh", "rnn identity"


def setting(
    kind: str, over: str, cell: str | None = None, lengths: tuple[int, ...] = settings.SHORT, **more: Any
) -> Setting:
    """Give a setting with this loss; the cross-entropy has a gated cell, if nothing else is said."""
    cell = cell or (GRU if kind == "cross_entropy" else TANH)
    given = settings.setting(settings.CELLS[cell], lengths, **{"h0": H0, **more})
    return replace(given, loss=losses.loss(kind, over))


@every
def test_numpy(kind: str, over: str) -> None:
    given = setting(kind, over)
    payload = losses.payload("h0_gradient", given)
    ln = np.stack([each[0] for each in losses.expected(given)])
    assert not np.isin(payload["status"], (Status.underflow, Status.nonfinite, Status.exact_zero)).any()
    np.testing.assert_allclose(payload["ln_h0_gradient"], ln, rtol=0, atol=1e-12 * 50)
    np.testing.assert_allclose(payload["ln_transport"], ln - losses.ln_last(given), rtol=0, atol=1e-12 * 50)


@every
def test_plain_jax_grad(kind: str, over: str) -> None:
    given = setting(kind, over)
    norms = np.linalg.norm(losses.plain_gradients(given, 7), axis=-1)
    payload = losses.payload("h0_gradient", given)
    np.testing.assert_allclose(np.exp(payload["ln_h0_gradient"][0]), norms, rtol=1e-11)
    np.testing.assert_allclose(payload["plain_h0_gradient"][0], norms, rtol=1e-11)


@every
def test_differences(kind: str, over: str) -> None:
    given = setting(kind, over)
    unit = losses.drawn(given)

    def whole(h0: np.ndarray) -> np.ndarray:
        values = numpy_losses.VALUES[kind](unit.loss, numpy_gradients.forward(unit.network, unit.xs[:7], h0)[1:])
        return np.asarray(values.sum(axis=0) if over == "steps" else values[-1])

    moves = 1e-5 * np.eye(unit.h0.shape[1])
    found = np.stack([(whole(unit.h0 + move) - whole(unit.h0 - move)) / 2e-5 for move in moves], axis=1)
    shown = np.exp(losses.payload("h0_gradient", given)["ln_h0_gradient"][0])
    np.testing.assert_allclose(shown, np.linalg.norm(found, axis=1), rtol=0, atol=1e-9)


def test_a_sum_is_larger_than_its_last_term_and_tends_to_a_constant() -> None:
    """The first terms are near h_0 whatever T is."""
    last, summed = (losses.outputs("h0_gradient", setting("mean_squared_error", over)) for over in OVERS)
    # Lanes stand longest first.
    assert (last["ln_first"][0] < last["ln_first"][1] - 10).all()
    np.testing.assert_allclose(summed["ln_first"][0], summed["ln_first"][1], rtol=0, atol=0.02)
    np.testing.assert_array_equal(last["ln_last"], summed["ln_last"])


LONG = 10_000
ALLOWED = {"float32": 2e-7, "float64": 1e-12}
"""What one step may cost, in nats."""


@pytest.mark.parametrize("precision", ALLOWED)
@pytest.mark.parametrize("gain", [0.5, 0.97, 1.0, 1.1])
def test_a_linear_network_sums_a_geometric_series(gain: float, precision: str) -> None:
    """W = g·1 and no input: δ_0 = Σ_{t=1..T} g^t c, to 10⁴ steps; at g = 1.1 the sum is 10⁴¹⁵."""
    lengths = (1, 10, 600, LONG)
    init = settings.CELLS[LINEAR].Init.model_validate({"recurrent": {"kind": "identity", "gain": gain}})
    nothing: Any = INITIAL_STATES["gaussian"](scale=0.0)  # type: ignore[call-arg]
    given = setting(
        "projection", "steps", LINEAR, lengths, init=init, scale=0.0, h0=nothing, precision=precision, batch=2
    )
    payload = losses.payload("h0_gradient", given)
    true = np.float64(np.dtype(precision).type(gain))
    assert (payload["status"] == Status.ok).all() or gain == 1.1
    ln = [math.log(t) if true == 1 else ln_geometric(true, t) for t in lengths]
    size = math.log(np.linalg.norm(losses.drawn(given).loss["c"]))
    apart = np.abs(payload["ln_h0_gradient"] - size - np.array(ln)[:, None])
    assert (apart <= ALLOWED[precision] * np.maximum(50, lengths)[:, None]).all()
    np.testing.assert_allclose(payload["ln_h0_gradient"] - payload["ln_transport"], size, rtol=0, atol=1e-6)


def ln_geometric(gain: float, length: int) -> float:
    """ln (g + g² + … + g^T)."""
    power = length * math.log(gain)
    if gain > 1:
        return math.log(gain / (gain - 1)) + power + math.log1p(-math.exp(-power))
    return math.log(gain / (1 - gain)) + math.log1p(-math.exp(power))


def test_ten_thousand_steps() -> None:
    given = setting("mean_squared_error", "steps", TANH, (1, 100, LONG), batch=2)
    ln = np.stack([each[0] for each in losses.expected(given)])
    payload = losses.payload("h0_gradient", given)
    np.testing.assert_allclose(payload["ln_h0_gradient"], ln, rtol=0, atol=1e-11)


def test_recomputed_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    given = setting("cross_entropy", "steps", TANH, (3, 256, 257, 600), batch=2)
    ln = np.stack([each[0] for each in losses.expected(given)])
    monkeypatch.setattr(layout, "STORED_BYTES", 0)
    monkeypatch.setattr(layout, "CHUNK_BYTES", 1)
    program = Program.of(given, "h0_gradient")
    shown = settings.compile_stage(program, 0)(losses.data(given))["ln_first"][::-1]
    np.testing.assert_allclose(shown, ln, rtol=0, atol=1e-12 * 600)


def test_a_dense_list_of_lengths() -> None:
    """Where a loss of the last step would push tangents."""
    for kind, over in (("mean_squared_error", "steps"), ("cross_entropy", "last")):
        given = replace(setting(kind, over, TANH, tuple(range(1, 8))), cell=RNN(hidden=3))
        ln = np.stack([each[0] for each in losses.expected(given)])
        shown = settings.compile_stage(Program.of(given, "h0_gradient"), 0)(losses.data(given))
        np.testing.assert_allclose(shown["ln_first"][::-1], ln, rtol=0, atol=1e-12 * 50)
        np.testing.assert_allclose(shown["ln_last"][::-1], losses.ln_last(given), rtol=0, atol=1e-12 * 50)


@pytest.mark.parametrize("gain", [2.0, 0.5])
def test_terms_that_are_hundreds_of_decades_apart(gain: float) -> None:
    """No inputs, h_t = g^t h_0: where it doubles the last term is 2^−10⁴ and the first O(1); else the other way."""
    init = settings.CELLS[LINEAR].Init.model_validate({"recurrent": {"kind": "identity", "gain": gain}})
    given = setting("cross_entropy", "steps", LINEAR, (1, 6, 13), init=init, scale=0.0, precision="float32")
    drawn = losses.drawn(given)
    # The class that wins at first wins at all times; what is scaled is how sure of it the first step is.
    scale = 1.0 if gain > 1 else 2e4
    readout = scale * drawn.loss["readout"]
    right = np.eye(3)[np.argmax(drawn.h0 @ readout.T, axis=1)]
    ln = losses.expected(given, readout=readout, target=right)
    spread = losses.ln_last(given, readout=readout, target=right)
    assert abs(spread[-1] - spread[0]).max() > 2000
    stage = units.compiled(Program.of(given, "h0_gradient"), 0)
    shown = np.asarray(stage(losses.data(given, readout=readout, target=right))["ln_first"])[::-1]
    apart = np.abs(shown - np.stack([each[0] for each in ln]))
    # ŷ is rounded once, and p_j = e^ŷ_j.
    logits = np.abs(drawn.hs[1:] @ readout.T).max()
    assert (apart <= 8 * np.finfo("float32").eps * (50 + 2 * logits)).all()


TIMES = (1.0, 30.0, 1000.0)


def two_classes() -> Setting:
    return replace(setting("cross_entropy", "last", precision="float32"), loss=losses.loss("cross_entropy", outputs=2))


def test_a_sure_classifier_is_not_a_vanishing_gradient() -> None:
    """Two classes, so that δ_T has one direction: the surer of the right class, the smaller δ_T; the same transport."""
    given = two_classes()
    drawn = losses.drawn(given)
    right = np.eye(2)[np.argmax(drawn.hs[50] @ drawn.loss["readout"].T, axis=1)]
    found = [losses.payload("h0_gradient", given, readout=k * drawn.loss["readout"], target=right) for k in TIMES]
    ln_last = [each["ln_h0_gradient"] - each["ln_transport"] for each in found]
    assert (ln_last[2][1] < -100).any()
    for each, k, ln in zip(found, TIMES, ln_last, strict=True):
        assert np.isin(each["status"], (Status.ok, Status.saturated)).all()
        np.testing.assert_allclose(each["ln_transport"], found[0]["ln_transport"], rtol=0, atol=2e-7 * 50)
        true = losses.ln_last(given, readout=k * drawn.loss["readout"], target=right)
        logits = np.abs(drawn.hs @ drawn.loss["readout"].T).max() * k
        np.testing.assert_allclose(ln, true, rtol=0, atol=8 * np.finfo("float32").eps * (50 + logits))


def test_the_plain_reading_of_a_sure_classifier_is_that_of_plain_code() -> None:
    given = two_classes()
    drawn = losses.drawn(given)
    right = np.eye(2)[np.argmax(drawn.hs[7] @ drawn.loss["readout"].T, axis=1)]
    lost = set()
    for k in TIMES:
        changed = {"readout": k * drawn.loss["readout"], "target": right}
        payload = losses.payload("h0_gradient", given, **changed)
        plain = np.stack([losses.plain_gradients(given, length, **changed) for length in given.lengths])
        real, vanished = np.linalg.norm(plain, axis=-1), ~plain.any(axis=-1)
        np.testing.assert_array_equal(payload["status"] == Status.saturated, vanished)
        large = real > 1e-15
        np.testing.assert_allclose(payload["plain_h0_gradient"][large], real[large], rtol=2e-3)
        assert np.isfinite(payload["ln_h0_gradient"]).all()
        lost |= set(vanished.reshape(-1).tolist())
    assert lost == {False, True}


@every
def test_precisions_compare_one_loss(kind: str, over: str) -> None:
    narrow, wide = (losses.data(setting(kind, over, precision=precision))["loss"] for precision in ALLOWED)
    for name, values in wide.items():
        assert (values.dtype, narrow[name].dtype) == (np.float64, np.float32)
        np.testing.assert_array_equal(narrow[name], values.astype(np.float32))


def test_a_sample_does_not_know_the_batch() -> None:
    given = setting("cross_entropy", "steps")
    few = losses.drawn(replace(given, inputs=given.inputs.model_copy(update={"batch": 2})))
    np.testing.assert_array_equal(few.loss["target"], losses.drawn(given).loss["target"][:2])
    np.testing.assert_array_equal(few.loss["readout"], losses.drawn(given).loss["readout"])


LAST_ONLY = ["path_shares", "path_products", "leak_visits", "lag_shares"]


@pytest.mark.parametrize("measure", MEASURES)
def test_measures_of_one_delta_t_refuse_a_sum_and_the_others_take_it(measure: str) -> None:
    given = setting("projection", "steps")
    if measure in LAST_ONLY:
        with pytest.raises(ValueError, match=f"{measure} is not for a loss summed over steps: "):
            MEASURES[measure].draw(given, 0)
    else:
        assert MEASURES[measure].draw(given, 0)
    assert bool(MEASURES[measure].last_step_only) == (measure in LAST_ONLY)
    assert MEASURES[measure].memory(Program.of(given, measure)) > 0
