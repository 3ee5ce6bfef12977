"""The laws of a loss, for every member of the table."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import ValidationError

from gru_vanish.contracts import Loss, Streams
from gru_vanish.losses import LOSSES
from tests.oracle import numpy_losses

HIDDEN, BATCH = 6, 5
every_loss = pytest.mark.parametrize("kind", LOSSES)


def loss(kind: str, **fields: Any) -> Loss:
    return LOSSES[kind].model_validate({**({"outputs": 4} if kind != "projection" else {}), **fields})


def drawn(kind: str, hidden: int = HIDDEN, batch: int = BATCH, seed: int = 3, **fields: Any) -> dict[str, np.ndarray]:
    return loss(kind, **fields).draw(hidden, batch, Streams(seed))


def of_sample(kind: str, values: dict[str, np.ndarray], b: int) -> dict[str, np.ndarray]:
    return {name: each[b] if name in LOSSES[kind].per_sample else each for name, each in values.items()}


def states(scale: float = 1.0) -> np.ndarray:
    return scale * np.random.default_rng(5).standard_normal((BATCH, HIDDEN))


@every_loss
def test_the_table_names_each_by_its_kind(kind: str) -> None:
    assert LOSSES[kind].model_fields["kind"].default == kind
    assert loss(kind).over == "last"


@every_loss
def test_it_draws_what_it_promised_in_float64(kind: str) -> None:
    assert {name: each.shape for name, each in drawn(kind).items()} == loss(kind).drawn_shapes(HIDDEN, BATCH)
    assert all(each.dtype == np.float64 for each in drawn(kind).values())
    assert set(loss(kind).per_sample) <= set(drawn(kind))


@every_loss
def test_a_sample_does_not_know_how_many_there_are_and_seeds_differ(kind: str) -> None:
    few, many = drawn(kind, batch=2), drawn(kind, batch=1000)
    for name, each in many.items():
        shared = each[:2] if name in LOSSES[kind].per_sample else each
        np.testing.assert_array_equal(few[name], shared)
        assert (drawn(kind, batch=1000, seed=4)[name] != each).any()


@every_loss
def test_what_is_summed_and_how_does_not_change_what_is_drawn(kind: str) -> None:
    for name, each in drawn(kind, over="steps").items():
        np.testing.assert_array_equal(each, drawn(kind)[name])


@every_loss
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
def test_value_and_cotangent_agree_with_numpy(kind: str, scale: float) -> None:
    values, hs = drawn(kind), states(scale)
    expected = numpy_losses.VALUES[kind](values, hs)
    direction, ln_size = numpy_losses.direct(kind, values, hs)
    for b, h in enumerate(hs):
        mine = of_sample(kind, values, b)
        np.testing.assert_allclose(loss(kind).value(mine, jnp.asarray(h)), expected[b], rtol=1e-12, atol=1e-13)
        mantissa, exponent = loss(kind).cotangent(mine, jnp.asarray(h))
        assert exponent.dtype == np.int32
        size = np.linalg.norm(mantissa)
        np.testing.assert_allclose(np.log(size) + float(exponent) * np.log(2), ln_size[b], rtol=0, atol=1e-12)
        np.testing.assert_allclose(mantissa / size, direction[b], rtol=0, atol=1e-12)


@every_loss
def test_the_cotangent_is_jax_grad_of_the_value_and_a_difference(kind: str) -> None:
    values, hs = drawn(kind), states()
    for b, h in enumerate(hs):
        mine = of_sample(kind, values, b)
        mantissa, exponent = loss(kind).cotangent(mine, jnp.asarray(h))
        shown = np.asarray(mantissa) * 2.0 ** float(exponent)
        np.testing.assert_allclose(shown, jax.grad(loss(kind).value, 1)(mine, jnp.asarray(h)), rtol=0, atol=1e-14)
        moved = [np.tile(hs, (2, 1, 1)) for _ in range(HIDDEN)]
        for unit, each in enumerate(moved):
            each[:, b, unit] += (1e-5, -1e-5)
        both = [numpy_losses.VALUES[kind](values, each)[:, b] for each in moved]
        np.testing.assert_allclose(shown, [(ahead - behind) / 2e-5 for ahead, behind in both], rtol=0, atol=1e-9)


@every_loss
def test_the_last_step_is_not_written_so_that_keys_do_not_depend_on_it(kind: str) -> None:
    assert "over" not in loss(kind, over="last").model_dump(mode="json")
    assert loss(kind, over="steps").model_dump(mode="json")["over"] == "steps"
    assert loss(kind, over="steps").term() == loss(kind)
    assert LOSSES[kind].model_validate(loss(kind, over="steps").model_dump()) == loss(kind, over="steps")


def test_the_projection_is_written_as_ever() -> None:
    assert LOSSES["projection"]().model_dump_json() == '{"kind":"projection"}'


@every_loss
def test_what_is_no_sum_is_refused(kind: str) -> None:
    with pytest.raises(ValidationError):
        loss(kind, over="all")
    with pytest.raises(ValidationError):
        loss(kind, outputs=0)


def test_targets_are_what_they_are_said_to_be() -> None:
    normal = drawn("mean_squared_error", batch=20_000)["target"]
    assert abs(normal.mean()) < 5 / normal.size**0.5
    assert normal.std() == pytest.approx(1.0, abs=0.01)
    classes = drawn("cross_entropy", batch=20_000)["target"]
    assert set(np.unique(classes)) == {0.0, 1.0}
    assert (classes.sum(axis=1) == 1).all()
    np.testing.assert_allclose(classes.mean(axis=0), 0.25, atol=5 * (3 / 16 / 20_000) ** 0.5)


def test_the_readout_is_normal_with_variance_one_over_n_and_the_same_for_both_losses() -> None:
    readout = drawn("mean_squared_error", hidden=400, outputs=300)["readout"]
    assert readout.std() == pytest.approx(400**-0.5, rel=0.01)
    np.testing.assert_array_equal(readout, drawn("cross_entropy", hidden=400, outputs=300)["readout"])
