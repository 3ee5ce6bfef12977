"""Closed forms of networks that rest at the origin: powers of one random matrix, in the limit of large n."""

import math

import numpy as np
from scipy import special

from gru_vanish.analysis.claims.closed_form import Given, Setting, same
from gru_vanish.analysis.claims.forms.words import (
    TOUCHED,
    constant,
    gain,
    is_constant,
    kind,
    not_zero,
    rests,
    untouched,
)


def gru_at_rest(given: Given) -> dict[int, float]:
    """GRU at h = 0 without input, W_h ~ N(0, g²/n): J = (1 − z) I + z r W with z = σ(b_z), r = σ(b_r).

    Transport = ½ ln Σ_k C(T, k)² (1 − z)^{2(T−k)} (z r g)^{2k} for n → ∞, since powers of W are orthogonal to each
    other there (tr(W^k W^{lᵀ})/n → g^{2k} δ_kl). Per step it tends to ln((1 − z) + z r g), the edge of the disk that
    the eigenvalues of J fill (circular law).  Source: Ginibre 1965 and Girko 1984 for W; Can, Krishnamurthy & Schwab
    2020 for the disk of gated networks.
    """
    kept, fed = rest_of_gru(given.setting)
    return same(given, ln_of_two_terms(math.log(kept), math.log(fed), given.length))


def rest_of_gru(setting: Setting) -> tuple[float, float]:
    """Return the share of the old state that is kept, and the radius z r g of what goes by the candidate."""
    cell = setting["cell"]
    init = cell["init"]
    gate = float(special.expit(constant(init["update_bias"])))
    kept = 1.0 - gate if cell["update_gate"] == "replaces" else gate
    return kept, (1.0 - kept) * float(special.expit(constant(init["reset_bias"]))) * gain(init["recurrent"])


def ln_of_two_terms(ln_kept: float, ln_fed: float, length: int) -> float:
    """Return ½ ln Σ_k C(T, k)² e^{2(T−k) ln_kept + 2k ln_fed}."""
    k = np.arange(length + 1, dtype=np.float64)
    choose = special.gammaln(length + 1.0) - special.gammaln(k + 1.0) - special.gammaln(length - k + 1.0)
    return 0.5 * float(special.logsumexp(2.0 * (choose + (length - k) * ln_kept + k * ln_fed)))


def not_a_gru_at_rest(setting: Setting) -> str | None:
    """Return why a setting is no GRU at the origin with a Gaussian matrix."""
    cell = setting["cell"]
    init = cell["init"]
    if cell["kind"] != "gru" or kind(init["recurrent"]) != "gaussian" or not gain(init["recurrent"]) > 0.0:
        return "the cell must be gru with init.recurrent: gaussian"
    if not is_constant(init.get("update_bias")) or not is_constant(init.get("reset_bias")):
        return "init.update_bias and init.reset_bias must be numbers"
    if init.get("scope", "per_gate") != "per_gate":
        return "init.scope must be per_gate"
    return not_zero(init, "bias", "recurrent_bias") or rests(setting) or (None if untouched(setting) else TOUCHED)


def antisymmetric_at_rest(given: Given) -> dict[int, float]:
    """Antisymmetric RNN at h = 0 without input, W ~ N(0, g²/n): J = (1 − εγ) I + ε (W − Wᵀ), a normal matrix.

    Transport = ½ ln E_ω[((1 − εγ)² + ε²ω²)^T] for n → ∞: the eigenvalues iω of W − Wᵀ follow Wigner's semicircle of
    radius 2√2 g. At γ = 0 no direction falls and all others grow: what Euler's step adds to a flow that keeps every
    norm.  Source: Chang, Chen, Haber & Chi 2019, section 3, for the step; Wigner 1958 for the semicircle.
    """
    init = given.init
    step, diffusion = float(init["step"]), float(init["diffusion"])
    # Gauss–Chebyshev nodes of the second kind: with T + 1 of them exact for the power T of a square.
    nodes = given.length + 1
    angles = np.pi * np.arange(1, nodes + 1) / (nodes + 1)
    omega = 2.0 * math.sqrt(2.0) * gain(init["recurrent"]) * np.cos(angles)
    weights = 2.0 / (nodes + 1) * np.sin(angles) ** 2
    powers = given.length * np.log((1.0 - step * diffusion) ** 2 + (step * omega) ** 2)
    return same(given, 0.5 * float(special.logsumexp(powers, b=weights)))


def not_antisymmetric_at_rest(setting: Setting) -> str | None:
    """Return why a setting is no antisymmetric RNN at the origin."""
    cell = setting["cell"]
    if cell["kind"] != "antisymmetric" or kind(cell["init"]["recurrent"]) != "gaussian":
        return "the cell must be antisymmetric with init.recurrent: gaussian"
    return not_zero(cell["init"], "bias") or rests(setting) or (None if untouched(setting) else TOUCHED)
