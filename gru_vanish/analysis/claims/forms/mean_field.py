"""Closed forms of large random networks: means over units are means over a Gaussian field."""

import math

import numpy as np

from gru_vanish.analysis.claims.closed_form import Given, Setting, same
from gru_vanish.analysis.claims.forms.words import TOUCHED, gain, kind, not_zero, silent, untouched

GRID = np.linspace(-12.0, 12.0, 24_001)
"""z, on which the trapezoidal rule is exact to rounding."""
DENSITY = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()


def random_network_exponent(given: Given) -> dict[int, float]:
    """Largest Lyapunov exponent of h ← tanh(W h), W_ij ~ N(0, g²/n), no input, in the limit of large n.

    λ₁ = ½ ln(g² E[sech⁴(√q z)]) with q = g² E[tanh²(√q z)], z ~ N(0, 1); ln g below the critical gain 1, where q = 0.
    Source: Sompolinsky, Crisanti & Sommers 1988; Molgedey, Schuchhardt & Schuster 1992.
    """
    return same(given, mean_field_exponent(gain(given.init["recurrent"])))


def driven_network_exponent(given: Given) -> dict[int, float]:
    """Largest conditional Lyapunov exponent of h ← tanh(W h + U x), W_ij ~ N(0, g²/n), with white Gaussian inputs.

    λ₁ = ½ ln χ, χ = g² E[sech⁴(√q z)] with q = g² E[tanh²(√q z)] + s², s² the variance of U x: χ is also the factor of
    the gradient's mean square at each step back. Noise makes q larger and χ smaller: it suppresses chaos. In the limit
    of large n and many inputs.  Source: Molgedey, Schuchhardt & Schuster 1992; χ₁ of Poole et al. 2016 and Schoenholz
    et al. 2017; for recurrent networks Chen, Pennington & Schoenholz 2018.
    """
    init, inputs = given.init, given.setting["inputs"]
    drive = (gain(init["input"]) * float(inputs["scale"])) ** 2
    return same(given, mean_field_exponent(gain(init["recurrent"]), drive))


def mean_field_exponent(recurrent_gain: float, drive: float = 0.0) -> float:
    """Return λ₁ = ½ ln χ, with a root of q and with means over z by the trapezoidal rule."""
    if recurrent_gain <= 1.0 and drive == 0.0:
        return math.log(recurrent_gain)

    # Imported by those who have such a claim alone: it takes long.
    from scipy import optimize

    def excess(q: float) -> float:
        return float(recurrent_gain**2 * (DENSITY @ np.tanh(math.sqrt(q) * GRID) ** 2) + drive - q)

    q = float(optimize.brentq(excess, max(1e-9, drive * (1 - 1e-12)), recurrent_gain**2 + drive))
    slopes = 1.0 - np.tanh(math.sqrt(q) * GRID) ** 2
    return 0.5 * math.log(recurrent_gain**2 * float(DENSITY @ slopes**2))


def not_a_random_network(setting: Setting) -> str | None:
    """Return why a setting is no autonomous random network."""
    if why := not_gaussian_tanh(setting):
        return why
    if not silent(setting):
        return "there must be no input and no bias"
    if kind(setting["h0"]) == "zeros":
        return "from h_0 = 0 nothing moves: h0 must be gaussian"
    return None


def not_a_driven_network(setting: Setting) -> str | None:
    """Return why a setting is no random network with white inputs."""
    if why := not_gaussian_tanh(setting):
        return why
    if setting["inputs"]["kind"] != "gaussian" or silent(setting):
        return "inputs must be gaussian, their scale above 0"
    if kind(setting["cell"]["init"].get("input")) != "gaussian":
        return "init.input must be gaussian"
    return None


def not_gaussian_tanh(setting: Setting) -> str | None:
    """Return why a setting is no tanh network with a Gaussian matrix and without a bias."""
    cell = setting["cell"]
    if cell["kind"] != "rnn" or cell.get("activation") != "tanh" or kind(cell["init"].get("recurrent")) != "gaussian":
        return "the cell must be rnn with activation: tanh and init.recurrent: gaussian"
    if not_zero(cell["init"], "bias"):
        return "there must be no input and no bias" if silent(setting) else "there must be no bias"
    return None if untouched(setting) else TOUCHED
