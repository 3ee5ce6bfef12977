"""Workers as jobs of Slurm, through dask-jobqueue, and the same by hand: a script for ``sbatch`` that needs no Dask.

Each job is one worker with one device, which Slurm assigns. All options of sbatch that a user names go into the script
as they are; what is not named is left to the cluster's own defaults.
"""

import contextlib
import shlex
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gru_vanish.engine.executors.devices import FRACTION, FRACTIONS, SHARE

NUMERIC = ("MALLOC_TRIM_THRESHOLD_", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""What a nanny would set in its workers, and what may move a last bit: they are to have what their machine says."""
Directives = Sequence[tuple[str, str]]
NAME = "gru-vanish"
CPUS = "cpus-per-task"
ON_DEVICES = ("gres", "gpus", "gpus-per-task", "gpus-per-node", "gpus-per-socket")
# Lines that dask-jobqueue would write of its own accord.
LEFT_TO_SLURM = ["#SBATCH --mem=", "#SBATCH -t ", "#SBATCH -n 1", "#SBATCH --cpus-per-task"]
PROLOGUE = (
    f'export DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON="{dict.fromkeys(NUMERIC)}"',
    'export DASK_DISTRIBUTED__WORKER__HTTP__ROUTES="[]"',
    "export DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False",
)


def import_jobqueue() -> None:
    """Import dask-jobqueue without its handler of SIGINT; raises ImportError.

    It takes the signal for itself as it is imported, so that Ctrl-C would end a run with exit code 0 and without a
    word, and for the same reason it could not be imported in any thread but the first.
    """
    kept = signal.signal
    ignored: Any = lambda *_: None  # noqa: E731
    signal.signal = ignored
    try:
        import dask_jobqueue  # noqa: F401
    finally:
        signal.signal = kept


def started(directives: Directives, jobs: int, host: str, root: Path, security: Any) -> Any:
    """Return a cluster whose workers are jobs of Slurm."""
    from dask_jobqueue.slurm import SLURMCluster

    cluster = SLURMCluster(
        job_cls=_job_class(),
        scheduler_options={"host": host, "port": 0, "dashboard_address": f"{host}:0"},
        security=security,
        protocol="tls://",
        shared_temp_directory=str(root.resolve()),
        **options(directives, host, root),
    )
    cluster.scale(jobs=jobs)
    return cluster


def remove_keys(cluster: Any) -> None:
    """Take away the files with the keys of the connections, which dask-jobqueue leaves to the end of the process."""
    for name in ("ca_file", "cert", "key"):
        file = getattr(cluster, f"_job_{name}", None)
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()


def _job_class() -> Any:
    """Return the job of dask-jobqueue, but one that remembers why it was refused."""
    from dask_jobqueue.slurm import SLURMJob
    from distributed.deploy.spec import ProcessInterface

    state: Any = ProcessInterface

    class Job(SLURMJob):
        refusal = ""
        """What sbatch has said in its last line; empty where it has taken the job."""

        async def start(self) -> None:
            try:
                await super().start()  # type: ignore[no-untyped-call]
            except OSError as fault:
                self.refusal = f"sbatch can not be run here: {fault.strerror or fault}"
                await state.start(self)
            except (RuntimeError, ValueError) as fault:
                self.refusal = (str(fault).strip().splitlines() or [type(fault).__name__])[-1]
                await state.start(self)

        async def close(self) -> None:
            await super().close()  # type: ignore[no-untyped-call]
            await state.close(self)

    return Job


def job_script(directives: Directives, host: str, root: Path) -> str:
    """Return the script of each job as dask-jobqueue would hand it to sbatch, but for the address and the keys."""
    from dask_jobqueue.slurm import SLURMJob

    return str(SLURMJob(f"tls://{host}:PORT", NAME, protocol="tls://", **options(directives, host, root)).job_script())


def options(directives: Directives, host: str, root: Path) -> dict[str, Any]:
    """Return what a job is made of."""
    known = dict(directives)
    near = ["--host", host] if host.startswith("127.") else []
    return {
        "cores": threads(known),
        "processes": 1,
        "memory": "1 GiB",  # asked for by dask-jobqueue; neither Slurm nor the worker hears of it
        "job_name": NAME,
        "python": shlex.quote(sys.executable),
        "job_directives_skip": LEFT_TO_SLURM,
        "job_extra_directives": list(_lines(directives, root)),
        "job_script_prologue": [*PROLOGUE, *_memory(known)],
        # The last one counts: no limit, and so no pause for memory that JAX keeps for the next unit.
        "worker_extra_args": ["--memory-limit", "0", "--dashboard-address", "127.0.0.1:0", *near],
    }


def threads(known: Mapping[str, str]) -> int:
    """Return how many packs a job computes side by side: one on a device, one per core on a CPU."""
    cpus = known.get(CPUS, "1")
    return 1 if has_device(known) or not cpus.isdigit() else int(cpus)


def has_device(known: Mapping[str, str]) -> bool:
    """Whether a job asks for an accelerator."""
    return any(name in known for name in ON_DEVICES)


def _lines(directives: Directives, root: Path) -> Iterable[str]:
    known = dict(directives)
    if "output" not in known:
        yield f"--output={root.resolve() / 'slurm-%j.out'}"
    if CPUS not in known:
        yield f"--{CPUS}=1"
    yield "--ntasks=1"
    yield from (f"--{name}={value}" if value else f"--{name}" for name, value in directives)


def _memory(known: Mapping[str, str]) -> list[str]:
    """Let a worker take most of its device's memory, unless the user's environment says how much."""
    if not has_device(known):
        return []
    said = "".join(f"${{{name}:-}}" for name in FRACTIONS)
    return [f'[ -n "{said}" ] || export {FRACTION}={SHARE}']


def recipe(directives: Directives, jobs: int, root: Path, command: Sequence[str]) -> str:
    """Return a script for sbatch that starts the same run several times: they share the work by their claims."""
    known = dict(directives)
    lines = [f"--{name}={value}" if value else f"--{name}" for name, value in directives]
    lines += [f"--{CPUS}=1"] if CPUS not in known else []
    lines += [f"--output={root.resolve() / 'slurm-%j.out'}"] if "output" not in known else []
    header = [f"#SBATCH {line}" for line in (f"--job-name={NAME}", f"--ntasks={jobs}", *lines)]
    run = shlex.join([sys.executable, "-m", "gru_vanish", *command, "--workers", str(threads(known))])
    return "\n".join(["#!/bin/bash", *header, *_memory(known), f"srun --kill-on-bad-exit=0 {run}", ""])
