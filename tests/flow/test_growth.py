"""Whether rounding can have led a trajectory astray is told by the adjoints, and the twin is asked only then."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.contracts import Program
from gru_vanish.flow import MEASURES
from gru_vanish.flow.forward import NEVER
from gru_vanish.flow.growth import Growth, rounding
from gru_vanish.flow.h0_gradient import may_part
from tests.flow import settings

STEPS, BATCH = 40, 3


def by_hand(exponents: np.ndarray, joins: int) -> float:
    """Return the largest Σ 4^(e_s − e_t) over s ≤ t < joins for a t lower than all before it, s first."""
    most, lowest, total = 0.0, math.inf, 0.0
    for t in range(joins - 1, -1, -1):
        if exponents[t] < lowest:
            lowest, total = exponents[t], 1.0
        else:
            total += 4.0 ** min(exponents[t] - lowest, 30)
        most = max(most, total)
    return most


@pytest.mark.parametrize("drift", [-1.0, 0.0, 0.4])
def test_the_sum_is_that_of_a_plain_loop(drift: float) -> None:
    """Random walks of exponents, lanes that join at other times."""
    rng = np.random.default_rng(7)
    lengths = np.array([STEPS, STEPS // 2, 1], np.int32)
    walks = np.round(rng.normal(0, 1.5, (STEPS + 1, len(lengths), BATCH)).cumsum(axis=0)).astype(np.int32)
    walks = walks[::-1] + np.round(drift * np.arange(STEPS, -1, -1)).astype(np.int32)[:, None, None]
    growth = Growth(*(jnp.zeros((len(lengths), BATCH), kind) for kind in (jnp.int32, jnp.float32, jnp.float32)))
    for t in range(STEPS, -1, -1):
        growth = growth.passed(jnp.asarray(walks[t]), jnp.asarray(t < lengths)[:, None])
    expected = np.array(
        [[by_hand(walks[:, lane, sample], joins) for sample in range(BATCH)] for lane, joins in enumerate(lengths)]
    )
    np.testing.assert_allclose(growth.most, expected, rtol=1e-5)
    error = rounding(growth, np.dtype(np.float64))
    np.testing.assert_allclose(error, np.finfo(np.float64).eps * np.sqrt(np.max(expected, axis=0)), rtol=1e-5)


@pytest.mark.parametrize(("name", "precision"), [("rnn tanh", "float32"), ("gru before replaces", "float64")])
def test_a_twin_that_parts_is_followed(name: str, precision: str) -> None:
    """At gains on both sides of chaos: no chaos is missed, and where the network forgets nobody asks for the twin."""
    cell, compiled = settings.CELLS[name], None
    parted, followed = [], []
    for gain in (0.3, 0.8, 1.5, 2.5, 4.0, 8.0):
        init = {**settings.random_biases(cell).model_dump(), "recurrent": {"kind": "gaussian", "gain": gain}}
        given = settings.setting(
            cell, (5, 60, 700), init=cell.Init.model_validate(init), precision=precision, scale=0.3
        )
        program = Program.of(given, "h0_gradient")
        compiled = compiled or [settings.compile_stage(program, stage) for stage in (0, 1)]
        for seed in range(4):
            unit = settings.data(given, seed)
            adjoint, twin = (stage(unit) for stage in compiled)
            assert (np.asarray(adjoint["chaotic_from"]) == NEVER).all()
            parted.append(bool((np.asarray(twin["chaotic_from"]) <= 700).any()))
            followed.append(may_part(adjoint))
    assert all(asked for asked, apart in zip(followed, parted, strict=True) if apart)
    assert any(parted)
    assert not all(parted)
    assert not any(followed[:4])


def test_a_linear_cell_has_no_twin() -> None:
    """Its Jacobian is the same everywhere: no growth makes it chaotic."""
    cell = settings.CELLS["rnn identity"]
    init = {"recurrent": {"kind": "gaussian", "gain": 3.0}}
    given = settings.setting(cell, settings.SHORT, init=cell.Init.model_validate(init), precision="float32")
    stages = [stage.name for stage in MEASURES["h0_gradient"].stages]
    outputs = settings.compile_stage(Program.of(given, "h0_gradient"), stages.index("adjoint"))(settings.data(given, 0))
    assert not may_part(outputs)
