"""Input sequences and initial states.

A new input is one new file and one line in `INPUTS`; a new initial state likewise in `INITIAL_STATES`.
"""

from typing import Any

from gru_vanish.contracts import InitialState, Input
from gru_vanish.inputs.array import Content, FromFile
from gru_vanish.inputs.coloured import AR1
from gru_vanish.inputs.gaussian import Gaussian
from gru_vanish.inputs.impulses import Impulses
from gru_vanish.inputs.initial_state import GaussianState, ZeroState
from gru_vanish.inputs.one_hot import OneHot
from gru_vanish.inputs.silence import Zeros
from gru_vanish.inputs.uniform import Uniform

INPUTS: dict[str, type[Input]] = {
    "gaussian": Gaussian,
    "uniform": Uniform,
    "one_hot": OneHot,
    "zeros": Zeros,
    "impulses": Impulses,
    "ar1": AR1,
    "array": FromFile,
}
INITIAL_STATES: dict[str, type[InitialState]] = {
    "zeros": ZeroState,
    "gaussian": GaussianState,
}


def initial_state_from_shorthand(value: Any) -> Any:
    """Turn the name of an initial state into its mapping: ``zeros`` means ``{kind: zeros}``."""
    return {"kind": value} if isinstance(value, str) else value


__all__ = ["INITIAL_STATES", "INPUTS", "Content", "FromFile", "initial_state_from_shorthand"]
