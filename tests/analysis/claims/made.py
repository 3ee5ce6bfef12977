"""Studies with claims: the claims go through the reader of configs, the records have a known truth."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import Outcome
from gru_vanish.config.claims import claims_of
from gru_vanish.config.marks import Place, Source, planted
from tests.analysis.payloads import with_measures
from tests.analysis.synthetic import Study, cell, entry, manifest, reader, record

LENGTHS = np.asarray([1, 5, 10, 20, 30, 40, 60, 80, 100])
Curve = Callable[[np.ndarray], np.ndarray]


def bound(made: Study, claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The claims as a manifest holds them."""
    study, _ = made
    series = [
        SimpleNamespace(
            label=one["label"],
            swept=tuple(one["swept"].items()),
            setting=SimpleNamespace(canonical=lambda one=one: one["setting"]),
        )
        for one in study["series"]
    ]
    frame = SimpleNamespace(measure=tuple(study["measures"]), lengths=tuple(study["series"][0]["setting"]["lengths"]))
    parts = SimpleNamespace(frame=frame, cells={one.label: None for one in series})
    problems: list[Any] = []
    tree = planted({"claims": list(claims)}, Place(Source("made", is_file=False)))
    found = claims_of(tree, parts, series, problems)  # type: ignore[arg-type]
    assert not problems, problems
    return json.loads(json.dumps([one.as_json() for one in found]))


def judged(made: Study, *claims: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """What becomes of the claims."""
    named = [{"id": f"c{place}", "says": "something", **one} for place, one in enumerate(claims)]
    study, records = made
    return Findings({**study, "claims": bound(made, named)}, reader(records)).claims


def study_of(
    curves: Sequence[tuple[dict[str, Any], Callable[[int], Curve]]], seeds: Sequence[int] = range(10)
) -> Study:
    """A study whose transports are what the functions give, by seed and then by T."""
    records = {}
    for one, of in curves:
        for seed in seeds:
            steps = np.asarray(one["setting"]["lengths"], np.float64)
            ln = np.repeat(of(seed)(steps)[:, None], 2, axis=1)
            records[one["keys"]["h0_gradient"][str(seed)]] = record(one["setting"]["lengths"], ln, ln)
    return manifest([one for one, _ in curves], seeds), records


def decaying(rate: float, spread: float = 0.02) -> Callable[[int], Curve]:
    """−r T with r around ``rate``: over ten seeds from 0 on, its mean is the rate exactly."""

    def of(seed: int) -> Curve:
        own = rate + spread * (seed % 10 - 4.5) / 3.0
        return lambda steps: -own * steps

    return of


def rnn(seeds: Sequence[int], label: str = "RNN", **more: Any) -> dict[str, Any]:
    return entry(label, cell("rnn"), seeds, lengths=more.pop("lengths", LENGTHS), **more)


def gru(seeds: Sequence[int], bias: float, label: str = "GRU", **more: Any) -> dict[str, Any]:
    swept = {f"cells.{label}.init.update_bias": bias}
    lengths = more.pop("lengths", LENGTHS)
    return entry(label, cell("gru", update_bias=bias, **more), seeds, swept=swept, lengths=lengths)


def two(first: float, second: float, spread: float = 0.02, seeds: Sequence[int] = range(10)) -> Study:
    """RNN and GRU with these rates; the GRU's spread runs against the RNN's, so differences spread too."""
    backwards = decaying(second, -spread)
    return study_of([(rnn(seeds), decaying(first, spread)), (gru(seeds, 0.0), backwards)], seeds)


def sweep(rates: Mapping[float, float], reference: float = 0.6, spread: float = 0.02) -> Study:
    """The RNN, and the GRU over biases with these rates."""
    seeds = range(10)
    swept = [(gru(seeds, bias), decaying(rate, -spread * (-1) ** place)) for place, (bias, rate) in
             enumerate(rates.items())]  # fmt: skip
    return study_of([(rnn(seeds), decaying(reference, spread)), *swept], seeds)


def measured(*measures: str) -> Study:
    """The RNN and the GRU with these measures beside."""
    return with_measures(two(0.6, 0.4), list(measures))


def linear_study(gain: float) -> Study:
    """A linear RNN with an orthogonal matrix."""
    one = entry("RNN", cell("rnn", {"kind": "orthogonal", "gain": gain}, activation="identity"), range(10))
    return study_of([(one, decaying(-float(np.log(gain)), 0.0))])


def zero_gru(bias: float, way: str, rate: float) -> Study:
    """A GRU without weights, and a measured rate."""
    zeros, constant = {"kind": "zeros"}, {"kind": "constant", "value": bias}
    one = cell("gru", zeros, constant, update_gate=way)
    none = {"kind": "constant", "value": 0.0}
    one["init"] |= {"input": zeros, "bias": zeros, "recurrent_bias": zeros, "reset_bias": none}
    return study_of([(entry("GRU", one, range(10), lengths=LENGTHS), decaying(rate, 1e-9))])
