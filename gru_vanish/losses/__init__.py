"""What is differentiated.

A new loss is one new file and one line in `LOSSES`.
"""

from gru_vanish.contracts import Loss
from gru_vanish.losses.projection import Projection

LOSSES: dict[str, type[Loss]] = {
    "projection": Projection,
}

__all__ = ["LOSSES"]
