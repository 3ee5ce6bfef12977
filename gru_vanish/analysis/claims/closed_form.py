"""What a closed form is: a number, or a curve over the lengths, that theory gives for the setting of a series."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gru_vanish.analysis.claims.quantities import Index, NotMeasuredError, Quantities
from gru_vanish.analysis.claims.sample import Sample
from gru_vanish.analysis.names import WEIGHTS
from gru_vanish.analysis.rates import ROUNDING, window_of

Setting = Mapping[str, Any]
EPSILON = {"float32": 2.0**-24, "float64": 2.0**-53}
TIMES_LENGTH = ("transport", "jacobian.entries.ln_singular_value", "jacobian.entries.ln_frobenius")
"""The quantities that are T times the nats per step of a form, but for the decay rate: that is their negative."""


@dataclass(frozen=True)
class Given:
    """Of what a form is asked: a series of a study, by its number, its setting, and the point of the quantity."""

    setting: Setting
    series: int
    quantities: Quantities
    seeds: tuple[int, ...]
    metric: str = ""
    """The quantity: a form of several gives that one."""
    part: str | None = None
    index: Index = ()

    @property
    def lengths(self) -> list[int]:
        """The lengths T."""
        return list(self.setting["lengths"])

    @property
    def length(self) -> int:
        """T of the point; the longest one of a quantity that has no T of its own."""
        return int(dict(self.index).get("length", self.lengths[-1]))

    @property
    def init(self) -> Setting:
        """How the cell's weights are drawn."""
        return dict(self.setting["cell"]["init"])

    @property
    def hidden(self) -> int:
        """n, the units of the cell."""
        return int(self.setting["cell"]["hidden"])


@dataclass(frozen=True)
class ClosedForm:
    """A number that theory gives for every seed: nats per step of the transport, or the value of another metric.

    The transport at T is T times its nats per step, the decay rate their negative. Where a form is a ``curve`` its
    value is the quantity itself at T, and the decay rate is that of the curve between T_0 and T_max.
    """

    value: Callable[[Given], Mapping[int, float]]
    misfit: Callable[[Setting], str | None]
    """Why a setting has no such form; None where it has."""
    metrics: tuple[str, ...] = ("transport", "decay_rate")
    """The quantities that it gives."""
    measures: tuple[str, ...] = ()
    """What must be measured beside, to know it."""
    curve: bool = False
    of_any_weights: bool = False
    """Whether it holds for whatever weights there are, also for those of a file."""

    def why_not(self, setting: Setting) -> str | None:
        """Return why a setting has no such form; None where it has."""
        if WEIGHTS in setting["cell"]["init"] and not self.of_any_weights:
            return "it is about how weights are drawn, and these are from a file"
        return self.misfit(setting)

    def sample(self, given: Given, metric: str, index: Index, part: str | None = None) -> Sample:
        """Return the form's value for every seed, with what rounding may put between it and a measurement."""
        asked = replace(given, metric=metric, index=index, part=part)
        rounding = rounding_per_step(given) if metric in ("transport", "decay_rate", "ln_rms") else 0.0
        if metric == "decay_rate":
            return Sample(self.rate(asked), rounding=rounding * widening(given))
        factor = asked.length if metric in TIMES_LENGTH and not self.curve else 1
        values = {seed: value * factor for seed, value in self.value(asked).items()}
        return Sample(values, rounding=rounding * asked.length)

    def rate(self, given: Given) -> dict[int, float]:
        """Return the decay rate: of a curve, as of what is measured, between the ends of the window."""
        if not self.curve:
            return {seed: -value for seed, value in self.value(given).items()}
        first, last = window_ends(given)
        ends = [self.value(replace(given, metric="transport", index=(("length", each),))) for each in (first, last)]
        return {seed: -(ends[1][seed] - ends[0][seed]) / (last - first) for seed in ends[1]}


def rounding_per_step(given: Given) -> float:
    """Return the rounding of the products of a measurement, and of the entries of a matrix of n rows."""
    precision = given.setting["precision"]
    return ROUNDING[precision] + given.hidden * EPSILON[precision]


def window_ends(given: Given) -> tuple[int, int]:
    """Return T_0 and T_max of a decay rate."""
    window = window_of(np.asarray(given.lengths, np.int64))
    if window is None:
        raise NotMeasuredError("the lengths leave no window for a decay rate")
    return int(given.lengths[window.start]), int(given.lengths[window.end])


def widening(given: Given) -> float:
    """Return by what an error per step grows in a rate: the errors of both ends of the window over its width."""
    first, last = window_ends(given)
    return (first + last) / (last - first)


def same(given: Given, value: float) -> dict[int, float]:
    """Return one value for every seed."""
    return dict.fromkeys(given.seeds, value)


def ln_cotangents(given: Given) -> dict[int, float]:
    """Return ln ‖δ_T‖ by seed, of a projection loss one number: what the gradient is before its first step back."""
    curves = given.quantities.headline().series[given.series].curves
    found = {}
    for curve in curves:
        apart = curve.typical - curve.transport
        known = apart[np.isfinite(apart)]
        found[curve.seed] = float(known[0]) if known.size else math.nan
    return found
