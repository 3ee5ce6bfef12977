"""Closed forms of the recurrent matrices themselves: the bound that they set, and the edges of their spectra."""

import math
from collections.abc import Mapping

from gru_vanish.analysis.claims.closed_form import Given, Setting, same
from gru_vanish.analysis.claims.forms.words import gain, kind

PLAIN = ("rnn", "irnn", "orthogonal_rnn")
GATES = {"gru": 3, "lstm": 4}
"""The matrices that a joint draw cuts."""
RADIUS = "recurrent_spectrum.spectral_radius"
LARGEST = "recurrent_spectrum.largest_singular_value"


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


def spectral_edges(given: Given) -> dict[int, float]:
    """Largest eigenvalue and singular value of a random n×n recurrent matrix, in the limit of large n.

    Independent entries of variance s²/n: |λ|_max = s and σ_max = 2s (circular law; Marchenko–Pastur), with s = g
    (gaussian), g/√3 (uniform), g (Glorot; g √(2/(m + 1)) where m gates are drawn jointly).  Orthogonal: both are g;
    drawn jointly for m gates each block is a corner of a Haar matrix, |λ|_max = g/√m and σ_max = 2g √(m − 1)/m.
    Source: Ginibre 1965; Girko 1984; Marchenko & Pastur 1967; for corners Życzkowski & Sommers 2000 and Wachter 1980.
    """
    cell = given.setting["cell"]
    radius, largest = edges(cell["init"]["recurrent"], gates_drawn_at_once(given.setting))
    return same(given, radius if given.metric == RADIUS else largest)


def gates_drawn_at_once(setting: Setting) -> int:
    """Return m: the gates of a joint draw, else 1."""
    cell = setting["cell"]
    return GATES.get(cell["kind"], 1) if cell["init"].get("scope") == "joint" else 1


def edges(recurrent: Setting, gates: int) -> tuple[float, float]:
    """Return the limits of |λ|_max and σ_max."""
    g = abs(gain(recurrent))
    if kind(recurrent) == "orthogonal":
        return g / math.sqrt(gates), g if gates == 1 else 2.0 * g * math.sqrt(gates - 1) / gates
    spread = {"gaussian": g, "uniform": g / math.sqrt(3.0), "glorot": g * math.sqrt(2.0 / (gates + 1.0))}
    return spread[kind(recurrent)], 2.0 * spread[kind(recurrent)]


def without_edges(setting: Setting) -> str | None:
    """Return why the edges of the spectrum are not known."""
    cell = setting["cell"]
    known = ("gaussian", "uniform", "glorot", "orthogonal")
    if cell["kind"] not in (*PLAIN, *GATES) or kind(cell["init"].get("recurrent")) not in known:
        return f"the cell must be one of {', '.join((*PLAIN, *GATES))}, init.recurrent one of {', '.join(known)}"
    return None
