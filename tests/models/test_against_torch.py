"""PyTorch's own outputs and h0 gradients of stacked, bidirectional networks, by layer and direction."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gru_vanish.interface.recipes import RECIPES
from tests.models.studies import cotangent, h0_gradients, layers

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")

# With 2n inputs both layers have the same shapes: one program serves the four.
HIDDEN, SIZE, BATCH, STEPS = 5, 10, 4, 25
MODULES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
NAMES = ("l0", "l0_reverse", "l1", "l1_reverse")


def saved(module: Any, folder: Path) -> np.ndarray:
    """Save a module's weights as the program's recipe says, and draw inputs; give these."""
    with contextlib.chdir(folder):
        exec(RECIPES["torch"], {"model": module})
    xs = np.random.default_rng(1).normal(size=(BATCH, STEPS, SIZE)).astype(np.float32)
    np.save(folder / "x.npy", xs)
    return xs


def gradient(module: Any, xs: Any, place: int, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """‖d(c·h_T)/d(h_0, c_0)‖ of one layer and direction, sample by sample, where that has read all of its sequence."""
    is_lstm = isinstance(module, torch.nn.LSTM)
    start = torch.zeros(len(NAMES), len(xs), HIDDEN, dtype=torch.float64, requires_grad=True)
    cell = torch.zeros_like(start, requires_grad=True)
    hs, last = module(xs, (start, cell) if is_lstm else start)
    h = (last[0] if is_lstm else last)[place]
    wanted = (start, cell) if is_lstm else (start,)
    found = torch.autograd.grad((h @ torch.tensor(c)).sum(), wanted)
    return hs.detach().numpy(), torch.cat([one[place] for one in found], dim=-1).norm(dim=-1).numpy()


@pytest.mark.parametrize("kind", MODULES)
def test_h0_gradients_of_a_stack_in_two_directions(kind: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = MODULES[kind](SIZE, HIDDEN, num_layers=2, bidirectional=True, batch_first=True)
    xs = torch.tensor(saved(module, tmp_path)).double()
    module = module.double()
    settings = layers(tmp_path, "model.safetensors", "torch", NAMES)
    for place, name in enumerate(NAMES):
        setting = settings[name]
        ours = h0_gradients(setting)[-1]
        outputs, theirs = gradient(module, xs, place, cotangent(setting))
        # What the second layer reads is rounded to float32, as every sequence of a file is.
        np.testing.assert_allclose(ours, theirs, rtol=1e-12 if name.startswith("l0") else 1e-5)
        if name == "l1":  # it reads both directions of the first layer
            below = MODULES[kind](SIZE, HIDDEN, bidirectional=True, batch_first=True).double()
            below.load_state_dict({key: value for key, value in module.state_dict().items() if "_l0" in key})
            np.testing.assert_allclose(setting.inputs.content.values, below(xs)[0].detach(), rtol=0, atol=1e-7)
        assert outputs.shape == (BATCH, STEPS, 2 * HIDDEN)


def test_shorter_lengths_are_prefixes_and_a_reversed_direction_reads_from_the_end(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = torch.nn.GRU(SIZE, HIDDEN, bidirectional=True, batch_first=True)
    xs = torch.tensor(saved(module, tmp_path)).double()
    settings = layers(tmp_path, "model.safetensors", "torch", NAMES[:2])
    module = module.double()
    for place, (setting, turned) in enumerate(zip(settings.values(), (xs, xs.flip(1)), strict=True)):
        one = torch.nn.GRU(SIZE, HIDDEN, batch_first=True).double()
        end = "_reverse" if place else ""
        one.load_state_dict({f"{name}_l0": getattr(module, f"{name}_l0{end}") for name in names()})
        for row, length in zip(h0_gradients(setting), setting.lengths, strict=True):
            h0 = torch.zeros(1, BATCH, HIDDEN, dtype=torch.float64, requires_grad=True)
            _, last = one(turned[:, :length], h0)
            (found,) = torch.autograd.grad((last[0] @ torch.tensor(cotangent(setting))).sum(), h0)
            np.testing.assert_allclose(row, found[0].norm(dim=-1), rtol=1e-12)


def names() -> tuple[str, ...]:
    return ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
