"""The closed forms that a claim may hold a measurement against, by name.

A new one is one function with its equation and its source in the folder `forms`, one that says of which settings it is
none, and one line in `CLOSED_FORMS`.
"""

from collections.abc import Mapping

from gru_vanish.analysis.claims.closed_form import ClosedForm, Given, Setting
from gru_vanish.analysis.claims.forms.at_rest import (
    antisymmetric_at_rest,
    gru_at_rest,
    not_a_gru_at_rest,
    not_antisymmetric_at_rest,
)
from gru_vanish.analysis.claims.forms.diagonal import (
    diagonal_powers,
    lru_ring,
    not_a_random_gate,
    not_an_lru,
    not_diagonal,
    not_time_scales,
    random_gate_mean,
    random_gate_typical,
    time_scales,
)
from gru_vanish.analysis.claims.forms.gated import (
    forget_gates,
    gru_zero_weights,
    lstm_zero_weights,
    not_a_zero_gru,
    not_a_zero_lstm,
    not_an_lstm,
)
from gru_vanish.analysis.claims.forms.linear import (
    gaussian_first_step,
    linear_orthogonal,
    linear_sensitivity,
    not_linear_gaussian,
    not_linear_orthogonal,
    not_linear_units,
    not_sensitive,
    plain_zero,
)
from gru_vanish.analysis.claims.forms.matrices import (
    LARGEST,
    RADIUS,
    not_a_plain_rnn,
    pascanu_bound,
    spectral_edges,
    without_edges,
)
from gru_vanish.analysis.claims.forms.mean_field import (
    driven_network_exponent,
    mean_field_exponent,
    not_a_driven_network,
    not_a_random_network,
    random_network_exponent,
)
from gru_vanish.analysis.claims.forms.walks import identity_walk, not_an_identity_walk

__all__ = ["CLOSED_FORMS", "ClosedForm", "Given", "Setting", "mean_field_exponent"]

RATES = ("transport", "decay_rate")
EXPONENT = ("lyapunov.largest",)
SINGULAR = ("jacobian.entries.ln_singular_value", "jacobian.largest_per_step", "jacobian.smallest_per_step")

CLOSED_FORMS: Mapping[str, ClosedForm] = {
    "gru_zero_weights": ClosedForm(gru_zero_weights, not_a_zero_gru),
    "lstm_zero_weights": ClosedForm(lstm_zero_weights, not_a_zero_lstm, curve=True),
    "forget_gates": ClosedForm(forget_gates, not_an_lstm),
    "linear_orthogonal": ClosedForm(linear_orthogonal, not_linear_orthogonal, (*RATES, *SINGULAR, *EXPONENT)),
    "gaussian_first_step": ClosedForm(gaussian_first_step, not_linear_gaussian, ("transport",), curve=True),
    "linear_sensitivity": ClosedForm(
        linear_sensitivity, not_sensitive, ("lag_shares.ln_gradient",), ("h0_gradient",), curve=True
    ),
    "plain_zero": ClosedForm(plain_zero, not_linear_units, ("share_plain_zero",), curve=True),
    "pascanu_bound": ClosedForm(
        pascanu_bound, not_a_plain_rnn, ("transport",), ("recurrent_spectrum",), of_any_weights=True
    ),
    "spectral_edges": ClosedForm(spectral_edges, without_edges, (RADIUS, LARGEST), curve=True),
    "random_network_exponent": ClosedForm(random_network_exponent, not_a_random_network, (*RATES, *EXPONENT)),
    "driven_network_exponent": ClosedForm(driven_network_exponent, not_a_driven_network, (*RATES, *EXPONENT)),
    "gru_at_rest": ClosedForm(gru_at_rest, not_a_gru_at_rest, curve=True),
    "antisymmetric_at_rest": ClosedForm(antisymmetric_at_rest, not_antisymmetric_at_rest, curve=True),
    "time_scales": ClosedForm(time_scales, not_time_scales, curve=True),
    "diagonal_powers": ClosedForm(
        diagonal_powers,
        not_diagonal,
        ("jacobian.entries.ln_singular_value", "jacobian.entries.ln_frobenius"),
        ("jacobian",),
        curve=True,
    ),
    "lru_ring": ClosedForm(lru_ring, not_an_lru, curve=True),
    "random_gate_typical": ClosedForm(random_gate_typical, not_a_random_gate),
    "random_gate_mean": ClosedForm(random_gate_mean, not_a_random_gate, ("ln_rms", "h0_gradient"), curve=True),
    "identity_walk": ClosedForm(identity_walk, not_an_identity_walk, ("ln_rms",), curve=True),
}
