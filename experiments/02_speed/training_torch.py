"""PyTorch: ``nn.RNN`` or ``nn.GRU`` with a linear layer, Adam, one step after the other: what one would write."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from training_contestant import LEARNING_RATE, Shared, norms
from work import side_by_side

MODULES = {"RNN": torch.nn.RNN, "GRU": torch.nn.GRU}


class Network(torch.nn.Module):  # type: ignore[misc]
    """A cell and a linear layer on its last state."""

    def __init__(self, label: str, hidden: int, weights: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.cell, self.readout = MODULES[label](2, hidden), torch.nn.Linear(hidden, 1)
        own = {name: value for name, value in weights.items() if not name.startswith("readout_")}
        packed = {f"{name}_l0": torch.from_numpy(value) for name, value in side_by_side(own).items()}
        self.cell.load_state_dict(packed)
        self.readout.load_state_dict(
            {name: torch.from_numpy(weights[f"readout_{name}"]) for name in ("weight", "bias")}
        )

    def forward(self, x: Any) -> Any:
        """Return the answers, (batch,)."""
        return self.readout(self.cell(x)[1][0])[:, 0]


def drawn(length: int, batch: int) -> tuple[Any, Any]:
    """Return a batch of the adding problem."""
    half, every = length // 2, torch.arange(batch)
    first, second = torch.randint(0, half, (batch,)), torch.randint(half, length, (batch,))
    x = torch.zeros(length, batch, 2)
    x[..., 0] = torch.rand(length, batch)
    x[first, every, 1] = 1
    x[second, every, 1] = 1
    return x, x[first, every, 0] + x[second, every, 0]


def contestant(
    shared: Shared, label: str, steps: int, at_once: bool
) -> tuple[Callable[[], Any], Callable[[], np.ndarray], dict[str, Any]]:
    """Return what is timed, what gives the numbers, and what to tell; seeds one by one, or one on each core."""
    cores = torch.get_num_threads()
    if at_once:
        torch.set_num_threads(1)
    networks = [Network(label, shared.hidden, shared.weights(seed)) for seed in range(shared.seeds)]
    optimizers = [torch.optim.Adam(network.parameters(), LEARNING_RATE) for network in networks]
    pool = ThreadPoolExecutor(cores if at_once else 1)

    def train(seed: int) -> None:
        if at_once:
            torch.set_num_threads(1)
        network, optimizer = networks[seed], optimizers[seed]
        for _ in range(steps):
            x, target = drawn(shared.length, shared.batch)
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(network(x), target).backward()
            optimizer.step()

    def once() -> None:
        list(pool.map(train, range(shared.seeds)))

    def gradients() -> np.ndarray:
        found = []
        for seed in range(shared.seeds):
            network = Network(label, shared.hidden, shared.weights(seed))
            loss = torch.nn.functional.mse_loss(network(torch.from_numpy(shared.x)), torch.from_numpy(shared.target))
            loss.backward()
            cell = {name.removesuffix("_l0"): value.grad for name, value in network.cell.named_parameters()}
            readout = {f"readout_{name}": value.grad for name, value in network.readout.named_parameters()}
            found.append(norms({**cell, **readout}))
        return np.stack(found)

    threads = f"{cores} networks side by side" if at_once else f"{torch.get_num_threads()} threads"
    return once, gradients, {"version": f"torch {torch.__version__}, {threads}"}
