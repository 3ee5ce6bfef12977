"""Small records, and Python processes of their own, for the tests of the store."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from gru_vanish.store import Payload, Record, key_of, make_record

SETTING = {"cell": {"kind": "gru", "hidden": 3, "gain": 1.0}, "lengths": [1, 10]}
MEASURE = "h0_gradient"

_REPOSITORY = Path(__file__).parents[2]


def example_payload(seed: int = 7) -> Payload:
    return {
        "lengths": np.array([1, 10], dtype=np.int64),
        "ln_h0_gradient": np.array([[0.5, -np.inf], [np.nan, -1e-300 * seed]]),
    }


def example_record(seed: int = 7) -> Record:
    return make_record(SETTING, seed, MEASURE, 1, example_payload(seed), {"note": "golden"})


def example_key(seed: int = 7) -> str:
    return key_of(SETTING, seed, MEASURE, 1)


def start_python(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start a fresh interpreter that can import the package and these examples."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_REPOSITORY), "OPENBLAS_NUM_THREADS": "1", **environment},
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a process that must end well, and give what it printed."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output


def kill(process: subprocess.Popen[str]) -> None:
    """Kill with SIGKILL, which nothing can catch, and wait until the kernel has cleared up."""
    process.kill()
    process.communicate(timeout=60)
