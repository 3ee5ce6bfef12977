"""The oracle of the gate paths against itself by different means."""

import numpy as np
import pytest

from tests.oracle import numpy_paths
from tests.oracle.drawn_networks import LENGTH, NETWORKS, draw_sequence
from tests.oracle.numpy_gradients import forward, ln_h0_gradients
from tests.oracle.numpy_networks import GRU, Array, VanillaRNN

Net = VanillaRNN | GRU
every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
every_gru = pytest.mark.parametrize("network", [net for net in NETWORKS.values() if isinstance(net, GRU)])


def given(network: Net) -> tuple[Net, Array, Array, Array]:
    xs, h0, cotangent = draw_sequence()
    return network, forward(network, xs, h0), xs, cotangent


@every_network
@pytest.mark.parametrize("length", [1, LENGTH])
def test_the_shares_of_every_step_add_up_to_one(network: Net, length: int) -> None:
    found = numpy_paths.path_shares(*given(network), length)
    total = np.sum(list(found.shares.values()), axis=0)
    assert total.shape == (length, 4)
    np.testing.assert_allclose(total, 1.0, rtol=0, atol=1e-13 / found.alignment.min())


@every_network
def test_the_summed_shares_are_the_sensitivities_of_the_norm(network: Net) -> None:
    """Σ_t s_p(t) = ∂ ln‖δ_0‖ / ∂ ln α_p: matrices and a tangent on one side, finite differences on the other."""
    found = numpy_paths.path_shares(*given(network), LENGTH)
    for path, shares in found.shares.items():
        by_differences = numpy_paths.sensitivity(*given(network), LENGTH, path)
        np.testing.assert_allclose(shares.sum(axis=0), by_differences, rtol=0, atol=1e-7, err_msg=path)


@every_network
def test_weights_of_one_give_the_gradient_itself(network: Net) -> None:
    expected, _ = ln_h0_gradients(*given(network), [LENGTH])
    weighted = numpy_paths.ln_weighted_gradient(*given(network), LENGTH, {})
    np.testing.assert_allclose(weighted, expected[0], rtol=0, atol=1e-13)


@every_gru
@pytest.mark.parametrize("length", [1, 3, LENGTH])
def test_the_parts_of_all_visits_add_up_to_the_gradient(network: GRU, length: int) -> None:
    found = numpy_paths.visits(*given(network), length)
    sizes = np.exp(found.ln_norms - found.ln_norm)
    total = np.einsum("kb,kbn->bn", sizes, found.directions)
    apart = np.linalg.norm(total - found.direction, axis=-1)
    assert (apart <= 100 * np.finfo(float).eps * numpy_paths.cancellation(found)).all()
    np.testing.assert_allclose(numpy_paths.signed_shares(found).sum(axis=0), 1.0, rtol=0, atol=1e-12)


@every_gru
def test_the_parts_are_those_of_a_polynomial_in_a_mark(network: GRU) -> None:
    """δ_0 with the paths other than the leak multiplied by m is Σ_k m^k δ^(k)."""
    found = numpy_paths.visits(*given(network), LENGTH)
    mark = 0.6
    others = dict.fromkeys(("update", "candidate", "reset"), mark)
    marked = numpy_paths.ln_weighted_gradient(*given(network), LENGTH, others)
    powers = mark ** np.arange(LENGTH + 1.0)
    total = np.einsum("k,kb,kbn->bn", powers, np.exp(found.ln_norms), found.directions)
    np.testing.assert_allclose(np.log(np.linalg.norm(total, axis=-1)), marked, rtol=0, atol=1e-11)


@every_gru
def test_the_mean_number_of_visits_is_what_the_leak_leaves(network: GRU) -> None:
    """Σ_k k · share_k = T − Σ_t s_leak(t): the derivative of ln‖δ_0‖ by ln m, once by parts and once by shares."""
    shares = numpy_paths.path_shares(*given(network), LENGTH).shares
    parts = numpy_paths.signed_shares(numpy_paths.visits(*given(network), LENGTH))
    mean = np.einsum("k,kb->b", np.arange(LENGTH + 1.0), parts)
    np.testing.assert_allclose(mean, LENGTH - shares["leak"].sum(axis=0), rtol=0, atol=1e-9)


@every_gru
def test_no_visit_and_nothing_but_visits_are_products_of_one_path_and_of_the_rest(network: GRU) -> None:
    found = numpy_paths.visits(*given(network), LENGTH)
    none = numpy_paths.ln_weighted_gradient(
        *given(network), LENGTH, dict.fromkeys(("update", "candidate", "reset"), 0.0)
    )
    all_ = numpy_paths.ln_weighted_gradient(*given(network), LENGTH, {"leak": 0.0})
    np.testing.assert_allclose(found.ln_norms[0], none, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.ln_norms[-1], all_, rtol=0, atol=1e-12)
