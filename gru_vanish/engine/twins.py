"""The same unit with its weights moved by a rounding unit: what it no longer gives then, no machine has to give."""

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from gru_vanish.contracts import Iterated, Payload
from gru_vanish.engine.compute import at_once
from gru_vanish.engine.iterate import Keeper, iterate
from gru_vanish.engine.programs import Programs
from gru_vanish.engine.units import Unit
from gru_vanish.measures import MEASURES


def twins(unit: Unit, programs: Programs) -> Iterator[Payload]:
    """Give the payload of the unit with its weights moved up and down in turn, and down and up."""
    measure, program = MEASURES[unit.measure], unit.program
    drawn = measure.draw(unit.setting, unit.seed)
    for sign in (1, -1):
        data = [measure.data(unit.setting, unit.seed, moved(drawn, sign, unit.setting.precision))]
        if isinstance(measure, Iterated):
            payloads, _ = iterate([unit], data, programs, Keeper())
        else:
            payloads, _ = at_once(measure, program, data, programs)
        yield payloads[0]


def moved(drawn: Any, sign: int, precision: str) -> Any:
    """Return what was drawn, each number a rounding unit of the precision larger or smaller in turn; zeros stay."""
    unit = float(np.finfo(precision).eps)

    def move(leaf: Any) -> np.ndarray:
        values = np.asarray(leaf)
        if values.dtype.kind != "f":
            return values
        signs = np.where(np.arange(values.size) % 2 == 0, sign, -sign).reshape(values.shape)
        return np.asarray(values * (1 + unit * signs))

    return jax.tree.map(move, drawn)
