"""The gradient by all weights: against autodiff of a plain scan for every cell, and against PyTorch."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gru_vanish.activations import SAFE
from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Cell, Task
from gru_vanish.training.gradient import Batch, Weights, loss_and_gradient
from gru_vanish.training.readout import Readout
from tests.cells.frameworks import by_gate, preset
from tests.cells.leaky_tanh import LeakyTanh
from tests.training import settings

CELLS = {**settings.cells(), "left to autodiff": LeakyTanh(hidden=settings.HIDDEN)}


def plain_loss(cell: Cell, task: Task, weights: Weights, batch: Batch) -> Any:
    """The mean loss as one would write it: a scan over steps, and the losses of the task's definition."""

    def step(states: Any, x: Any) -> Any:
        states = jax.vmap(lambda state, x: cell.step(weights.cell, cell.same_state(state), x, SAFE)[0])(states, x)
        return states, jax.vmap(cell.read)(states) @ weights.readout.weight.T + weights.readout.bias[None]

    answers = jax.lax.scan(step, batch.h0, batch.x)[1][np.asarray(task.output_steps) - 1]
    if task.loss_kind == "mean_squared_error":
        return jnp.mean(jnp.sum((answers - batch.target.astype(answers.dtype)) ** 2, axis=2))
    shares = jnp.exp(answers) / jnp.sum(jnp.exp(answers), axis=2, keepdims=True)
    return -jnp.mean(jnp.log(jnp.take_along_axis(shares, batch.target[:, :, None], axis=2)))


def check(cell: Cell, task: Task) -> None:
    weights = settings.weights_of(settings.data(settings.setting(task, cell=cell)))
    batch = settings.plain_batch(task, cell.state_size)

    @settings.jit
    def both(weights: Weights, batch: Batch) -> Any:
        scored, gradient = loss_and_gradient(cell, task, weights, batch)
        return (scored.loss, gradient), jax.value_and_grad(lambda own: plain_loss(cell, task, own, batch))(weights)

    (loss, ours), (expected, theirs) = both(weights, batch)
    np.testing.assert_allclose(loss, expected, rtol=1e-13)
    for name, mine, other in zip(
        (*weights.cell._fields, *Readout._fields), jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True
    ):
        scale = np.max(np.abs(other))
        np.testing.assert_allclose(mine, other, rtol=0, atol=1e-12 * max(scale, 1e-300), err_msg=name)


@pytest.mark.parametrize("kind", CELLS)
def test_every_cell_against_autodiff_of_a_plain_scan(kind: str) -> None:
    """With an answer at every step, so that the loss enters all along the way back."""
    check(CELLS[kind], settings.copying())


@pytest.mark.parametrize("cell", [GRU(hidden=4, reset="after"), RNN(hidden=4)], ids=["gru", "rnn"])
def test_an_answer_at_the_last_step_alone(cell: Cell) -> None:
    check(cell, settings.adding(5))


def test_what_comes_after_the_last_answer_has_no_part() -> None:
    """A task that asks before its end: the rest of the sequence is not walked, and changes nothing."""
    cell, task = RNN(hidden=4), settings.early()
    batch = settings.plain_batch(task, cell.state_size)
    weights = settings.weights_of(settings.data(settings.setting(task, cell=cell)))
    ours = settings.jit(lambda x: loss_and_gradient(cell, task, weights, batch._replace(x=x))[1])
    np.testing.assert_array_equal(ours(batch.x).cell.recurrent, ours(batch.x.at[4:].add(1)).cell.recurrent)
    check(cell, task)


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_against_pytorch(kind: str) -> None:
    """nn.RNN and nn.GRU with a linear layer and its mean squared error: every weight's gradient."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.set_num_threads(1)  # its threads wait for one another by spinning
    task = settings.adding(9)
    cell, init = preset("torch") if kind == "gru" else (RNN(hidden=6), RNN.Init.model_validate({"bias": "uniform"}))
    given = settings.setting(task, cell=cell, init=init)
    weights, batch = settings.weights_of(settings.data(given)), settings.plain_batch(task, 6)
    batch = batch._replace(h0=0 * batch.h0)
    scored, gradient = settings.jit(lambda *given: loss_and_gradient(cell, task, *given))(weights, batch)
    packed = pack(kind, cell, weights.cell, first=True)
    module = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU}[kind](task.input_size, 6).double()
    module.load_state_dict({f"{name}_l0": torch.tensor(np.array(value)) for name, value in packed.items()})
    readout = torch.nn.Linear(6, 1).double()
    readout.load_state_dict({name: torch.tensor(np.array(value)) for name, value in weights.readout._asdict().items()})
    _, last = module(torch.tensor(np.array(batch.x)))
    loss = torch.nn.functional.mse_loss(readout(last[0]), torch.tensor(np.array(batch.target[0], np.float64)))
    loss.backward()
    np.testing.assert_allclose(scored.loss, loss.item(), rtol=1e-13)
    for name, mine in pack(kind, cell, gradient.cell, first=False).items():
        theirs = getattr(module, f"{name}_l0").grad.numpy()
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-15, err_msg=name)
    for name, mine in gradient.readout._asdict().items():
        np.testing.assert_allclose(mine, getattr(readout, name).grad.numpy(), rtol=1e-11, atol=1e-15, err_msg=name)


def pack(kind: str, cell: Cell, params: Any, first: bool) -> dict[str, np.ndarray]:
    """Give weights or their gradients as PyTorch packs them; of the two biases the first one holds the weights."""
    from tests.cells.test_against_torch import torch_pack  # it is skipped as a whole where there is no PyTorch

    if kind == "gru":
        return torch_pack(by_gate(cell, params), hidden_gates=0.0 if first else 1.0)
    hidden = np.zeros_like(params.bias) if first else params.bias
    return {"weight_ih": params.input, "weight_hh": params.recurrent, "bias_ih": params.bias, "bias_hh": hidden}
