"""What the models of the tables declare at a path: the keys that exist there and the range of a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_BOUNDS = ("ge", "gt", "le", "lt")


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Every model that an annotation allows, through unions and ``Annotated``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models_in(inner)]


def declared(models: list[type[BaseModel]], location: Iterable[str | int]) -> list[FieldInfo]:
    """The fields that the last named step of an error's location may mean."""
    return _followed(models, location)[0]


def branch(models: list[type[BaseModel]], location: Iterable[str | int]) -> list[type[BaseModel]]:
    """The models that may lie at an error's location."""
    return _followed(models, location)[1]


def _followed(
    models: list[type[BaseModel]], location: Iterable[str | int]
) -> tuple[list[FieldInfo], list[type[BaseModel]]]:
    """Go down a location; a step that is no field names a branch of a union and leaves only that one."""
    fields: list[FieldInfo] = []
    for step in location:
        found = [field for model in models for field in _fields_named(model, step)]
        if found:
            fields = found
            models = [model for field in fields for model in models_in(field.annotation)]
        else:
            models = [model for model in models if step in tags(model)] or models
    return fields, models


def keys_of(models: Iterable[type[BaseModel]]) -> list[str]:
    """The keys that any of these models accepts."""
    names = [field.alias or name for model in models for name, field in model.model_fields.items()]
    return list(dict.fromkeys(names))


def tags(model: type[BaseModel]) -> tuple[str, ...]:
    """The words by which pydantic names a branch of a union: its ``kind``, or the name of its class."""
    kind = model.model_fields.get("kind")
    return (*(str(word) for word in (get_args(kind.annotation) if kind else ())), model.__name__)


def bounds(fields: Iterable[FieldInfo], context: dict[str, Any]) -> dict[str, Any]:
    """Both ends of a number's range; the error itself knows only the one that was passed."""
    found = {name: context[name] for name in _BOUNDS if name in context}
    for rules in (rules for field in fields for rules in (field.metadata, *_rules_in(field.annotation))):
        both = {name: getattr(rule, name) for rule in rules for name in _BOUNDS if hasattr(rule, name)}
        if found.items() <= both.items():
            return both
    return found


def _rules_in(annotation: Any) -> Iterator[list[Any]]:
    """The rules of every ``Annotated`` inside an annotation: of a list's items, of a union's branches."""
    beside = getattr(annotation, "__metadata__", ())
    if beside:
        yield [rule for one in beside for rule in (one.metadata if isinstance(one, FieldInfo) else [one])]
    for inner in get_args(annotation):
        yield from _rules_in(inner)


def range_text(limits: dict[str, Any]) -> str:
    """``1 to 65536``, ``above 0, at most 10``, ``at least 1``."""
    if "ge" in limits and "le" in limits:
        return f"{_number(limits['ge'])} to {_number(limits['le'])}"
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return ", ".join(f"{words[name]} {_number(limits[name])}" for name in _BOUNDS if name in limits)


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fields_named(model: type[BaseModel], step: str | int) -> list[FieldInfo]:
    return [field for name, field in model.model_fields.items() if step == (field.alias or name)]
