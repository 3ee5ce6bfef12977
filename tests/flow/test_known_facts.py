"""Facts that are known on paper and belong to no single measure."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import digamma

from gru_vanish.analysis.aggregate import ln_root_mean_square
from gru_vanish.cells import GRU, LSTM, RNN
from gru_vanish.contracts import Cell, Program, Setting
from gru_vanish.flow import MEASURES, lag_shares
from gru_vanish.inputs import INITIAL_STATES
from tests.flow import settings, shared
from tests.flow.random_matrices import RandomMatrices

MANY = 20_000


def scalar(factor: float) -> Setting:
    """Give h ← λh + x with white unit x, one sample."""
    cell = RNN(hidden=1, activation="identity")
    init = cell.Init.model_validate({"recurrent": {"kind": "identity", "gain": factor}, "input": "identity"})
    return settings.setting(cell, (300,), init=init, size=1, batch=1)


@pytest.fixture(scope="module")
def every_stream() -> Any:
    """Give the lag shares' own pass over many streams of inputs at once, as a function of a unit's data and keys."""
    kernel = lag_shares.lag_kernel(Program.of(scalar(0.5), "lag_shares"))

    def seen(data: Any, keys: Any) -> Any:
        return jax.vmap(lambda key: kernel({**data, "key": key}))(keys)

    return jax.jit(seen)


@pytest.mark.parametrize("factor", [0.5, 0.9, 0.95])
def test_a_scalar_memory_is_the_more_sensitive_the_longer_it_lasts(every_stream: Any, factor: float) -> None:
    """E[h²] = 1/(1 − λ²) and E[(dh/dλ)²] = (1 + λ²)/(1 − λ²)³, though λ^T → 0.

    With L = c h_T the part of ∂L/∂W at lag 0 is c h_{T−1} and the whole of it c dh_T/dλ. Both are linear in the inputs,
    so normal, and a mean of N squares is right to √(2/N); four times that is allowed.
    """
    given = scalar(factor)
    measure, program = MEASURES["lag_shares"], Program.of(given, "lag_shares")
    data = measure.data(given, 0, measure.draw(given, 0))
    keys = jax.random.bits(jax.random.key(7), (MANY, 2), jnp.uint32)
    found = every_stream(data, keys)
    recurrent = lag_shares.names(program).index("recurrent")
    size = abs(float(data["loss"]["c"][0]))
    state = np.exp(np.asarray(found["ln_norm"])[:, 0, recurrent]) / size
    slope = np.exp(np.asarray(found["ln_gradient"])[:, recurrent]) / size
    allowed = 4 * (2 / MANY) ** 0.5
    assert (state**2).mean() * (1 - factor**2) == pytest.approx(1.0, abs=allowed)
    assert (slope**2).mean() * (1 - factor**2) ** 3 / (1 + factor**2) == pytest.approx(1.0, abs=allowed)
    transport = shared.measured(given)["ln_transport"]
    np.testing.assert_allclose(transport, 300 * np.log(factor), rtol=1e-13)


@pytest.mark.parametrize(
    ("gain", "mean_field", "within"), [(2.0, 0.1547, 0.01), (3.0, 0.3103, 0.01), (5.0, 0.5324, 0.02)]
)
def test_a_large_chaotic_network_is_near_its_mean_field(gain: float, mean_field: float, within: float) -> None:
    """h ← J tanh(h), J_ij ~ N(0, g²/n): λ_1 by the adjoint, n = 500, 1500 steps after 200, mean of three networks."""
    cell = RNN(hidden=500)
    init = cell.Init.model_validate({"recurrent": {"kind": "gaussian", "gain": gain}, "input": "zeros"})
    start = INITIAL_STATES["gaussian"]()
    given = settings.setting(cell, (200, 1700), init=init, size=1, scale=0.0, batch=1, h0=start, precision="float32")
    transports = [shared.measured(given, seed)["ln_transport"][:, 0] for seed in range(3)]
    rates = [(late - early) / 1500 for early, late in transports]
    assert np.mean(rates) == pytest.approx(mean_field, abs=within)
    assert np.mean(rates) < mean_field


def test_the_mean_square_of_random_products_grows_while_the_typical_sample_falls() -> None:
    """E‖δ_0‖² = g^{2T} ‖c‖² at every n, while E ln‖δ_0‖ grows by ln g + ½[ψ(n/2) − ln(n/2)] a step, which is less."""
    size, length, gain, samples = 5, 4, 1.08, MANY // 2
    cell = RandomMatrices(hidden=size)
    given = settings.setting(cell, (length,), init=cell.Init(gain=gain), size=size**2, batch=samples)
    transport = shared.measured(given)["ln_transport"]
    typical = np.log(gain) + 0.5 * (digamma(size / 2) - np.log(size / 2))
    assert transport.mean() / length == pytest.approx(typical, abs=4 * transport.std() / length / samples**0.5)
    squares = np.exp(2 * transport[0])
    error = 0.5 * squares.std() / squares.mean() / samples**0.5  # of ln of its root
    assert ln_root_mean_square(transport)[0] == pytest.approx(length * np.log(gain), abs=4 * error)
    assert error < 0.01
    assert typical < 0 < np.log(gain)


def multiplications(jaxpr: Any) -> int:
    """Count the multiplications of all products of matrices in a program, those of a loop at every turn."""
    count = 0
    for equation in jaxpr.eqns:
        if equation.primitive.name == "dot_general":
            (summed, _), _ = equation.params["dimension_numbers"]
            left = equation.invars[0].aval.shape
            count += int(np.prod([left[axis] for axis in summed])) * int(np.prod(equation.outvars[0].aval.shape))
        turns = equation.params.get("length", 1) if equation.primitive.name == "scan" else 1
        inner = jax.tree.leaves(list(equation.params.values()), is_leaf=lambda each: hasattr(each, "eqns"))
        count += turns * sum(multiplications(each) for each in inner if hasattr(each, "eqns"))
    return count


@pytest.mark.parametrize("cell", [GRU(hidden=32), GRU(hidden=32, reset="after"), LSTM(hidden=32)])
def test_path_shares_cost_at_most_twice_the_adjoint(cell: Cell) -> None:
    """Of the headline, at one length: products of matrices in the programs as traced, which are what a step costs."""
    given = settings.setting(cell, (100,), init=cell.Init(), size=8)  # type: ignore[attr-defined]
    costs = {}
    for name in ("h0_gradient", "path_shares"):
        program = Program.of(given, name)
        kernel = MEASURES[name].stages[0].kernel(program)
        costs[name] = multiplications(jax.make_jaxpr(kernel)(settings.data(given, 0)).jaxpr)
    assert costs["h0_gradient"] > 0
    assert 1.0 < costs["path_shares"] / costs["h0_gradient"] <= 2.0
