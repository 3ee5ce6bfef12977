"""Laying one tree over another, and putting one value into a tree; nothing is changed in place."""

from __future__ import annotations

from dataclasses import replace

from gru_vanish.config.marks import Node

VALUE_FORMS = ("range", "linspace", "logspace", "all")


def merged(under: Node, over: Node) -> Node:
    """``under`` with ``over`` on top: mappings merge, anything else is replaced.

    A mapping of another ``kind`` replaces, because the fields of one kind mean nothing to another; so does a
    form of values such as ``{range: ...}``. A name under a mapping without ``kind`` means ``{kind: name}``.
    """
    if not isinstance(over.value, dict):
        return over
    under = _spelt_out(under) if "kind" not in over.children else under
    if not isinstance(under.value, dict) or _another(under, over):
        return over
    entries = dict(under.children)
    for key, child in over.children.items():
        entries[key] = merged(entries[key], child) if key in entries else child
    return replace(over, value=entries)


def with_value(tree: Node, path: tuple[str, ...], value: Node) -> Node:
    """``tree`` with ``value`` at ``path``; mappings on the way are made where they are missing."""
    if not path:
        return value
    blank = Node({}, value.place, value.key)
    spelt = _spelt_out(tree)
    tree = spelt if isinstance(spelt.value, dict) else blank
    child = with_value(tree.children.get(path[0], blank), path[1:], value)
    return replace(tree, value={**tree.children, path[0]: child}, broken=False)


def without(tree: Node, *keys: str) -> Node:
    """A mapping without some of its entries."""
    return replace(tree, value={key: child for key, child in tree.children.items() if key not in keys})


def only(tree: Node, *keys: str) -> Node:
    """A mapping with no more than these entries."""
    return replace(tree, value={key: child for key, child in tree.children.items() if key in keys})


def _spelt_out(node: Node) -> Node:
    if isinstance(node.value, str):
        return replace(node, value={"kind": replace(node, key=node.place)}, text="")
    return node


def _another(under: Node, over: Node) -> bool:
    kinds = [tree.children["kind"].value for tree in (under, over) if "kind" in tree.children]
    if len(kinds) == 2 and kinds[0] != kinds[1]:
        return True
    return any(form in tree.children for tree in (under, over) for form in VALUE_FORMS)
