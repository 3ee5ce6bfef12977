"""Closed forms of gated cells without weights: only the gate that keeps is left."""

from collections.abc import Mapping

from scipy import special

from gru_vanish.analysis.claims.closed_form import Given, Setting, same
from gru_vanish.analysis.claims.forms.words import TOUCHED, constant, is_constant, kind, not_zero, untouched


def gru_zero_weights(given: Given) -> dict[int, float]:
    """GRU whose weights are all 0, with a constant bias b_z of its update gate: only the leak is left.

    Transport = T ln(1 − σ(b_z)) = T ln σ(−b_z) where z replaces, T ln σ(b_z) where z keeps.
    """
    bias = constant(given.init["update_bias"])
    kept = -bias if given.setting["cell"]["update_gate"] == "replaces" else bias
    return same(given, float(special.log_expit(kept)))


def not_a_zero_gru(setting: Setting) -> str | None:
    """Return why a setting is no GRU without weights and with one bias."""
    if why := not_a_gate_only_gru(setting):
        return why
    if not is_constant(setting["cell"]["init"].get("update_bias")):
        return "init.update_bias must be a number"
    return None


def not_a_gate_only_gru(setting: Setting) -> str | None:
    """Return why a setting is no GRU without weights."""
    cell = setting["cell"]
    if cell["kind"] != "gru":
        return f"the cell is {cell['kind']}, not gru"
    if why := not_zero(cell["init"], "recurrent", "input", "bias", "recurrent_bias", "reset_bias"):
        return why
    return None if untouched(setting) else TOUCHED


def lstm_zero_weights(given: Given) -> dict[int, float]:
    """LSTM whose weights are all 0, at rest, with constant biases of its gates: a product of forget gates.

    Transport = T ln σ(b_f) + ln σ(b_o): the loss enters through h = o tanh c, and then every step multiplies the
    gradient of the cell by f; 0.731 with forget bias 1.  Source: Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba
    & Sutskever 2015.
    """
    forget, output = (constant(given.init[f"{gate}_bias"]) for gate in ("forget", "output"))
    return same(given, given.length * float(special.log_expit(forget)) + float(special.log_expit(output)))


def forget_gates(given: Given) -> dict[int, float]:
    """Product of the forget gates of an LSTM, each as its bias alone makes it: f = σ(b_f).

    Transport = T ln σ(b_f): what only the leak would pass, where weights are small.
    """
    return same(given, float(special.log_expit(constant(given.init["forget_bias"]))))


def not_a_zero_lstm(setting: Setting) -> str | None:
    """Return why a setting is no LSTM without weights at rest."""
    if why := not_an_lstm(setting):
        return why
    init: Mapping[str, object] = setting["cell"]["init"]
    if why := not_zero(init, "recurrent", "input", "bias", "recurrent_bias"):
        return why
    if not is_constant(init.get("output_bias")) or init.get("mirror_forget_bias"):
        return "init.output_bias must be a number, without mirror_forget_bias"
    return None if kind(setting["h0"]) == "zeros" else "h0 must be zeros"


def not_an_lstm(setting: Setting) -> str | None:
    """Return why a setting is no LSTM with one forget bias."""
    cell = setting["cell"]
    if cell["kind"] != "lstm":
        return f"the cell is {cell['kind']}, not lstm"
    if not is_constant(cell["init"].get("forget_bias")):
        return "init.forget_bias must be a number"
    return None if untouched(setting) else TOUCHED
