"""Every kind of input obeys the law of inputs, and is distributed as it says."""

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.contracts import BLOCK, Input
from gru_vanish.inputs import INPUTS, Content, FromFile
from gru_vanish.inputs.keys import sample_keys
from gru_vanish.inputs.normal import standard_normal

FIELDS: dict[str, dict[str, Any]] = {"impulses": {"first": 3, "period": 100}, "ar1": {"correlation": 0.95}}
SIZE, BATCH, BLOCKS = 5, 12, 4


def made(kind: str, **changed: Any) -> Input:
    if kind == "array":
        values = np.random.default_rng(0).standard_normal((BATCH, BLOCKS * BLOCK - 30, SIZE)).astype(np.float32)
        values = values[: changed.get("batch", BATCH)]
        content = Content("0" * 64, values)
        return FromFile(size=SIZE, batch=len(values), steps=values.shape[1], numbers_sha256="0" * 64, content=content)
    return INPUTS[kind](**{"size": SIZE, "batch": BATCH} | FIELDS.get(kind, {}) | changed)


def key(seed: int = 3) -> jax.Array:
    return jax.random.key(seed, impl="threefry2x32")


@cache
def sequence(kind: str) -> np.ndarray:
    """x (T, batch, size) of four blocks, drawn within one loop."""
    given = made(kind)
    drawn = jax.jit(lambda key: jax.lax.map(lambda i: given.block(key, i, given.numbers()), jnp.arange(BLOCKS)))(key())
    return np.asarray(drawn).reshape(BLOCKS * BLOCK, BATCH, SIZE)


@pytest.mark.parametrize("kind", INPUTS)
def test_a_block_depends_on_seed_step_and_sample_alone(kind: str) -> None:
    """Drawn alone, with fewer samples, fused with what follows and cast: always the same bits."""
    few = made(kind, batch=2)

    def alone(key: jax.Array, index: jax.Array) -> jax.Array:
        return 1.5 * few.block(key, index, few.numbers()).astype(jnp.float64)

    drawn = jax.jit(alone)(key(), np.int32(2))
    np.testing.assert_array_equal(np.asarray(drawn), 1.5 * sequence(kind)[2 * BLOCK : 3 * BLOCK, :2].astype(np.float64))


@pytest.mark.parametrize("kind", [kind for kind, model in INPUTS.items() if "scale" in model.model_fields])
def test_the_scale_scales(kind: str) -> None:
    double, plain = made(kind, scale=2.0), made(kind)
    np.testing.assert_array_equal(
        double.block(key(), np.int32(0), double.numbers()), 2 * plain.block(key(), np.int32(0), plain.numbers())
    )
    assert double.structure() == plain.structure()


def test_array_is_the_file_and_silence_behind_it() -> None:
    given, x = made("array"), sequence("array")
    assert isinstance(given, FromFile)
    assert given.content is not None
    np.testing.assert_array_equal(x[: given.steps], np.swapaxes(given.content.values, 0, 1))
    assert not x[given.steps :].any()
    assert given.longest == given.steps
    other = given.model_copy(update={"numbers_sha256": "1" * 64, "content": Content("1" * 64, given.content.values)})
    assert other != given
    assert other.structure() == given.structure()
    assert "content" not in given.model_dump(mode="json")


def test_uniform() -> None:
    x = sequence("uniform").astype(np.float64)
    assert -1 <= x.min() < -0.999
    assert 0.999 < x.max() < 1
    assert x.mean() == pytest.approx(0, abs=5 * (1 / 3 / x.size) ** 0.5)
    assert (x**2).mean() == pytest.approx(1 / 3, abs=5 * (4 / 45 / x.size) ** 0.5)
    assert (x[1:] * x[:-1]).mean() == pytest.approx(0, abs=5 / 3 / x.size**0.5)


def test_one_hot() -> None:
    x = sequence("one_hot")
    assert set(np.unique(x)) == {0, 1}
    assert (x.sum(axis=2) == 1).all()
    count = BLOCKS * BLOCK * BATCH
    np.testing.assert_allclose(x.mean(axis=(0, 1)), 1 / SIZE, atol=5 * (0.16 / count) ** 0.5)
    again = (x[1:] * x[:-1]).sum(axis=2).mean()
    assert again == pytest.approx(1 / SIZE, abs=5 * (0.16 / count) ** 0.5)


def test_zeros() -> None:
    assert not sequence("zeros").any()


def test_impulses() -> None:
    x = sequence("impulses")
    heard = [step for step in range(1, BLOCKS * BLOCK + 1) if step >= 3 and (step - 3) % 100 == 0]
    assert [step + 1 for step in range(BLOCKS * BLOCK) if x[step].any()] == heard
    values = x[np.array(heard) - 1]
    assert values.var() == pytest.approx(1, abs=5 * (2 / values.size) ** 0.5)
    single = made("impulses", first=BLOCK + 7, period=0)
    blocks = [np.asarray(single.block(key(), np.int32(i), single.numbers())) for i in range(3)]
    assert [int(np.count_nonzero(block.any(axis=(1, 2)))) for block in blocks] == [0, 1, 0]
    assert blocks[1][6].all()


def test_ar1_is_the_recursion_through_its_own_noise() -> None:
    """A float64 recursion in NumPy from the same noise, begun with the block before, whose start is forgotten."""
    phi = 0.95
    noise = [np.asarray(_noise(index), np.float64) for index in (1, 2)]
    x = sequence("ar1").astype(np.float64)
    state = x[BLOCK - 1]
    for step, epsilon in enumerate(np.concatenate(noise)):
        state = phi * state + (1 - phi**2) ** 0.5 * epsilon
        np.testing.assert_allclose(x[BLOCK + step], state, rtol=0, atol=3e-6)


def test_ar1_is_stationary_from_the_first_step_on() -> None:
    given = made("ar1", batch=4000, size=1)
    x = np.asarray(given.block(key(1), np.int32(0), given.numbers()), np.float64)[:, :, 0]
    for step in (0, 100, 255):
        assert x[step].var() == pytest.approx(1, abs=5 * (2 / 4000) ** 0.5)
    for lag in (1, 10):
        product = (x[0] * x[lag]).mean()
        assert product == pytest.approx(0.95**lag, abs=5 * (2 / 4000) ** 0.5)


@pytest.mark.parametrize("correlation", [-1.0, 1.0, 0.995, float("nan")])
def test_a_correlation_that_never_fades_is_refused(correlation: float) -> None:
    with pytest.raises(ValueError, match="correlation"):
        made("ar1", correlation=correlation)


def _noise(index: int) -> jax.Array:
    keys = sample_keys(key(), jnp.uint32(index), BATCH)
    return jax.vmap(lambda one: standard_normal(one, (BLOCK, SIZE)), out_axes=1)(keys)
