"""``doctor``: whether this machine tells the truth, with numbers."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from gru_vanish import store
from gru_vanish.engine import compile_cache, device, probes
from gru_vanish.engine.probes import Verdict
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.host import Host
from gru_vanish.interface.html import definition, table
from gru_vanish.interface.prepare import prepare_device
from gru_vanish.tables.layout import size


@dataclass(frozen=True, repr=False)
class DoctorResult:
    """What is here, and what every probe has found."""

    facts: dict[str, str]
    verdicts: tuple[Verdict, ...]
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether this machine can be trusted."""
        return all(verdict.passed for verdict in self.verdicts)

    def __repr__(self) -> str:
        """The verdict in a line."""
        failed = [verdict.name for verdict in self.verdicts if not verdict.passed]
        return f"<DoctorResult {'failed: ' + ', '.join(failed) if failed else 'all probes passed'}>"

    def _repr_html_(self) -> str:
        """Facts and verdicts, as a notebook shows them."""
        rows = [(name, "info", found) for name, found in self.facts.items()]
        rows += [(one.name, "pass" if one.passed else "FAIL", one.found) for one in self.verdicts]
        return definition(repr(self)[1:-1]) + table((("",), ("",), ("",)), rows)


def doctor(*, results: str | Path = "results") -> DoctorResult:
    """Test this machine against closed forms and known numbers, and the folder of all results."""

    def work(caller: Caller) -> DoctorResult:
        prepare_device(caller)
        return DoctorResult(dict(facts()), tuple(verdicts(Path(results), caller)), tuple(caller.remarks))

    return asked(work, computes=True)


def verdicts(results: Path, host: Host) -> Iterator[Verdict]:
    """Give what every probe finds."""
    for verdict in chain([results_folder(results)], guarded(probes.probes())):
        host.check()
        yield verdict


def facts() -> Iterator[tuple[str, str]]:
    """Give what is neither right nor wrong."""
    yield "versions", ", ".join(f"{name} {version}" for name, version in device.versions().items())
    used = device.describe()
    yield "device", f"{used['platform']}, {used['kind'].strip()} ({used['system']} {used['machine']})"
    yield "cores for this process", str(device.cores())
    yield "compiled programs", compiled_programs()
    yield "memory", ", ".join(memory()) or "unknown"
    names = ("highest", "high", "default")
    kept = (f"{name} {probes.operand_bits(probes.device_product(name)):.0f}" for name in names)
    yield "bits kept by a product", f"{', '.join(kept)} of {probes.FULL_BITS} (studies ask for highest)"
    yield "float32 below 2^-126", probes.subnormals()


def compiled_programs() -> str:
    """Say where compiled programs are kept, how many, and whether the place is used."""
    folder = compile_cache.cache_folder()
    try:
        compile_cache.require_private(folder)
    except FileNotFoundError:
        return f"{folder} (none yet)"
    except (OSError, compile_cache.UnsafeCacheError) as fault:
        return f"not used: {fault}"
    kept = [path for path in folder.iterdir() if path.name.endswith("-cache")]
    return f"{folder} ({len(kept)}, {size(sum(path.stat().st_size for path in kept))})"


def memory() -> Iterator[str]:
    """Give the memory of the machine, what a container allows of it, and that of an accelerator."""
    with contextlib.suppress(ValueError, OSError):
        yield f"{size(os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE'))} in the machine"
    with contextlib.suppress(ValueError, OSError):
        allowed = int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii"))
        yield f"{size(allowed)} allowed to this container"
    statistics = device.device().memory_stats() or {}
    if "bytes_limit" in statistics:
        yield f"{size(statistics['bytes_limit'])} on the device"


def results_folder(results: Path) -> Verdict:
    """Write, rename and lock where the results would go; nothing is left there, not even the folder."""
    place = results.absolute()
    while not place.exists():
        place = place.parent
    name, started = "results folder", time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(prefix=".gru-vanish-", dir=place) as folder:
            store.write_atomically(Path(folder) / "probe", b"probe")
            claims = store.Claims(Path(folder) / "claims")
            if not claims.acquire("0" * 64):
                return Verdict(name, False, f"{place}: record locks do not work here")
            claims.release("0" * 64)
    except (OSError, store.StoreUnavailable) as fault:
        return Verdict(name, False, f"{place}: {fault}")
    seconds = time.perf_counter() - started
    return Verdict(name, True, f"{place}: written, flushed and locked in {seconds:.3f} s")


def guarded(verdicts: Iterator[Verdict]) -> Iterator[Verdict]:
    """Hand on verdicts; where a probe itself breaks down, that is the last verdict."""
    try:
        yield from verdicts
    except Exception as fault:
        first = (str(fault).splitlines() or [""])[0]
        yield Verdict("the next probe", False, f"it broke down: {type(fault).__name__}: {first}")
