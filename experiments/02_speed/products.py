"""How fast this machine multiplies matrices of a given shape: one thread per core, all at once."""

import threading
import time
from collections.abc import Callable

import jax
import numpy as np

from gru_vanish.engine.environment import compiler_options

UNROLLED = 4

Repeat = Callable[[int], None]
"""Multiply there and back so many times."""


def xla(x: np.ndarray, w: np.ndarray) -> tuple[Repeat, int]:
    """Return XLA's own products, as the kernel has them, and how many are in one repetition."""

    def chain(count: jax.Array, x: jax.Array, w: jax.Array) -> jax.Array:
        def body(_: jax.Array, x: jax.Array) -> jax.Array:
            for _ in range(UNROLLED):
                x = (x @ w) @ w.T
            return x

        return jax.lax.fori_loop(0, count, body, x)

    with jax.default_matmul_precision("highest"):
        compiled = jax.jit(chain, compiler_options=compiler_options("cpu")).lower(np.int32(0), x, w).compile()
    return lambda count: compiled(np.int32(count), x, w).block_until_ready(), 2 * UNROLLED


def blas(x: np.ndarray, w: np.ndarray) -> tuple[Repeat, int]:
    """Return the products of NumPy's BLAS; its own threads are off by the environment."""

    def repeat(count: int) -> None:
        here, there, back = x.copy(), np.empty((x.shape[0], w.shape[1]), x.dtype), np.ascontiguousarray(w.T)
        for _ in range(count):
            np.matmul(here, w, out=there)
            np.matmul(there, back, out=here)

    return repeat, 2


def operands(rows: int, inner: int, columns: int, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """Return x (rows, inner) and w (inner, columns) with x w wᵀ = x or smaller, so that nothing overflows."""
    rng = np.random.default_rng(0)
    size = max(inner, columns)
    orthogonal, _ = np.linalg.qr(rng.standard_normal((size, size)))
    w = np.ascontiguousarray(orthogonal[:inner, :columns], dtype)
    return rng.standard_normal((rows, inner)).astype(dtype), w


class Rate:
    """The rate of one shape with one library."""

    def __init__(
        self,
        library: Callable[..., tuple[Repeat, int]],
        shape: tuple[int, int, int],
        dtype: str,
        cores: int,
        seconds: float,
    ) -> None:
        self._repeat, self._each = library(*operands(*shape, dtype))
        self._flops, self._cores = 2 * shape[0] * shape[1] * shape[2], cores
        self._repeat(1)
        self._count = self._enough(seconds)

    def _enough(self, seconds: float) -> int:
        """Return how many repetitions take about so long."""
        count = 1
        while (taken := self._time(count)) < seconds / 4:
            count *= 4
        return max(1, round(count * seconds / taken))

    def _time(self, count: int) -> float:
        started = time.perf_counter()
        self._repeat(count)
        return time.perf_counter() - started

    def measure(self) -> float:
        """Return flops per second of all cores together."""
        gate = threading.Barrier(self._cores + 1)

        def work() -> None:
            gate.wait()
            self._repeat(self._count)

        threads = [threading.Thread(target=work) for _ in range(self._cores)]
        for thread in threads:
            thread.start()
        gate.wait()
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        return self._cores * self._count * self._each * self._flops / (time.perf_counter() - started)


LIBRARIES = {"XLA": xla, "BLAS": blas}
