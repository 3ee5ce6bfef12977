"""Which device each worker of a machine gets, and several devices in one process."""

import json
from pathlib import Path

import pytest

from gru_vanish.engine.executors.devices import FRACTION, FRACTIONS, assignments, of
from tests.cli.commands import digests, python, result
from tests.workers.processes import study

VISIBLE = "CUDA_VISIBLE_DEVICES"


def test_one_worker_for_each_device() -> None:
    assert of("cuda", 3, None, {}) == [{VISIBLE: str(index), FRACTION: "0.900"} for index in range(3)]
    assert [each["HIP_VISIBLE_DEVICES"] for each in of("rocm", 2, None, {})] == ["0", "1"]
    assert of("tpu", 4, None, {}) == [{}]


def test_only_what_a_user_or_a_queue_has_left_of_the_machine() -> None:
    given = {VISIBLE: "MIG-7f,GPU-2"}
    assert [each[VISIBLE] for each in of("cuda", 2, None, given)] == ["MIG-7f", "GPU-2"]


def test_workers_that_share_a_device_share_its_memory() -> None:
    found = of("cuda", 2, 5, {})
    assert [each[VISIBLE] for each in found] == ["0", "1", "0", "1", "0"]
    assert {each[FRACTION] for each in found} == {"0.300"}


@pytest.mark.parametrize("name", FRACTIONS)
def test_a_fraction_that_the_user_has_set_stays(name: str) -> None:
    """And never two of them: JAX refuses that."""
    assert of("cuda", 1, None, {name: "0.4"}) == [{VISIBLE: "0"}]


def test_workers_of_a_cpu_start_as_they_are() -> None:
    assert assignments(3, {"JAX_PLATFORMS": "cpu"}) == [{}, {}, {}]


# What the threads of the run have compiled for, by the device's number.
SEEN = """
import json, sys, jax
from gru_vanish.engine.programs import Programs
get, seen = Programs.get, set()
def noted(self, program, stage):
    compiled = get(self, program, stage)
    for sharding in jax.tree.leaves(compiled.input_shardings):
        seen.add((self.device.id, *(one.id for one in sharding.device_set)))
    return compiled
Programs.get = noted
sys.argv = ["gru-vanish", "run", "many.yaml", "--json", "--workers", "8", "--set", "seeds=24"]
from gru_vanish.cli import main
try:
    main()
finally:
    print(json.dumps(sorted(seen)), file=sys.stderr)
"""


def test_eight_devices_in_one_process(alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every one of them computes, and it shows in no byte."""
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=8")
    eight = python(SEEN, cwd=study(tmp_path))
    assert eight.returncode == 0, eight.stderr
    assert result(eight)["counts"]["computed"] == 48
    pairs = json.loads(eight.stderr.strip().splitlines()[-1])
    assert pairs == [[index, index] for index in range(8)]
    assert digests(tmp_path / "results").items() <= digests(alone / "results").items()
