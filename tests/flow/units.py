"""One unit of any measure of an unrolled network, by a direct call of its kernels; each program is compiled once."""

from functools import lru_cache
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Program, Setting
from gru_vanish.flow import MEASURES


@lru_cache(maxsize=256)
def compiled(program: Program, stage: int) -> Any:
    """Give one stage of a measure, to be compiled at its first call."""
    return jax.jit(MEASURES[program.measure].stages[stage].kernel(program))


def outputs(measure: str, setting: Setting, seed: int = 0, *, afresh: bool = False) -> dict[str, Any]:
    """Give what the kernels of a measure return; ``afresh`` where the layout has been changed."""
    member, program = MEASURES[measure], Program.of(setting, measure)
    data = member.data(setting, seed, member.draw(setting, seed))
    found: dict[str, Any] = {}
    for index, stage in enumerate(member.stages):
        if stage.wanted(found):
            found |= (compiled.__wrapped__ if afresh else compiled)(program, index)(data)
    return found


def payload(measure: str, setting: Setting, seed: int = 0, *, afresh: bool = False) -> dict[str, np.ndarray]:
    """Give the payload of one unit."""
    found = outputs(measure, setting, seed, afresh=afresh)
    return MEASURES[measure].payload(Program.of(setting, measure), found)
