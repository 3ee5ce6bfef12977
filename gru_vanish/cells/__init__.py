"""The equations, one cell per file.

A new cell is one new file and one line in `CELLS`.
"""

from gru_vanish.cells.antisymmetric import Antisymmetric
from gru_vanish.cells.autodiff import AutodiffCell
from gru_vanish.cells.cornn import CoRNN
from gru_vanish.cells.gru import GRU
from gru_vanish.cells.irnn import IRNN
from gru_vanish.cells.lem import LEM
from gru_vanish.cells.lru import LRU
from gru_vanish.cells.lstm import LSTM
from gru_vanish.cells.mgu import MGU
from gru_vanish.cells.min_gru import MinGRU
from gru_vanish.cells.minimal_rnn import MinimalRNN
from gru_vanish.cells.orthogonal_rnn import OrthogonalRNN
from gru_vanish.cells.rnn import RNN
from gru_vanish.cells.ugrnn import UGRNN
from gru_vanish.contracts import Cell

CELLS: dict[str, type[Cell]] = {
    "rnn": RNN,
    "gru": GRU,
    "lstm": LSTM,
    "mgu": MGU,
    "minimal_rnn": MinimalRNN,
    "ugrnn": UGRNN,
    "min_gru": MinGRU,
    "irnn": IRNN,
    "orthogonal_rnn": OrthogonalRNN,
    "antisymmetric": Antisymmetric,
    "cornn": CoRNN,
    "lem": LEM,
    "lru": LRU,
}

__all__ = [
    "CELLS",
    "GRU",
    "IRNN",
    "LEM",
    "LRU",
    "LSTM",
    "MGU",
    "RNN",
    "UGRNN",
    "Antisymmetric",
    "AutodiffCell",
    "CoRNN",
    "MinGRU",
    "MinimalRNN",
    "OrthogonalRNN",
]
