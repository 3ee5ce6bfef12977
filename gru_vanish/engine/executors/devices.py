"""Which device every worker of this machine gets, by variables that it starts with: one worker for each device.

The devices are counted by a short process of its own. A process that has touched an accelerator holds its memory, and
the one that only hands out packs must not.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from importlib.util import find_spec

from gru_vanish.engine import device

VISIBLE = {"cuda": "CUDA_VISIBLE_DEVICES", "rocm": "HIP_VISIBLE_DEVICES"}
"""The variable that limits a process to some of the devices of a kind."""
FRACTION = "XLA_CLIENT_MEM_FRACTION"
FRACTIONS = (FRACTION, "XLA_PYTHON_CLIENT_MEM_FRACTION")
"""What says how much of a device's memory a process takes; the second name is deprecated, both at once an error."""
SHARE = 0.9
"""Of a device's memory, for all workers that share it; the rest is the driver's own."""
_COUNT = """
import json, jax
found = jax.devices()
kind = found[0].platform
version = getattr(found[0].client, "platform_version", "").lower()
print(json.dumps(["rocm" if kind == "gpu" and "rocm" in version else "cuda" if kind == "gpu" else kind, len(found)]))
"""


def assignments(workers: int | None, environ: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """Return the variables of every worker: as many as asked for, else one per device, or per core on a CPU."""
    environ = os.environ if environ is None else environ
    kind, count = counted(environ)
    return [{} for _ in range(workers or device.cores())] if kind == "cpu" else of(kind, count, workers, environ)


def of(kind: str, count: int, workers: int | None, environ: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the variables of every worker on ``count`` accelerators of a kind; devices that one takes are in turn."""
    if kind not in VISIBLE:
        return [{}]  # a TPU belongs to one process, whose threads are spread over its chips
    workers, name = workers or count, VISIBLE[kind]
    # What a user or a queue has left of the machine's devices, by number or by name.
    named = [one.strip() for one in environ.get(name, "").split(",") if one.strip()] or [str(i) for i in range(count)]
    named = named[:count]
    return [{name: named[index % len(named)], **memory(workers, len(named), environ)} for index in range(workers)]


def memory(workers: int, devices: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the share of a device's memory that a worker takes; nothing where the user has said it."""
    if any(environ.get(name) for name in FRACTIONS):
        return {}
    sharing = -(-workers // devices)
    return {FRACTION: f"{SHARE / sharing:.3f}"}


def counted(environ: Mapping[str, str]) -> tuple[str, int]:
    """Return the kind of device that JAX would choose here, and how many there are."""
    if environ.get("JAX_PLATFORMS") == "cpu" or not accelerated():
        return "cpu", 1
    quiet = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    words = [sys.executable, "-c", _COUNT]
    done = subprocess.run(words, env={**environ, **quiet}, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RuntimeError(f"JAX finds no device here: {last}")
    kind, count = json.loads(done.stdout.strip().splitlines()[-1])
    return str(kind), int(count)


def accelerated() -> bool:
    """Whether JAX is installed with what it needs for an accelerator."""
    return bool(metadata.entry_points(group="jax_plugins")) or any(map(find_spec, ("jax_plugins", "libtpu")))
