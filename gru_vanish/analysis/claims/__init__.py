"""Claims: statements of a config about measured quantities, judged over seeds.

A claim names a metric of some series and a predicate; `judge` gives it a verdict, ``holds``, ``contradicted`` or
``undecided``, corrected for the number of claims of the study.
"""

from gru_vanish.analysis.claims.cases import Study
from gru_vanish.analysis.claims.claim import BoundClaim, Claim, Line, Said, bound_claims
from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS, ClosedForm
from gru_vanish.analysis.claims.comparisons import Compared, Comparison, comparisons
from gru_vanish.analysis.claims.form_lines import FormLine, along_axis, over_lengths
from gru_vanish.analysis.claims.judge import Outcome, judge, study_of
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
    "Compared",
    "Comparison",
    "FormLine",
    "Line",
    "Metric",
    "Outcome",
    "Predicate",
    "Said",
    "Study",
    "along_axis",
    "bound_claims",
    "claim_rows",
    "claim_values",
    "comparisons",
    "in_words",
    "judge",
    "metrics",
    "over_lengths",
    "short_verdicts",
    "study_of",
]
