"""What is differentiated.

A new loss is one new file and one line in `LOSSES`.
"""

from gru_vanish.contracts import Loss
from gru_vanish.losses.cross_entropy import CrossEntropy
from gru_vanish.losses.mean_squared_error import MeanSquaredError
from gru_vanish.losses.projection import Projection

LOSSES: dict[str, type[Loss]] = {
    "projection": Projection,
    "mean_squared_error": MeanSquaredError,
    "cross_entropy": CrossEntropy,
}

__all__ = ["LOSSES"]
