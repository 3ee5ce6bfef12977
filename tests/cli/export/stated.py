"""Studies whose tables are exported: finished and not, with a hostile title, with a claim and a state of two parts."""

from gru_vanish.analysis import Findings
from tests.analysis.claims.made import bound
from tests.analysis.payloads import PAYLOADS
from tests.analysis.synthetic import reader
from tests.analysis.test_h0_parts import with_parts
from tests.figures.studies import findings, titled, unfinished

STATED = {"finished": findings(titled("[b]*50 % & #1 _x_ é 中")), "unfinished": findings(unfinished(), list(PAYLOADS))}


def claimed() -> Findings:
    """A study with a claim, and with a state of two parts."""
    manifest, records = made = with_parts()
    says = "50 % of the GRU_s & co. are slower."
    claim = {"id": "slower", "says": says, "metric": "decay_rate", "of": "GRU", "less_than": "RNN"}
    return Findings({**manifest, "claims": bound(made, [claim])}, reader(records))
