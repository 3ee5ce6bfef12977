"""Input sequences and initial states.

A new input is one new file and one line in `INPUTS`; a new initial state likewise in `INITIAL_STATES`.
"""

from typing import Any

from gru_vanish.contracts import InitialState, Input
from gru_vanish.inputs.gaussian import Gaussian
from gru_vanish.inputs.initial_state import GaussianState, ZeroState

INPUTS: dict[str, type[Input]] = {
    "gaussian": Gaussian,
}
INITIAL_STATES: dict[str, type[InitialState]] = {
    "zeros": ZeroState,
    "gaussian": GaussianState,
}


def initial_state_from_shorthand(value: Any) -> Any:
    """Turn the name of an initial state into its mapping: ``zeros`` means ``{kind: zeros}``."""
    return {"kind": value} if isinstance(value, str) else value


__all__ = ["INITIAL_STATES", "INPUTS", "initial_state_from_shorthand"]
