"""The block ``claims`` as JSON Schema."""

from __future__ import annotations

import re
from typing import Any

from gru_vanish.analysis.claims import CLOSED_FORMS, PREDICATES, Predicate, Said, metrics

_BARE = {"text": {"type": "string"}, "number": {"type": "number"}}


def claims_schema() -> dict[str, Any]:
    """A list of claims: what each says, and one predicate."""
    said = Said.model_json_schema()
    properties = {**said["properties"], **{name: _predicate(one) for name, one in PREDICATES.items()}}
    properties["metric"] = {**properties["metric"], **_metric()}
    properties["at"] = _of_anything(properties["at"])
    claim = {
        "type": "object",
        "properties": properties,
        "required": said["required"],
        "oneOf": [{"required": [name]} for name in PREDICATES],
        "additionalProperties": False,
    }
    return {"anyOf": [{"type": "array", "items": claim}, {"type": "null"}]}


def _metric() -> dict[str, Any]:
    whole = [one.name for one in metrics().values() if one.part is None]
    parted = "|".join(re.escape(one.name) for one in metrics().values() if one.part is not None)
    return {"anyOf": [{"enum": whole}, {"pattern": rf"^({parted})\[[^\[\]]+\]$"}]}


def _predicate(predicate: type[Predicate]) -> dict[str, Any]:
    """A predicate's fields, or its short form."""
    schema = predicate.model_json_schema()
    properties = {name: dict(field) for name, field in schema["properties"].items()}
    if "form" in properties:
        properties["form"]["anyOf"] = [{"enum": list(CLOSED_FORMS)}, {"type": "null"}]
    if "at" in properties:
        properties["at"] = _of_anything(properties["at"])
    whole = {"type": "object", "properties": properties, "additionalProperties": False}
    short = [_short(kind, properties[field]) for kind, field in predicate.bare.items()]
    return {"description": schema["description"].split("\n")[0], "anyOf": [*short, whole]}


def _short(kind: str, field: dict[str, Any]) -> dict[str, Any]:
    """What a bare value may be: the words of its field where there is a list of them."""
    return {"enum": field["enum"]} if "enum" in field else dict(_BARE[kind])


def _of_anything(field: dict[str, Any]) -> dict[str, Any]:
    """A point: names with whatever values the sweep has."""
    return {**field, "additionalProperties": True}
