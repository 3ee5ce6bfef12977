"""Closed forms of networks whose Jacobian is diagonal: every unit keeps a share of its own at every step."""

import math
from collections.abc import Callable

import numpy as np
from scipy import special

from gru_vanish.analysis.claims.closed_form import Given, Setting, ln_cotangents, same
from gru_vanish.analysis.claims.forms.gated import not_a_gate_only_gru
from gru_vanish.analysis.claims.forms.mean_field import DENSITY, GRID
from gru_vanish.analysis.claims.forms.words import (
    TOUCHED,
    constant,
    gain,
    is_constant,
    kind,
    not_zero,
    silent,
    untouched,
)


def time_scales(given: Given) -> dict[int, float]:
    """Gated units without weights whose biases are a distribution of time scales, in the limit of many units.

    Transport = ½ ln E[k^{2T}], k the share that a unit keeps.  Chrono biases: k = u/(1 + u), u uniform in
    [t_min − 1, t_max − 1], flat up to t_max and exponential beyond: no power law.  ``logit_uniform``: k uniform on
    (0, 1), (2T + 1)^(−1/2): a power law.  Source: Tallec & Ollivier 2018 for chrono.
    """
    bias = given.init["update_bias"]
    if kind(bias) == "logit_uniform":
        return same(given, -0.5 * math.log(2.0 * given.length + 1.0))
    return same(given, 0.5 * ln_mean_of_powers(float(bias["t_min"]) - 1.0, float(bias["t_max"]) - 1.0, given.length))


def ln_mean_of_powers(low: float, high: float, length: int) -> float:
    """Return ln of the mean of (u/(1 + u))^{2T} over u uniform in [low, high]."""
    # Imported by those who have such a claim alone: it takes as long as all the rest of a command's start.
    from scipy import integrate

    def ln_power(u: float) -> float:
        return -2.0 * length * math.log1p(1.0 / u)

    top = ln_power(high)
    if low == high:
        return top
    whole = integrate.quad(lambda u: math.exp(ln_power(u) - top), low, high, limit=200, epsabs=0.0, epsrel=1e-11)
    return top + math.log(float(whole[0]) / (high - low))


def not_time_scales(setting: Setting) -> str | None:
    """Return why a setting is no gate on its own with a distribution of time scales."""
    if why := not_a_gate_only(setting):
        return why
    if kind(setting["cell"]["init"].get("update_bias")) not in ("chrono", "logit_uniform"):
        return "init.update_bias must be chrono or logit_uniform"
    return None


def not_a_gate_only(setting: Setting) -> str | None:
    """Return why a setting is no gated cell of whose weights nothing is left."""
    cell = setting["cell"]
    if cell["kind"] != "min_gru":
        return not_a_gate_only_gru(setting)
    if why := not_zero(cell["init"], "bias"):
        return why
    if not silent(setting):
        return "there must be no input"
    return None if untouched(setting) else TOUCHED


def diagonal_powers(given: Given) -> dict[int, float]:
    """Network with one diagonal Jacobian for all steps, as drawn: its singular values are powers of those at T = 1.

    ln σ_i(∂h_T/∂h_0) = T ln σ_i(J), and the Frobenius norm is (Σ_i σ_i(J)^{2T})^½: over √n that is the rms over units
    of σ(b)^T with the very biases that were drawn. σ_i(J) is read off the shortest length, the powers are computed.
    """
    point, found = dict(given.index), {}
    for seed, known in given.quantities.of("jacobian").series[given.series].seeds.items():
        per_step = known.ln[0] / float(known.lengths[0])
        powers = given.length * per_step
        whole = 0.5 * float(special.logsumexp(2.0 * powers[np.isfinite(powers)]))
        found[seed] = whole if given.metric.endswith("frobenius") else float(powers[int(point["rank"]) - 1])
    return found


def not_diagonal(setting: Setting) -> str | None:
    """Return why the Jacobian is not one diagonal matrix."""
    if setting["cell"]["kind"] == "lru":
        return None if untouched(setting) else TOUCHED
    return not_a_gate_only(setting)


def lru_ring(given: Given) -> dict[int, float]:
    """Linear recurrent unit, |λ|² uniform between r_min² and r_max², in the limit of many channels.

    Transport = ½ ln[(r_max^{2T+2} − r_min^{2T+2}) / ((T + 1)(r_max² − r_min²))]; on the whole disk (T + 1)^(−1/2), a
    power law.  Source: Orvieto et al. 2023, section 3, for the draw.
    """
    low, high = float(given.init["r_min"]) ** 2, float(given.init["r_max"]) ** 2
    power = given.length + 1
    if low == high:
        return same(given, 0.5 * given.length * math.log(high))
    ratio = (low / high) ** power
    whole = power * math.log(high) + math.log1p(-ratio) - math.log(power * (high - low))
    return same(given, 0.5 * whole)


def not_an_lru(setting: Setting) -> str | None:
    """Return why a setting is no LRU."""
    if setting["cell"]["kind"] != "lru":
        return f"the cell is {setting['cell']['kind']}, not lru"
    return None if untouched(setting) else TOUCHED


def random_gate_typical(given: Given) -> dict[int, float]:
    """One gated unit whose gate reads white noise alone: typical gradient, a ~ N(b_z, s²) the pre-activation.

    Transport = T E[ln σ(−a)]: the mean of the logarithm (law of large numbers for a product of random numbers).
    """
    return same(given, gate_mean(given.setting, special.log_expit))


def random_gate_mean(given: Given) -> dict[int, float]:
    """One gated unit whose gate reads white noise alone: root mean square over samples.

    ln rms = ln|c| + ½ T ln E[σ(−a)²], above the typical gradient by a factor that grows exponentially (Jensen).
    """
    per_step = 0.5 * math.log(gate_mean(given.setting, lambda a: special.expit(a) ** 2))
    return {seed: ln + given.length * per_step for seed, ln in ln_cotangents(given).items()}


def gate_mean(setting: Setting, of: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the mean over inputs of a function of −a."""
    init = setting["cell"]["init"]
    spread = gain(init["input"]) * float(setting["inputs"]["scale"])
    return float(DENSITY @ of(spread * GRID - constant(init["update_bias"])))


def not_a_random_gate(setting: Setting) -> str | None:
    """Return why a setting is no single minGRU unit with white noise."""
    cell, inputs = setting["cell"], setting["inputs"]
    if cell["kind"] != "min_gru" or cell["hidden"] != 1:
        return "the cell must be min_gru with hidden: 1"
    if kind(cell["init"]["input"]) != "identity" or inputs["kind"] != "gaussian" or inputs["size"] != 1:
        return "init.input must be identity, and inputs gaussian of size 1"
    if not is_constant(cell["init"].get("update_bias")):
        return "init.update_bias must be a number"
    return not_zero(cell["init"], "bias") or (None if untouched(setting) else TOUCHED)
