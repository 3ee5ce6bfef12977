"""What a closed form is asked in tests: settings that it fits, and its number for one of them."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy import integrate

from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS, Given
from gru_vanish.analysis.claims.quantities import Index

Setting = dict[str, Any]
ZEROS = {"kind": "zeros"}
SILENT = {"kind": "zeros", "size": 1, "batch": 1}


def gaussian(gain: float = 1.0) -> Setting:
    return {"kind": "gaussian", "gain": gain}


def identity(gain: float = 1.0) -> Setting:
    return {"kind": "identity", "gain": gain}


def number(value: float) -> Setting:
    return {"kind": "constant", "value": value}


def setting(
    cell: Setting, inputs: Setting = SILENT, lengths: tuple[int, ...] = (1, 10, 20, 40), **more: Any
) -> Setting:
    cell = {"hidden": 8, **cell, "init": {"bias": ZEROS, "input": ZEROS, **cell["init"]}}
    base = {"h0": ZEROS, "loss": {"kind": "projection"}, "lengths": list(lengths), "precision": "float64"}
    return {**base, "cell": cell, "inputs": inputs, **more}


def value(name: str, of: Setting, metric: str = "transport", index: Index = (), **beside: Any) -> float:
    """The form's number of seed 0, for a setting that it fits; δ_T has the norm e^0.25."""
    form = CLOSED_FORMS[name]
    assert form.misfit(of) is None
    assert metric in form.metrics
    curve = SimpleNamespace(seed=0, typical=np.array([np.nan, 1.25]), transport=np.array([np.nan, 1.0]))
    headline = SimpleNamespace(series=[SimpleNamespace(curves=(curve,))])
    tables = {measure: SimpleNamespace(series=[SimpleNamespace(seeds={0: known})]) for measure, known in beside.items()}
    part = "recurrent" if metric == "lag_shares.ln_gradient" else None
    quantities: Any = SimpleNamespace(headline=lambda: headline, of=tables.__getitem__)
    return form.sample(Given(of, 0, quantities, (0,)), metric, index, part).values[0]


def at(length: int, **more: int) -> Index:
    return (("length", length), *more.items())


def by_quadrature(of: Callable[[float], float]) -> float:
    """E of(z), z ~ N(0, 1)."""
    whole = integrate.quad(lambda z: of(z) * math.exp(-z * z / 2), -12, 12, points=[0.0], limit=300, epsabs=1e-12)
    return float(whole[0]) / math.sqrt(2 * math.pi)
