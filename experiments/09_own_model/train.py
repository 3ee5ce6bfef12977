"""Trains a small PyTorch GRU to recall a value, saves it as safetensors, and PyTorch's own h0 gradients beside it.

Needs PyTorch, which gru-vanish itself does not: `python train.py [FOLDER]`; without FOLDER the files here are replaced.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from gru_vanish.contracts import Streams
from gru_vanish.losses import LOSSES

HIDDEN, STEPS = 24, 2400
CURRICULUM = (12, 20, 40, 60)
"""Lengths T, a quarter of the steps each: on 60 steps from the start nothing is learnt."""
MEASURED, SAMPLES = 200, 8
LENGTHS = (1, 5, 20, 63, 126, 200)


class Recall(torch.nn.Module):
    """Two layers of a GRU, and a line that reads the answer off the last state."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = torch.nn.GRU(2, HIDDEN, num_layers=2, batch_first=True)
        self.readout = torch.nn.Linear(HIDDEN, 1)

    def forward(self, xs: torch.Tensor) -> torch.Tensor:
        """Answer sequences (samples, T, 2)."""
        hs, _ = self.rnn(xs)
        return self.readout(hs[:, -1])[:, 0]


def sequences(samples: int, length: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return noise with a mark on one of the first ten steps, and the noise at the mark: what is to be recalled."""
    noise = torch.rand(samples, length, generator=generator) * 2 - 1
    at = torch.randint(0, 10, (samples,), generator=generator)
    mark = torch.nn.functional.one_hot(at, length).to(noise.dtype)
    return torch.stack([noise, mark], dim=-1), (noise * mark).sum(dim=1)


def train(model: Recall, generator: torch.Generator) -> float:
    """Train with Adam; return the mean squared error of the last 100 steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    errors = []
    for step in range(STEPS):
        xs, answers = sequences(64, CURRICULUM[step * len(CURRICULUM) // STEPS], generator)
        error = torch.mean((model(xs) - answers) ** 2)
        optimizer.zero_grad()
        error.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        errors.append(error.item())
        if step % 250 == 0:
            print(f"step {step}: {error.item():.4f}", flush=True)
    return float(np.mean(errors[-100:]))


def h0_gradients(model: Recall, xs: torch.Tensor) -> dict[str, list[list[float]]]:
    """Return ‖d(c·h_T)/dh_0‖ of each layer at each length, sample by sample: autograd in float64."""
    rnn = torch.nn.GRU(2, HIDDEN, num_layers=2, batch_first=True).double()
    rnn.load_state_dict(model.rnn.state_dict())
    c = torch.tensor(cotangent(0)).double()
    found: dict[str, list[list[float]]] = {"rnn.l0": [], "rnn.l1": []}
    for length in LENGTHS:
        for layer, name in enumerate(found):
            h0 = torch.zeros(2, len(xs), HIDDEN, dtype=torch.float64, requires_grad=True)
            _, last = rnn(xs[:, :length].double(), h0)
            (gradient,) = torch.autograd.grad((last[layer] @ c).sum(), h0)
            found[name].append(gradient[layer].norm(dim=-1).tolist())
    return found


def cotangent(seed: int) -> np.ndarray:
    """Return the c of a seed, as gru-vanish draws it, in float32."""
    drawn = LOSSES["projection"]().draw(HIDDEN, SAMPLES, Streams(seed))
    return np.asarray(drawn["c"], np.float32)


def main(folder: Path) -> None:
    """Write model files, inputs and PyTorch's gradients."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(1)
    model = Recall()
    xs, _ = sequences(SAMPLES, MEASURED, torch.Generator().manual_seed(2))
    np.save(folder / "x.npy", xs.numpy())
    gradients = {}
    for name in ("before", "after"):
        error = train(model, generator) if name == "after" else None
        state = {key: array.contiguous() for key, array in model.state_dict().items()}
        save_file(state, folder / f"{name}.safetensors")
        gradients[name] = {"error": error, "h0_gradient": h0_gradients(model, xs)}
    told = {"torch": torch.__version__.split("+")[0], "seed": 0, "lengths": LENGTHS, **gradients}
    (folder / "pytorch.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"mean squared error after training: {gradients['after']['error']:.5f}; that of guessing 0 is 0.333")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
