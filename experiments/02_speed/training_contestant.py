"""The process of one contestant that trains: ``training_contestant.py NAME FILE LABEL STEPS NUMBERS.npy``.

It says when it is ready, takes STEPS optimizer steps of every seed for every line on its stdin and answers with its
seconds. The numbers that it writes at the end are the norms of the gradients by every weight of the file's own batch,
(seed, weight): what is compared.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

OURS, TORCH, THREADS, JAX = "gru-vanish", "PyTorch", "PyTorch, one seed per core", "plain JAX"
LEARNING_RATE = 1e-3


class Shared:
    """The file that ``training_prepare.py`` writes, in float32."""

    def __init__(self, path: str) -> None:
        self._arrays = np.load(path)
        facts = json.loads(str(self._arrays["facts"]))
        self.hidden, self.batch, self.length, self.seeds = (
            int(facts[name]) for name in ("hidden", "batch", "length", "seeds")
        )
        self.x, self.target = self._arrays["x"].astype(np.float32), self._arrays["target"].astype(np.float32)

    def weights(self, seed: int) -> dict[str, np.ndarray]:
        """Return the weights of a seed by the names of the equations, and those of the readout."""
        start = f"{seed}/"
        names = [name for name in self._arrays.files if name.startswith(start)]
        return {name.removeprefix(start): self._arrays[name].astype(np.float32) for name in names}


def norms(gradients: Mapping[str, Any]) -> np.ndarray:
    """Return the norms of PyTorch's weights: input, recurrent, first bias, and the readout's two."""
    names = ("weight_ih", "weight_hh", "bias_ih", "readout_weight", "readout_bias")
    return np.array([np.linalg.norm(np.asarray(gradients[name], np.float64)) for name in names])


def chosen(
    name: str, shared: Shared, label: str, steps: int
) -> tuple[Callable[[], Any], Callable[[], np.ndarray], Any]:
    """Return what is timed, what gives the numbers, and what to tell; libraries are imported in their own process."""
    if name == OURS:
        import training_ours

        return training_ours.contestant(shared, label, steps)
    if name == JAX:
        import training_jax

        return training_jax.contestant(shared, label, steps)
    import training_torch

    return training_torch.contestant(shared, label, steps, at_once=name == THREADS)


def main() -> None:
    """Serve rounds until stdin ends. The first one, unmeasured, is run before anybody asks."""
    name, path, label, steps, numbers = sys.argv[1:]
    shared = Shared(path)
    once, gradients, about = chosen(name, shared, label, int(steps))
    once()
    print(json.dumps({**about, "seeds": shared.seeds}), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        once()
        print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
    np.save(numbers, gradients())


if __name__ == "__main__":
    main()
