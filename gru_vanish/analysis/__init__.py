"""Rates, half-lives and intervals: from stored records to one table of numbers over seeds."""

from gru_vanish.analysis.analyse import analyse
from gru_vanish.analysis.break_even import BreakEven
from gru_vanish.analysis.columns import BAND_COLUMNS, BREAK_EVEN_COLUMNS, CURVE_COLUMNS, SUMMARY_COLUMNS, Column
from gru_vanish.analysis.comparing import Comparison, compare
from gru_vanish.analysis.findings import Findings
from gru_vanish.analysis.intervals import Estimate
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, MeasureTable, Shown
from gru_vanish.analysis.measures import MEASURE_TABLES
from gru_vanish.analysis.named import Named
from gru_vanish.analysis.paired import paired_difference
from gru_vanish.analysis.payload import Reader, RecordLike
from gru_vanish.analysis.series import SeriesTable
from gru_vanish.analysis.table import Table

__all__ = [
    "BAND_COLUMNS",
    "BREAK_EVEN_COLUMNS",
    "CURVE_COLUMNS",
    "MEASURE_TABLES",
    "SUMMARY_COLUMNS",
    "Analysis",
    "BreakEven",
    "Column",
    "Comparison",
    "Estimate",
    "Findings",
    "MeasureTable",
    "MeasuredSeries",
    "Named",
    "Reader",
    "RecordLike",
    "SeriesTable",
    "Shown",
    "Table",
    "analyse",
    "compare",
    "paired_difference",
]
