"""PyTorch: the ``state_dict`` of ``nn.RNN``, ``nn.GRU``, ``nn.LSTM`` and their cells, or of a model with such in it.

Stacked along the first axis: r, z, n (GRU), i, f, g, o (LSTM). Two biases, which add up but for a GRU's b_hn: that one
acts inside the product with r. z keeps. Layers above the first read both directions of the one below. Source: the
documentation of torch.nn.GRU and torch.nn.LSTM.
"""

import re
from collections.abc import Mapping

import numpy as np

from gru_vanish.models.arrays import Arrays
from gru_vanish.models.errors import ModelError
from gru_vanish.models.layer import Group, Kind, Layer, Said, assembled, blocks, conventions, kind_of

ORDER: Mapping[Kind, tuple[str, ...]] = {
    "rnn": ("candidate",),
    "gru": ("reset", "update", "candidate"),
    "lstm": ("input", "forget", "candidate", "output"),
}
_NAME = re.compile(
    r"(?:(?P<path>.+)\.)?(?P<role>weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)(?P<layer>_l\d+)?(?P<reverse>_reverse)?"
)


def groups(arrays: Arrays) -> list[Group]:
    """Return the layers and directions that the names tell of, the lowest of each module first."""
    found: dict[tuple[str, int, bool], dict[str, tuple[str, np.ndarray]]] = {}
    for name, array in arrays.items():
        match = _NAME.fullmatch(name)
        if match is None or (match["reverse"] and not match["layer"]):
            continue
        number = int(match["layer"][2:]) if match["layer"] else -1
        place = (match["path"] or "", number, bool(match["reverse"]))
        found.setdefault(place, {})[match["role"]] = (name, array)
    return [
        Group(
            name=level_name(path, number) + ("_reverse" if reverse else ""),
            level=level_name(path, number),
            arrays=roles,
            reverse=reverse,
            below=tuple(level_name(path, lower) for lower in range(number)),
        )
        for (path, number, reverse), roles in sorted(found.items())
        if "weight_hh" in roles
    ]


def level_name(path: str, number: int) -> str:
    """Return ``rnn.l0``, ``l0`` of a module that was saved alone, and the path itself of a single cell."""
    layer = "" if number < 0 else f"l{number}"
    return ".".join(part for part in (path, layer) if part) or "cell"


def layer(group: Group, said: Said) -> Layer:
    """Return a layer in our convention."""
    if group.has("weight_hr"):
        raise ModelError(f"{group.name}: an LSTM with proj_size has another recurrence, which no cell here has")
    hidden = group.matrix("weight_hh", (None, None)).shape[1]
    kind = kind_of(group, "weight_hh", *group.arrays["weight_hh"][1].shape)
    order = ORDER[kind]
    rows = len(order) * hidden
    outer = blocks(group.vector("bias_ih", rows), order)
    inner = blocks(group.vector("bias_hh", rows), order)
    # r ∗ (W_hn h + b_hn) + b_in: of the candidate the two biases are two numbers, of all else one.
    separate = kind == "gru" and group.has("bias_hh")
    bias = {gate: outer[gate] + (0.0 if separate and gate == "candidate" else inner[gate]) for gate in order}
    return assembled(
        group,
        kind,
        conventions(kind, said),
        blocks(group.matrix("weight_hh", (rows, hidden)), order),
        blocks(group.matrix("weight_ih", (rows, None)), order),
        bias,
        inner["candidate"] if separate else None,
    )
