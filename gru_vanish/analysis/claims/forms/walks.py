"""A closed form of rectified units at the identity: a random walk until it is first below 0."""

import math

from scipy import special

from gru_vanish.analysis.claims.closed_form import Given, Setting, ln_cotangents
from gru_vanish.analysis.claims.forms.words import TOUCHED, gain, kind, not_zero, silent, untouched


def identity_walk(given: Given) -> dict[int, float]:
    """IRNN at the start, W = I, b = 0, h_0 = 0, with white symmetric inputs: a unit is a random walk stopped at 0.

    Its gradient is whole while x-driven sums S_1 … S_T all stay above 0, and exactly 0 from the first that does not.
    P(S_1 > 0, …, S_T > 0) = C(2T, T)/4^T whatever the distribution, so ln rms = ln‖c‖ + ½ ln[C(2T, T)/4^T], which
    falls as (πT)^(−1/4): a power law.  Source: Sparre Andersen 1954; Feller 1971, XII.7; the network of Le, Jaitly &
    Hinton 2015.
    """
    length = float(given.length)
    ln = float(special.gammaln(2 * length + 1) - 2 * special.gammaln(length + 1)) - 2.0 * length * math.log(2.0)
    return {seed: start + 0.5 * ln for seed, start in ln_cotangents(given).items()}


def not_an_identity_walk(setting: Setting) -> str | None:
    """Return why a setting is no IRNN at its start."""
    cell, init = setting["cell"], setting["cell"]["init"]
    rectified = cell["kind"] == "irnn" or (cell["kind"] == "rnn" and cell.get("activation") == "relu")
    if not rectified or kind(init["recurrent"]) != "identity" or gain(init["recurrent"]) != 1.0:
        return "the cell must be irnn, or rnn with activation: relu and init.recurrent: identity, with gain 1"
    if setting["inputs"]["kind"] not in ("gaussian", "uniform") or silent(setting) or kind(setting["h0"]) != "zeros":
        return "inputs must be white and symmetric (gaussian or uniform), and h0 zeros"
    return not_zero(init, "bias") or (None if untouched(setting) else TOUCHED)
