"""What the literature and the frameworks mean by "GRU", as settings of one cell.

Each preset fixes the conventions (where the reset gate acts, which way z points, the extra bias) and the
initialisation that its source uses by default.
"""

from collections.abc import Mapping
from typing import Any

PRESETS: Mapping[str, Mapping[str, Any]] = {
    # The article: reset before the product, z is the share that is replaced; it writes no biases.
    "article": {"reset": "before", "update_gate": "replaces", "candidate_bias": "outside"},
    # Cho et al. 2014, the EMNLP version (v3 of the preprint): reset before, z keeps. (v1 of the preprint: after.)
    "cho2014": {"reset": "before", "update_gate": "keeps", "candidate_bias": "outside"},
    # torch.nn.GRU: everything uniform in ±1/√n, two bias vectors.
    "torch": {
        "reset": "after",
        "update_gate": "keeps",
        "candidate_bias": "both",
        "init": {"recurrent": "uniform", "input": "uniform", "bias": "uniform", "recurrent_bias": "uniform"},
    },
    # keras.layers.GRU (reset_after=True, its default): joint Glorot input, joint orthogonal recurrent, biases 0.
    "keras": {
        "reset": "after",
        "update_gate": "keeps",
        "candidate_bias": "both",
        "init": {"recurrent": "orthogonal", "input": "glorot", "bias": "zeros", "scope": "joint"},
    },
    # flax.linen.GRUCell: LeCun input, orthogonal recurrent, gate by gate; a bias on the hidden candidate alone.
    "flax_linen": {
        "reset": "after",
        "update_gate": "keeps",
        "candidate_bias": "both",
        "init": {"recurrent": "orthogonal", "input": "lecun", "bias": "zeros", "scope": "per_gate"},
    },
    # flax.nnx.GRUCell 0.12: joint draws, no bias on the hidden candidate.
    "flax_nnx": {
        "reset": "after",
        "update_gate": "keeps",
        "candidate_bias": "outside",
        "init": {"recurrent": "orthogonal", "input": "lecun", "bias": "zeros", "scope": "joint"},
    },
}
