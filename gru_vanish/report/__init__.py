"""The HTML page of a study: one file that needs no network, with charts that move, from stored records alone."""

from gru_vanish.report.charts import CHARTED
from gru_vanish.report.document import TextTable, document
from gru_vanish.report.origin import Witness
from gru_vanish.report.pictures import Picture, pictures

__all__ = ["CHARTED", "Picture", "TextTable", "Witness", "document", "pictures"]
