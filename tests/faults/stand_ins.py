"""The real engine and the real store in a process without jax, whose children are made by forking, each in an instant.

`python stand_ins.py` reads one JSON object per line, and answers each with one line. Its own measure needs no device:
what it is given to compile are functions of NumPy arrays. So nothing here is slower than the files it writes, and no
thread of jax is there to be lost in a fork.
"""

import contextlib
import json
import os
import sys
import threading
import time
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SIZE = 3000


def numbers(seed: int) -> np.ndarray:
    """What the record of a seed must hold."""
    return np.random.default_rng(seed).random(SIZE)


class _Jitted:
    """What the engine asks of ``jax.jit``: lowered and compiled, it is the function itself."""

    def __init__(self, function: Any, compiler_options: Any = None) -> None:
        self.function = function

    def lower(self, *_: object) -> "_Jitted":
        return self

    def compile(self) -> Any:
        return self.function


def _mapped(function: Any, tree: Any) -> Any:
    return {name: _mapped(function, leaf) for name, leaf in tree.items()} if isinstance(tree, dict) else function(tree)


def _stand_in_for_jax() -> types.ModuleType:
    jax: Any = types.ModuleType("jax")
    jax.Array = np.ndarray
    jax.ShapeDtypeStruct = types.SimpleNamespace
    jax.jit = _Jitted
    jax.default_matmul_precision = lambda _: contextlib.nullcontext()
    jax.devices = lambda: [types.SimpleNamespace(platform="cpu", device_kind="none")]
    jax.tree = types.SimpleNamespace(map=_mapped, leaves=lambda tree: list(tree.values()))
    return jax  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Part:
    """A part of a setting that has nothing to say."""

    def structure(self) -> "Part":
        return self


@dataclass(frozen=True)
class Point:
    """A setting as far as the engine looks into it."""

    cell: Any = Part()
    inputs: Any = Part()
    h0: Any = Part()
    loss: Any = Part()
    lengths: tuple[int, ...] = (1,)
    precision: str = "float64"
    matmul: str = "highest"
    task: None = None
    training: None = None
    ablated: tuple[()] = ()

    def canonical(self) -> dict[str, Any]:
        return {"lengths": list(self.lengths)}


class Drawing:
    """A measure without a device: the payload is what was drawn. Every draw is a line in a log."""

    name, version = "drawing", 1

    def __init__(self, log: Path, stuck: int | None) -> None:
        from gru_vanish.contracts import Stage

        self.stages = (Stage("drawing", lambda program: lambda data: data, lambda outputs: not outputs),)
        self._log, self._stuck = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666), stuck

    def shapes(self, program: object) -> None:
        return None

    def draw(self, setting: object, seed: int) -> dict[str, np.ndarray]:
        os.write(self._log, f"{seed}\n".encode())
        if seed == self._stuck:
            time.sleep(60)
        return {"numbers": numbers(seed)}

    def data(self, setting: object, seed: int, drawn: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return drawn

    def payload(self, program: object, outputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return dict(outputs)

    def memory(self, program: object) -> int:
        return 1


def run(root: str, seeds: int, log: str, stuck: int | None = None, workers: int = 2) -> int:
    """Run a study as the program does; the exit code says whether every unit is settled and in the store."""
    from gru_vanish import engine
    from gru_vanish.measures import MEASURES
    from gru_vanish.store import Store

    MEASURES["drawing"] = Drawing(Path(log), stuck)  # type: ignore[assignment]
    store = Store(root)
    store.remove_leftovers()
    units = engine.plan([Point()], range(seeds), ["drawing"])  # type: ignore[list-item]
    events = list(engine.execute(units, store, threading.Event(), workers))
    bad = [event for event in events if isinstance(event, engine.Failed | engine.Crashed | engine.Unavailable)]
    sys.stderr.write("".join(f"{event.error}\n" for event in bad))
    return 0 if not bad and all(store.state(unit.key).kind == "present" for unit in units) else 1


def _fork(arguments: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = run(**arguments)
    finally:
        os._exit(code)


def serve() -> None:
    """Fork a run for each object with a root; wait for the run whose process id is asked for."""
    sys.modules["jax"] = _stand_in_for_jax()
    measures: Any = types.ModuleType("gru_vanish.measures")
    measures.MEASURES = {}
    sys.modules["gru_vanish.measures"] = measures
    import gru_vanish.engine

    assert threading.active_count() == 1
    print(gru_vanish.engine.__name__, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = _fork(asked) if "root" in asked else os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])
        print(answer, flush=True)


if __name__ == "__main__":
    serve()
