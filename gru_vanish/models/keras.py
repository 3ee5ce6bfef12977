"""Keras: ``SimpleRNN``, ``GRU`` and ``LSTM``, by the paths of their variables.

Stacked along the last axis: z, r, h (GRU), i, f, c, o (LSTM). With ``reset_after=True``, the default, a GRU has two
rows of biases, of which the second acts before the product with r; without, one, and the reset acts before the matrix.
z keeps. ``Bidirectional`` puts both directions side by side (``merge_mode="concat"``, its default). Weights do not tell
of another ``activation`` or ``recurrent_activation``. Source: the documentation of keras.layers.GRU and its cell.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from gru_vanish.models.arrays import Arrays
from gru_vanish.models.errors import ModelError
from gru_vanish.models.layer import Group, Kind, Layer, Said, assembled, blocks, conventions, kind_of

ORDER: Mapping[Kind, tuple[str, ...]] = {
    "rnn": ("candidate",),
    "gru": ("update", "reset", "candidate"),
    "lstm": ("input", "forget", "candidate", "output"),
}
ROLES = ("kernel", "recurrent_kernel", "bias")
CELLS = ("simple_rnn_cell", "gru_cell", "lstm_cell")
DIRECTIONS = {"forward_": False, "backward_": True}


def groups(arrays: Arrays) -> list[Group]:
    """Return the layers and directions that the names tell of, in the order of the file."""
    found: dict[str, dict[str, tuple[str, np.ndarray]]] = {}
    for name, array in arrays.items():
        path, _, role = name.split(":")[0].rpartition("/")
        if role in ROLES:
            found.setdefault(path, {})[role] = (name, array)
    there = {path: roles for path, roles in found.items() if "recurrent_kernel" in roles}
    layers = Counter(layer_path(path) for path in there)
    # Cells that are stacked within one layer keep their own names.
    return [_group(layer_path(path) if layers[layer_path(path)] == 1 else path, roles) for path, roles in there.items()]


def layer_path(path: str) -> str:
    """Return the path of the layer that a cell is in."""
    above, _, last = path.rpartition("/")
    is_cell = any(last == cell or last.startswith(f"{cell}_") for cell in CELLS)
    return above if above and is_cell else path


def _group(path: str, roles: Mapping[str, tuple[str, np.ndarray]]) -> Group:
    above, _, last = path.rpartition("/")
    for start, reverse in DIRECTIONS.items():
        if above and last.startswith(start):
            return Group(path, above, roles, reverse)
    return Group(path or "cell", path or "cell", roles)


def layer(group: Group, said: Said) -> Layer:
    """Return a layer in our convention."""
    hidden = group.matrix("recurrent_kernel", (None, None)).shape[0]
    kind = kind_of(group, "recurrent_kernel", *reversed(group.arrays["recurrent_kernel"][1].shape))
    order = ORDER[kind]
    columns = len(order) * hidden
    bias, second = _biases(group, kind, columns)
    inner = None if second is None else blocks(second, order)
    outer = blocks(bias, order)
    if inner is not None:
        outer |= {gate: outer[gate] + inner[gate] for gate in ("reset", "update")}
    return assembled(
        group,
        kind,
        conventions(kind, said, _reset(group, said, second) if kind == "gru" else "after"),
        blocks(group.matrix("recurrent_kernel", (hidden, columns), transposed=True), order),
        blocks(group.matrix("kernel", (None, columns), transposed=True), order),
        outer,
        None if inner is None else inner["candidate"],
    )


def _biases(group: Group, kind: Kind, columns: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the biases, and the second row of a GRU that has one."""
    if kind == "gru" and group.has("bias") and group.arrays["bias"][1].ndim == 2:
        both = group.matrix("bias", (2, columns))
        return both[0], both[1]
    return group.vector("bias", columns), None


def _reset(group: Group, said: Said, second: np.ndarray | None) -> str:
    """Return where the reset acts: the shape of the biases tells, and without biases the user has to."""
    if group.has("bias"):
        told = "before" if second is None else "after"
        if said.reset not in (None, told):
            raise ModelError(f"{group.name}: reset: {said.reset} was said, and its biases are those of reset: {told}")
        return told
    if said.reset is None:
        raise ModelError(
            f"{group.name}: a GRU without biases does not tell where its reset acts; say reset: after "
            "(reset_after=True, the default of Keras) or reset: before"
        )
    return said.reset
