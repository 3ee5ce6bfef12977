"""Every framework's layer, brought into our convention, gives the outputs of the framework's own equations."""

from pathlib import Path

import numpy as np
import pytest

from gru_vanish.activations import SAFE
from gru_vanish.config.own_weights import cell_of
from gru_vanish.contracts import GivenWeights
from gru_vanish.flow.outputs import outputs
from gru_vanish.models import FRAMEWORKS, Layer, Said, open_model
from tests.models.written import M, N, Written, members, run

MEMBERS = members()
every_member = pytest.mark.parametrize("name", MEMBERS)
XS = np.random.default_rng(3).normal(size=(2, 12, M))


def opened(one: Written, folder: Path) -> Layer:
    path = folder / "model.npz"
    np.savez(path, **one.arrays, embedding=np.zeros((5, 2)), **{"readout/kernel": np.zeros((N, 1))})
    return open_model(str(path), one.framework).layer(one.layer, Said(*one.said))  # type: ignore[arg-type]


def test_every_framework_has_a_member_of_each_kind_that_it_has() -> None:
    assert {one.framework for one in MEMBERS.values()} == set(FRAMEWORKS)


@every_member
def test_the_outputs_are_those_of_the_frameworks_equations(name: str, tmp_path: Path) -> None:
    one = MEMBERS[name]
    layer = opened(one, tmp_path)
    cell, weights = cell_of(layer)
    assert (layer.hidden, layer.input_size, cell.hidden) == (N, M, N)
    given = GivenWeights(weights_sha256=weights.sha256, content=weights)
    params = given.params(cell.parameter_shapes(layer.input_size))
    found = outputs(cell, params, XS)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, np.stack([run(one, xs) for xs in XS]), rtol=0, atol=1e-14)


@every_member
def test_one_step_from_any_state_is_the_frameworks(name: str, tmp_path: Path) -> None:
    """From a state that is not 0, so that no recurrent weight is multiplied by 0 alone."""
    one = MEMBERS[name]
    layer = opened(one, tmp_path)
    cell, weights = cell_of(layer)
    params = GivenWeights(weights_sha256=weights.sha256, content=weights).params(cell.parameter_shapes(M))
    start = np.random.default_rng(4).normal(size=(one.parts, N)).squeeze()
    after, _ = cell.step(params, cell.same_state(start.reshape(-1)), XS[0, 0], SAFE)
    np.testing.assert_allclose(after, one.step(one.arrays, start, XS[0, 0]).reshape(-1), rtol=0, atol=1e-14)
