"""Optimizer steps, clipping and schedules against NumPy, step by step; all numbers are data."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gru_vanish.cells import GRU, RNN
from gru_vanish.cells.intervened import intervene
from gru_vanish.cells.interventions import Interventions
from gru_vanish.training.gradient import loss_and_gradient
from gru_vanish.training.learner import Learner, trained
from gru_vanish.training.optimizers import OPTIMIZERS
from gru_vanish.training.schedules import SCHEDULES
from gru_vanish.training.streams import drawn_batch
from tests.training import numpy_optimizers, settings

CELL, TASK, STEPS = RNN(hidden=4), settings.adding(4), 5
PLANS: dict[str, list[dict[str, Any]]] = {
    "adam": [{"learning_rate": 0.01}, {"learning_rate": 0.3, "b1": 0.5, "b2": 0.9, "eps": 0.01}],
    "sgd": [{"learning_rate": 0.1}, {"learning_rate": 0.05, "momentum": 0.8}],
    "rmsprop": [{"learning_rate": 0.01}, {"learning_rate": 0.02, "decay": 0.7, "eps": 0.1}],
}
BY_HAND = {
    "adam": lambda b1=0.9, b2=0.999, eps=1e-8: numpy_optimizers.Adam(b1, b2, eps),
    "sgd": lambda momentum=0.0: numpy_optimizers.SGD(momentum),
    "rmsprop": lambda decay=0.99, eps=1e-8: numpy_optimizers.RMSProp(decay, eps),
}
LARGEST, WARMUP, FINAL = 0.4, 2, 0.2


def given(kind: str, numbers: dict[str, float], largest: float = LARGEST, final: float = FINAL) -> Any:
    schedule = {"kind": "cosine", "final": final, "warmup": WARMUP}
    plan = {"steps": STEPS, "optimizer": {"kind": kind, **numbers}, "schedule": schedule, "clip": largest}
    return settings.setting(TASK, plan, CELL)


@pytest.fixture(scope="module")
def gradient() -> Any:
    """The gradient of the batch of a step at given weights."""
    program = settings.program(given("sgd", {}))

    def of_step(data: Any, weights: Any, step: Any) -> Any:
        return loss_and_gradient(CELL, TASK, weights, drawn_batch(program, data, step))[1]

    return settings.jit(of_step)


def test_every_optimizer_is_tried() -> None:
    assert set(PLANS) == set(BY_HAND) == set(OPTIMIZERS)


@pytest.mark.parametrize("kind", PLANS)
def test_steps_are_those_of_the_paper_and_numbers_are_data(kind: str, gradient: Any) -> None:
    """With warm-up, a falling rate and clipping; every choice of numbers is the same compiled program."""
    programs = {settings.program(given(kind, numbers)) for numbers in PLANS[kind]}
    assert len(programs) == 1
    (program,) = programs
    step = settings.jit(lambda data, learning: Learner(program, data).step(learning))
    for numbers in PLANS[kind]:
        unit = settings.data(given(kind, numbers))
        learning = Learner(program, unit).begin()
        weights, tree = jax.tree.flatten(jax.tree.map(np.asarray, learning.weights))
        by_hand = BY_HAND[kind](**{name: value for name, value in numbers.items() if name != "learning_rate"})
        for t in range(1, STEPS + 1):
            whole = jax.tree.leaves(gradient(unit, jax.tree.unflatten(tree, weights), jnp.int32(t)))
            whole = [np.asarray(leaf) for leaf in whole]
            kept = numpy_optimizers.clipped(whole, LARGEST)
            done = max(0, t - WARMUP - 1) / (STEPS - WARMUP - 1)
            rate = numbers["learning_rate"] * min(1.0, t / WARMUP) * numpy_optimizers.cosine(FINAL, done)
            weights = [weight - rate * own for weight, own in zip(weights, by_hand(kept), strict=True)]
            learning, point = step(unit, learning)
            for mine, theirs in zip(jax.tree.leaves(learning.weights), weights, strict=True):
                np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(point.gradient, numpy_optimizers.norm(whole), rtol=1e-6)
            np.testing.assert_allclose(point.clipped, numpy_optimizers.norm(kept), rtol=1e-6)
        assert int(learning.step) == STEPS
    assert step._cache_size() == 1


def test_a_hundred_learning_rates_are_one_program() -> None:
    rates = np.geomspace(1e-5, 1, 100)
    programs = {
        settings.program(given("adam", {"learning_rate": rate, "eps": rate / 10}, largest=rate, final=rate))
        for rate in rates.tolist()
    }
    assert len(programs) == 1
    without = settings.setting(TASK, {"steps": STEPS, "clip": None}, CELL)
    assert settings.program(without) not in programs


BY_FORMULA = {
    "constant": (numpy_optimizers.constant, {}),
    "cosine": (partial(numpy_optimizers.cosine, 0.1), {"final": 0.1}),
    "exponential": (partial(numpy_optimizers.exponential, 0.01), {"final": 0.01}),
}


@pytest.mark.parametrize("kind", SCHEDULES)
@pytest.mark.parametrize("warmup", [0, 1, 7])
def test_schedules(kind: str, warmup: int) -> None:
    formula, numbers = BY_FORMULA[kind]
    node, steps = SCHEDULES[kind](warmup=warmup, **numbers), 40
    ts = np.arange(1, steps + 1)
    shares = jax.vmap(lambda t: node.share(node.numbers(), t, steps))(jnp.asarray(ts, jnp.int32))
    done = np.maximum(0, ts - warmup - 1) / (steps - warmup - 1)
    expected = np.minimum(1, ts / max(warmup, 1)) * np.array([formula(each) for each in done])
    np.testing.assert_allclose(shares, expected, rtol=2e-6)
    assert shares[-1] == pytest.approx(numbers.get("final", 1.0), rel=1e-6)
    assert shares[warmup] == 1


def test_the_cosine_is_that_of_optax() -> None:
    node, steps = SCHEDULES["cosine"](final=0.05), 30
    theirs = optax.cosine_decay_schedule(1.0, steps - 1, 0.05)
    for t in (1, 2, 15, 29, 30):
        ours = node.share(node.numbers(), jnp.int32(t), steps)
        np.testing.assert_allclose(ours, theirs(t - 1), rtol=1e-6)


def test_what_is_no_weight_is_not_trained() -> None:
    """Numbers of the equations, a bias that a convention does not have, and what clamps a gate."""
    clamped, init = intervene(GRU(hidden=4), GRU.Init(), Interventions(clamp={"reset": 0.5}))
    both = GRU(hidden=4, reset="after", candidate_bias="both")
    for cell, own, fixed in (
        (settings.cells()["antisymmetric"], None, {"step", "diffusion"}),
        (GRU(hidden=4, reset="after"), None, {"inner_bias"}),
        (both, None, set()),
        (clamped, init, {"inner_bias", "clamp_reset"}),
    ):
        setting = settings.setting(TASK, cell=cell, init=own)
        ones = jax.tree.map(np.ones_like, settings.data(setting)["params"])
        kept = trained(settings.program(setting), ones)
        assert {name for name, values in kept._asdict().items() if not np.any(values)} == fixed
        assert all(np.all(values == 1) for name, values in kept._asdict().items() if name not in fixed)
