"""``run`` and its options; the command itself is imported when it is called."""

from enum import StrEnum
from typing import Annotated

import typer

from gru_vanish.cli.arguments import RESULTS, AllowCode, AsJson, Config, Overrides, Results
from gru_vanish.cli.exits import finish
from gru_vanish.cli.signals import Signals


class Executors(StrEnum):
    """Who computes."""

    local = "local"
    dask = "dask"


def run(
    config: Config,
    overrides: Overrides = [],  # noqa: B006  (Typer reads the default and copies it)
    results: Results = RESULTS,
    only: Annotated[
        list[str],
        typer.Option("--only", metavar="LABEL", help="Compute the series of this cell; may be repeated."),
    ] = [],  # noqa: B006
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first unit that fails.")] = False,
    as_json: AsJson = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, max=1024, metavar="N", help="Units side by side, or jobs of Slurm; default: cores."
        ),
    ] = None,
    no_compile_cache: Annotated[
        bool, typer.Option("--no-compile-cache", help="Compile everything anew, and keep nothing compiled.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be computed and why, the time and the memory.")
    ] = False,
    allow_code: AllowCode = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 5 where a claim does not come out as the config expects.")
    ] = False,
    executor: Annotated[
        Executors, typer.Option("--executor", help="Compute in this process, or by workers of Dask distributed.")
    ] = Executors.local,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS|FILE",
            help="With dask: a scheduler that runs already; default: workers of this machine.",
            show_default=False,
        ),
    ] = None,
    slurm: Annotated[
        list[str],
        typer.Option(
            "--slurm",
            metavar="OPTION=VALUE",
            help="With dask: workers are jobs of Slurm with this option of sbatch; may be repeated.",
        ),
    ] = [],  # noqa: B006
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            metavar="ADDRESS|INTERFACE",
            help="With dask: where the scheduler of this run listens; default: 127.0.0.1.",
            show_default=False,
        ),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait",
            min=0,
            metavar="MINUTES",
            help="With dask: how long to wait for the first worker; default: as long as its queue takes.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Compute what is missing of a study, then its tables and figures. The same command resumes."""

    def action(signals: Signals) -> int:
        from gru_vanish.cli.run import run
        from gru_vanish.interface.carry_out import Options
        from gru_vanish.interface.executor import Choice

        options = Options(
            results, overrides, only, fail_fast, workers, not no_compile_cache, allow_code,
            Choice(executor.value, scheduler, slurm, host, wait),
        )  # fmt: skip
        if dry_run:
            from gru_vanish.cli import dry_run as planned

            return planned.dry_run(config, options, strict, as_json, signals)
        return run(config, options, strict, not as_json, signals)

    finish(action)
