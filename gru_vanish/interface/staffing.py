"""What a dry run says of workers: where they would be, and for Slurm the scripts."""

import os
from collections.abc import Sequence
from typing import Any

from gru_vanish.config import Given, Loaded
from gru_vanish.engine.executors import slurm
from gru_vanish.engine.executors.clusters import MissingPackageError, Wanted, address, require_packages
from gru_vanish.interface.carry_out import Options


def scripts(wanted: Wanted, config: Given | Loaded, options: Options, strict: bool) -> dict[str, Any]:
    """Return where workers would be; for Slurm the script of a job, and one for sbatch that needs no Dask.

    There is none of the latter for a config that stands in no file: each job reads it anew.
    """
    missing = ""
    try:
        require_packages(wanted)
    except MissingPackageError as fault:
        missing = str(fault)
    told: dict[str, Any] = {"where": where(wanted), "missing": missing, "job_script": None, "recipe": None}
    if wanted.slurm is not None:
        jobs = wanted.workers or 1
        if isinstance(config, str | os.PathLike):
            words = command(os.fspath(config), options, strict)
            told["recipe"] = slurm.recipe(wanted.slurm, jobs, options.results, words)
        if not missing:
            told["job_script"] = slurm.job_script(wanted.slurm, address(wanted.host), options.results)
    return told


def where(wanted: Wanted) -> str:
    """Return in words where workers would be."""
    if wanted.scheduler is not None:
        return f"those of the scheduler {wanted.scheduler}"
    if wanted.slurm is not None:
        return f"{wanted.workers or 1} jobs of Slurm, one device each; the scheduler would listen on {wanted.host}"
    return f"processes of this machine; the scheduler would listen on {wanted.host or '127.0.0.1'}"


def command(config: str, options: Options, strict: bool) -> Sequence[str]:
    """Return the words of the command that each of several equal runs would be."""
    words = ["run", config, "--results", str(options.results)]
    words += [word for one in options.overrides for word in ("--set", one)]
    words += [word for one in options.only for word in ("--only", one)]
    flags = {
        "--fail-fast": options.fail_fast,
        "--no-compile-cache": not options.compile_cache,
        "--allow-code": options.allow_code,
        "--strict": strict,
    }
    return [*words, *(flag for flag, said in flags.items() if said)]
