"""x is a function of (seed, t, sample) alone, and its scale is data."""

from hashlib import sha256
from typing import Any

import jax
import numpy as np
import pytest

from gru_vanish.cells import RNN
from gru_vanish.contracts import BLOCK, Program, Setting
from gru_vanish.flow.network import INPUT_STREAM
from gru_vanish.inputs import INPUTS
from gru_vanish.inputs.normal import atoms
from tests.flow import settings

SEED = 11
LONGEST = 2 * BLOCK + 20
DIGEST = "85510ecfdec78cafff55bf64223396efe3a91be92788fb6f11e8cb57af33c2c4"
ATOMS = "dfdb399543b1ac6e4d1d912ee78c6c4a887fba09462a409b98081dfbc7543be3"
every_input = pytest.mark.parametrize("kind", [kind for kind in INPUTS if kind != "array"])


def setting(length: int = LONGEST, **changed: Any) -> Setting:
    return settings.setting(RNN(hidden=4), (length,), **{"batch": 4, "size": 3, "precision": "float64"} | changed)


def sequence(length: int = LONGEST, seed: int = SEED, **changed: Any) -> np.ndarray:
    """Give xs (T, batch, size) of a unit as its network sees them."""
    return settings.drawn(setting(length, **changed), seed)[1]


@pytest.fixture(scope="module")
def long() -> np.ndarray:
    return sequence()


@every_input
def test_the_table_names_each_by_its_kind(kind: str) -> None:
    assert INPUTS[kind].model_fields["kind"].default == kind
    drawn = INPUTS[kind](size=2, batch=3)  # type: ignore[call-arg]
    assert set(drawn.numbers()) == {
        name for name, field in INPUTS[kind].model_fields.items() if field.annotation is float
    }


@every_input
def test_a_block_is_float32_and_one_of_its_kind(kind: str) -> None:
    drawn = INPUTS[kind](size=2, batch=3)  # type: ignore[call-arg]
    key = jax.random.key(0, impl="threefry2x32")
    blocks = [drawn.block(key, np.int32(index), drawn.numbers()) for index in (0, 1, 0)]
    assert all((block.shape, block.dtype) == ((BLOCK, 3, 2), np.float32) for block in blocks)
    assert np.array_equal(blocks[0], blocks[1]) == (kind == "zeros")
    np.testing.assert_array_equal(blocks[0], blocks[2])


@pytest.mark.parametrize("length", [1, 5, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_lengths_are_prefixes_of_one_another(long: np.ndarray, length: int) -> None:
    np.testing.assert_array_equal(sequence(length), long[:length])


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_a_sample_does_not_know_how_many_there_are(long: np.ndarray, batch: int) -> None:
    both = min(batch, 4)
    np.testing.assert_array_equal(sequence(batch=batch)[:, :both], long[:, :both])


@pytest.mark.parametrize("length", [40, LONGEST])
def test_float32_and_float64_runs_see_the_same_numbers(long: np.ndarray, length: int) -> None:
    """Also where a single block is drawn, which the compiler fuses with whatever stands beside it."""
    for precision in ("float32", "float64"):
        np.testing.assert_array_equal(sequence(length, precision=precision), long[:length])
    np.testing.assert_array_equal(long.astype(np.float32).astype(np.float64), long)


def test_a_block_compiled_alone_is_the_block_that_a_network_sees(long: np.ndarray) -> None:
    given = setting()
    key = jax.random.wrap_key_data(settings.data(given, SEED)["key"], impl="threefry2x32")
    key = jax.random.fold_in(key, INPUT_STREAM)
    alone = jax.jit(given.inputs.block)(key, np.int32(1), given.inputs.numbers())
    np.testing.assert_array_equal(np.asarray(alone, np.float64), long[BLOCK : 2 * BLOCK])


def test_another_cell_and_other_weights_see_the_same_numbers(long: np.ndarray) -> None:
    other = settings.setting(settings.CELLS["gru after keeps"], (3, LONGEST), batch=4, size=3)
    np.testing.assert_array_equal(settings.drawn(other, SEED)[1], long)


def test_steps_samples_components_and_seeds_all_differ(long: np.ndarray) -> None:
    assert len(np.unique(long)) > 0.999 * long.size
    others = [sequence(seed=seed) for seed in (0, SEED + 1, 2**32 - 1)]
    for drawn in others:
        assert not np.isin(drawn, long).mean() > 1e-2


def test_the_scale_is_data(long: np.ndarray) -> None:
    np.testing.assert_array_equal(sequence(scale=4.0), 4 * long)
    assert not sequence(scale=0.0).any()
    programs = {Program.of(setting(scale=scale), "h0_gradient") for scale in (0.0, 1.0, 4.0)}
    assert len(programs) == 1


def test_normal_inputs_are_normal_and_independent() -> None:
    xs = sequence(batch=40, size=8)
    count = xs.size**0.5
    assert xs.mean() == pytest.approx(0, abs=5 / count)
    assert xs.var() == pytest.approx(1, abs=5 * 2**0.5 / count)
    assert (xs**4).mean() == pytest.approx(3, abs=5 * 96**0.5 / count)
    for axis, lag in ((0, 1), (0, BLOCK), (1, 1), (2, 1)):
        shifted = np.moveaxis(xs, axis, 0)
        assert (shifted[lag:] * shifted[:-lag]).mean() == pytest.approx(0, abs=6 / count)


@pytest.mark.parametrize("fields", [{"size": 0}, {"batch": 0}, {"scale": -1.0}, {"scale": float("nan")}, {"sise": 3}])
@every_input
def test_what_makes_no_sense_is_refused(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(fields))):
        INPUTS[kind](**{"size": 2, "batch": 2} | fields)


def test_normal_numbers_are_the_same_bits_on_every_device_and_version(long: np.ndarray) -> None:
    """Written down once: threefry and one addition are exact, so nothing may ever move these."""
    assert sha256(long.astype("<f4").tobytes()).hexdigest() == DIGEST
    assert sha256(atoms().astype("<f4").tobytes()).hexdigest() == ATOMS
