"""Clamped, held, tied and stopped networks through the measures, each against NumPy or on paper."""

import json
from typing import Any

import numpy as np
import pytest

from gru_vanish.cells import GRU
from gru_vanish.cells.intervened import Intervened, intervene
from gru_vanish.cells.interventions import Interventions
from gru_vanish.contracts import Program, Setting, Status
from gru_vanish.flow.network import Network
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import path_networks, settings, units
from tests.flow.path_networks import Given
from tests.oracle import numpy_gradients, numpy_networks, numpy_paths
from tests.oracle.numpy_networks import GRUWeights

LENGTHS = (300,)
"""Longer than a block of inputs, and no multiple of one."""
PATHS = ("leak", "update", "candidate", "reset")
EMPTY = {"recurrent": "zeros", "input": "zeros"}
EVERY_BIAS = {"bias": "uniform", "recurrent_bias": "uniform", "update_bias": 0.3}


def setting(wanted: dict[str, Any], init: Any = None, convention: str = "replaces") -> Setting:
    cell = GRU(hidden=6, update_gate=convention)  # type: ignore[arg-type]
    drawn = cell.Init.model_validate(EVERY_BIAS if init is None else init)
    intervened, its_init = intervene(cell, drawn, Interventions.model_validate_json(json.dumps(wanted)))
    start: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
    return settings.setting(intervened, LENGTHS, init=its_init, h0=start)


def numpy_given(given: Setting, **changed: Any) -> Given:
    """Give the NumPy network with the same weights, some of them changed, and its states."""
    params, xs, h0, cotangent = settings.drawn(given)
    cell = given.cell.cell if isinstance(given.cell, Intervened) else given.cell
    assert isinstance(cell, GRU)
    weights = GRUWeights(
        params.reset, params.update, params.candidate, *params.input, *params.bias, params.inner_bias
    )._replace(**changed)
    network = numpy_networks.GRU(weights, cell.reset, cell.update_gate)
    return Given(network, numpy_gradients.forward(network, xs, h0), xs, cotangent)


def constant_gate(gate: str, level: Any) -> dict[str, np.ndarray]:
    """Give the weights with which a gate is σ(logit(level)) at every step."""
    with np.errstate(divide="ignore"):
        bias = np.broadcast_to(np.log(level) - np.log1p(-np.asarray(level)), 6)
    return {f"W_{gate}": np.zeros((6, 6)), f"U_{gate}": np.zeros((6, 3)), f"b_{gate}": bias}


def compare(found: dict[str, np.ndarray], given: Given, atol: float = 1e-12) -> None:
    expected, _ = numpy_gradients.ln_h0_gradients(*given, list(LENGTHS))
    for row, length in enumerate(LENGTHS):
        np.testing.assert_allclose(found["ln_h0_gradient"][row], expected[row], rtol=0, atol=atol * max(length, 50))


def shares_at_the_longest(given: Given) -> dict[str, np.ndarray]:
    return numpy_paths.path_shares(*given, LENGTHS[0]).shares


def test_the_number_of_a_clamp_is_data() -> None:
    programs = {Program.of(setting({"clamp": {"reset": level}}), "h0_gradient") for level in (0.0, 0.5, 1.0)}
    assert len(programs) == 1


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_the_reset_gate_at_its_ends(level: float) -> None:
    """At 0 the candidate forgets the old state and passes no gradient, at 1 it keeps it and passes all of it."""
    given = setting({"clamp": {"reset": level}})
    found = units.payload("path_shares", given)
    expected = shares_at_the_longest(numpy_given(given, **constant_gate("r", level)))
    for path in PATHS:
        np.testing.assert_allclose(found[f"total_{path}"][0], expected[path].sum(axis=0), rtol=0, atol=1e-9)
    np.testing.assert_array_equal(found["total_reset"], 0.0)
    assert (np.abs(found["total_candidate"][0]) > 1).all() == (level == 1.0)
    assert (found["total_candidate"] == 0).all() == (level == 0.0)


@pytest.mark.parametrize("level", [0.3, 1.0])
def test_a_clamped_update_gate_without_weights_is_known_on_paper(level: float) -> None:
    found = units.payload("h0_gradient", setting({"clamp": {"update": level}}, EMPTY, "keeps"))
    expected = np.asarray(LENGTHS)[:, None] * np.log(level)
    np.testing.assert_allclose(found["ln_transport"], np.broadcast_to(expected, (1, 4)), rtol=1e-13, atol=1e-12)
    assert np.isin(found["status"], (Status.ok, Status.saturated)).all()


def test_an_update_gate_shut_for_good_leaves_the_candidate_alone() -> None:
    """Clamped at 0 where z keeps: h_t = tanh(…), an RNN with a reset gate; and without weights nothing at all."""
    given = setting({"clamp": {"update": 0.0}}, convention="keeps")
    compare(units.payload("h0_gradient", given), numpy_given(given, **constant_gate("z", 0.0)))
    dead = units.payload("h0_gradient", setting({"clamp": {"update": 0.0}}, EMPTY, "keeps"))
    assert (dead["status"] == Status.exact_zero).all()


def test_a_held_gate_stands_at_its_mean_over_steps_and_samples() -> None:
    given = setting({"hold": ["update"]})
    free = numpy_given(given)
    network = free.network
    assert isinstance(network, numpy_networks.GRU)
    z = [
        numpy_networks.sigmoid(h @ network.weights.W_z.T + x @ network.weights.U_z.T + network.weights.b_z)
        for h, x in zip(free.hs, free.xs, strict=False)
    ]
    mean = np.mean(z, axis=(0, 1))
    assert mean.std() > 1e-3  # unit by unit, not one number
    params = Network(Program.of(given, "h0_gradient"), settings.data(given, 0)).params
    np.testing.assert_allclose(params.hold_update, [mean, 1 - mean], rtol=1e-13)
    compare(units.payload("h0_gradient", given), numpy_given(given, **constant_gate("z", mean)))


def test_the_mean_is_that_of_the_network_with_its_other_interventions() -> None:
    given = setting({"hold": ["update"], "clamp": {"reset": 0.25}})
    clamped = numpy_given(given, **constant_gate("r", 0.25))
    network = clamped.network
    assert isinstance(network, numpy_networks.GRU)
    w = network.weights
    z = [
        numpy_networks.sigmoid(h @ w.W_z.T + x @ w.U_z.T + w.b_z) for h, x in zip(clamped.hs, clamped.xs, strict=False)
    ]
    params = Network(Program.of(given, "h0_gradient"), settings.data(given, 0)).params
    np.testing.assert_allclose(params.hold_update[0], np.mean(z, axis=(0, 1)), rtol=1e-13)
    free = Network(Program.of(setting({"hold": ["update"]}), "h0_gradient"), settings.data(given, 0)).params
    assert np.abs(free.hold_update - params.hold_update).max() > 1e-3


@pytest.mark.parametrize("stopped", [("update", "candidate", "reset")])
def test_stopped_uses_are_products_without_their_paths(stopped: tuple[str, ...]) -> None:
    """All uses stopped but one: the product of one path alone. The states are those of the free network."""
    given = setting({"stop": stopped})
    found = units.payload("h0_gradient", given)
    network = path_networks.numpy_given(setting({}))
    for row, length in enumerate(LENGTHS):
        expected = numpy_paths.ln_weighted_gradient(*network, length, dict.fromkeys(stopped, 0.0))
        np.testing.assert_allclose(found["ln_h0_gradient"][row], expected, rtol=0, atol=1e-12 * max(length, 50))
