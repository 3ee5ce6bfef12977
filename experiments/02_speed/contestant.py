"""The process of one contestant: ``contestant.py NAME WORK.npz LABEL PRECISION NUMBERS.npy [OVERRIDES …]``.

It says when it is ready, runs once for every line on its stdin and answers with its seconds, and at the end
of its stdin writes the numbers of the last round.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from work import Work

OURS, TORCH, FROZEN, JAX = "gru-vanish", "PyTorch loop", "PyTorch loop, weights frozen", "plain JAX loop"


def chosen(name: str, work: Work, label: str, precision: str, overrides: list[str]) -> tuple[Callable[[], Any], Any]:
    """Return the contestant; its libraries are imported in its own process only."""
    if name == OURS:
        import ours

        return ours.contestant(work, label, precision, overrides)
    if name == JAX:
        import jax_loop

        return jax_loop.contestant(work, label, precision)
    import torch_loop

    return torch_loop.contestant(work, label, precision, frozen=name == FROZEN)


def main() -> None:
    """Serve rounds until stdin ends. The first one, unmeasured, is run before anybody asks."""
    name, path, label, precision, numbers, *overrides = sys.argv[1:]
    once, about = chosen(name, Work(path), label, precision, overrides)
    # Ours answers with logarithms of a whole payload, made after the clock has stopped.
    as_numbers = about.pop("numbers", lambda result: result)
    result = once()
    print(json.dumps(about), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        result = once()
        print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
    np.save(numbers, as_numbers(result))


if __name__ == "__main__":
    main()
