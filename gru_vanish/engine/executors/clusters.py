"""Workers to hand packs to: on this machine, behind a scheduler that runs already, or as jobs of Slurm.

A scheduler that is started here listens on the loopback interface unless a host is named, and speaks TLS with keys that
are made for this run, so that nobody else on the machine, and nobody on the network, can hand it code.
"""

import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from gru_vanish.engine.executors import slurm, slurm_log
from gru_vanish.engine.executors.devices import assignments
from gru_vanish.engine.executors.slurm_jobs import Jobs

LOOPBACK = "127.0.0.1"
ANSWER = 15.0
"""Seconds within which a scheduler has to answer."""
CONFIG = {
    "distributed.nanny.pre-spawn-environ": dict.fromkeys(slurm.NUMERIC),
    "distributed.worker.multiprocessing-method": "spawn",
    # The ports for dashboards can not be left out, but nothing is served there.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # What a unit wants was weighed before; a worker that pauses for memory that JAX keeps would never go on.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    # A worker that was killed is started again, on a machine that may be busy; only then is it given up.
    "distributed.deploy.lost-worker-timeout": "60 s",
}


class NoSchedulerError(Exception):
    """No scheduler answers, or none can be started; the message says where and why."""


class MissingPackageError(Exception):
    """A package of the extra ``cluster`` is not installed; the message has the line that installs it."""


@dataclass(frozen=True)
class Wanted:
    """Which workers a run is to have."""

    workers: int | None = None
    """On this machine, or jobs of Slurm; None: one per device here, one job."""
    scheduler: str | None = None
    """The address of a scheduler that runs already, or the file that it has written."""
    slurm: tuple[tuple[str, str], ...] | None = None
    """Options of sbatch by name, an empty text for one without a value."""
    host: str | None = None
    """The address or network interface to listen on, where a scheduler is started."""
    wait: float | None = None
    """Seconds to wait for the first worker; None: as long as it takes."""


@dataclass(frozen=True)
class Workers:
    """Workers that were found or started."""

    client: Any
    own: bool
    """Whether they end with this run."""
    where: str
    refill: Callable[[], None] = lambda: None
    """Asks for workers in the place of those that are lost."""
    look: Callable[[], str] = lambda: ""
    """Tells in words what is waited for; raises `NoWorkersError` where it will never come."""
    wait: float | None = None
    """As in `Wanted`."""


def require_packages(wanted: Wanted) -> None:
    """Raise `MissingPackageError` where one is not installed."""
    try:
        import distributed  # noqa: F401

        if wanted.slurm is not None:
            slurm.import_jobqueue()
        if wanted.scheduler is None:
            import cryptography  # noqa: F401
    except ImportError as fault:
        absent = f"the executor 'dask' needs packages that are not installed ({fault})"
        raise MissingPackageError(f"{absent}: pip install 'gru-vanish[cluster]'") from None


@contextlib.contextmanager
def connected(wanted: Wanted, root: Path) -> Iterator[Workers]:
    """Give workers for as long as the context lasts; ``root`` is the results folder, which all of them see."""
    require_packages(wanted)
    import dask
    import distributed

    keep_quiet()
    with dask.config.set(CONFIG), contextlib.ExitStack() as stack:
        try:
            if wanted.scheduler is not None:
                client = stack.enter_context(_closing(_client_of(distributed, wanted.scheduler)))
                where = f"the scheduler at {client.scheduler.address}"
                yield Workers(client, own=False, where=where, wait=wanted.wait)
                return
            started = _started(wanted, root)
            stack.callback(slurm.remove_keys, started)
            cluster = stack.enter_context(_closing(started))
            client = stack.enter_context(_closing(distributed.Client(cluster, timeout=ANSWER)))
        except (OSError, TimeoutError, ValueError, RuntimeError) as fault:
            raise NoSchedulerError(_words(wanted, fault)) from fault
        # Workers of this machine are started again by themselves, a job whose time is up is not.
        refill = partial(cluster.scale, len(cluster.worker_spec))
        look = partial(_look, cluster, _jobs(wanted, cluster, root))
        yield Workers(client, True, "the workers of this run", refill, look, wanted.wait)


def _jobs(wanted: Wanted, cluster: Any, root: Path) -> Jobs | None:
    if wanted.slurm is None:
        return None
    return Jobs(cluster, partial(slurm_log.path, wanted.slurm, root))


def _look(cluster: Any, jobs: Jobs | None) -> str:
    """Tell what is waited for; processes of this machine need no words."""
    return "" if jobs is None else jobs.look({str(name) for name in list(cluster.scheduler.aliases)})


def keep_quiet() -> None:
    """Let the libraries write nothing to the user's terminal: what goes wrong is told as an event."""
    for name in [*logging.root.manager.loggerDict, "asyncio"]:
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # A run that leaves at once on Ctrl-C leaves semaphores to this process, which removes them and would say so.
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = "ignore::UserWarning:multiprocessing.resource_tracker"
    try:
        resource_tracker.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


def _words(wanted: Wanted, fault: BaseException) -> str:
    first = (str(fault).strip().splitlines() or [type(fault).__name__])[0]
    if wanted.scheduler is None:
        return f"no workers could be started: {first}"
    return f"no scheduler answers at {wanted.scheduler}: {first}"


@contextlib.contextmanager
def _closing(opened: Any) -> Iterator[Any]:
    """Close in the end, whatever the other side has to say about it: all records are written by then."""
    try:
        yield opened
    finally:
        with contextlib.suppress(Exception):
            opened.close(timeout=5)


def _client_of(distributed: Any, scheduler: str) -> Any:
    if "://" in scheduler:
        return distributed.Client(scheduler, timeout=ANSWER)
    if not Path(scheduler).is_file():
        raise NoSchedulerError(
            f"--scheduler {scheduler}: neither an address (tcp://host:port) nor the file of a scheduler that runs"
        )
    return distributed.Client(scheduler_file=scheduler, timeout=ANSWER)


def _started(wanted: Wanted, root: Path) -> Any:
    """Start a scheduler in this process, and workers: each a process of its own, spawned."""
    from distributed import Nanny, Scheduler, SpecCluster
    from distributed.security import Security

    host, security = address(wanted.host), Security.temporary()
    if wanted.slurm is not None:
        return slurm.started(wanted.slurm, wanted.workers or 1, host, root, security)
    both = {"host": host, "dashboard_address": f"{host}:0", "security": security}
    cluster = SpecCluster(
        workers={},
        scheduler={"cls": Scheduler, "options": {**both, "port": 0}},
        security=security,
        silence_logs=logging.CRITICAL,
    )
    one = {**both, "nthreads": 1, "memory_limit": 0, "silence_logs": logging.CRITICAL}
    cluster.sync(_deaf_to_interrupts)
    each = assignments(wanted.workers)
    cluster.worker_spec.update(
        {index: {"cls": Nanny, "options": {**one, "env": env}} for index, env in enumerate(each)}
    )
    cluster.scale(len(each))
    return cluster


async def _deaf_to_interrupts() -> None:
    """Block SIGINT in the thread that starts workers: they inherit that, and leave it to this process to end them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def address(host: str | None) -> str:
    """Return the address to listen on; ``host`` may be the name of a network interface."""
    if host is None:
        return LOOPBACK
    from distributed.utils import get_ip_interface

    try:
        return str(get_ip_interface(host))
    except ValueError:  # no interface of this machine has that name
        return host
