"""The YAML as JSON Schema (draft 2020-12), for editors that complete and check while one types.

It is looser than `load` on purpose: a file with ``extends`` may leave out what its base gives, so no key
inside a block is required here, and what only the whole study can tell is left to ``check``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gru_vanish.cells.interventions import Interventions
from gru_vanish.config import interventions
from gru_vanish.config.claim_schema import claims_schema
from gru_vanish.config.own_weights import FromModel
from gru_vanish.config.study import LABEL, ORDER, Frame, Numerics
from gru_vanish.config.vocabulary import CellWords, Vocabulary, vocabulary

References = dict[type[BaseModel], str]

_REQUIRED = ["schema", "name", "seeds", "lengths", "inputs", "cells"]
_TITLE = {"type": "string", "minLength": 1, "maxLength": 120, "description": "what figures print"}


def json_schema(words: Vocabulary | None = None) -> dict[str, Any]:
    """The JSON Schema of a config."""
    words = words or vocabulary()
    tables = [*words.inputs.values(), *words.h0.values(), *words.losses.values(), *words.tasks.values()]
    tables += [words.training] if words.training else []
    cells = [model for cell in words.cells.values() for model in (cell.structure, cell.init)]
    references, definitions = _definitions([Frame, Numerics, Interventions, FromModel, *tables, *cells])
    done = definitions.pop(references[Interventions])["properties"]
    given = _given(done, definitions.pop(references[FromModel]))
    branches = [_cell(cell, references, definitions, done) for cell in words.cells.values()]
    properties = {
        **definitions.pop(references[Frame])["properties"],
        **definitions.pop(references[Numerics])["properties"],
        **{name: _section(words, name, references) for name in ("inputs", "h0", "loss", "task")},
        **({"training": {"$ref": f"#/$defs/{references[words.training]}"}} if words.training else {}),
        "cells": {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {f"^{LABEL}$": {"anyOf": [*branches, _own(done), given]}},
            "additionalProperties": False,
        },
        "sweep": {"anyOf": [{"$ref": "#/$defs/sweep"}, {"type": "null"}]},
        "claims": claims_schema(),
    }
    skip = {references[cell.structure] for cell in words.cells.values()}
    properties["seeds"] = {"anyOf": [{"type": "integer", "minimum": 1}, {"$ref": "#/$defs/values"}]}
    properties["lengths"] = {"anyOf": [{"$ref": "#/$defs/values"}, _ALL]}
    properties["measure"]["items"] = {"enum": list(words.measures)}
    properties["figures"]["items"] = {"enum": list(words.figures)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gru-vanish study",
        "type": "object",
        "properties": {name: properties[name] for name in ORDER if name in properties}
        | {"extends": {"type": "string"}},
        "additionalProperties": False,
        "anyOf": [{"required": ["extends"]}, {"required": _REQUIRED}],
        "$defs": {**_loosened(definitions, skip), **_SHARED},
    }


def _definitions(models: Iterable[type[BaseModel]]) -> tuple[References, dict[str, Any]]:
    """The name of each model's definition, and all definitions."""
    asked = [(model, "validation") for model in dict.fromkeys(models)]
    references, schema = models_json_schema(asked, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    names = {model: found["$ref"].rpartition("/")[2] for (model, _), found in references.items()}
    return names, schema["$defs"]  # type: ignore[return-value]


def _section(words: Vocabulary, name: str, references: References) -> dict[str, Any]:
    table = words.models(name)
    branches = [{"$ref": f"#/$defs/{references[model]}"} for model in table.values()]
    return {"anyOf": [{"enum": list(table)}, *branches]}


def _cell(cell: CellWords, references: References, definitions: dict[str, Any], done: dict[str, Any]) -> dict[str, Any]:
    """A cell's flat node: the fields of its structure, and beside them ``init``, ``preset``, ``title`` and the rest."""
    structure = definitions[references[cell.structure]]
    properties = {
        **{key: _with_short(value) for key, value in structure["properties"].items()},
        "init": {"$ref": f"#/$defs/{references[cell.init]}"},
        "title": _TITLE,
        **{word: done[word] for word in interventions.words(cell.structure)},
        **({"preset": {"enum": list(cell.presets)}} if cell.presets else {}),
    }
    node = {"type": "object", "properties": properties, "additionalProperties": False}
    return node | {key: structure[key] for key in ("title", "description") if key in structure}


def _own(done: dict[str, Any]) -> dict[str, Any]:
    """The node of a cell from a file; what else may stand there is known to the class in the file alone."""
    properties = {
        "file": {
            "type": "string",
            "description": "a Python file, relative to this config; run with --allow-code alone",
        },
        "hidden": {"type": "integer", "minimum": 1},
        "init": {"type": "object"},
        "title": _TITLE,
        **done,
    }
    return {"type": "object", "title": "own cell", "properties": properties, "required": ["file"]}


def _given(done: dict[str, Any], model: dict[str, Any]) -> dict[str, Any]:
    """The node of a cell whose weights are in a file."""
    properties = {**model["properties"], "title": _TITLE, **done}
    return {"type": "object", "title": "trained weights", "properties": properties, "required": ["weights"]}


def _loosened(definitions: dict[str, Any], skip: set[str]) -> dict[str, Any]:
    """Definitions without required keys, and with the short forms of what has a kind."""
    loose = {}
    for name, definition in definitions.items():
        if name in skip:
            continue
        kept = {key: value for key, value in definition.items() if key != "required"}
        properties = definition.get("properties", {})
        kept["properties"] = {key: _with_short(value) for key, value in properties.items()}
        loose[name] = kept
    return loose


def _with_short(field: dict[str, Any]) -> dict[str, Any]:
    """A field of several kinds also takes the name of a kind, and a number where ``constant`` is one."""
    kinds = field.get("discriminator", {}).get("mapping")
    if not kinds:
        return field
    short: list[dict[str, Any]] = [{"enum": list(kinds)}]
    short += [{"type": "number"}] if "constant" in kinds else []
    kept = {key: value for key, value in field.items() if key not in ("oneOf", "discriminator")}
    return {**kept, "anyOf": [*short, *field["oneOf"]]}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_ALL = _object({"all": {"type": "integer", "minimum": 1}}, ["all"])
_ENDS = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_NUM = {"type": "integer", "minimum": 1}
_AXES = {"type": "object", "additionalProperties": {"$ref": "#/$defs/values"}}
_POINTS = {"type": "array", "items": {"type": "object"}}
_SHARED: dict[str, Any] = {
    "values": {
        "description": "a list of values, or a form of it; both ends are included",
        "anyOf": [
            {"type": "array"},
            _object({"range": _ENDS, "step": {"type": "number"}}, ["range"]),
            _object({"linspace": _ENDS, "num": _NUM}, ["linspace", "num"]),
            _object({"logspace": _ENDS, "num": _NUM}, ["logspace", "num"]),
        ],
    },
    "sweep": _object({"grid": _AXES, "zip": _AXES, "list": _POINTS, "exclude": _POINTS}, []),
}
