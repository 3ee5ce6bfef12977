"""What memory the device has left for units, before anything is started.

A CPU: the least of what the kernel calls available, of what each control group above this process leaves (version 1 or
2; page cache that it would give back counted in), and of the address space that ``ulimit -v`` leaves. Where nothing of
this is told, as on macOS, the memory of the machine. An accelerator: what its allocator has not given out yet.
"""

import contextlib
import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gru_vanish.engine import device

PROC = Path("/proc")
GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Available:
    """Bytes that are left, and who says so."""

    bytes: int
    source: str
    devices: int = 1
    """Each has so much; no unit is spread over several."""


def available() -> Available | None:
    """Return what the device has left; None for a device that does not tell."""
    if not device.on_cpu():
        used = device.devices()
        told = [found for found in map(of_accelerator, used) if found is not None]
        least = min(told, key=lambda one: one.bytes, default=None)
        return None if least is None else replace(least, devices=len(used))
    found = [*of_kernel(PROC), *of_groups(PROC, GROUPS), *of_address_space(PROC)]
    return min(found or of_machine(), key=lambda one: one.bytes, default=None)


def of_accelerator(used: Any) -> Available | None:
    """Return what the allocator of a device has left."""
    told = used.memory_stats() or {}
    if "bytes_limit" not in told:
        return None
    return _left(told["bytes_limit"] - told.get("bytes_in_use", 0), f"free on {used.platform} {used.id}")


def of_kernel(proc: Path) -> Iterator[Available]:
    """Give what Linux calls available: free, or to be had without swapping."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = (proc / "meminfo").read_text(encoding="ascii").splitlines()
        yield from (
            _left(1024 * int(line.split()[1]), "MemAvailable") for line in lines if line.startswith("MemAvailable:")
        )


def of_groups(proc: Path, mounts: Path) -> Iterator[Available]:
    """Give what every control group above this process leaves of its limit."""
    with contextlib.suppress(OSError, ValueError):
        for line in (proc / "self" / "cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers == "":
                for mount in (mounts, mounts / "unified"):
                    yield from _of_path(mount, path, "memory.max", "memory.current", "inactive_file")
            elif "memory" in controllers.split(","):
                names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
                yield from _of_path(mounts / "memory", path, *names)


def _of_path(mount: Path, path: str, limit: str, usage: str, cache: str) -> Iterator[Available]:
    """Give what the group and those above it leave; inside a container its own path may not be there, its root is."""
    inner = mount / path.lstrip("/")
    for folder in (inner, *inner.parents):
        # The root of all groups has no limit and no such file.
        with contextlib.suppress(OSError, ValueError):
            allowed, used = ((folder / name).read_text(encoding="ascii") for name in (limit, usage))
            if allowed.strip() != "max":
                back = sum(_statistics(folder / "memory.stat", cache))
                yield _left(int(allowed) - int(used) + back, "what the control group leaves")
        if folder == mount:
            return


def _statistics(path: Path, name: str) -> Iterator[int]:
    with contextlib.suppress(OSError):
        words = (line.split() for line in path.read_text(encoding="ascii").splitlines())
        yield from (int(found[1]) for found in words if found[0] == name)


def of_address_space(proc: Path) -> Iterator[Available]:
    """Give what ``ulimit -v`` leaves, where there is such a limit."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed == resource.RLIM_INFINITY:
        return
    used = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = (proc / "self" / "statm").read_text(encoding="ascii").split()[0]
        used = int(pages) * resource.getpagesize()
    yield _left(allowed - used, "what ulimit -v leaves")


def of_machine() -> Iterator[Available]:
    """Give all the memory of the machine."""
    with contextlib.suppress(OSError, ValueError):
        yield _left(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), "the memory of the machine")


def _left(count: int, source: str) -> Available:
    return Available(max(0, int(count)), source)
