"""Studies made of exact exponentials: the truth behind every number is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gru_vanish.analysis.payload import STATUSES

FLOAT32_NORM_FLOOR = float(np.log(1.1e-19))  # below it a squared component leaves float32's normal numbers
LENGTHS = np.unique(np.round(np.logspace(0, 3, 24)).astype(np.int64))


@dataclass
class StoredRecord:
    payload: dict[str, np.ndarray]
    about: dict[str, Any] = field(default_factory=dict)


def record(lengths: Sequence[int], ln: np.ndarray, transport: np.ndarray | None = None) -> StoredRecord:
    """A record from ln of shape (L, B); plain code reads zero below float32's floor."""
    ln = np.asarray(ln, np.float64)
    status = np.full(ln.shape, STATUSES.index("ok"), np.uint8)
    status[ln < FLOAT32_NORM_FLOOR] = STATUSES.index("saturated")
    status[np.isneginf(ln)] = STATUSES.index("exact_zero")
    status[np.isnan(ln)] = STATUSES.index("nonfinite")
    with np.errstate(over="ignore"):
        plain = np.where(ln < FLOAT32_NORM_FLOOR, 0.0, np.exp(ln))
    return StoredRecord(
        {
            "lengths": np.asarray(lengths, np.int64),
            "ln_h0_gradient": ln,
            "ln_transport": ln if transport is None else np.asarray(transport, np.float64),
            "plain_h0_gradient": plain,
            "status": status,
        }
    )


def exponential(
    rate: float, seed: int, *, lengths: Sequence[int] = LENGTHS, noise: float = 0.03, samples: int = 8
) -> StoredRecord:
    """ln ‖dL/dh_0‖ = a − r T with r drawn per seed around ``rate``, and a wandering path per sample."""
    rng = np.random.default_rng([seed, int(rate * 1e6) % 2**31])
    steps = np.asarray(lengths, np.float64)[:, None]
    own = rate * (1.0 + noise * rng.standard_normal())
    start = 0.2 * rng.standard_normal((1, samples)) if noise else np.zeros((1, samples))
    path = noise * np.sqrt(steps) * rng.standard_normal((steps.size, samples))
    transport = -own * steps + path
    return record(lengths, start + transport, transport)


def cell(kind: str, recurrent: Any = "uniform", update_bias: Any = None, **structure: Any) -> dict[str, Any]:
    init: dict[str, Any] = {"recurrent": recurrent, "input": "uniform", "bias": "zeros"}
    if kind == "gru":
        init |= {"update_bias": update_bias, "scope": "per_gate"}
        structure = {"reset": "before", "update_gate": "replaces"} | structure
    return {"kind": kind, "hidden": 128, **structure, "init": init}


def entry(label: str, cell: Mapping[str, Any], seeds: Sequence[int], **more: Any) -> dict[str, Any]:
    inputs = {"kind": "gaussian", "size": 32, "scale": more.pop("scale", 1.0), "batch": 16}
    setting = {"cell": cell, "inputs": inputs, "h0": "zeros", "loss": {"kind": "projection"}}
    setting |= {"lengths": more.pop("lengths", LENGTHS).tolist(), "precision": "float32", "matmul": "highest"}
    name = f"{label}/{more.get('swept', {})}"
    keys = {"h0_gradient": {str(seed): f"{name}/{seed}" for seed in seeds}}
    return {"label": label, "title": None, "swept": {}, **more, "setting": setting, "keys": keys}


def manifest(series: Sequence[Mapping[str, Any]], seeds: Sequence[int], name: str = "study") -> dict[str, Any]:
    return {
        "schema": 1,
        "name": name,
        "question": "Does the GRU keep the gradient that the plain RNN loses?",
        "measures": ["h0_gradient"],
        "seeds": list(seeds),
        "series": list(series),
        "created": "2025-01-01T00:00:00+00:00",
    }


def reader(records: Mapping[str, StoredRecord]) -> Callable[[str], StoredRecord]:
    return records.__getitem__


Study = tuple[dict[str, Any], dict[str, StoredRecord]]


def study(parts: Sequence[tuple[dict[str, Any], float]], seeds: Sequence[int], **more: Any) -> Study:
    """A manifest and its records, from entries with their decay rates."""
    records = {}
    for one, rate in parts:
        for seed in seeds:
            lengths = one["setting"]["lengths"]
            records[one["keys"]["h0_gradient"][str(seed)]] = exponential(rate, seed, lengths=lengths, **more)
    return manifest([one for one, _ in parts], seeds), records


def article(seeds: Sequence[int] = range(10), **more: Any) -> Study:
    """The thirteen series of the article's study, with rates like those that were measured."""
    replaces = {-4: 0.0145, -2: 0.105, 0: 0.460, 2: 0.88, 4: 1.26}
    axis = "init.update_bias"
    parts = [(entry("RNN", cell("rnn"), seeds), 0.61)]
    for bias, rate in replaces.items():
        swept = {f"cells.GRU.{axis}": bias}
        parts.append((entry("GRU", cell("gru", update_bias=bias), seeds, swept=swept), rate))
    for bias, rate in replaces.items():
        swept = {f"cells.GRU_keeps.{axis}": -bias}
        one = cell("gru", update_bias=-bias, update_gate="keeps")
        parts.append((entry("GRU_keeps", one, seeds, swept=swept), rate))
    parts.append((entry("RNN_orth", cell("rnn", "orthogonal"), seeds), 0.329))
    parts.append((entry("GRU_orth", cell("gru", "orthogonal", update_bias=0.0), seeds), 0.369))
    return study(parts, seeds, **more)


def few(seeds: Sequence[int] = range(5), count: int = 4, **more: Any) -> Study:
    """One to six series that fit one panel."""
    parts = [
        (entry("RNN", cell("rnn"), seeds), 0.61),
        (entry("GRU", cell("gru", update_bias=0.0), seeds), 0.46),
        (entry("GRU_slow", cell("gru", update_bias=-4.0), seeds), 0.0145),
        (entry("RNN_orth", cell("rnn", "orthogonal"), seeds), 0.329),
        (entry("GRU_orth", cell("gru", "orthogonal", update_bias=0.0), seeds), 0.369),
        (entry("RNN_big", cell("rnn", {"kind": "uniform", "gain": 3.0}), seeds), -0.05),
    ]
    return study(parts[:count], seeds, **more)
