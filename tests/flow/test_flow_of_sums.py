"""The flow map and the input gradient of a loss summed over steps: of its terms, with the sum's derivatives beside."""

from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.contracts import Program
from gru_vanish.engine import environment
from gru_vanish.flow import MEASURES
from tests.flow import losses, settings
from tests.flow.test_losses import TANH, setting
from tests.oracle import numpy_losses

KIND = "cross_entropy"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the measures say of the sum, and of its terms."""
    given = setting(KIND, "steps", TANH)
    shown = losses.payload("flow_map", given)
    return {"shown": shown, "expected": losses.expected(given), "unit": losses.drawn(given)}


def test_the_map_is_that_of_the_terms(found: dict[str, Any]) -> None:
    assert set(MEASURES["flow_map"].columns) == set(found["shown"])
    given = setting(KIND, "last", TANH)
    for column, each in enumerate(losses.expected(given)):
        shown = found["shown"]["ln_gradient"][: len(each), column]
        np.testing.assert_allclose(shown, each.mean(axis=1), rtol=0, atol=1e-12 * 50)


def test_the_total_derivative_of_the_sum(found: dict[str, Any]) -> None:
    """Against NumPy at every t, and with the same bits as the headline at t = 0."""
    for column, (length, each) in enumerate(zip(settings.SHORT, found["expected"], strict=True)):
        shown = found["shown"]["ln_total"][:, column]
        np.testing.assert_allclose(shown[: length + 1], each.mean(axis=1), rtol=0, atol=1e-12 * 50)
        assert np.isnan(shown[length + 1 :]).all()
    headline = losses.payload("h0_gradient", setting(KIND, "steps", TANH))["ln_h0_gradient"]
    np.testing.assert_allclose(found["shown"]["ln_total"][0], headline.mean(axis=1), rtol=0, atol=1e-14)


def test_the_direct_derivative_of_the_sum_is_that_of_one_term_and_not_the_total(found: dict[str, Any]) -> None:
    """What differentiating by the stacked list of states gives in plain code."""
    unit, shown = found["unit"], found["shown"]["ln_direct"]

    def whole(hs: jax.Array) -> jax.Array:
        each = jax.vmap(
            jax.vmap(lambda drawn, h: losses.plain_value(KIND, drawn, h), ({"readout": None, "target": 0}, 0)),
            (None, 0),
        )
        return each(unit.loss, hs[1:]).sum()

    for column, length in enumerate(settings.SHORT):
        stacked = np.linalg.norm(jax.grad(whole)(unit.hs[: length + 1]), axis=-1)
        assert not stacked[0].any()
        np.testing.assert_allclose(shown[1 : length + 1, column], np.log(stacked[1:]).mean(axis=1), rtol=0, atol=1e-12)
        by_numpy = [numpy_losses.direct(KIND, unit.loss, h)[1].mean() for h in unit.hs[1 : length + 1]]
        np.testing.assert_allclose(shown[1 : length + 1, column], by_numpy, rtol=0, atol=1e-12)
        assert np.isneginf(shown[0, column])
        assert np.isnan(shown[length + 1 :, column]).all()
        # Before the last step the total derivative has more in it; at it the two are one.
        total = found["shown"]["ln_total"][1 : length + 1, column]
        assert (np.abs(total - shown[1 : length + 1, column])[:-1] > 1e-3).all()
        assert total[-1] == pytest.approx(shown[length, column], abs=1e-14)


def test_the_input_gradient_is_that_of_the_terms() -> None:
    """It is the very program of the loss of the last step, as is the map but for what stands beside it."""
    member, traced = MEASURES["input_gradient"], []
    for over in ("last", "steps"):
        program = Program.of(setting(KIND, over, TANH), "input_gradient")
        traced.append([str(jax.make_jaxpr(one.kernel(program))(member.shapes(program))) for one in member.stages])
    assert traced[0] == traced[1]


def test_the_estimate_of_memory_is_an_upper_one() -> None:
    """Against what the compiler says, where the readout is wider than the state."""
    given = setting(KIND, "steps", TANH, (10, 5000), batch=16)
    given = losses.replace(given, loss=losses.loss(KIND, "steps", outputs=64))
    member, program = MEASURES["h0_gradient"], Program.of(given, "h0_gradient")
    kernel = jax.jit(member.stages[0].kernel(program), compiler_options=environment.compiler_options("cpu"))
    told = kernel.lower(member.shapes(program)).compile().memory_analysis()
    real = told.temp_size_in_bytes + told.argument_size_in_bytes + told.output_size_in_bytes
    assert real > 2**20
    assert real <= member.memory(program) <= 6 * real
