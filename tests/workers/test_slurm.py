"""Slurm, with stand-ins for its two commands: a job is what the script starts, right here."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gru_vanish.engine.executors import slurm
from tests.cli.commands import digests, gru_vanish, result, started
from tests.cli.one_process import one_process
from tests.faults.spawner import until
from tests.workers.processes import UNITS, is_alive, study
from tests.workers.stand_in import Queue

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
def here(tmp_path: Path) -> Path:
    """A folder with ``sbatch``, ``scancel`` and ``srun``, and what they were given."""
    folder = tmp_path / "here"
    folder.mkdir()
    for name, text in (("sbatch", SBATCH.format(folder=folder)), ("scancel", SCANCEL), ("srun", SRUN)):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(stat.S_IRWXU)
    return folder


def with_queue(here: Path) -> dict[str, str]:
    return {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs setsid and /proc")
def test_workers_are_jobs(alone: Path, here: Path, tmp_path: Path) -> None:
    words = (*WORDS, "--workers", "1", "--host", "127.0.0.1", "--json")
    done = gru_vanish(*words, cwd=study(tmp_path), **with_queue(here))
    assert done.returncode == 0, done.stderr
    assert result(done)["counts"]["computed"] == UNITS
    assert digests(tmp_path / "results") == digests(alone / "results")
    (job,) = map(int, (here / "jobs").read_text().split())
    until(lambda: not is_alive(job))  # cancelled with the end of the run
    script = (here / "script").read_text(encoding="utf-8")
    assert "#SBATCH --partition=main\n#SBATCH --exclusive\n" in script
    assert "--tls-key" in script
    assert not list((tmp_path / "results").glob(".dask-jobqueue*")), "keys are gone with the run"


def test_what_a_dry_run_prints_and_what_a_refusal_says(queue: Queue, tmp_path: Path) -> None:
    """The script of a job, and a recipe without Dask, which runs as it stands; then sbatch takes no job."""
    (queue.folder / "refuse").touch()
    words = (*WORDS, "--slurm", "gres=gpu:1", "--workers", "2", "--host", "127.0.0.1")
    # Where a run is cut short the process ends at once; here another command may follow.
    nothing = (
        "import os, sys, gru_vanish.cli.run as run; run.leave_now = sys.exit; assert not os.path.exists('results')"
    )
    dry, real = one_process(("", (*words, "--dry-run", "--json")), (nothing, words), cwd=study(tmp_path))
    assert dry.code == 0, dry.stderr
    told = json.loads(dry.stdout)["workers"]
    assert "#SBATCH --gres=gpu:1\n" in told["job_script"]
    assert "distributed.cli.dask_worker tls://127.0.0.1:PORT" in told["job_script"]
    header = [line for line in told["recipe"].splitlines() if line.startswith("#SBATCH")]
    assert "#SBATCH --ntasks=2" in header
    assert "#SBATCH --partition=main" in header
    assert (real.code, real.stdout) == (4, "")
    assert "no job could be submitted: sbatch: error: invalid partition specified: none\n" in real.stderr
    assert f"stopped with 0 of {UNITS} units done; the same command resumes" in real.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_control_c_while_jobs_wait(queue: Queue, tmp_path: Path) -> None:
    """What is waited for is said, and the jobs are cancelled."""
    queue.table("1|PENDING|Resources")
    run = started(*WORDS, "--host", "127.0.0.1", cwd=study(tmp_path))
    assert run.stderr is not None
    until(lambda: "1 job pending (Resources): 0 of 200 units\n" in run.stderr.readline(), 60)
    run.send_signal(signal.SIGINT)
    asked = time.monotonic()
    _, stderr = run.communicate(timeout=30)
    assert time.monotonic() - asked < 10.0
    assert run.returncode == 130
    assert queue.said("cancelled") == ["1"]
    assert f"stopped with 0 of {UNITS} units done; the same command resumes" in stderr
    assert "Traceback" not in stderr
    assert not list((tmp_path / "results").glob(".dask-jobqueue*"))


@pytest.mark.skipif(sys.platform != "linux", reason="needs srun's stand-in")
def test_the_recipe_runs(alone: Path, here: Path, tmp_path: Path) -> None:
    recipe = slurm.recipe([("partition", "main")], 2, study(tmp_path) / "results", ["run", "many.yaml"])
    path = {**os.environ, **with_queue(here), "PYTHONPATH": str(Path(__file__).parents[2])}
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
