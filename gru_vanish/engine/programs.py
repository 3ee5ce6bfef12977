"""Compiled programs, each compiled once."""

import threading
import time
from collections.abc import Callable
from typing import Any

import jax

from gru_vanish.contracts import Program, Stage
from gru_vanish.engine import device, environment
from gru_vanish.engine.packs import pack_width
from gru_vanish.engine.stages import shapes_read


class Programs:
    """The programs of a run by (program, stage), compiled on first use and kept.

    ``compiled`` is called with (program, stage name, seconds) after each compilation. Safe to use from many threads;
    a program that is being compiled by one is waited for by the others. They are compiled for one device, the first
    unless another is ``used``; call within `device.on` that device.
    """

    def __init__(self, compiled: Callable[[Program, str, float], None], used: Any = None) -> None:
        self._compiled = compiled
        self._guard = threading.Lock()
        self._locks: dict[tuple[Program, str], threading.Lock] = {}
        self._ready: dict[tuple[Program, str], Any] = {}
        self._seconds: dict[tuple[Program, str], float] = {}
        self.device = device.device() if used is None else used
        self.platform = self.device.platform

    def width(self, program: Program) -> int:
        """Return the pack width of a program on this device."""
        return pack_width(program, self.platform)

    def get(self, program: Program, stage: Stage) -> Any:
        """Return the compiled function of one stage: data of a pack → outputs of a pack."""
        key = (program, stage.name)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._ready:
                started = time.perf_counter()
                self._ready[key] = compile_stage(program, stage, self.platform)
                self._seconds[key] = time.perf_counter() - started
                self._compiled(program, stage.name, self._seconds[key])
            return self._ready[key]

    def compile_seconds(self, program: Program) -> float:
        """Return what compiling the stages of a program has taken in this process so far."""
        return sum(seconds for (compiled, _), seconds in list(self._seconds.items()) if compiled == program)


def compile_stage(program: Program, stage: Stage, platform: str) -> Any:
    """Return the stage compiled for the program's shapes; matrix products in the precision that the program names."""
    width = pack_width(program, platform)
    shapes = shapes_read(program, stage)
    kernel = stage.kernel(program)
    if width > 1:
        kernel = jax.vmap(kernel)
        shapes = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct((width, *leaf.shape), leaf.dtype), shapes)
    options = environment.compiler_options(platform)
    with jax.default_matmul_precision(program.matmul):
        return jax.jit(kernel, compiler_options=options).lower(shapes).compile()
