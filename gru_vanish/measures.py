"""Every measure: those of one unrolled network, and those that go on through training.

A new measure of a network is one line in `gru_vanish.flow`; one that trains is one line here.
"""

from gru_vanish.contracts import Measure
from gru_vanish.flow import MEASURES as OF_ONE_NETWORK
from gru_vanish.training import TrainingRun

MEASURES: dict[str, Measure] = {**OF_ONE_NETWORK, "training": TrainingRun()}

__all__ = ["MEASURES"]
