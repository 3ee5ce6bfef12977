"""What each value is worth: networks made so that the answer is known."""

import math
from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Cell, Setting, Status
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared

LENGTHS = settings.SHORT
FLOW = (20, 200)
EMPTY = {"recurrent": "zeros", "input": "zeros"}


def h0(scale: float = 1.0) -> Any:
    return INITIAL_STATES["gaussian"](scale=scale)  # type: ignore[call-arg]


def setting(name: str, init: dict[str, Any], lengths: tuple[int, ...] = LENGTHS, **changed: Any) -> Setting:
    cell = settings.CELLS[name]
    given = {"precision": "float32", "h0": h0(0.5), **changed}
    return settings.setting(cell, lengths, init=cell.Init.model_validate(init), **given)


def statuses(setting: Setting) -> list[set[str]]:
    """Give the names that occur at each length, after what each of them promises was checked."""
    payload = shared.measured(setting)
    check_promises(payload)
    return [{Status(code).name for code in row} for row in payload["status"]]


def check_promises(payload: dict[str, np.ndarray]) -> None:
    status, values = payload["status"], payload["ln_h0_gradient"]
    withheld = np.isin(status, (Status.underflow, Status.nonfinite))
    np.testing.assert_array_equal(np.isnan(values), withheld)
    np.testing.assert_array_equal(np.isnan(payload["ln_transport"]), withheld)
    np.testing.assert_array_equal(np.isneginf(values), status == Status.exact_zero)
    assert np.isfinite(values[status < Status.underflow]).all()
    assert not (payload["plain_h0_gradient"][status == Status.saturated]).any()


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "init"),
    [
        ("rnn relu", {"bias": -100}),
        ("rnn relu", {"recurrent": "zeros"}),
        ("rnn identity", {"recurrent": "zeros"}),
        ("rnn tanh", {"recurrent": "zeros"}),
    ],
)
def test_exact_zero(name: str, init: dict[str, Any], precision: str) -> None:
    assert statuses(setting(name, init, precision=precision)) == [{"exact_zero"}] * 2


def test_a_gru_without_weights_is_no_zero() -> None:
    """Its leak is open."""
    assert statuses(setting("gru before replaces", EMPTY)) == [{"ok"}] * 2


def test_a_relu_that_dies_on_the_way_is_an_exact_zero_from_there_on() -> None:
    payload = shared.measured(setting("rnn relu", {"bias": "uniform"}, precision="float64", batch=4))
    check_promises(payload)
    dead = payload["status"] == Status.exact_zero
    assert (dead[0] <= dead[1]).all()
    assert 0 < dead.mean() < 1


