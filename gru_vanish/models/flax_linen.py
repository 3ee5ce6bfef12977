"""Flax linen: ``SimpleCell``, ``GRUCell``, ``LSTMCell`` and ``OptimizedLSTMCell``, by the paths of their parameters.

Each gate has a dense layer for x (``ir``, ``iz``, ``in``; ``ii``, ``if``, ``ig``, ``io``) and one for h (``hr``, …); a
kernel is (inputs, outputs). A GRU's ``hn`` has a bias, inside the product with r; z keeps. Source: the documentation of
flax.linen.GRUCell and flax.linen.LSTMCell.
"""

import re
from collections.abc import Mapping

import numpy as np

from gru_vanish.models.arrays import Arrays
from gru_vanish.models.errors import ModelError
from gru_vanish.models.layer import GATES, Group, Kind, Layer, Said, assembled, conventions

LETTERS: Mapping[Kind, Mapping[str, str]] = {
    "rnn": {"candidate": ""},
    "gru": {"reset": "r", "update": "z", "candidate": "n"},
    "lstm": {"input": "i", "forget": "f", "output": "o", "candidate": "g"},
}
_NAME = re.compile(
    r"(?:(?P<path>.+)[./])?(?P<dense>[ih][rznifgo]?_?|dense_[ih])[./](?P<part>kernel|bias)(?:[./]value)?"
)


def groups(arrays: Arrays) -> list[Group]:
    """Return the cells that the names tell of, in the order of the file."""
    found: dict[str, dict[str, tuple[str, np.ndarray]]] = {}
    for name, array in arrays.items():
        match = _NAME.fullmatch(name)
        if match is not None:
            # nnx writes ``if_`` for the gate, since ``if`` is a word of Python
            role = f"{match['dense'].removesuffix('_')}/{match['part']}"
            found.setdefault(match["path"] or "", {})[role] = (name, array)
    return [_group(path, roles) for path, roles in found.items() if any(is_recurrent(role) for role in roles)]


def is_recurrent(role: str) -> bool:
    """Whether an array of this role multiplies the old state."""
    return role == "dense_h/kernel" or (role.startswith("h") and role.endswith("/kernel"))


def _group(path: str, roles: Mapping[str, tuple[str, np.ndarray]]) -> Group:
    steps = re.split(r"[./]", path)
    for word, reverse in (("forward_rnn", False), ("backward_rnn", True)):
        if word in steps:
            return Group(path, "/".join(steps[: steps.index(word)]) or "bidirectional", roles, reverse)
    return Group(path or "cell", path or "cell", roles)


def layer(group: Group, said: Said) -> Layer:
    """Return a cell in our convention."""
    kind = kind_by_gates(group)
    dense = {gate: LETTERS[kind][gate] for gate in GATES[kind]}
    hidden = group.matrix(f"h{dense['candidate']}/kernel", (None, None)).shape[1]
    recurrent = {g: group.matrix(f"h{letter}/kernel", (hidden, hidden), True) for g, letter in dense.items()}
    inputs = {g: group.matrix(f"i{letter}/kernel", (None, hidden), True) for g, letter in dense.items()}
    inner = {g: group.vector(f"h{letter}/bias", hidden) for g, letter in dense.items()}
    bias = {g: group.vector(f"i{letter}/bias", hidden) for g, letter in dense.items()}
    separate = kind == "gru" and group.has("hn/bias")
    bias = {g: b + (0.0 if separate and g == "candidate" else inner[g]) for g, b in bias.items()}
    return assembled(
        group, kind, conventions(kind, said), recurrent, inputs, bias, inner["candidate"] if separate else None
    )


def kind_by_gates(group: Group) -> Kind:
    """Return the kind whose gates these are."""
    there = {role.partition("/")[0] for role in group.arrays}
    for kind, letters in LETTERS.items():
        if there == {f"{side}{letter}" for side in "ih" for letter in letters.values()}:
            return kind
    raise ModelError(
        f"{group.name}: its layers are {', '.join(sorted(there))}; expected i and h (SimpleCell), "
        "ir, iz, in, hr, hz, hn (GRUCell) or ii, if, ig, io, hi, hf, hg, ho (LSTMCell)"
    )
