"""How strongly the recurrent matrices act, against identities, laws of random matrices and the headline."""

from typing import Any

import jax
import numpy as np
import pytest
from jax import Array

from gru_vanish.activations import SAFE
from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Cell, Setting
from tests.cells.leaky_tanh import LeakyTanh
from tests.cells.members import every_cell, point
from tests.flow import settings, shared, units

LENGTHS = settings.SHORT


def payload(cell: Cell, init: Any = None, **changed: Any) -> dict[str, np.ndarray]:
    given = settings.setting(cell, LENGTHS, init=None if init is None else cell.Init.model_validate(init), **changed)
    return units.payload("recurrent_spectrum", given)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_an_orthogonal_matrix(precision: str) -> None:
    init = {"recurrent": {"kind": "orthogonal", "gain": 0.9}}
    found = payload(RNN(hidden=7), init, precision=precision)
    rounding = float(np.finfo(precision).eps)
    np.testing.assert_allclose(found["singular_values_recurrent"], 0.9, rtol=10 * rounding)
    np.testing.assert_allclose(found["eigenvalue_sizes_recurrent"], 0.9, rtol=10 * rounding)
    np.testing.assert_allclose(found["ln_transport_bound"], np.array(LENGTHS) * np.log(0.9), rtol=100 * rounding)


def test_identities_of_every_matrix_of_a_gru() -> None:
    """∏σ = ∏|λ| = |det W|, Σσ² = ‖W‖²; |λ| ≤ σ_max; all descend."""
    cell = GRU(hidden=6)
    given = settings.setting(cell, LENGTHS)
    params, found = settings.drawn(given)[0], payload(cell, settings.random_biases(cell).model_dump())
    assert set(found) == {"lengths", "ln_transport_bound"} | {
        f"{kind}_{gate}"
        for kind in ("eigenvalue_sizes", "singular_values")
        for gate in ("reset", "update", "candidate")
    }
    assert np.isnan(found["ln_transport_bound"]).all()
    for gate in ("reset", "update", "candidate"):
        matrix = getattr(params, gate)
        sigma, size = found[f"singular_values_{gate}"], found[f"eigenvalue_sizes_{gate}"]
        determinant = abs(np.linalg.det(matrix))
        np.testing.assert_allclose([sigma.prod(), size.prod()], determinant, rtol=1e-12)
        np.testing.assert_allclose((sigma**2).sum(), (matrix**2).sum(), rtol=1e-14)
        assert size[0] <= sigma[0]
        assert (np.diff(sigma) <= 0).all()
        assert (np.diff(size) <= 0).all()


def test_a_large_random_matrix_obeys_the_circular_law() -> None:
    """N(0, g²/n): the spectral radius tends to g, the largest singular value to 2g, |λ|² is uniform in (0, g²)."""
    found = payload(RNN(hidden=200), {"recurrent": {"kind": "gaussian", "gain": 1.5}})
    assert found["eigenvalue_sizes_recurrent"][0] == pytest.approx(1.5, rel=0.1)
    assert found["singular_values_recurrent"][0] == pytest.approx(3.0, rel=0.05)
    assert (found["eigenvalue_sizes_recurrent"] ** 2).mean() == pytest.approx(1.5**2 / 2, rel=0.05)


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
@pytest.mark.parametrize("init", [{}, {"recurrent": {"kind": "orthogonal", "gain": 1.1}}, {"recurrent": "zeros"}])
def test_the_bound_holds_for_every_sample(activation: Any, init: dict[str, Any]) -> None:
    cell = settings.CELLS[f"rnn {activation}"]
    given: Setting = settings.setting(cell, LENGTHS, init=cell.Init.model_validate(init))
    transport = shared.measured(given)["ln_transport"]
    bound = payload(cell, init)["ln_transport_bound"][:, None]
    assert (transport <= bound + 7 * 2.3e-16 * np.array(LENGTHS)[:, None]).all()
    if activation == "identity" and "recurrent" in init:
        np.testing.assert_allclose(transport, np.broadcast_to(bound, transport.shape), rtol=0, atol=1e-13 * 50)


@every_cell
def test_what_a_cell_calls_recurrent_is_a_square_matrix_among_its_weights(cell: Cell) -> None:
    shapes = cell.parameter_shapes(3)
    for name in cell.recurrent:
        shape = getattr(shapes, name)
        assert len(shape) in (2, 3)
        assert shape[-1] == shape[-2]
    assert cell.slope_bound is None or len(cell.recurrent) == 1


@every_cell
def test_a_cell_that_states_a_slope_bound_obeys_it(cell: Cell) -> None:
    if cell.slope_bound is None:
        return
    at = point(cell, (40,))

    def back(state: Array, x: Array, cotangent: Array) -> Array:
        drive = cell.drive(at.params, x)
        _, gates = cell.advance(at.params, cell.same_state(state), drive, SAFE)
        pulled = cell.pullback(at.params, cell.linearise(at.params, state, drive, gates), cotangent)
        return sum(pulled.uses)

    pulled = np.asarray(jax.vmap(back)(at.state, at.x, at.cotangent))
    most = cell.slope_bound * np.linalg.norm(getattr(at.params, cell.recurrent[0]), 2)
    assert (np.linalg.norm(pulled, axis=1) <= most * np.linalg.norm(at.cotangent, axis=1) * (1 + 1e-14)).all()


def test_a_cell_that_names_no_recurrent_matrix() -> None:
    found = payload(LeakyTanh(hidden=3), {})
    assert set(found) == {"lengths", "ln_transport_bound"}
    assert np.isnan(found["ln_transport_bound"]).all()


def test_weights_that_are_not_finite_are_told_and_not_decomposed() -> None:
    with pytest.raises(ValueError, match="recurrent"):
        payload(RNN(hidden=3), {"recurrent": {"kind": "orthogonal", "gain": 1e39}}, precision="float32")
