"""Random networks and sequences for the oracle's own tests; every use of h_{t-1} matters in them."""

from typing import NamedTuple

import numpy as np

from tests.oracle.numpy_networks import GRU, Array, GRUWeights, RNNWeights, VanillaRNN

HIDDEN, INPUT, BATCH, LENGTH = 6, 3, 4, 12


class Sequence(NamedTuple):
    """xs (T, B, m), h0 (B, n), cotangent (n,)."""

    xs: Array
    h0: Array
    cotangent: Array


def draw_sequence(length: int = LENGTH, hidden: int = HIDDEN, batch: int = BATCH) -> Sequence:
    rng = np.random.default_rng(99)
    xs, h0 = rng.normal(size=(length, batch, INPUT)), rng.normal(size=(batch, hidden))
    return Sequence(xs, h0, rng.normal(size=hidden) / np.sqrt(hidden))


def draw_rnn_weights(seed: int, hidden: int = HIDDEN) -> RNNWeights:
    rng = np.random.default_rng(seed)
    shapes = (hidden, hidden), (hidden, INPUT), (hidden,)
    return RNNWeights(*(rng.normal(scale=0.4, size=shape) for shape in shapes))


def draw_gru_weights(seed: int, hidden: int = HIDDEN) -> GRUWeights:
    rng = np.random.default_rng(seed)
    shapes = [(hidden, hidden)] * 3 + [(hidden, INPUT)] * 3 + [(hidden,)] * 4
    return GRUWeights(*(rng.normal(scale=0.7, size=shape) for shape in shapes))


def draw_orthogonal(seed: int, hidden: int = HIDDEN) -> Array:
    return np.asarray(np.linalg.qr(np.random.default_rng(seed).normal(size=(hidden, hidden)))[0])


NETWORKS: dict[str, VanillaRNN | GRU] = {
    "rnn-tanh": VanillaRNN(draw_rnn_weights(1), "tanh"),
    "rnn-relu": VanillaRNN(draw_rnn_weights(30), "relu"),
    "rnn-identity": VanillaRNN(draw_rnn_weights(3), "identity"),
    "gru-before-replaces": GRU(draw_gru_weights(4), "before", "replaces"),
    "gru-before-keeps": GRU(draw_gru_weights(5), "before", "keeps"),
    "gru-after-replaces": GRU(draw_gru_weights(6), "after", "replaces"),
    "gru-after-keeps": GRU(draw_gru_weights(7), "after", "keeps"),
}
