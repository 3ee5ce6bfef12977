"""Flax nnx: ``SimpleCell``, ``GRUCell``, ``LSTMCell`` and ``OptimizedLSTMCell``, by the paths of their parameters.

``dense_i`` and ``dense_h`` hold all gates along the last axis: r, z, n (GRU), i, f, g, o (OptimizedLSTMCell); an
``LSTMCell`` has a layer for each gate, as in linen. A GRU has no bias on the hidden candidate; z keeps. Source: the
documentation of flax.nnx.GRUCell and flax.nnx.OptimizedLSTMCell, version 0.12.
"""

from gru_vanish.models.arrays import Arrays
from gru_vanish.models.flax_linen import groups as by_names
from gru_vanish.models.flax_linen import layer as gate_by_gate
from gru_vanish.models.layer import Group, Layer, Said, assembled, blocks, conventions, kind_of
from gru_vanish.models.torch import ORDER


def groups(arrays: Arrays) -> list[Group]:
    """Return the cells that the names tell of, in the order of the file."""
    return by_names(arrays)


def layer(group: Group, said: Said) -> Layer:
    """Return a cell in our convention."""
    if not group.has("dense_h/kernel"):
        return gate_by_gate(group, said)
    hidden = group.matrix("dense_h/kernel", (None, None)).shape[0]
    kind = kind_of(group, "dense_h/kernel", *reversed(group.arrays["dense_h/kernel"][1].shape))
    order = ORDER[kind]
    columns = len(order) * hidden
    outer = blocks(group.vector("dense_i/bias", columns), order)
    inner = blocks(group.vector("dense_h/bias", columns), order)
    separate = kind == "gru" and group.has("dense_h/bias")
    bias = {gate: outer[gate] + (0.0 if separate and gate == "candidate" else inner[gate]) for gate in order}
    return assembled(
        group,
        kind,
        conventions(kind, said),
        blocks(group.matrix("dense_h/kernel", (hidden, columns), transposed=True), order),
        blocks(group.matrix("dense_i/kernel", (None, columns), transposed=True), order),
        bias,
        inner["candidate"] if separate else None,
    )
