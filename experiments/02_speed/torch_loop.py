"""The PyTorch loop: what one would write. For every length a forward pass, ``backward()``, and a norm."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from work import Unit, Work, side_by_side

MODULES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU}


def network(kind: str, unit: Unit, device: str, frozen: bool) -> Any:
    """Return PyTorch's module with the unit's weights."""
    packed = {f"{name}_l0": torch.from_numpy(value) for name, value in side_by_side(unit.weights).items()}
    size, hidden = unit.xs.shape[-1], unit.c.shape[0]
    module = MODULES[kind](size, hidden, dtype=packed["bias_ih_l0"].dtype)
    module.load_state_dict(packed)
    return module.requires_grad_(not frozen).to(device)


def h0_gradients(module: Any, xs: Any, c: Any, lengths: list[int]) -> np.ndarray:
    """Return ‖dL_T/dh_0‖ of every length and sample: (L, batch)."""
    norms = []
    for length in lengths:
        h0 = torch.zeros(1, xs.shape[1], c.shape[0], dtype=xs.dtype, device=xs.device, requires_grad=True)
        _, last = module(xs[:length], h0)
        (last[0] @ c).sum().backward()
        norms.append(h0.grad[0].norm(dim=-1))
    return torch.stack(norms).cpu().numpy()


def contestant(
    work: Work, label: str, precision: str, frozen: bool = False
) -> tuple[Callable[[], Any], dict[str, Any]]:
    """Return what is timed, a function that returns (seed, length, sample), and what to tell of it."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # cuDNN would round float32 operands to 10 bits; the others do not.
    torch.backends.cudnn.allow_tf32 = False
    ready = []
    for unit in work.units(label, precision):
        module = network(work.kind(label), unit, device, frozen)
        ready.append((module, *(torch.from_numpy(array).to(device) for array in (unit.xs, unit.c))))

    def once() -> np.ndarray:
        return np.stack([h0_gradients(module, xs, c, work.lengths) for module, xs, c in ready])

    return once, {"version": f"torch {torch.__version__}, {torch.get_num_threads()} threads"}
