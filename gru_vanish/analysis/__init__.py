"""Rates, half-lives and intervals: from stored records to one table of numbers over seeds."""

from gru_vanish.analysis.analyse import analyse
from gru_vanish.analysis.columns import BAND_COLUMNS, CURVE_COLUMNS, SUMMARY_COLUMNS, Column
from gru_vanish.analysis.intervals import Estimate
from gru_vanish.analysis.paired import paired_difference
from gru_vanish.analysis.payload import Reader, RecordLike
from gru_vanish.analysis.series import SeriesTable
from gru_vanish.analysis.table import Table

__all__ = [
    "BAND_COLUMNS",
    "CURVE_COLUMNS",
    "SUMMARY_COLUMNS",
    "Column",
    "Estimate",
    "Reader",
    "RecordLike",
    "SeriesTable",
    "Table",
    "analyse",
    "paired_difference",
]
