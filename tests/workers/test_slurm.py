"""Slurm, with stand-ins for its two commands: a job is what the script starts, right here."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gru_vanish.engine.executors import slurm
from tests.cli.commands import digests, gru_vanish, result
from tests.faults.spawner import until
from tests.workers.processes import UNITS, is_alive, study

WORDS = ("run", "many.yaml", "--executor", "dask", "--slurm", "partition=main", "--slurm", "exclusive")
SBATCH = """#!/bin/sh
cp "$1" {folder}/script
setsid sh {folder}/script > {folder}/job.log 2>&1 &
echo $! >> {folder}/jobs
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -TERM -- "-$1"
"""
SRUN = """#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
"$@" & "$@" & wait
"""


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    """A folder with ``sbatch``, ``scancel`` and ``srun``, and what they were given."""
    folder = tmp_path / "queue"
    folder.mkdir()
    for name, text in (("sbatch", SBATCH.format(folder=folder)), ("scancel", SCANCEL), ("srun", SRUN)):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(stat.S_IRWXU)
    return folder


def with_queue(queue: Path) -> dict[str, str]:
    return {"PATH": f"{queue}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs setsid and /proc")
def test_workers_are_jobs(alone: Path, queue: Path, tmp_path: Path) -> None:
    words = (*WORDS, "--workers", "1", "--host", "127.0.0.1", "--json")
    done = gru_vanish(*words, cwd=study(tmp_path), **with_queue(queue))
    assert done.returncode == 0, done.stderr
    assert result(done)["counts"]["computed"] == UNITS
    assert digests(tmp_path / "results") == digests(alone / "results")
    (job,) = map(int, (queue / "jobs").read_text().split())
    until(lambda: not is_alive(job))  # cancelled with the end of the run
    script = (queue / "script").read_text(encoding="utf-8")
    assert "#SBATCH --partition=main\n#SBATCH --exclusive\n" in script
    assert "--tls-key" in script
    assert not list((tmp_path / "results").glob(".dask-jobqueue*")), "keys are gone with the run"


def test_what_a_dry_run_prints(queue: Path, tmp_path: Path) -> None:
    """The script of a job, and a recipe without Dask, which runs as it stands."""
    words = (*WORDS, "--slurm", "gres=gpu:1", "--workers", "2", "--host", "127.0.0.1", "--dry-run", "--json")
    done = gru_vanish(*words, cwd=study(tmp_path), **with_queue(queue))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["workers"]
    assert "#SBATCH --gres=gpu:1\n" in told["job_script"]
    assert "distributed.cli.dask_worker tls://127.0.0.1:PORT" in told["job_script"]
    assert not (queue / "jobs").exists()
    assert not (tmp_path / "results").exists()
    header = [line for line in told["recipe"].splitlines() if line.startswith("#SBATCH")]
    assert "#SBATCH --ntasks=2" in header
    assert "#SBATCH --partition=main" in header


@pytest.mark.skipif(sys.platform != "linux", reason="needs srun's stand-in")
def test_the_recipe_runs(alone: Path, queue: Path, tmp_path: Path) -> None:
    recipe = slurm.recipe([("partition", "main")], 2, study(tmp_path) / "results", ["run", "many.yaml"])
    path = {**os.environ, **with_queue(queue), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(["bash", "-c", recipe], cwd=tmp_path, env=path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    shares = [line for line in done.stderr.splitlines() if f"{UNITS} units: " in line]
    assert len(shares) == 2
    assert digests(tmp_path / "results") == digests(alone / "results")


def test_the_share_of_a_devices_memory_is_set_only_where_nobody_has_said_it() -> None:
    (line,) = slurm.options([("gpus-per-task", "1")], "127.0.0.1", Path())["job_script_prologue"][3:]
    for name, wanted in (("XLA_CLIENT_MEM_FRACTION", "0.5"), ("XLA_PYTHON_CLIENT_MEM_FRACTION", ""), ("OTHER", "0.9")):
        shell = f"{line}; echo $XLA_CLIENT_MEM_FRACTION"
        done = subprocess.run(["sh", "-c", shell], env={name: "0.5"}, capture_output=True, text=True)
        assert done.stdout.strip() == wanted
    assert slurm.threads({"cpus-per-task": "8"}) == 8
    assert slurm.threads({"cpus-per-task": "8", "gres": "gpu:1"}) == 1
