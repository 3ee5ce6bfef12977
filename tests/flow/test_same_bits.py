"""What does not change a number, and the dtype of every array."""

import numpy as np
import pytest

from gru_vanish.contracts import Cell, Setting
from gru_vanish.flow import MEASURES
from tests.cells.leaky_tanh import LeakyTanh
from tests.cells.members import named
from tests.flow import settings, shared

DTYPES = {
    "lengths": np.int64,
    "ln_h0_gradient": np.float64,
    "ln_transport": np.float64,
    "plain_h0_gradient": np.float64,
    "status": np.uint8,
}
PRECISIONS = ["float32", "float64"]


def setting(precision: str, lengths: tuple[int, ...] = settings.SHORT, **changed: float) -> Setting:
    return settings.setting(settings.CELLS["gru before replaces"], lengths, precision=precision, **changed)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_array_has_its_dtype_and_shape(precision: str) -> None:
    payload = shared.measured(setting(precision))
    assert {name: values.dtype for name, values in payload.items()} == DTYPES
    # A state of one part has no column for each part.
    assert set(payload) == set(MEASURES["h0_gradient"].columns) - {"ln_h0_gradient_<part>"}
    assert payload["lengths"].tolist() == list(settings.SHORT)
    assert all(values.shape == (2, 4) for name, values in payload.items() if name != "lengths")


@pytest.mark.parametrize("precision", PRECISIONS)
def test_one_unit_twice_and_others_between(precision: str) -> None:
    first = shared.measured(setting(precision), seed=5)
    shared.measured(setting(precision, scale=3.0), seed=6)
    again = shared.measured(setting(precision), seed=5)
    for name in first:
        assert first[name].tobytes() == again[name].tobytes(), name


def test_another_list_of_lengths_gives_the_same_values_to_rounding() -> None:
    short = shared.measured(setting("float64"))
    long = shared.measured(setting("float64", (1, 7, 20, 50, 51, 300)))
    for name in ("ln_h0_gradient", "ln_transport"):
        np.testing.assert_allclose(long[name][[1, 3]], short[name], rtol=0, atol=1e-11)


def test_precisions_compare_one_network() -> None:
    """float32 and float64 draw the same weights, inputs and cotangent: they differ by rounding alone."""
    narrow, wide = (shared.measured(setting(precision)) for precision in PRECISIONS)
    np.testing.assert_allclose(narrow["ln_h0_gradient"], wide["ln_h0_gradient"], rtol=0, atol=2e-7 * 50)
    single, double = (settings.drawn(setting(precision))[0] for precision in PRECISIONS)
    for one, two in zip(single, double, strict=True):
        np.testing.assert_array_equal(one, two.astype(np.float32))


def test_seeds_and_samples_differ() -> None:
    values = np.stack([shared.measured(setting("float64"), seed)["ln_h0_gradient"] for seed in (0, 1, 2**32 - 1)])
    assert len(np.unique(values)) == values.size


@pytest.mark.parametrize("cell", [*settings.CELLS.values(), LeakyTanh(hidden=3)], ids=named)
def test_data_is_what_was_promised(cell: Cell) -> None:
    """A program is compiled for the shapes and dtypes of its data; a parameter may be one number."""
    given = settings.setting(cell, settings.SHORT, init=cell.Init(), precision="float32")
    measure = MEASURES["h0_gradient"]
    shapes, data = measure.shapes(settings.Program.of(given, "h0_gradient")), settings.data(given, 0)
    assert flat(shapes) == flat(data)


def flat(tree: object) -> list[tuple[str, tuple[int, ...], str]]:
    leaves, _ = settings.jax.tree_util.tree_flatten_with_path(tree)
    return [(str(path), leaf.shape, np.dtype(leaf.dtype).name) for path, leaf in leaves]
