"""Numbers are data: a hundred values of a bias are one compilation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.cells import GRU
from gru_vanish.contracts import Program, Setting
from gru_vanish.engine import Compiled, Done
from gru_vanish.inputs import INITIAL_STATES
from gru_vanish.store import Store
from tests.engine import runs

BACKEND = "/jax/core/compile/backend_compile_duration"


@pytest.fixture
def backend_compilations() -> Iterator[list[str]]:
    """Every compilation that JAX's backend really does while the test runs."""
    seen: list[str] = []

    def listen(event: str, duration: float, **_: Any) -> None:
        if event == BACKEND:
            seen.append(event)

    jax.monitoring.register_event_duration_secs_listener(listen)
    yield seen
    jax.monitoring.unregister_event_duration_listener(listen)


def test_a_hundred_biases_compile_once(tmp_path: Path, backend_compilations: list[str]) -> None:
    biases = np.linspace(-4.0, 4.0, 100)
    units = runs.plan(runs.gru(float(bias)) for bias in biases)
    events = runs.run(units, tmp_path)
    assert len(units) == len(runs.of_kind(events, Done)) == 100
    assert [event.stage for event in runs.of_kind(events, Compiled)] == ["adjoint"]
    assert len(backend_compilations) == 1
    shown = [Store(tmp_path).read(unit.key).payload["ln_transport"][1].mean() for unit in units]
    assert len(set(shown)) == 100


def changed() -> dict[str, Setting]:
    """One setting for every number that there is, each different from `runs.gru()` in it alone."""
    return {
        "bias": runs.gru(1.0),
        "gain": runs.setting(GRU(hidden=4), {"recurrent": {"kind": "uniform", "gain": 0.5}}),
        "another distribution": runs.setting(GRU(hidden=4), {"recurrent": "orthogonal", "scope": "joint"}),
        "scale": runs.gru(scale=2.0),
    }


def test_numbers_do_not_shape_a_program() -> None:
    base = Program.of(runs.gru(), "h0_gradient")
    for name, setting in changed().items():
        other = Program.of(setting, "h0_gradient")
        assert other == base, name
        assert hash(other) == hash(base), name
    states = [INITIAL_STATES["gaussian"](scale=scale) for scale in (0.0, 0.5)]  # type: ignore[call-arg]
    assert len({Program.of(runs.gru(h0=h0), "h0_gradient") for h0 in states}) == 1


def test_structure_does_shape_a_program() -> None:
    others = [runs.gru(), runs.gru(size=3), runs.gru(batch=3), runs.gru(precision="float64"), runs.rnn()]
    others += [runs.setting(GRU(hidden=4, update_gate="keeps")), runs.setting(GRU(hidden=5))]
    assert len({Program.of(setting, "h0_gradient") for setting in others}) == len(others)


def test_every_number_enters_the_key() -> None:
    """Shared programs, but never shared records."""
    units = runs.plan([runs.gru(), *changed().values()], seeds=(0, 1))
    assert len({unit.key for unit in units}) == len(units) == 10
    assert len({unit.program for unit in units}) == 1


def test_a_setting_that_two_series_share_is_one_unit() -> None:
    assert len(runs.plan([runs.gru(), runs.gru(0.0), runs.rnn()])) == 2
