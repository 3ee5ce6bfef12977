"""``run``: compute what is missing of a study, then its tables and figures."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gru_vanish.interface import failures
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.carry_out import Options, Ran, as_json, carried_out, unexpected_claims
from gru_vanish.interface.config import Changes, Config, given, overrides_of
from gru_vanish.interface.executor import choice_of
from gru_vanish.interface.progress import Wish
from gru_vanish.interface.refusals import Exit, RefusalError, StoppedError
from gru_vanish.interface.study import listed
from gru_vanish.interface.study_result import StudyResult
from gru_vanish.store import Failure


@dataclass(frozen=True, repr=False)
class RunResult(StudyResult):
    """A run that has come to its end."""

    failures: tuple[Failure, ...]
    """the units that could not be computed; the same call tries them again"""
    computed: int
    found: int
    """units that were in the store already"""
    manifest: Path
    tables_written: tuple[Path, ...]
    figures_written: tuple[Path, ...]
    undrawn: tuple[str, ...]
    """why figures of the config were not drawn"""
    _told: Mapping[str, Any]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that was written, but for the records."""
        return (self.manifest, *self.tables_written, *self.figures_written)

    def as_json(self) -> dict[str, Any]:
        """Return all that the command tells with ``--json``."""
        return dict(self._told)

    def _facts(self) -> list[str]:
        failed = [f"{len(self.failures)} failed"] if self.failures else []
        return [f"{self.computed} computed", f"{self.found} found", *failed, *super()._facts()]


def run(
    config: Config,
    *,
    set: Changes = (),
    results: str | Path = "results",
    only: Sequence[str] = (),
    workers: int | None = None,
    fail_fast: bool = False,
    allow_code: bool = False,
    strict: bool = False,
    compile_cache: bool = True,
    executor: str = "local",
    scheduler: str | None = None,
    slurm: Mapping[str, Any] | Sequence[str] = (),
    host: str | None = None,
    wait: float | None = None,
    progress: Wish = False,
    stop: threading.Event | None = None,
) -> RunResult:
    """Compute what is missing of a study, then its tables and figures; the same call resumes.

    Args:
        config: a file, a YAML text, a mapping, or what `load` gives; ``set`` changes values of it.
        results: the folder of all results; records of any study are found there.
        only: labels of cells; the others are left alone.
        workers: units side by side; default: one per core or device.
        fail_fast: stop at the first unit that fails, with a `RefusalError`. Otherwise see ``failures`` of the result.
        allow_code: execute the Python files that the config names as cells.
        strict: raise a `RefusalError` where a claim does not come out as the config expects.
        compile_cache: keep compiled programs for other runs.
        executor: ``"local"``, or ``"dask"`` with ``scheduler``, ``slurm`` (options of sbatch) and ``host``.
        wait: minutes to wait for the first worker of ``"dask"``; default: as long as its queue takes.
        progress: True for a bar on stderr, or a function that is called with each `Progress`.
        stop: an event that another thread may set.

    Raises:
        ConfigError: with all that is wrong with the config.
        RefusalError: what else has to be put right before, or has ended the run.
        StoppedError: ``stop`` was set; after Ctrl-C it is KeyboardInterrupt. What is done is kept.
    """
    choice = choice_of(executor, scheduler, slurm, host, wait)
    options = Options(
        Path(results), overrides_of(set), listed(only), fail_fast, workers, compile_cache, allow_code, choice
    )
    return asked(
        lambda caller: result_of(carried_out(given(config), options, caller), caller, strict),
        computes=True, progress=progress, stop=stop,
    )  # fmt: skip


def result_of(ran: Ran, caller: Caller, strict: bool) -> RunResult:
    """Return the result; raise where the run was cut short."""
    tally, done = ran.tally, ran.conclusion
    if done is None:
        raise cut_short(ran, caller)
    unexpected = unexpected_claims(done) if strict and ran.code is Exit.done else None
    if unexpected is not None:
        raise RefusalError(Exit.damaged, unexpected)
    failed = tuple(failures.of_run(tally, ran.manifest))
    return RunResult(
        done.findings, ran.results, tuple(caller.remarks), failed, tally.computed, tally.found, ran.path,
        tuple(done.tables), tuple(done.figures), tuple(done.undrawn), as_json(ran, ran.code),
    )  # fmt: skip


def cut_short(ran: Ran, caller: Caller) -> Exception:
    """Return why there is no result."""
    tally = ran.tally
    count = f"stopped with {tally.stored} of {tally.total} units done; the same call resumes"
    why = tally.crashed or tally.unavailable
    if why is None and caller.wants_to_leave:
        return StoppedError(count)
    lines = [why] if why else list(failures.failed(tally, ran.manifest))
    return RefusalError(ran.code, "\n".join([*lines, count]))