@pytest.mark.parametrize(("precision", "lengths"), [("float32", (20, 200)), ("float64", (200, 1500))])
def test_saturated_is_where_autodiff_gives_zero_and_not_where_only_its_norm_does(
    precision: str, lengths: tuple[int, int]
) -> None:
    """float32 ends at 1e-38 (float64 at 1e-308); jnp.linalg.norm at the square root of that."""
    name = "rnn tanh"
    given = setting(name, {"bias": "uniform"}, (*lengths[:1], lengths[1] // 3, lengths[1]), precision=precision)
    payload = shared.measured(given)
    check_promises(payload)
    tiny = math.log(np.finfo(precision).tiny)
    values, status = payload["ln_h0_gradient"], payload["status"]
    assert (status[values < tiny - 1] == Status.saturated).all()
    assert (status[values > tiny + 3] == Status.ok).all()
    squared_away = (values < tiny / 2 - 1) & (status == Status.ok)
    assert not payload["plain_h0_gradient"][squared_away].any()
    assert (status[-1] == Status.saturated).all()


def chaotic_network(gain: float, n: int = 64, lengths: tuple[int, ...] = FLOW, **changed: Any) -> Setting:
    cell = RNN(hidden=n)
    init = cell.Init.model_validate({"recurrent": {"kind": "gaussian", "gain": gain}})
    given = {"precision": "float32", "h0": h0(), "scale": 0.0, **changed}
    return settings.setting(cell, lengths, init=init, **given)


def test_chaotic() -> None:
    """Gain 3 parts twins by .31 nats per step: 10⁻⁷ becomes 10⁻⁴ within 25 steps or so, not within 5."""
    assert statuses(chaotic_network(3.0, lengths=(5, 200))) == [{"ok"}, {"chaotic"}]


def test_a_state_that_sinks_to_nothing_is_not_chaotic() -> None:
    """Without input and below the critical gain |h| falls through the subnormal numbers, which are flushed to zero."""
    assert "chaotic" not in set().union(*statuses(chaotic_network(0.5, lengths=(60, 120, 150, 400))))


def test_float64_follows_a_chaotic_network_for_longer() -> None:
    """10⁻¹⁶ becomes 10⁻⁴ after some 90 steps."""
    assert statuses(chaotic_network(3.0, lengths=(5, 20, 400), precision="float64")) == [
        {"ok"},
        {"ok"},
        {"chaotic"},
    ]


def test_a_network_that_forgets_is_not_chaotic() -> None:
    assert all("chaotic" not in row for row in statuses(chaotic_network(0.9, lengths=(5, 200))))


@pytest.mark.parametrize("init", [{}, {"recurrent": "orthogonal"}])
@pytest.mark.parametrize("cell", [RNN, GRU])
def test_the_settings_of_the_article_are_not_chaotic(cell: type[Cell], init: dict[str, Any]) -> None:
    small = cell(hidden=64)
    given = settings.setting(small, FLOW, init=small.Init.model_validate(init), precision="float32", size=32)
    assert all("chaotic" not in row for row in statuses(given))


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.4])
def test_a_linear_network_is_never_chaotic(gain: float) -> None:
    """Its twins part too, but its Jacobian does not ask where it is."""
    init = {"recurrent": {"kind": "gaussian", "gain": gain}}
    assert statuses(setting("rnn identity", init)) == [{"ok"}] * 2


def test_underflow_is_not_called_a_zero() -> None:
    """At a = 100 the slope of tanh is 6e-87: below float32, an ordinary number in float64."""
    init = {"recurrent": {"kind": "identity", "gain": 0.5}, "input": "zeros", "bias": 100}
    assert statuses(setting("rnn tanh", init)) == [{"underflow"}] * 2
    assert statuses(setting("rnn tanh", init, precision="float64")) == [{"saturated"}] * 2


def test_pre_activations_as_large_as_inputs_can_make_them() -> None:
    assert statuses(setting("rnn tanh", {}, scale=1e5))[1] == {"underflow"}


@pytest.mark.parametrize("gain", [0.1, 1e-3])
def test_a_slope_that_is_lost_only_together_with_a_weight_is_no_zero_either(gain: float) -> None:
    """At a = 43.4 the slope is 8e-38, a normal number; times the weight it is below all of float32."""
    init = {"recurrent": {"kind": "identity", "gain": gain}, "input": "zeros", "bias": 43.4}
    seen = statuses(setting("rnn tanh", init))
    assert all(row <= {"underflow", "saturated"} for row in seen), seen


def test_nonfinite() -> None:
    """A relu network with gain 3 doubles at every step and overflows at T ≈ 120 in float32.

    Its slope turns a state that is not a number into a gradient of 0, which must not pass for a true one.
    """
    cell = RNN(hidden=64, activation="relu")
    init = cell.Init.model_validate({"recurrent": {"kind": "gaussian", "gain": 3.0}})
    given = settings.setting(cell, FLOW, init=init, precision="float32", h0=h0())
    assert statuses(given) == [{"ok"}, {"nonfinite"}]


def test_a_linear_network_that_overflows_is_nonfinite_from_there_on() -> None:
    init = {"recurrent": {"kind": "orthogonal", "gain": 10.0}}
    assert statuses(setting("rnn identity", init)) == [{"ok"}, {"nonfinite"}]


def test_an_initial_state_beyond_float32_is_nonfinite() -> None:
    init = {"recurrent": {"kind": "orthogonal", "gain": 1e6}}
    assert statuses(setting("rnn identity", init, h0=h0(1e6)))[0] == {"nonfinite"}


def test_samples_are_judged_one_by_one() -> None:
    """One network, one length, several statuses: samples of a relu network die at different times."""
    rows = [shared.measured(setting("rnn relu", {"bias": "uniform"}), seed)["status"] for seed in range(6)]
    seen = {tuple(sorted(set(row))) for payload in rows for row in payload.tolist()}
    assert any(len(row) > 1 for row in seen)
