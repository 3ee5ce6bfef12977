"""What every measure of one unrolled network reads."""

from typing import Any, final

import jax
import numpy as np

from gru_vanish.contracts import Measure, Program, Setting, Streams
from gru_vanish.flow import sizes


class Unrolled(Measure):
    """A measure of one network, unrolled over its inputs: it says what is read, a subclass what is seen in it.

    Law: all such measures of one setting and seed see the same weights, inputs, h_0 and loss, so what they say can be
    laid side by side. Inside a kernel the data becomes a `gru_vanish.flow.network.Network`.
    """

    @final
    def shapes(self, program: Program) -> dict[str, Any]:
        """Return the shapes of ``data``."""
        return sizes.data_shapes(program)

    @final
    def draw(self, setting: Setting, seed: int) -> dict[str, Any]:
        """Draw weights and loss of one unit.

        Raises ``ValueError`` where the measure has no meaning for the setting's loss.
        """
        if setting.loss.summed and self.last_step_only:
            raise ValueError(f"{self.name} is not for a loss summed over steps: {self.last_step_only}")
        streams = Streams(seed)
        return {
            "params": setting.cell.weights(setting.init, setting.inputs.size, streams),
            "loss": setting.loss.draw(setting.cell.hidden, setting.inputs.batch, streams),
        }

    @final
    def data(self, setting: Setting, seed: int, drawn: dict[str, Any]) -> dict[str, Any]:
        """Cast what was drawn, and add the numbers of the setting and the key of the inputs."""
        dtype = np.dtype(setting.precision)
        return {
            **jax.tree.map(lambda leaf: np.asarray(leaf, dtype, order="C"), drawn),
            "inputs": setting.inputs.numbers(),
            "h0": setting.h0.numbers(),
            "key": np.array([0, seed], np.uint32),
        }
