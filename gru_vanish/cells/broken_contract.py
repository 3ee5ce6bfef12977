"""How it is told that a cell does not keep its contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
from jax import Array


class BrokenContractError(Exception):
    """What a cell does wrong: the attribute that it is about, and a sentence."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(name, sentence)
        self.name = name
        self.sentence = sentence


@contextmanager
def calling(name: str) -> Iterator[None]:
    """Let what a method raises be known as that method's."""
    try:
        yield
    except BrokenContractError:
        raise
    except Exception as fault:
        first = (str(fault).strip().splitlines() or [""])[0]
        raise BrokenContractError(name, f"{type(fault).__name__}: {first}") from fault


def broken(name: str, sentence: str) -> NoReturn:
    """Raise `BrokenContractError`."""
    raise BrokenContractError(name, sentence)


def check_array(name: str, what: str, value: Any, shape: tuple[int, ...], dtype: Any) -> None:
    """Raise where a value is no array of this shape and dtype."""
    if not isinstance(value, Array):
        broken(name, f"{what} is {word(value)}; it has to be an array of shape {shape}")
    if value.shape != shape:
        broken(name, f"{what} has the shape {value.shape}; it has to be {shape}")
    if value.dtype != dtype:
        broken(
            name, f"{what} is of dtype {value.dtype} in a run in {np.dtype(dtype)}: write constants as plain numbers"
        )


def is_named(value: Any) -> bool:
    """Whether a value is a NamedTuple."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


def word(value: Any) -> str:
    """Return what kind of thing a value is."""
    return "None" if value is None else f"a {type(value).__name__}"
