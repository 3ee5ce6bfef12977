"""Closed forms of networks whose step is linear in the state, and of one without activation at its first step."""

import math

import numpy as np
from scipy import special

from gru_vanish.analysis.claims.closed_form import Given, Setting, ln_cotangents, same
from gru_vanish.analysis.claims.forms.words import TOUCHED, gain, kind, not_zero, untouched
from gru_vanish.analysis.claims.quantities import NotMeasuredError

SMALLEST_ROOT = {"float32": -63.0 * math.log(2.0), "float64": -511.0 * math.log(2.0)}
"""ln of the root of the smallest normal number: what is smaller has a square of 0."""


def linear_orthogonal(given: Given) -> dict[int, float]:
    """Plain RNN without activation and with W = g·Q, Q orthogonal: every step scales the gradient by g.

    Transport = T ln g, and every singular value of ∂h_T/∂h_0 is g^T.  Source: Saxe, McClelland & Ganguli 2014.
    """
    return same(given, math.log(gain(given.init["recurrent"])))


def not_linear_orthogonal(setting: Setting) -> str | None:
    """Return why a setting is no linear orthogonal RNN."""
    if why := not_linear(setting):
        return why
    recurrent = setting["cell"]["init"].get("recurrent")
    if kind(recurrent) not in ("orthogonal", "identity") or not gain(recurrent) > 0.0:
        return "init.recurrent must be orthogonal or identity, its gain above 0"
    return None


def not_linear(setting: Setting) -> str | None:
    """Return why a setting is no plain RNN without activation."""
    cell = setting["cell"]
    if cell["kind"] not in ("rnn", "orthogonal_rnn") or cell.get("activation") != "identity":
        return "the cell must be rnn with activation: identity"
    return None if untouched(setting) else TOUCHED


def plain_zero(given: Given) -> dict[int, float]:
    """Share of samples in which a norm that squares first reads 0, of n linear units h ← g h + u x.

    dL/dh_0 = g^T c, and squares below the smallest normal number are flushed: the share is 1 where g^T ‖c‖ < 2^−63
    (float64: 2^−511), 0 where g^T ‖c‖ ≥ √n 2^−63, since one component then is as large, and unknown between.
    """
    floor = SMALLEST_ROOT[given.setting["precision"]]
    slope, room = math.log(gain(given.init["recurrent"])), 0.5 * math.log(given.hidden)
    levels = {seed: given.length * slope + ln - floor for seed, ln in ln_cotangents(given).items()}
    return {seed: math.nan if 0.0 <= level < room else float(level < 0.0) for seed, level in levels.items()}


def not_linear_units(setting: Setting) -> str | None:
    """Return why a setting is no set of linear units, of which there are two at least."""
    if why := not_linear_orthogonal(setting):
        return why
    if kind(setting["cell"]["init"]["recurrent"]) != "identity":
        return "init.recurrent must be identity"
    # Of one number the compiler makes √(x²) = |x|, and nothing is flushed.
    return None if setting["cell"]["hidden"] > 1 else "hidden must be 2 at least"


def gaussian_first_step(given: Given) -> dict[int, float]:
    """First step back through a Gaussian matrix, W_ij ~ N(0, g²/n), without activation: its mean over networks.

    E ln(‖Wᵀc‖/‖c‖) = ln g + ½ [ψ(n/2) − ln(n/2)] < ln g, while the mean square is exactly g²: the typical network
    loses what the mean one keeps.  Source: Cohen & Newman 1984; Newman 1986, for products of such matrices.
    """
    if given.length != 1:
        raise NotMeasuredError("gaussian_first_step is a closed form at T = 1 alone: write at: {length: 1}")
    half = given.hidden / 2.0
    return same(given, math.log(gain(given.init["recurrent"])) + 0.5 * (float(special.digamma(half)) - math.log(half)))


def not_linear_gaussian(setting: Setting) -> str | None:
    """Return why a setting is no linear RNN with a Gaussian matrix."""
    if why := not_linear(setting):
        return why
    recurrent = setting["cell"]["init"].get("recurrent")
    if kind(recurrent) != "gaussian" or not gain(recurrent) > 0.0:
        return "init.recurrent must be gaussian, its gain above 0"
    return None


def linear_sensitivity(given: Given) -> dict[int, float]:
    """Gradient by the recurrent weights of n linear units h ← λ h + x, each with white noise of its own.

    E[(dh_T/dλ)²] = Σ_{k<T} k² λ^{2k−2} s² → s² (1 + λ²)/(1 − λ²)³, without bound as λ → 1 although λ^T → 0. Of the n²
    weights W_ij the gradient is c_i dh_j/dλ, so over B samples
    E ln‖∂L/∂W‖ = ln‖c‖ + ½ ln(n E[(dh/dλ)²]/B) + ½ [ψ(n/2) − ln(n/2)].  Source: the variance of a derivative process
    of an AR(1); the point is that of Zucchet & Orvieto 2024, section 3.
    """
    if given.part != "recurrent":
        raise NotMeasuredError("linear_sensitivity is a closed form of lag_shares.ln_gradient[recurrent] alone")
    inputs, half = given.setting["inputs"], given.hidden / 2.0
    square = sensitivity(gain(given.init["recurrent"]), given.length) * float(inputs["scale"]) ** 2
    spread = float(special.digamma(half)) - math.log(half)
    mean = 0.5 * (math.log(given.hidden * square / int(inputs["batch"])) + spread)
    return {seed: ln + mean for seed, ln in ln_cotangents(given).items()}


def sensitivity(pole: float, length: int) -> float:
    """Return Σ_{k=1}^{T−1} k² λ^{2k−2}: the mean square of dh_T/dλ from h_0 = 0, with inputs of variance 1."""
    k = np.arange(1, length, dtype=np.float64)
    return float((k**2 * pole ** (2.0 * (k - 1.0))).sum())


def not_sensitive(setting: Setting) -> str | None:
    """Return why a setting is no set of linear units with an input each."""
    if why := not_linear_orthogonal(setting):
        return why
    init, inputs = setting["cell"]["init"], setting["inputs"]
    if kind(init["recurrent"]) != "identity" or kind(init["input"]) != "identity" or gain(init["input"]) != 1.0:
        return "init.recurrent and init.input must be identity, the latter with gain 1"
    if inputs["kind"] != "gaussian" or inputs["size"] != setting["cell"]["hidden"] or not inputs["scale"] > 0.0:
        return "inputs must be gaussian, one for each unit"
    if kind(setting["h0"]) != "zeros" or kind(setting["loss"]) != "projection":
        return "h0 must be zeros and the loss a projection"
    return not_zero(init, "bias")
