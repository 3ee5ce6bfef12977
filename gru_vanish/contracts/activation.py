"""The nonlinear functions that a cell's step is written with."""

from collections.abc import Callable
from typing import NamedTuple

from jax import Array


class Activations(NamedTuple):
    """The functions that a step may use, so that the same equations can be traced in two arithmetics.

    The safe set (`gru_vanish.activations.SAFE`) keeps slopes that plain code rounds to zero; the plain set
    (`gru_vanish.activations.PLAIN`) is what everybody writes, and shows what everybody sees.
    """

    sigmoid: Callable[[Array], Array]
    """σ(a)"""
    complement: Callable[[Array], Array]
    """1 − σ(a)"""
    tanh: Callable[[Array], Array]
    """tanh a"""
    relu: Callable[[Array], Array]
    """max(a, 0)"""
