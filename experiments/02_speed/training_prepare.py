"""Write what all contestants of a training share: ``training_prepare.py FILE LABEL HIDDEN BATCH LENGTH``.

In the file, for every seed k: ``k/NAME``, the arrays of the cell's equations, and ``k/readout_weight`` and
``k/readout_bias``; one batch ``x`` (T, batch, 2) with its ``target`` (batch,) of the adding problem; and the sizes.
"""

import json
import sys

import numpy as np
from training_ours import SEEDS, measure, setting_of

from gru_vanish.engine import prepare


def main() -> None:
    """Draw the weights as the program draws them, and a batch."""
    path, label, *sizes = sys.argv[1:]
    hidden, batch, length = map(int, sizes)
    prepare()
    setting, arrays = setting_of(label, hidden, batch, length, steps=1), {}
    for seed in range(SEEDS):
        drawn = measure.draw(setting, seed)
        arrays |= {f"{seed}/{name}": value for name, value in drawn["params"]._asdict().items()}
        arrays |= {f"{seed}/readout_{name}": value for name, value in drawn["readout"]._asdict().items()}
    rng = np.random.default_rng(0)
    x = np.zeros((length, batch, 2))
    x[..., 0] = rng.random((length, batch))
    half = length // 2
    places = np.stack([rng.integers(0, half, batch), rng.integers(half, length, batch)])
    for place in places:
        x[place, np.arange(batch), 1] = 1
    facts = {"hidden": hidden, "batch": batch, "length": length, "seeds": SEEDS}
    np.savez(path, facts=np.array(json.dumps(facts)), x=x, target=np.sum(x[..., 0] * x[..., 1], axis=0), **arrays)


if __name__ == "__main__":
    main()
