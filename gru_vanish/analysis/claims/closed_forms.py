"""The closed forms that a claim may hold a measurement against, by name.

A new one is one function with its equation and its source, and one line in `CLOSED_FORMS`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

from gru_vanish.analysis.claims.quantities import Index, NotMeasuredError, Quantities
from gru_vanish.analysis.claims.sample import Sample
from gru_vanish.analysis.names import bias_text
from gru_vanish.analysis.rates import ROUNDING, window_of

Setting = Mapping[str, Any]
INTERVENTIONS = ("stop", "hold", "tie")
PLAIN = ("rnn", "irnn", "orthogonal_rnn")
EPSILON = {"float32": 2.0**-24, "float64": 2.0**-53}


@dataclass(frozen=True)
class Given:
    """Of what a form is asked: a series of a study, by its number, and its setting."""

    setting: Setting
    series: int
    quantities: Quantities
    seeds: tuple[int, ...]

    @property
    def lengths(self) -> list[int]:
        """The lengths T."""
        return list(self.setting["lengths"])


@dataclass(frozen=True)
class ClosedForm:
    """A number that theory gives for every seed: nats per step of the transport, or the value of another metric.

    The transport at T is T times its nats per step, the decay rate their negative.
    """

    value: Callable[[Given], Mapping[int, float]]
    misfit: Callable[[Setting], str | None]
    """Why a setting has no such form; None where it has."""
    metrics: tuple[str, ...] = ("transport", "decay_rate")
    """The quantities that it gives."""
    measures: tuple[str, ...] = ()
    """What must be measured beside, to know it."""

    def sample(self, given: Given, metric: str, index: Index) -> Sample:
        """Return the form's value for every seed, with what rounding may put between it and a measurement."""
        values = self.value(given)
        if metric not in ("transport", "decay_rate"):
            return Sample(values)
        # Rounding of the products of the measurement, and of the entries of a matrix of n rows.
        precision = given.setting["precision"]
        rounding = ROUNDING[precision] + given.setting["cell"]["hidden"] * EPSILON[precision]
        if metric == "decay_rate":
            return Sample({seed: -value for seed, value in values.items()}, rounding=rounding * widening(given))
        length = float(dict(index)["length"])
        return Sample({seed: value * length for seed, value in values.items()}, rounding=rounding * length)


def widening(given: Given) -> float:
    """Return by what an error per step grows in a rate: the errors of both ends of the window over its width."""
    window = window_of(np.asarray(given.lengths, np.int64))
    if window is None:
        raise NotMeasuredError("the lengths leave no window for a decay rate")
    first, last = float(given.lengths[window.start]), float(given.lengths[window.end])
    return (first + last) / (last - first)


def same(given: Given, value: float) -> dict[int, float]:
    """Return one value for every seed."""
    return dict.fromkeys(given.seeds, value)


def kind(value: Any) -> str:
    """Return the kind of an initialiser."""
    return str(value.get("kind")) if isinstance(value, Mapping) else str(value)


def untouched(setting: Setting) -> bool:
    """Say whether a cell is as its equations say: nothing clamped, held, stopped or tied."""
    cell = setting["cell"]
    return not any(cell.get(word) for word in INTERVENTIONS) and not cell["init"].get("clamp")


def gru_zero_weights(given: Given) -> dict[int, float]:
    """GRU whose weights are all 0, with a constant bias b_z of its update gate: only the leak is left.

    Transport = T ln(1 − σ(b_z)) = T ln σ(−b_z) where z replaces, T ln σ(b_z) where z keeps.
    """
    cell = given.setting["cell"]
    bias = float(bias_text(cell["init"]["update_bias"]).replace("−", "-"))
    kept = -bias if cell["update_gate"] == "replaces" else bias
    return same(given, float(special.log_expit(kept)))


def not_a_zero_gru(setting: Setting) -> str | None:
    """Return why a setting is no GRU without weights."""
    cell = setting["cell"]
    init = cell["init"]
    if cell["kind"] != "gru":
        return f"the cell is {cell['kind']}, not gru"
    weights = [name for name in ("recurrent", "input") if kind(init.get(name)) != "zeros"]
    biases = [name for name in ("bias", "recurrent_bias", "reset_bias") if bias_text(init.get(name)) != "0"]
    if weights or biases:
        return f"{' and '.join(f'init.{name}' for name in (*weights, *biases))} must be zeros"
    if kind(init.get("update_bias")) not in ("constant", "zeros"):
        return "init.update_bias must be a number"
    return None if untouched(setting) else "something is done to the cell"


