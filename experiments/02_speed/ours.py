"""gru-vanish's own kernel, called as the local executor calls it: one thread per core, units from a queue."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from scale import CONFIG
from work import Work

from gru_vanish.config import load
from gru_vanish.contracts import Program, Setting
from gru_vanish.engine import device, prepare
from gru_vanish.engine.packs import pack_width, stack, unstack
from gru_vanish.engine.programs import compile_stage
from gru_vanish.flow import MEASURES

MEASURE = MEASURES["h0_gradient"]


def setting_of(label: str, overrides: list[str], precision: str = "float32") -> Setting:
    """Return the setting of a cell of the study."""
    series = {each.label: each.setting for each in load(CONFIG, overrides).series}
    return replace(series[label], precision=precision)  # type: ignore[arg-type]


def contestant(
    work: Work, label: str, precision: str, overrides: list[str]
) -> tuple[Callable[[], Any], dict[str, Any]]:
    """Return what is timed, and what to tell of it. The kernel makes its own inputs, in that time."""
    prepare()
    setting = setting_of(label, overrides, precision)
    program, platform = Program.of(setting, MEASURE.name), device.device().platform
    width = pack_width(program, platform)
    started = time.perf_counter()
    kernel = compile_stage(program, MEASURE.stages[0], platform)
    seconds = time.perf_counter() - started
    units = [MEASURE.data(setting, seed, MEASURE.draw(setting, seed)) for seed in work.facts["seeds"]]
    packs = [units[first : first + width] for first in range(0, len(units), width)]
    threads = device.cores() if platform == "cpu" else 1
    pool = ThreadPoolExecutor(threads)

    def run(pack: list[Any]) -> list[dict[str, np.ndarray]]:
        outputs = {name: np.asarray(values) for name, values in kernel(stack(pack, width)).items()}
        return unstack(outputs, len(pack), width)

    def once() -> list[dict[str, np.ndarray]]:
        return [outputs for pack in pool.map(run, packs) for outputs in pack]

    def numbers(rounds: list[dict[str, np.ndarray]]) -> np.ndarray:
        if any(stage.wanted(outputs) for stage in MEASURE.stages[1:] for outputs in rounds):
            raise SystemExit("a unit asks for a second program: the time of the first is not that of its numbers")
        return np.stack([MEASURE.payload(program, outputs)["ln_h0_gradient"] for outputs in rounds])

    version = f"gru-vanish, {threads} threads, packs of {width}"
    return once, {"version": version, "compile": seconds, "programs": 1, "numbers": numbers}
