"""Claims: statements of a config about measured quantities, judged over seeds.

A claim names a metric of some series and a predicate; `judge` gives it a verdict, ``holds``, ``contradicted`` or
``undecided``, corrected for the number of claims of the study.
"""

from gru_vanish.analysis.claims.claim import BoundClaim, Claim, Line, Said, bound_claims
from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS, ClosedForm
from gru_vanish.analysis.claims.judge import Outcome, judge
from gru_vanish.analysis.claims.metrics import Metric, metrics
from gru_vanish.analysis.claims.predicate import Predicate
from gru_vanish.analysis.claims.predicates import PREDICATES
from gru_vanish.analysis.claims.rows import (
    CLAIM_COLUMNS,
    claim_rows,
    claim_values,
    in_words,
    short_verdicts,
)

__all__ = [
    "CLAIM_COLUMNS",
    "CLOSED_FORMS",
    "PREDICATES",
    "BoundClaim",
    "Claim",
    "ClosedForm",
    "Line",
    "Metric",
    "Outcome",
    "Predicate",
    "Said",
    "bound_claims",
    "claim_rows",
    "claim_values",
    "in_words",
    "judge",
    "metrics",
    "short_verdicts",
]
