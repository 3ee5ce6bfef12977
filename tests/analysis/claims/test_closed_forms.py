"""Every closed form against its oracle, another way to its number; and the rate of a curve that it gives."""

import pytest

from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS
from tests.analysis.claims.asked import ZEROS, Setting, at, gaussian, number, setting, value
from tests.analysis.claims.gate_oracles import GATES
from tests.analysis.claims.network_oracles import NETWORKS

ORACLES = GATES | NETWORKS
"""By the closed form's name; a test sees that none is left out."""

ALL_RATES = ("transport", "decay_rate")


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_a_closed_form_against_its_oracle(name: str) -> None:
    ORACLES[name]()


@pytest.mark.parametrize(
    "name", [name for name, form in CLOSED_FORMS.items() if form.curve and form.metrics[:2] == ALL_RATES]
)
def test_the_rate_of_a_curve_is_that_between_its_ends(name: str) -> None:
    """As `decay_rate` is measured: from T_0, the first length from max(10, T_max/10) on, to T_max."""
    inits: dict[str, Setting] = {
        "lstm_zero_weights": {"kind": "lstm", "init": {"recurrent": ZEROS, "forget_bias": number(2.0)}},
        "gru_at_rest": {
            "kind": "gru",
            "update_gate": "keeps",
            "init": {"recurrent": gaussian(), "update_bias": number(1.0), "reset_bias": number(0.0)},
        },
        "antisymmetric_at_rest": {
            "kind": "antisymmetric",
            "init": {"recurrent": gaussian(), "step": 0.1, "diffusion": 0.0},
        },
        "time_scales": {"kind": "min_gru", "init": {"update_bias": {"kind": "logit_uniform"}}},
        "lru_ring": {"kind": "lru", "init": {"r_min": 0.0, "r_max": 1.0}},
    }
    cell = inits[name]
    if cell["kind"] == "lstm":
        cell["init"]["output_bias"] = number(0.0)
    one = setting(cell)
    ends = [value(name, one, "transport", at(length)) for length in (10, 40)]
    assert value(name, one, "decay_rate") == pytest.approx(-(ends[1] - ends[0]) / 30)
