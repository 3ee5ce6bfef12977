"""Two studies side by side: settings that differ, numbers that differ beyond their intervals, verdicts that changed."""

from gru_vanish.analysis.comparing.comparison import Comparison, compare
from gru_vanish.analysis.comparing.numbers import (
    ALONE,
    BEYOND_ROUNDING,
    DIFFERS,
    EQUAL,
    NOT_APART,
    NOT_TESTED,
    OUTCOMES,
    WITHIN_ROUNDING,
    Number,
)
from gru_vanish.analysis.comparing.pairs import Pair, asked_pair
from gru_vanish.analysis.comparing.plain import Plain
from gru_vanish.analysis.comparing.rows import DIFFERENCE_COLUMNS
from gru_vanish.analysis.comparing.series_words import Series
from gru_vanish.analysis.comparing.settings import ABSENT, Changed, setting_text
from gru_vanish.analysis.comparing.side import SAME_RECORDS, Side
from gru_vanish.analysis.comparing.verdicts import Verdict

__all__ = [
    "ABSENT",
    "ALONE",
    "BEYOND_ROUNDING",
    "DIFFERENCE_COLUMNS",
    "DIFFERS",
    "EQUAL",
    "NOT_APART",
    "NOT_TESTED",
    "OUTCOMES",
    "SAME_RECORDS",
    "WITHIN_ROUNDING",
    "Changed",
    "Comparison",
    "Number",
    "Pair",
    "Plain",
    "Series",
    "Side",
    "Verdict",
    "asked_pair",
    "compare",
    "setting_text",
]
