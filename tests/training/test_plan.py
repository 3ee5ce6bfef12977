"""The block ``training:``, and the settings that it is part of."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gru_vanish.cells import GRU
from gru_vanish.cells.intervened import intervene
from gru_vanish.cells.interventions import Interventions
from gru_vanish.contracts import Program, Streams
from gru_vanish.training import Training
from gru_vanish.training.readout import ReadoutInit
from gru_vanish.training.run import refusals
from tests.training import settings


def test_numbers_are_flattened_and_taken_out_of_the_structure() -> None:
    plan = settings.planned(optimizer="rmsprop", schedule={"kind": "cosine", "final": 0.3}, clip=2)
    numbers = plan.numbers()
    assert numbers == {
        "clip": 2.0,
        "optimizer.learning_rate": 1e-3,
        "optimizer.decay": 0.99,
        "optimizer.eps": 1e-8,
        "schedule.final": 0.3,
        "readout.gain": 1.0,
    }
    assert set(plan.number_shapes()) == set(numbers)
    assert {float(number) for number in plan.structure().numbers().values()} == {1.0}
    assert plan.structure() == settings.planned(optimizer="rmsprop", schedule="cosine", clip=0.1).structure()
    assert plan.structure() != settings.planned(optimizer="rmsprop", schedule="cosine").structure()


def test_no_field_that_shapes_a_program_is_a_float() -> None:
    def floats(values: Any) -> set[float]:
        if isinstance(values, dict):
            return set().union(*map(floats, values.values()))
        return {values} if isinstance(values, float) else set()

    plan = settings.planned(
        optimizer={"kind": "adam", "b1": 0.123}, schedule={"kind": "exponential", "final": 0.4}, clip=3.5
    )
    assert floats(plan.structure().model_dump()) == {1.0}


def test_steps_at_which_something_is_looked_at() -> None:
    plan = settings.planned(steps=1000, evaluate={"every": 300}, record_every=400)
    assert plan.measured_at == (0, 10, 32, 100, 316, 1000)
    assert plan.evaluated_at == (0, 300, 600, 900, 1000)
    assert plan.recorded_at == (400, 800)
    assert settings.planned(steps=1).measured_at == (0, 1)
    assert settings.planned(steps=9, checkpoints=[0, 5]).measured_at == (0, 5)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"checkpoints": [0, 3, 3]}, "ascend"),
        ({"checkpoints": [0, 9]}, "a checkpoint at step 9 of 4"),
        ({"observe": ["h0_gradiant"]}, "no measure h0_gradiant; there are: h0_gradient"),
        ({"observe": ["flow_map", "flow_map"]}, "twice"),
        ({"ablate": ["update", "update"]}, "twice"),
        ({"schedule": {"kind": "cosine", "warmup": 5}}, "a warm-up of 5 of 4"),
        ({"clip": 0}, "greater than 0"),
        ({"steps": 50_000, "evaluate": {"every": 4}}, "evaluate.every is 4: of 50000 steps at least every 5"),
        (
            {"steps": 200_000, "record_every": 1, "evaluate": {"every": 100}},
            "record_every is 1: of 200000 steps at least every 2",
        ),
        ({"optimizer": "adagrad"}, "adagrad"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        settings.planned(**fields)


def test_a_setting_without_task_and_training_has_the_key_that_it_always_had() -> None:
    whole = settings.setting(settings.adding(), {"ablate": ["update"]})
    without = replace(whole, task=None, training=None, ablated=())
    assert set(whole.canonical()) - set(without.canonical()) == {"task", "training"}
    keys = ["cell", "inputs", "h0", "loss", "lengths", "precision", "matmul"]
    assert list(without.canonical()) == keys
    assert whole.canonical()["training"] == whole.training.model_dump(mode="json")  # type: ignore[union-attr]
    assert Training.model_validate_json(whole.training.model_dump_json()) == whole.training  # type: ignore[union-attr]


def test_a_program_knows_structures_alone() -> None:
    one, other = (
        settings.setting(settings.adding(), {"optimizer": {"kind": "sgd", "learning_rate": rate}})
        for rate in (1.0, 0.1)
    )
    assert one != other
    assert settings.program(one) == settings.program(other)
    assert hash(settings.program(one)) == hash(settings.program(other))
    longer = settings.setting(settings.adding(9))
    assert settings.program(longer) != settings.program(settings.setting(settings.adding()))


def test_settings_that_can_not_be_trained() -> None:
    good = settings.setting(settings.adding(), {"ablate": ["update"]})
    assert refusals(good) == []
    held, init = intervene(GRU(hidden=5), GRU.Init(), Interventions(hold=("reset",)))
    inputs = settings.setting(settings.copying()).inputs
    for given, words in (
        (replace(good, task=None), "needs a task"),
        (replace(good, ablated=()), "ablated cells"),
        (replace(good, cell=held, init=init), r"gates \(reset\) stand at their mean"),
        (replace(good, inputs=inputs), "the inputs have 5 components, the task's x_t has 2"),
        (replace(good, lengths=(4, 9)), "a length of 9"),
    ):
        with pytest.raises(ValueError, match=words):
            settings.RUN.draw(given, 0)


def test_the_readout_is_that_of_a_linear_layer() -> None:
    drawn = ReadoutInit().draw(40, 16, Streams(3))
    again, other = ReadoutInit().draw(40, 16, Streams(3)), ReadoutInit().draw(40, 16, Streams(4))
    assert drawn.weight.shape == (40, 16)
    assert drawn.bias.shape == (40,)
    np.testing.assert_array_equal(drawn.weight, again.weight)
    assert not np.array_equal(drawn.weight, other.weight)
    for values in drawn:
        assert 0.2 < np.max(np.abs(values)) < 0.25
        assert np.std(values) == pytest.approx(0.25 / 3**0.5, rel=0.2)
    double = ReadoutInit(gain=2.0, bias="zeros").draw(40, 16, Streams(3))
    np.testing.assert_array_equal(double.weight, 2 * np.asarray(drawn.weight))
    assert not np.any(double.bias)


def test_programs_are_of_a_measure() -> None:
    assert Program.of(settings.setting(settings.adding()), "training").measure == settings.RUN.name
