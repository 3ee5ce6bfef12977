"""A whole training: what is stored, that it learns, that it may diverge, and that a stop changes no bit."""

import re
from functools import lru_cache
from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.cells import RNN
from gru_vanish.contracts import Program
from gru_vanish.flow import MEASURES
from gru_vanish.training import observed
from gru_vanish.training.drive import compiled, drive
from gru_vanish.training.gradient import Weights
from tests.training import settings

OBSERVED = ("h0_gradient", "recurrent_spectrum")
PLAN = {
    "steps": 150,
    "batch": 16,
    "record_every": 4,
    "evaluate": {"samples": 32, "every": 30},
    "checkpoints": [0, 50, 150],
    "observe": OBSERVED,
    "ablate": ["candidate"],
}
CELL = RNN(hidden=8)


def given(rate: float, task: Any = None) -> Any:
    plan = {**PLAN, "optimizer": {"kind": "adam", "learning_rate": rate}}
    return settings.setting(task or settings.adding(4), plan, CELL, precision="float32", lengths=(2, 4), h0="zeros")


@lru_cache(maxsize=8)
def functions(program: Program) -> Any:
    return compiled(settings.RUN, program)


def ran(setting: Any, between: Any = lambda carry: carry) -> Any:
    program = settings.program(setting)
    return drive(settings.RUN, program, settings.data(setting), functions(program), between)


@pytest.fixture(scope="module")
def learnt() -> Any:
    """A run that learns, with all that it carried."""
    carried: list[Any] = []
    payload = ran(given(0.02), lambda carry: carried.append(jax.tree.map(np.asarray, carry)) or carry)
    return payload, carried


def test_it_learns(learnt: Any) -> None:
    payload, _ = learnt
    assert payload["status"] == 0
    assert payload["diverged_at"] == -1
    assert payload["baseline"] == pytest.approx(1 / 6)
    assert payload["evaluation_loss"][0] > payload["baseline"]
    assert payload["evaluation_loss"][-1] < 0.5 * payload["baseline"]
    assert np.all(np.isfinite(payload["curve_loss"]))
    assert payload["curve_loss"][-5:].mean() < 0.2 * payload["curve_loss"][:2].mean()
    np.testing.assert_array_equal(payload["curve_gradient"], payload["curve_clipped"])


def test_steps_of_curve_evaluations_and_checkpoints(learnt: Any) -> None:
    payload, _ = learnt
    np.testing.assert_array_equal(payload["steps"], np.arange(4, 151, 4))
    np.testing.assert_array_equal(payload["evaluations"], [0, 30, 60, 90, 120, 150])
    np.testing.assert_array_equal(payload["checkpoints"], [0, 50, 150])
    np.testing.assert_allclose(payload["checkpoint_loss"][[0, 2]], payload["evaluation_loss"][[0, -1]], rtol=1e-6)
    below = payload["evaluation_loss"] <= payload["solved_below"]
    expected = payload["evaluations"][np.argmax(below)] if below.any() else -1
    assert payload["solved_at"] == expected


def test_every_array_is_told_of_and_has_the_shape_that_is_told(learnt: Any) -> None:
    payload, _ = learnt
    sizes = {"R": 37, "E": 6, "C": 3, "T": 4, "T + 1": 5}
    patterns = {
        re.sub("<[a-z]+>", "[a-z0-9_]+", name): text
        for name, text in settings.RUN.columns.items()
        if not name.startswith("<")
    }
    for name, values in payload.items():
        measure, _, array = name.partition("/")
        if measure in OBSERVED:
            own = MEASURES[measure].columns
            assert any(re.fullmatch(re.sub("<[a-z]+>", ".+", pattern), array) for pattern in own), name
            assert len(values) == 3
            continue
        (text,) = (text for pattern, text in patterns.items() if re.fullmatch(pattern, name))
        told = re.match(r"\(([^)]*)\)", text)
        assert told is not None
        assert values.shape == tuple(sizes[size.strip()] for size in told[1].split(",") if size.strip()), name
    assert not [name for name in payload if "accuracy" in name]


def test_the_observed_measures_are_the_plain_ones(learnt: Any) -> None:
    """At step 0 on the very weights that a measure draws for this cell and seed, at the end on the trained ones."""
    payload, carried = learnt
    setting = given(0.02)
    for name in OBSERVED:
        measure, program = MEASURES[name], observed.program_of(settings.program(setting), name)
        assert program == Program.of(setting_alone(setting), name)
        drawn = measure.data(setting, 0, measure.draw(setting, 0))
        stages = [jax.jit(stage.kernel(program)) for stage in measure.stages]
        for index, weights in ((0, drawn["params"]), (2, carried[-1].weights.cell)):
            outputs: dict[str, Any] = {}
            for stage, kernel in zip(measure.stages, stages, strict=True):
                if stage.wanted(outputs):
                    outputs |= kernel({**drawn, "params": weights})
            for array, values in measure.payload(program, outputs).items():
                np.testing.assert_allclose(payload[f"{name}/{array}"][index], values, rtol=1e-6, err_msg=array)
    first, last = payload["h0_gradient/ln_h0_gradient"][[0, 2]]
    assert np.max(np.abs(first - last)) > 0.1


