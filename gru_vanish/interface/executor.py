"""Who computes a run: threads of this process, or workers; from the options to an executor."""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gru_vanish.interface.host import Host
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study import listed

if TYPE_CHECKING:
    from gru_vanish.engine.executors import Executor
    from gru_vanish.engine.executors.clusters import Wanted

OPTION = re.compile(r"-{0,2}([A-Za-z][A-Za-z0-9-]*)(?:=([^\n\r]*))?")
_left_open: list[contextlib.ExitStack] = []
"""What the end of this process closes."""


@dataclass(frozen=True)
class Choice:
    """What is said about who computes."""

    name: str = "local"
    scheduler: str | None = None
    slurm: Sequence[str] = ()
    host: str | None = None
    wait: float | None = None
    """Minutes to wait for the first worker; None: as long as it takes."""

    @property
    def elsewhere(self) -> bool:
        """Whether the devices are not those of this machine."""
        return self.scheduler is not None or bool(self.slurm)


HERE = Choice()
"""Threads of this process."""
NAMES = ("local", "dask")


def choice_of(
    name: str,
    scheduler: str | None,
    slurm: Mapping[str, Any] | Sequence[str],
    host: str | None,
    wait: float | None = None,
) -> Choice:
    """Return who is to compute."""
    if name not in NAMES:
        raise RefusalError(Exit.usage, f"no executor {name!r}; there is: {', '.join(NAMES)}")
    said = [f"{key}={value}" for key, value in slurm.items()] if isinstance(slurm, Mapping) else listed(slurm)
    return Choice(name, scheduler, said, host, wait)


def wanted(choice: Choice, workers: int | None, packages: bool = True) -> "Wanted | None":
    """Return the workers that are asked for, None for threads of this process; ``packages`` are looked for or not.

    Raises `RefusalError` where options contradict each other or a package is missing.
    """
    given = {"--scheduler": choice.scheduler, "--slurm": choice.slurm, "--host": choice.host}
    named = [name for name, value in given.items() if value]
    if choice.name == "local":
        named += ["--wait"] if choice.wait is not None else []
        if named:
            raise RefusalError(Exit.usage, f"{named[0]} is for workers: say --executor dask with it")
        return None
    if choice.scheduler is not None and len(named) > 1:
        raise RefusalError(Exit.usage, f"--scheduler names one that runs already: {named[1]} has no meaning beside it")
    if choice.scheduler is not None and workers is not None:
        raise RefusalError(Exit.usage, "--scheduler: its workers are there already; leave out --workers")
    if choice.slurm and choice.host is None:
        raise RefusalError(
            Exit.usage,
            "--slurm: jobs on other machines can not reach 127.0.0.1; say with --host on which address or network "
            "interface of this machine the scheduler is to listen (its connections are encrypted)",
        )
    from gru_vanish.engine.executors import clusters

    slurm = directives(choice.slurm) if choice.slurm else None
    wait = None if choice.wait is None else 60 * choice.wait
    found = clusters.Wanted(workers, choice.scheduler, slurm, choice.host, wait)
    try:
        if packages:
            clusters.require_packages(found)
    except clusters.MissingPackageError as fault:
        raise RefusalError(Exit.environment, str(fault)) from fault
    return found


def directives(said: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return options of sbatch as (name, value); raise `RefusalError` for what is none."""
    found = []
    for text in said:
        match = OPTION.fullmatch(text.strip())
        if match is None:
            raise RefusalError(Exit.usage, f"--slurm {text!r}: expected a long option of sbatch, like partition=gpu")
        found.append((match[1], match[2] or ""))
    return tuple(found)


def keep_to_cpu() -> None:
    """Let this process, which only hands out packs, touch no accelerator: its memory belongs to the workers."""
    import jax

    jax.config.update("jax_platforms", "cpu")


@contextlib.contextmanager
def opened(found: "Wanted | None", root: Path, workers: int, cached: bool, host: Host) -> "Iterator[Executor]":
    """Give the executor; its workers live as long as the context.

    Where the process is about to end, workers of this machine are left to its end, which is theirs too.
    """
    if found is None:
        from gru_vanish import engine

        yield partial(engine.execute, workers=workers)
        return
    from gru_vanish.engine.executors import clusters, dask

    stack = contextlib.ExitStack()
    try:
        there: Any = host.waited_for(lambda: stack.enter_context(clusters.connected(found, root)))
    except clusters.NoSchedulerError as fault:
        raise RefusalError(Exit.environment, str(fault)) from fault
    try:
        yield partial(dask.execute, workers=there, compile_cache=cached)
    finally:
        if host.ends_with_command and found.slurm is None:
            _left_open.append(stack.pop_all())
        else:
            stack.close()