def linear_orthogonal(given: Given) -> dict[int, float]:
    """Plain RNN without activation and with W = g·Q, Q orthogonal: every step scales the gradient by g.

    Transport = T ln g.  Source: Saxe, McClelland & Ganguli 2014.
    """
    return same(given, math.log(float(given.setting["cell"]["init"]["recurrent"].get("gain", 1.0))))


def not_linear_orthogonal(setting: Setting) -> str | None:
    """Return why a setting is no linear orthogonal RNN."""
    cell = setting["cell"]
    recurrent = cell["init"].get("recurrent")
    if cell["kind"] != "rnn" or cell.get("activation") != "identity":
        return "the cell must be rnn with activation: identity"
    if kind(recurrent) not in ("orthogonal", "identity") or not float(recurrent.get("gain", 1.0)) > 0.0:
        return "init.recurrent must be orthogonal or identity, its gain above 0"
    return None if untouched(setting) else "something is done to the cell"


def pascanu_bound(given: Given) -> Mapping[int, float]:
    """Upper bound of a plain RNN's transport, from the largest singular value of its recurrent matrix by seed.

    Transport ≤ T ln(γ σ_max(W)), γ = sup φ′ (1 for tanh, relu and identity), at every T and sample.
    Source: Pascanu, Mikolov & Bengio 2013, section 2.1; Hochreiter 1991.
    """
    table = given.quantities.of("recurrent_spectrum")
    seeds = table.series[given.series].seeds
    return {seed: float(known.ln_bound_per_step) for seed, known in seeds.items()}


def not_a_plain_rnn(setting: Setting) -> str | None:
    """Return why one matrix bounds nothing here."""
    if setting["cell"]["kind"] not in PLAIN:
        return f"one matrix bounds the transport of {', '.join(PLAIN)} alone, not that of {setting['cell']['kind']}"
    return None


def random_network_exponent(given: Given) -> dict[int, float]:
    """Largest Lyapunov exponent of h ← tanh(W h), W_ij ~ N(0, g²/n), no input, in the limit of large n.

    λ₁ = ½ ln(g² E[sech⁴(√q z)]) with q = g² E[tanh²(√q z)], z ~ N(0, 1); ln g below the critical gain 1, where q = 0.
    Source: Sompolinsky, Crisanti & Sommers 1988; Molgedey, Schuchhardt & Schuster 1992.
    """
    return same(given, mean_field_exponent(float(given.setting["cell"]["init"]["recurrent"].get("gain", 1.0))))


def mean_field_exponent(gain: float) -> float:
    """Return λ₁, with a root of q and with means over z by the trapezoidal rule (exact to rounding on this grid)."""
    if gain <= 1.0:
        return math.log(gain)
    z = np.linspace(-12.0, 12.0, 24_001)
    weights = np.exp(-(z**2) / 2)
    weights /= weights.sum()

    def excess(q: float) -> float:
        return float(gain**2 * (weights @ np.tanh(math.sqrt(q) * z) ** 2) - q)

    q = float(optimize.brentq(excess, 1e-9, gain**2))
    slopes = 1.0 - np.tanh(math.sqrt(q) * z) ** 2
    return 0.5 * math.log(gain**2 * float(weights @ slopes**2))


def not_a_random_network(setting: Setting) -> str | None:
    """Return why a setting is no autonomous random network."""
    cell, inputs = setting["cell"], setting["inputs"]
    silent = inputs.get("scale") == 0 or inputs.get("kind") == "zeros" or kind(cell["init"].get("input")) == "zeros"
    if cell["kind"] != "rnn" or cell.get("activation") != "tanh" or kind(cell["init"].get("recurrent")) != "gaussian":
        return "the cell must be rnn with activation: tanh and init.recurrent: gaussian"
    if not silent or bias_text(cell["init"].get("bias", "zeros")) != "0":
        return "there must be no input and no bias"
    if kind(setting["h0"]) == "zeros":
        return "from h_0 = 0 nothing moves: h0 must be gaussian"
    return None if untouched(setting) else "something is done to the cell"


CLOSED_FORMS: Mapping[str, ClosedForm] = {
    "gru_zero_weights": ClosedForm(gru_zero_weights, not_a_zero_gru),
    "linear_orthogonal": ClosedForm(linear_orthogonal, not_linear_orthogonal),
    "pascanu_bound": ClosedForm(pascanu_bound, not_a_plain_rnn, ("transport",), ("recurrent_spectrum",)),
    "random_network_exponent": ClosedForm(random_network_exponent, not_a_random_network, ("lyapunov.largest",)),
}
