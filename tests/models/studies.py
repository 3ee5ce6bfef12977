"""Studies of trained layers, loaded as the command line loads them, and their h0 gradients by direct kernel calls."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gru_vanish.config import Loaded, load
from gru_vanish.contracts import Setting, Streams
from gru_vanish.losses import LOSSES
from tests.flow import units

CONFIG = """
schema: 1
name: own
seeds: 2
lengths: [10, 25]
precision: float64
inputs: {kind: array, file: x.npy}
cells:
  mine: {weights: MODEL, framework: FRAMEWORK}
"""


def loaded(folder: Path, model: str, framework: str, options: Sequence[str] = ()) -> Loaded:
    """A study of the file ``model`` on the sequences x.npy of the same folder."""
    (folder / "study.yaml").write_text(CONFIG.replace("MODEL", model).replace("FRAMEWORK", framework))
    return load(folder / "study.yaml", options)


def layers(folder: Path, model: str, framework: str, names: Sequence[str]) -> dict[str, Setting]:
    """The settings of these layers."""
    sweep = f"sweep={{grid: {{cells.mine.layer: [{', '.join(names)}]}}}}"
    found = loaded(folder, model, framework, [f"cells.mine.layer={names[0]}", sweep])
    return {str(dict(one.swept)["cells.mine.layer"]): one.setting for one in found.series}


def h0_gradients(setting: Setting, seed: int = 0) -> np.ndarray:
    """‖dL_T/dh_0‖ of every length and sample."""
    return np.exp(units.payload("h0_gradient", setting, seed)["ln_h0_gradient"])


def cotangent(setting: Setting, seed: int = 0) -> np.ndarray:
    """The c of L = c·h_T."""
    drawn = LOSSES["projection"]().draw(setting.cell.hidden, setting.inputs.batch, Streams(seed))
    return np.asarray(drawn["c"], np.float64)
