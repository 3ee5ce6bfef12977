"""Where each resolved value came from: a line of a file, an option, a preset, or the default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gru_vanish.cells.interventions import Interventions
from gru_vanish.config.marks import Node, Place, Source, planted
from gru_vanish.config.merge import merged
from gru_vanish.config.own_cell import KEY
from gru_vanish.config.own_weights import KEY as WEIGHTS
from gru_vanish.config.own_weights import FromModel
from gru_vanish.config.sections import cell_words, with_preset
from gru_vanish.config.vocabulary import Vocabulary

DEFAULT = "default"


def origins(resolved: dict[str, Any], tree: Node, words: Vocabulary) -> dict[str, str]:
    """The origin of every leaf of a resolved study, by its dotted path."""
    tree = _with_weights(_with_presets(tree, words), resolved["cells"])
    return {path: origin for path, _, origin in _leaves(resolved, tree, "")}


def leaves(resolved: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every leaf of a resolved study: scalars, and lists as a whole."""
    for path, value, _ in _leaves(resolved, None, ""):
        yield path, value


def _leaves(value: Any, node: Node | None, path: str) -> Iterator[tuple[str, Any, str]]:
    if path == "claims" and isinstance(value, list):  # a line for each
        for place, claim in enumerate(value):
            below = node.child(place) if node else None
            yield f"{path}[{place}]", claim, _origin(below)
        return
    if not isinstance(value, dict) or not value:
        yield path, value, _origin(node)
        return
    for key, inner in value.items():
        yield from _leaves(inner, _below(node, key, inner), f"{path}.{key}" if path else key)


def _below(node: Node | None, key: str, value: Any) -> Node | None:
    """The node that gave an entry its value; a short form such as ``zeros`` gave its kind and itself."""
    if node is None:
        return None
    if isinstance(node.value, dict):
        return node.children.get(key)
    return node if key == "kind" or (value == node.value and not isinstance(value, dict)) else None


def _origin(node: Node | None) -> str:
    return DEFAULT if node is None else node.place.origin


def _with_presets(tree: Node, words: Vocabulary) -> Node:
    cells = tree.children["cells"]
    labels = {label: _with_preset(node, words) for label, node in cells.children.items()}
    return replace(tree, value={**tree.children, "cells": replace(cells, value=labels)})


def _with_weights(tree: Node, resolved: dict[str, Any]) -> Node:
    """The tree with what the files of weights say of the cells that are in them."""
    cells = tree.children["cells"]
    labels = dict(cells.children)
    for label, node in labels.items():
        if WEIGHTS in node.children:
            place = Place(Source(f"the content of {node.children[WEIGHTS].value}", is_file=False))
            beside = {*FromModel.model_fields, *Interventions.model_fields, "title"} - {"reset", "activation"}
            said = {key: value for key, value in resolved[label].items() if key not in beside}
            labels[label] = merged(planted(said, place), node)
    return replace(tree, value={**tree.children, "cells": replace(cells, value=labels)})


def _with_preset(node: Node, words: Vocabulary) -> Node:
    """A cell's tree over its preset; the file of a cell of the user's own stays in it."""
    known = cell_words(node, words, (), [])
    whole = (with_preset(node, known, (), []) if known else None) or node
    kept = {KEY: node.children[KEY]} if KEY in node.children else {}
    return replace(whole, value={**whole.children, **kept})
