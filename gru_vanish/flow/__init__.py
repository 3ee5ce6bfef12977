"""The measurements on one unrolled network, one per file.

A new measure is one new file and one line in `MEASURES`.
"""

from gru_vanish.contracts import Measure
from gru_vanish.flow.h0_gradient import H0Gradient

MEASURES: dict[str, Measure] = {
    "h0_gradient": H0Gradient(),
}

__all__ = ["MEASURES"]
