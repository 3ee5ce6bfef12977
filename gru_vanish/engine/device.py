"""The device that computes, set up so that the environment can not change a number."""

import ctypes
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from typing import Any

import jax

from gru_vanish.engine import environment


def prepare() -> None:
    """Fix all that changes numbers, and keep large buffers. Call before anything is traced.

    Raises `environment.HostileEnvironmentError` where a variable can not be overridden.
    """
    environment.fix()
    keep_large_buffers()


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


def keep_large_buffers() -> None:
    """Ask glibc to reuse large buffers between calls.

    Each call wants some 100 MB. By default glibc maps and unmaps that anew, and the kernel zeroes it page by page: a
    third of the time of a GRU's forward pass. Elsewhere than on glibc nothing is asked and nothing is lost but time.
    """
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return
    mallopt(M_MMAP_THRESHOLD, 2**30)
    mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def device() -> Any:
    """Return the device that units run on: the first of JAX's default kind."""
    return jax.devices()[0]


def devices() -> list[Any]:
    """Return all devices of that kind."""
    return list(jax.devices())


@contextmanager
def on(used: Any) -> Iterator[None]:
    """Let what this thread traces, compiles and computes be for a device; nothing is asked for the first one."""
    if used == device():
        yield
    else:
        with jax.default_device(used):
            yield


def on_cpu() -> bool:
    """Whether units run on a CPU."""
    return bool(device().platform == "cpu")


def versions() -> dict[str, str]:
    """Return the versions of whatever can change a bit."""
    packages = ("gru-vanish", "jax", "jaxlib", "numpy")
    return {"python": platform.python_version(), **{name: _version(name) for name in packages}}


@cache
def _version(package: str) -> str:
    """Read once in a process: it takes longer than a small unit."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def describe() -> dict[str, str]:
    """Return the device in words, for provenance."""
    used = device()
    return {
        "platform": used.platform,
        "kind": processor() if used.platform == "cpu" else used.device_kind,
        "machine": platform.machine(),
        "system": platform.system(),
        "environment": environment.recorded(),
    }


@cache
def processor() -> str:
    """Return the model name of the CPU, as far as the system tells it; read once in a process."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
            return next(names, platform.processor())
    except OSError:
        return platform.processor() or platform.machine()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
