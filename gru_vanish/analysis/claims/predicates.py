"""The predicates that a claim may state, by the key that stands in a config.

A new one is one new file with its class, and one line in `PREDICATES`.
"""

from collections.abc import Mapping

from gru_vanish.analysis.claims.bounded import Above, Below
from gru_vanish.analysis.claims.break_even_at import BreakEvenAt
from gru_vanish.analysis.claims.equals import Equals
from gru_vanish.analysis.claims.law_of import LawOf
from gru_vanish.analysis.claims.monotone import Monotone
from gru_vanish.analysis.claims.ordered import GreaterThan, LessThan
from gru_vanish.analysis.claims.predicate import Predicate

PREDICATES: Mapping[str, type[Predicate]] = {
    "less_than": LessThan,
    "greater_than": GreaterThan,
    "equals": Equals,
    "below": Below,
    "above": Above,
    "monotone": Monotone,
    "law": LawOf,
    "break_even": BreakEvenAt,
}
