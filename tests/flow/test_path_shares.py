"""The shares of the gate paths against matrices in NumPy, finite differences, and networks known on paper."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from gru_vanish.activations import SAFE
from gru_vanish.cells import CELLS
from gru_vanish.contracts import Cell, Program, Setting, Status
from gru_vanish.flow import path_shares
from gru_vanish.flow.network import Network
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import path_networks, settings, units
from tests.oracle import numpy_paths

PATHS = ("leak", "update", "candidate", "reset")
EMPTY = {"recurrent": "zeros", "input": "zeros"}


def payload(setting: Setting, **how: Any) -> dict[str, np.ndarray]:
    return units.payload("path_shares", setting, **how)


def compare(given: Setting, found: dict[str, np.ndarray], atol: float) -> None:
    """Compare with the definition: totals sample by sample, bins as means over their steps and samples."""
    for row, length in enumerate(found["lengths"]):
        expected = numpy_paths.path_shares(*path_networks.numpy_given(given), int(length))
        ends = found["bin_ends"][row][found["bin_ends"][row] > 0]
        starts = np.concatenate([[0], ends[:-1]])
        for path, shares in expected.shares.items():
            np.testing.assert_allclose(found[f"total_{path}"][row], shares.sum(axis=0), rtol=0, atol=atol * length)
            means = [shares[low:high].mean() for low, high in zip(starts, ends, strict=True)]
            np.testing.assert_allclose(found[f"share_{path}"][row][: len(ends)], means, rtol=0, atol=atol)
        alignment = expected.alignment.min(axis=0)
        np.testing.assert_allclose(found["alignment"][row], alignment, rtol=atol, atol=0)


@pytest.mark.parametrize(
    ("name", "precision", "atol"),
    [("gru after keeps", "float64", 1e-13), ("gru before replaces", "float32", 2e-5)],
)
def test_the_definition_in_matrices(name: str, precision: str, atol: float) -> None:
    given = path_networks.setting(name, precision=precision)
    found = payload(given)
    compare(given, found, atol)
    assert not found["cancelled"].any()
    # Negative shares are no mistake: paths may work against each other.
    assert min(found[f"share_{path}"].min(where=found["bin_ends"] > 0, initial=0) for path in PATHS) < 0


def test_recomputed_chunks_give_the_same_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    given = path_networks.setting("gru before replaces", lengths=(7, 256, 700))
    monkeypatch.setattr("gru_vanish.flow.layout.STORED_BYTES", 0)
    found = payload(given, afresh=True)
    assert found["lengths"].tolist() == [7, 256, 700]
    compare(given, found, 1e-11)


def test_the_shares_of_every_bin_add_up_to_one_and_their_totals_to_the_length() -> None:
    found = payload(path_networks.setting("gru before replaces", precision="float32"))
    there = found["bin_ends"] > 0
    bins = sum(found[f"share_{path}"] for path in PATHS)[there]
    np.testing.assert_allclose(bins, 1.0, rtol=0, atol=1e-12)
    totals = sum(found[f"total_{path}"] for path in PATHS)
    np.testing.assert_allclose(totals, np.broadcast_to(found["lengths"][:, None], totals.shape), rtol=1e-12)
    np.testing.assert_array_equal(found["counted"][there], 1.0)
    np.testing.assert_allclose(found["visits"], totals - found["total_leak"], rtol=1e-12)


def test_bins_cover_every_step_once() -> None:
    ends = path_shares.bin_ends((7, 300, 1000))
    assert ends.shape == (3, 256)
    for row, length in zip(ends, (7, 300, 1000), strict=True):
        own = row[row > 0]
        assert own[-1] == length
        widths = np.diff(own, prepend=0)
        assert widths.min() >= 1
        assert widths.max() - widths.min() <= 1


@pytest.mark.parametrize(
    ("lengths", "shown"),
    [
        ((5,), (5,)),
        ((1, 2, 3, 4), (1, 2, 3, 4)),
        ((1, 2, 3, 4, 5), (2, 3, 4, 5)),
        (tuple(range(1, 25)), (7, 13, 18, 24)),
    ],
)
def test_few_lengths_are_shown_and_the_longest_always(lengths: tuple[int, ...], shown: tuple[int, ...]) -> None:
    assert path_shares.shown_lengths(lengths) == shown


@pytest.mark.parametrize("bias", [-20.0, 0.0, 20.0])
def test_a_gru_without_weights_passes_all_by_its_leak(bias: float) -> None:
    found = payload(path_networks.setting("gru before replaces", {**EMPTY, "update_bias": bias}, "float32"))
    lengths = np.broadcast_to(found["lengths"][:, None], found["visits"].shape)
    np.testing.assert_array_equal(found["total_leak"], lengths)
    for name in ("visits", "total_update", "total_candidate", "total_reset"):
        np.testing.assert_array_equal(found[name], 0.0)


def test_a_cell_with_one_use_has_the_share_one() -> None:
    found = payload(path_networks.setting("rnn tanh", {"bias": "uniform"}, "float32"))
    lengths = np.broadcast_to(found["lengths"][:, None], found["visits"].shape)
    np.testing.assert_array_equal(found["total_recurrent"], lengths)
    np.testing.assert_array_equal(found["visits"], lengths)
    assert not found["cancelled"].any()


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("shear", [1.0, 1e5])
def test_what_cancellation_leaves_is_told_and_lost_shares_are_withheld(shear: float, precision: str) -> None:
    """J = ½ I + ½ W with W a shear: δ runs into its second component, w into its first, ⟨δ, w⟩ stays what it was."""
    found = path_networks.leaky_payload("path_shares", precision, 0.5, np.array([[0.0, shear], [0.0, 0.0]]))
    jacobian = 0.5 * np.array([[1.0, shear], [0.0, 1.0]])
    deltas = [np.linalg.matrix_power(jacobian.T, k) @ [1.0, 0.5] for k in range(4)]
    for row, length in enumerate((1, 2, 3)):
        ws = [np.linalg.matrix_power(jacobian, t) @ deltas[length] for t in range(1, length + 1)]
        cosines = [abs(d @ w) / np.linalg.norm(d) / np.linalg.norm(w) for d, w in zip(deltas[length - 1 :: -1], ws)]  # noqa: B905
        np.testing.assert_allclose(found["alignment"][row, 0], min(cosines), rtol=1e-5)
        lost = np.finfo(precision).eps / min(cosines) > 1e-3
        assert found["cancelled"][row, 0] == lost == (shear > 1 and precision == "float32" and length > 1)
        assert np.isnan(found["total_leak"][row, 0]) == lost


def test_no_gradient_has_no_shares() -> None:
    found = path_networks.leaky_payload("path_shares", "float32", 1.0, np.zeros((2, 2)))
    assert (found["status"] == Status.exact_zero).all()
    assert np.isnan(found["total_leak"]).all()
    assert not found["cancelled"].any()
    assert np.isnan(found["share_leak"]).all()


def weighted_gradient(cell: Cell, network: Network, xs: Array, factors: dict[str, Array]) -> Array:
    """Give ln‖δ_0‖ of every sample by `jax.grad` of a plain loop in which J^p is multiplied by α_p."""

    def loss(h0: Array, xs: Array) -> Array:
        state = h0
        for x in xs:
            fixed = jax.lax.stop_gradient(state)
            uses = cell.same_state(state)._replace(**{p: fixed + a * (state - fixed) for p, a in factors.items()})
            state, _ = cell.step(network.params, uses, x, SAFE)
        cotangent = network.direct(state[None, None])[0][0, 0]
        return jnp.vdot(jax.lax.stop_gradient(cotangent), state)

    gradient = jax.vmap(jax.grad(loss), (0, 1))(network.initial(), xs)
    return jnp.log(jnp.linalg.norm(gradient, axis=-1))


@pytest.mark.parametrize("kind", ["lstm", "lem"])
def test_totals_are_sensitivities_in_states_of_two_halves(kind: str) -> None:
    """Σ_t s_p(t) = ∂ ln‖δ_0‖ / ∂ ln α_p: the measure on one side, autodiff and finite differences on the other."""
    cell = CELLS[kind].model_validate({"hidden": 4})
    start: Any = INITIAL_STATES["gaussian"](scale=0.5)  # type: ignore[call-arg]
    given = settings.setting(cell, (6,), init=cell.Init(), batch=2, h0=start)
    found = payload(given)
    network = Network(Program.of(given, "path_shares"), settings.data(given, 0))
    xs, paths, move = network.inputs(0, 6), cell.Uses._fields, 1e-5
    weighted = jax.jit(lambda alphas: weighted_gradient(cell, network, xs, dict(zip(paths, alphas, strict=True))))
    for index, path in enumerate(paths):
        alphas = [np.ones(len(paths)) + sign * move * np.eye(len(paths))[index] for sign in (1, -1)]
        ahead, behind = (weighted(jnp.asarray(each)) for each in alphas)
        by_differences = np.asarray((ahead - behind) / (2 * move))
        np.testing.assert_allclose(found[f"total_{path}"][0], by_differences, rtol=0, atol=1e-7, err_msg=path)
