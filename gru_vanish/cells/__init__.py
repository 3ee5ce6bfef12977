"""The equations, one cell per file.

A new cell is one new file and one line in `CELLS`.
"""

from gru_vanish.cells.autodiff import AutodiffCell
from gru_vanish.cells.gru import GRU
from gru_vanish.cells.rnn import RNN
from gru_vanish.contracts import Cell

CELLS: dict[str, type[Cell]] = {
    "rnn": RNN,
    "gru": GRU,
}

__all__ = ["CELLS", "GRU", "RNN", "AutodiffCell"]
