"""What a dry run says of workers, as text."""

from collections.abc import Iterator, Mapping
from typing import Any

from gru_vanish.cli.output import bold


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Give it as text."""
    if not told:
        return
    yield f"workers   {told['where']}"
    if told["missing"]:
        yield f"          a run would be refused: {told['missing']}"
    for title, script in (
        ("the job of each worker, as dask-jobqueue hands it to sbatch:", told["job_script"]),
        ("the same without Dask: equal runs that share the work. Save it and give it to sbatch:", told["recipe"]),
    ):
        if script:
            yield ""
            yield bold(title)
            yield script.rstrip()
