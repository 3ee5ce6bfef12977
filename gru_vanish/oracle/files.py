"""The files of the oracle as bytes: computed, checked by every way, and only then given."""

import json
from collections.abc import Mapping
from hashlib import sha256
from importlib import metadata
from typing import Any

import numpy as np
from safetensors.numpy import save

from gru_vanish.oracle.agreement import TOLERANCE, differences, quantities, require_agreement
from gru_vanish.oracle.compute import Computed, compute
from gru_vanish.oracle.networks import BATCH, HIDDEN, LENGTH, SIZE, Drawn, Named, draw
from gru_vanish.oracle.symbols import PARTS
from gru_vanish.oracle.tensors import Tensor, tensors
from gru_vanish.oracle.ways import EPSILON

NOTATION = (
    "W h is a product of matrix and vector, * a product by elements, sigma the logistic function, x_t the input.",
    "Axes: T steps (t = 1 … T), times = T + 1 (t = 0 … T), B samples, n units, m components of x, s of the state.",
    "Matrices are stored with their outputs first: (W h)_i = sum_j W[i, j] h[j].",
)
WAYS = {
    "derived": "the adjoint of the step, derived by hand, in a loop of its own; what the tensors hold",
    "reverse": "reverse mode (jax.vjp) of the plain loop",
    "forward": "forward mode (jax.jvp) of the plain loop, one tangent for each number",
    "complex": f"complex steps of size {EPSILON:g}: no derivative of any function, and no difference of numbers",
}


def network_files(named: Named, seed: int, options: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the two files of a network by name; raises `DisagreementError` where two ways differ."""
    drawn = draw(named, seed)
    computed = compute(drawn, options)
    said = {way: quantities(drawn, computed, way) for way in computed.ways}
    found = differences(said)
    require_agreement(named.name, found)
    written = tensors(drawn, computed)
    data = save({name: one.values for name, one in written.items()})
    about = description(drawn, computed, written, found, sha256(data).hexdigest())
    text = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return {f"{named.name}.safetensors": data, f"{named.name}.json": text.encode("utf-8")}


def description(
    drawn: Drawn,
    computed: Computed,
    written: Mapping[str, Tensor],
    found: Mapping[str, Mapping[str, float]],
    digest: str,
) -> dict[str, Any]:
    """Return what the JSON says of a network."""
    named, cell = drawn.named, drawn.named.cell
    return {
        "schema": 1,
        "name": named.name,
        "cell": named.kind,
        "preset": named.preset,
        "conventions": cell.model_dump(mode="json"),
        "equations": cell.equations().splitlines(),
        "notation": list(NOTATION),
        "complex_weights": {whole: _parts_of(whole, drawn) for whole in _wholes(drawn)},
        "state": {name: [part.start, part.stop] for name, part in cell.parts.items()},
        "loss": "L = sum over b of c · h_T[b], c = projection",
        "sizes": {"n": HIDDEN, "m": SIZE, "T": LENGTH, "B": BATCH, "s": cell.state_size},
        "seed": drawn.seed,
        "drawn": {
            "weights": "as init says; numbers that it leaves at exactly 0 are drawn from N(0, 1/16) instead",
            "init": named.init.model_dump(mode="json"),
            "states": "s_0 from N(0, 1/4); x from N(0, 1)",
        },
        "tensors": {name: _described(one) for name, one in written.items()},
        "checks": {
            "ways": WAYS,
            "measure": "largest difference as a share of the largest number of the same tensor (at the same step)",
            "tolerance": TOLERANCE,
            "largest": max(apart for pairs in found.values() for apart in pairs.values()),
            "differences": found,
        },
        "sha256": digest,
        "versions": {name: _version(name) for name in ("gru-vanish", "jax", "jaxlib", "numpy")},
    }


def _described(one: Tensor) -> dict[str, Any]:
    return {
        "shape": list(one.values.shape),
        "dtype": "float64",
        "axes": one.axes,
        "meaning": one.meaning,
        "sha256": sha256(np.asarray(one.values).tobytes()).hexdigest(),
    }


def _wholes(drawn: Drawn) -> list[str]:
    """Return the letters of the equations that are kept in two parts."""
    return list(dict.fromkeys(PARTS[one.name] for one in drawn.symbols if one.name in PARTS))


def _parts_of(whole: str, drawn: Drawn) -> str:
    real, imaginary = (one.name for one in drawn.symbols if PARTS.get(one.name) == whole)
    return f"{whole} = {real} + i {imaginary}"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
