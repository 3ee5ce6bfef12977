"""The weights of a cell under the letters of its equations: W_r is a matrix, whatever it is stored in.

A cell documents every field of its parameters with the letters that stand in it, in their order: ``W_r``, or
``U_r, U_z, U_h`` for three matrices that are stacked. These are read here, so that nothing is said twice.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.contracts import Cell

PLAIN = {"ν": "nu", "θ": "theta", "γ": "gamma", "ε": "eps", "Δt": "dt", "𝒲": "W'", "Re B": "Re_B", "Im B": "Im_B"}
"""Letters of the docstrings as the equations write them."""
PARTS = {"Re_B": "B", "Im_B": "B"}
"""Parts of what the equations write as one: B = Re_B + i Im_B."""


@dataclass(frozen=True)
class Symbol:
    """One letter of the equations and where it is kept."""

    name: str
    field: str
    index: int | None
    """Which of those stacked in the field; None where it is alone there."""
    meaning: str

    def of(self, params: Any) -> np.ndarray:
        """Return this weight, or its cotangent."""
        array = np.asarray(getattr(params, self.field))
        return array if self.index is None else array[self.index]


def symbols_of(cell: Cell, params: Any) -> tuple[Symbol, ...]:
    """Return the weights that stand in the equations of this very cell.

    What does not (the GRU's b_hn, unless it has that bias) is no weight of it and has no place in the oracle.
    Raises ``ValueError`` where a field says of too few letters what they are.
    """
    equations = cell.equations()
    found = [symbol for field in params._fields for symbol in _of_field(type(params), field, getattr(params, field))]
    return tuple(one for one in found if stands_in(equations, PARTS.get(one.name, one.name)))


def stands_in(equations: str, letters: str) -> bool:
    """Whether the equations name this weight."""
    return re.search(rf"(?<![\w']){re.escape(letters)}(?![\w'])", equations) is not None


def _of_field(kind: type, field: str, value: Any) -> Iterator[Symbol]:
    meaning = meanings(kind).get(field, "")
    letters = _letters(meaning)
    shape = np.shape(value)
    if len(letters) == 1:
        yield Symbol(letters[0], field, None, meaning)
    elif letters and shape and shape[0] == len(letters):
        yield from (Symbol(one, field, index, one) for index, one in enumerate(letters))
    else:
        raise ValueError(f"{kind.__name__}.{field} of shape {shape} is described as {meaning!r}: no letters for it")


def _letters(meaning: str) -> list[str]:
    """Return the letters that a description begins with: single words between commas, up to a colon."""
    found = []
    for part in re.split(r":", meaning, maxsplit=1)[0].split(","):
        word = PLAIN.get(part.strip(), part.strip())
        if not re.fullmatch(r"\S+", word):
            break
        found.append(word)
    return found


def meanings(kind: type) -> dict[str, str]:
    """Return the string under every field of a NamedTuple; empty where the source is not at hand."""
    try:
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    except (OSError, TypeError):
        return {}
    found, last = {}, None
    for node in body.body if isinstance(body, ast.ClassDef) else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            last = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and last is not None:
            found[last] = inspect.cleandoc(str(node.value.value))
            last = None
    return found
