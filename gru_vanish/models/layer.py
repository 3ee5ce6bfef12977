"""One recurrent layer in one direction, as a file names it and as our cells want it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

from gru_vanish.models.arrays import numbers
from gru_vanish.models.errors import ModelError, listed

Kind = Literal["rnn", "gru", "lstm"]
KINDS: Mapping[int, Kind] = {1: "rnn", 3: "gru", 4: "lstm"}
"""The kinds by the number of blocks that their recurrent weights have."""
GATES: Mapping[Kind, tuple[str, ...]] = {
    "rnn": ("candidate",),
    "gru": ("reset", "update", "candidate"),
    "lstm": ("input", "forget", "output", "candidate"),
}
"""The gates in the order in which our cells stack them."""
RECURRENT: Mapping[Kind, tuple[str, ...]] = {
    "rnn": ("recurrent",),
    "gru": ("reset", "update", "candidate"),
    "lstm": ("input_gate", "forget_gate", "output_gate", "candidate"),
}
"""The parameters of our cells that hold W of these gates."""


class Said(NamedTuple):
    """What weights do not tell of a layer and its user has to; None is the framework's own default."""

    activation: Literal["tanh", "relu"] | None = None
    """φ of a plain RNN"""
    reset: Literal["before", "after"] | None = None
    """where the reset gate of a Keras GRU without biases acts"""


UNSAID = Said()


@dataclass(frozen=True)
class Group:
    """The arrays of one layer in one direction, by the role that each plays in its framework."""

    name: str
    level: str
    """What the directions of one layer share; their outputs stand side by side in what the next layer reads."""
    arrays: Mapping[str, tuple[str, np.ndarray]]
    """role → (the name in the file, the array)"""
    reverse: bool = False
    """Whether it reads its sequence from the end."""
    below: tuple[str, ...] = ()
    """The levels that its framework puts between the inputs and it, the lowest first."""

    def has(self, role: str) -> bool:
        """Whether there is an array of this role."""
        return role in self.arrays

    def matrix(self, role: str, shape: Sequence[int | None], transposed: bool = False) -> np.ndarray:
        """Return an array in float64; raise `ModelError` where its shape is another (None fits any)."""
        if role not in self.arrays:
            names = listed(name for name, _ in self.arrays.values())
            raise ModelError(f"{self.name}: there is no {role}; of this layer there is {names}")
        name, array = self.arrays[role]
        fits = len(array.shape) == len(shape) and all(
            wanted in (None, there) for wanted, there in zip(shape, array.shape, strict=True)
        )
        if not fits or 0 in array.shape:
            wanted = ", ".join("any" if size is None else str(size) for size in shape)
            raise ModelError(f"{name} has the shape {tuple(array.shape)}; expected ({wanted})")
        values = numbers(name, array)
        return values.T if transposed else values

    def vector(self, role: str, size: int) -> np.ndarray:
        """Return a bias, zeros where there is none."""
        return self.matrix(role, (size,)) if self.has(role) else np.zeros(size)


def digest_of(params: Mapping[str, np.ndarray]) -> str:
    """Return the SHA-256 of parameters: names, shapes and numbers, in their order."""
    digest = hashlib.sha256()
    for name, array in params.items():
        digest.update(f"{name}{array.shape}".encode() + np.ascontiguousarray(array, "<f8").tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Layer:
    """One layer in one direction in our convention: which cell, with which fields, with which parameters."""

    group: Group
    kind: Kind
    fields: Mapping[str, Any]
    """the conventions of the cell"""
    params: Mapping[str, np.ndarray]
    """by the names of the cell's parameters, in float64"""
    sha256: str = field(init=False)
    """of the parameters: names, shapes and numbers"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", digest_of(self.params))

    @property
    def name(self) -> str:
        """Its name in the file."""
        return self.group.name

    @property
    def hidden(self) -> int:
        """n"""
        return int(self.params[RECURRENT[self.kind][0]].shape[0])

    @property
    def input_size(self) -> int:
        """How many numbers it reads in each step."""
        return int(self.params["input"].shape[-1])


def kind_of(group: Group, role: str, rows: int, columns: int) -> Kind:
    """Return the kind of a layer whose recurrent weights are (blocks · n, n), given as rows and columns."""
    blocks, rest = divmod(rows, columns) if columns else (0, 1)
    if rest or blocks not in KINDS:
        name, array = group.arrays[role]
        raise ModelError(
            f"{name} has the shape {tuple(array.shape)}; expected the recurrent weights of n units: n times 1 "
            "(RNN), 3 (GRU) or 4 (LSTM) by n"
        )
    return KINDS[blocks]


def conventions(kind: Kind, said: Said, reset: str = "after") -> dict[str, Any]:
    """Return the fields of a cell that every framework here shares: z keeps, and where the reset acts."""
    if kind == "rnn":
        return {"activation": said.activation or "tanh"}
    return {"reset": reset, "update_gate": "keeps"} if kind == "gru" else {}


def blocks(values: np.ndarray, order: Sequence[str]) -> dict[str, np.ndarray]:
    """Cut what a framework stacks into the parts of the gates, which stand in this order."""
    return dict(zip(order, np.split(values, len(order)), strict=True))


def assembled(
    group: Group,
    kind: Kind,
    fields: Mapping[str, Any],
    recurrent: Mapping[str, np.ndarray],
    inputs: Mapping[str, np.ndarray],
    bias: Mapping[str, np.ndarray],
    inner: np.ndarray | None = None,
) -> Layer:
    """Return the layer with W (n, n), U (n, m) and b (n,) of each gate; ``inner`` is a GRU's b_hn, None if it has none.

    How each cell keeps them is written in gru_vanish/cells.
    """
    gates = GATES[kind]
    params = {name: recurrent[gate] for name, gate in zip(RECURRENT[kind], gates, strict=True)}
    if kind == "rnn":
        params |= {"input": inputs["candidate"], "bias": bias["candidate"]}
    else:
        params |= {
            "input": np.stack([inputs[gate] for gate in gates]),
            "bias": np.stack([bias[gate] for gate in gates]),
        }
    if kind == "gru":
        params["inner_bias"] = np.zeros_like(params["bias"][0]) if inner is None else inner
        fields = {**fields, "candidate_bias": "outside" if inner is None else "both"}
    return Layer(group, kind, fields, {name: np.ascontiguousarray(array) for name, array in params.items()})
