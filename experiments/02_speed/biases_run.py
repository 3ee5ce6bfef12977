"""Many values of one bias through one program: ``biases_run.py COUNT FOLDER [A.B=VALUE …]``.

It answers every line on stdin with the seconds of that run without compilation: ``single`` is one unit,
``one`` is COUNT units with one worker, ``all`` the same with one worker per core.
"""

import json
import sys
import tempfile
import threading
import time
from dataclasses import replace

import numpy as np
import ours

from gru_vanish.engine import Compiled, Failed, Unit, compile_cache, device, execute, prepare, unit
from gru_vanish.initializers import BIASES
from gru_vanish.store import Store


def units(count: int, overrides: list[str]) -> list[Unit]:
    """Return GRUs that differ in the bias of their update gate alone."""
    setting = ours.setting_of("GRU", overrides)
    found = []
    for value in np.linspace(-4.0, 4.0, count):
        bias = BIASES["constant"](value=float(value))  # type: ignore[call-arg]
        found.append(
            unit(replace(setting, init=setting.init.model_copy(update={"update_bias": bias})), 0, "h0_gradient")
        )
    return found


def seconds_of(wanted: list[Unit], folder: str, workers: int) -> dict[str, float]:
    """Execute the units into an empty store; the clock starts when the program is compiled."""
    ready: list[float] = []
    with tempfile.TemporaryDirectory(dir=folder) as root:
        for event in execute(wanted, Store(root), threading.Event(), workers):
            if isinstance(event, Failed):
                raise RuntimeError(event.error)
            if isinstance(event, Compiled):
                ready.append(time.perf_counter())
        return {"seconds": time.perf_counter() - ready[0], "programs": len(ready)}


def main() -> None:
    """Serve until stdin ends."""
    count, folder, *overrides = sys.argv[1:]
    prepare()
    compile_cache.enable()  # each run compiles anew; what is not timed need not be waited for
    wanted = units(int(count), overrides)
    runs = {"single": (wanted[:1], 1), "one": (wanted, 1), "all": (wanted, device.cores())}
    seconds_of(wanted[:1], folder, 1)
    print(json.dumps({"cores": device.cores()}), flush=True)
    for line in sys.stdin:
        some, workers = runs[line.strip()]
        print(json.dumps(seconds_of(some, folder, workers)), flush=True)


if __name__ == "__main__":
    main()