def setting_alone(setting: Any) -> Any:
    """The same setting as one that is not trained."""
    from dataclasses import replace

    return replace(setting, task=None, training=None, ablated=())


def test_a_run_that_diverges_says_so_and_stays(learnt: Any) -> None:
    """A learning rate of 10³⁰: the weights after one step are finite, their loss is not."""
    carried: list[Any] = []
    payload = ran(given(1e30), lambda carry: carried.append(jax.tree.map(np.asarray, carry)) or carry)
    assert payload["status"] == 1
    assert payload["diverged_at"] == 2
    assert carried[-1].step == 1
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(carried[-1]))
    assert np.isnan(payload["curve_loss"]).all()
    np.testing.assert_array_equal(np.isnan(payload["evaluation_loss"]), [False, True, True, True, True, True])
    assert payload["solved_at"] == -1
    np.testing.assert_array_equal(payload["h0_gradient/ln_h0_gradient"][0], learnt[0]["h0_gradient/ln_h0_gradient"][0])
    after = [carry for carry in carried if carry.step == 1]
    for leaf, last in zip(jax.tree.leaves(after[0]), jax.tree.leaves(after[-1]), strict=True):
        np.testing.assert_array_equal(leaf, last)


def test_a_stop_between_any_two_calls_changes_no_bit(learnt: Any) -> None:
    """The carry is a tree of arrays: its leaves as bytes, and back, after every call."""
    payload, _ = learnt

    def stored(carry: Any) -> Any:
        leaves, tree = jax.tree.flatten(carry)
        told = [(np.asarray(leaf).tobytes(), leaf.dtype, leaf.shape) for leaf in leaves]
        return jax.tree.unflatten(tree, [np.frombuffer(own, dtype).reshape(shape) for own, dtype, shape in told])

    again = ran(given(0.02), stored)
    assert set(again) == set(payload)
    for name, values in payload.items():
        np.testing.assert_array_equal(again[name], values, err_msg=name)


def test_how_the_way_is_cut_changes_no_bit(learnt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter stretches: more calls, the same numbers."""
    payload, _ = learnt
    setting = given(0.02)
    program = settings.program(setting)
    calls = len(settings.RUN.plan(program))
    monkeypatch.setattr("gru_vanish.training.loop.STRETCH_WORK", 7 * 3 * 4 * 16 * (64 + 16 + 8))
    assert len(settings.RUN.plan(program)) > calls + 15
    # What was compiled for the other cuts has them in it.
    own = {**functions(program), "train": jax.jit(settings.RUN.kernels(program)["train"])}
    again = drive(settings.RUN, program, settings.data(setting), own)
    for name in ("curve_loss", "evaluation_loss", "curve_gradient"):
        np.testing.assert_array_equal(again[name], payload[name])


def test_draws_depend_on_seed_and_step_alone() -> None:
    """Two seeds, two steps: four batches, each always the same; the test draw is none of them."""
    setting = given(0.02)
    program = settings.program(setting)
    from gru_vanish.training.streams import drawn_batch, drawn_evaluation

    draw = jax.jit(lambda data, step: drawn_batch(program, data, step).x)
    units = [settings.data(setting, seed) for seed in (0, 1)]
    batches = [np.asarray(draw(unit, np.int32(step))) for unit in units for step in (1, 2)]
    test = np.asarray(drawn_evaluation(program, units[0], 16)[0].x)
    assert len({batch.tobytes() for batch in (*batches, test)}) == 5
    np.testing.assert_array_equal(batches[3], draw(units[1], np.int32(2)))


def test_shapes_and_memory_are_known_beforehand() -> None:
    setting = given(0.02)
    program, unit = settings.program(setting), settings.data(setting)
    told = jax.tree.map(lambda leaf: (leaf.shape, np.dtype(leaf.dtype)), settings.RUN.shapes(program))
    assert jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), unit) == told
    weights = Weights(unit["params"], unit["readout"])
    plain = MEASURES["h0_gradient"].draw(setting_alone(setting), 0)["params"]
    for mine, theirs in zip(weights.cell, plain, strict=True):
        np.testing.assert_array_equal(mine, np.asarray(theirs, np.float32))
