"""Reference answers for the statuses that need a second look at the trajectory: `exact_zero`, `chaotic`."""

import numpy as np
from numpy.typing import NDArray

from tests.oracle.numpy_gradients import forward
from tests.oracle.numpy_networks import GRU, Array, VanillaRNN

Mask = NDArray[np.bool_]


def has_path(network: VanillaRNN | GRU, hs: Array, xs: Array, cotangent: Array, length: int) -> Mask:
    """Whether any path leads from L_T back to h_0 in exact arithmetic, per sample (B,).

    False means an exact zero; where it is True and the computed gradient is 0, a number underflowed. Terms
    that cancel exactly, as in a nilpotent linear network, are not looked for. tanh′ and σ′ are never zero, so
    only relu and zero weights cut a path, and the GRU's leak is never cut.
    """
    reached: Mask = np.broadcast_to(cotangent != 0, hs[length].shape)
    if isinstance(network, GRU):
        return np.asarray(reached.any(axis=1))
    connected = network.weights.W != 0
    for t in reversed(range(length)):
        # relu only: its output is positive exactly where its slope is 1
        alive = reached & (hs[t + 1] > 0) if network.activation == "relu" else reached
        reached = alive @ connected
    return np.asarray(reached.any(axis=1))


def twin_distance(network: VanillaRNN | GRU, xs: Array, h0: Array, unit: float) -> Array:
    """‖h_t − h̃_t‖ / ‖h_t‖, (T+1, B), of a twin whose h_0 and inputs are larger by the factor 1 + unit.

    0 where the two agree exactly; a sample is `chaotic` from the first t at which this exceeds 1e-4.
    """
    hs = forward(network, xs, h0)
    difference = np.linalg.norm(forward(network, xs * (1 + unit), h0 * (1 + unit)) - hs, axis=2)
    size = np.linalg.norm(hs, axis=2)
    distance: Array = np.divide(difference, size, out=np.full_like(size, np.inf), where=size > 0)
    distance[difference == 0] = 0.0
    return distance
