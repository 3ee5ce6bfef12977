"""One error of pydantic's, found again in the tree: which node it is about, and what is wanted there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel

from gru_vanish.config import fields
from gru_vanish.config.marks import Node, Path, Place
from gru_vanish.config.wording import given, listed, unknown_key

Others: TypeAlias = Mapping[str, str]
NO_OTHERS: Others = MappingProxyType({})

_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
    "none_required": "null",
    "finite_number": "a finite number",
}
_LIMITS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


@dataclass(frozen=True)
class Fault:
    """One error of pydantic's, found in the tree: the node it is about and what it wants there."""

    path: Path
    node: Node
    place: Place
    expected: str = ""
    words: tuple[str, ...] = ()
    sentence: str = ""
    branch: bool = False


def fault(model: type[BaseModel], error: Any, node: Node, others: Others) -> Fault:
    """The fault that an error of ``model`` stands for in the tree that was validated."""
    kind, location, context = error["type"], error["loc"], error.get("ctx", {})
    path, target = _find(node, location)
    if kind == "extra_forbidden":
        known = fields.keys_of(fields.branch([model], location[:-1]))
        if len(path) == 1:
            known += [key for key in others if others[key] == key]
        return Fault(path, target, target.head, sentence=_unknown(str(location[-1]), known, path, others))
    if kind in ("missing", "union_tag_not_found"):
        name = str(location[-1]) if kind == "missing" else "kind"
        words = _words(fields.declared([model], location)) if kind == "missing" else _tags(model, location)
        sentence = "missing; " + (f"allowed: {listed(words)}" if words else "this key is required")
        return Fault((*path, name), target, target.head, sentence=sentence)
    return _value_fault(model, error, path, target, len(path) < len(location), context)


def _value_fault(
    model: type[BaseModel], error: Any, path: Path, node: Node, branch: bool, context: dict[str, Any]
) -> Fault:
    kind = error["type"]
    if kind == "literal_error" or kind == "enum":
        words = tuple(re.findall(r"'([^']*)'", context["expected"])) or (str(context["expected"]),)
        return Fault(path, node, node.place, words=words, branch=branch)
    if kind == "union_tag_invalid":
        tag = node.child("kind") or node
        words = tuple(re.findall(r"'([^']*)'", context["expected_tags"]))
        inner = (*path, "kind") if tag is not node else path
        return Fault(inner, tag, tag.place, words=words, branch=branch and tag is node)
    if kind in _LIMITS:
        limits = fields.range_text(fields.bounds(fields.declared([model], error["loc"]), context))
        return Fault(path, node, node.place, sentence=f"given {given(node)}; allowed: {limits}")
    if kind in _EXPECTED:
        return Fault(path, node, node.place, expected=_EXPECTED[kind], branch=branch)
    place = node.head if isinstance(node.value, dict) else node.place
    return Fault(path, node, place, sentence=_other(kind, error["msg"], context, node))


def _other(kind: str, message: str, context: dict[str, Any], node: Node) -> str:
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error") or message)
    if kind == "string_pattern_mismatch":
        return f"given {given(node)}; it must match {context['pattern']}"
    if kind in ("string_too_short", "too_short"):
        least = context.get("min_length")
        return f"too short; at least {least} {_things(kind, least)}"
    if kind in ("string_too_long", "too_long"):
        return f"too long; at most {context.get('max_length')} {_things(kind, context.get('max_length'))}"
    return f"given {given(node)}: {message}"


def _things(kind: str, count: int | None) -> str:
    noun = "character" if kind.startswith("string") else "value"
    return noun if count == 1 else noun + "s"


def _find(node: Node, location: tuple[str | int, ...]) -> tuple[Path, Node]:
    """The part of an error's location that exists in the tree: names of a union's branches do not."""
    path: list[str | int] = []
    for step in location:
        child = node.child(step)
        if child is not None:
            path.append(step)
            node = child
    return tuple(path), node


def _unknown(key: str, known: list[str], path: Path, others: Others) -> str:
    if len(path) == 1 and others.get(key, key) != key:
        return f"unknown key; did you mean '{others[key]}'?"
    return unknown_key(key, known)


def _words(declared: list[Any]) -> list[str]:
    """The words that a literal field allows, for the message that it is missing."""
    found = (get_args(field.annotation) for field in declared)
    return [word for words in found for word in words if isinstance(word, str)]


def _tags(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    return [fields.tags(branch)[0] for branch in fields.branch([model], location)]
