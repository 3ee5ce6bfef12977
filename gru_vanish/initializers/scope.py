"""Whether the gates' matrices are drawn one by one or as one."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gru_vanish.initializers.matrices import MatrixInitializer

Scope = Literal["per_gate", "joint"]


def stack(
    initializer: MatrixInitializer,
    streams: Callable[[str], np.random.Generator],
    purpose: str,
    gates: Sequence[str],
    columns: int,
    hidden: int,
    scope: Scope,
) -> NDArray[np.float64]:
    """Return the (gates, hidden, columns) matrices of the named gates.

    ``joint`` draws one (gates·hidden, columns) matrix from the stream ``purpose`` and cuts it; ``per_gate`` draws
    each from its own stream ``purpose.gate``.
    """
    if scope == "joint":
        joint = initializer.matrix(streams(purpose), len(gates) * hidden, columns, hidden)
        return joint.reshape(len(gates), hidden, columns)
    drawn = [initializer.matrix(streams(f"{purpose}.{gate}"), hidden, columns, hidden) for gate in gates]
    return np.stack(drawn)
