"""Write the weights and inputs that all contestants share: ``prepare.py FILE [A.B=VALUE …]``.

In the file, for every seed k: ``inputs/k`` (T, batch, size), ``c/k`` of the loss L = Σ c·h_T, and for every
cell ``LABEL/k/NAME``, the arrays of its equations in float64. Contestants cast them.
What this machine is goes to stdout, as JSON.
"""

import json
import os
import platform
import sys

import jax
import numpy as np
from scale import CONFIG

from gru_vanish.config import load
from gru_vanish.contracts import Program
from gru_vanish.engine import device, prepare
from gru_vanish.flow import MEASURES
from gru_vanish.flow.network import Network

MEASURE = MEASURES["h0_gradient"]


def main() -> None:
    """Draw everything as the program draws it, and print what this machine is."""
    path, *overrides = sys.argv[1:]
    prepare()
    loaded = load(CONFIG, overrides)
    arrays: dict[str, np.ndarray] = {}
    for series in loaded.series:
        for seed in loaded.study.seeds:
            arrays |= _unit(series.label, series.setting, seed)
    cells = {series.label: series.setting.cell.kind for series in loaded.series}  # type: ignore[attr-defined]
    facts = {"cells": cells, "seeds": list(loaded.study.seeds), "lengths": list(loaded.study.lengths)}
    np.savez(path, facts=np.array(json.dumps(facts)), **arrays)
    torch = _torch_version()
    print(json.dumps({**facts, "machine": _machine(torch), "device": device.device().platform, "torch": torch}))


def _unit(label: str, setting: object, seed: int) -> dict[str, np.ndarray]:
    drawn = MEASURE.draw(setting, seed)
    network = Network(Program.of(setting, MEASURE.name), MEASURE.data(setting, seed, drawn))
    weights = {f"{label}/{seed}/{name}": value for name, value in drawn["params"]._asdict().items()}
    xs = np.asarray(jax.jit(lambda: network.inputs(0, setting.lengths[-1]))())
    return {**weights, f"c/{seed}": drawn["loss"]["c"], f"inputs/{seed}": xs}


def _torch_version() -> str | None:
    """Return PyTorch's version, or None where it can not be imported."""
    try:
        import torch
    except ImportError:
        return None
    return str(torch.__version__)


def _machine(torch: str | None) -> str:
    versions = {"python": platform.python_version(), "jax": jax.__version__, "numpy": np.__version__}
    if torch is not None:
        versions["torch"] = torch
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = f"{device.processor()}, {device.cores()} cores, {memory:.0f} GiB, {platform.system()}"
    if not device.on_cpu():
        found += f", {device.device().device_kind}"
    return f"{found}; " + ", ".join(f"{name} {version}" for name, version in versions.items())


if __name__ == "__main__":
    main()
