"""Equinox: ``eqx.nn.GRUCell`` and ``eqx.nn.LSTMCell``, by the paths of their fields.

Stacked along the first axis: r, z, n (GRU), i, f, g, o (LSTM). One bias, and ``bias_n`` inside a GRU's product with r.
z keeps. Source: the documentation of equinox.nn.GRUCell and equinox.nn.LSTMCell.
"""

import numpy as np

from gru_vanish.models.arrays import Arrays
from gru_vanish.models.errors import ModelError
from gru_vanish.models.layer import Group, Layer, Said, assembled, blocks, conventions, kind_of
from gru_vanish.models.torch import ORDER

ROLES = ("weight_ih", "weight_hh", "bias", "bias_n")


def groups(arrays: Arrays) -> list[Group]:
    """Return the cells that the names tell of, in the order of the file."""
    found: dict[str, dict[str, tuple[str, np.ndarray]]] = {}
    for name, array in arrays.items():
        path, _, role = name.rpartition(".")
        if role in ROLES:
            found.setdefault(path.lstrip(".") or "cell", {})[role] = (name, array)
    return [Group(path, path, roles) for path, roles in found.items() if "weight_hh" in roles]


def layer(group: Group, said: Said) -> Layer:
    """Return a cell in our convention."""
    hidden = group.matrix("weight_hh", (None, None)).shape[1]
    kind = kind_of(group, "weight_hh", *group.arrays["weight_hh"][1].shape)
    if kind == "rnn":
        raise ModelError(f"{group.name}: Equinox has no plain RNN cell; its weights look like one")
    order = ORDER[kind]
    rows = len(order) * hidden
    return assembled(
        group,
        kind,
        conventions(kind, said),
        blocks(group.matrix("weight_hh", (rows, hidden)), order),
        blocks(group.matrix("weight_ih", (rows, None)), order),
        blocks(group.vector("bias", rows), order),
        group.vector("bias_n", hidden) if kind == "gru" and group.has("bias_n") else None,
    )
