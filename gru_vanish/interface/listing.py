"""``list``: everything that a config may name, from the tables of the rooms, with equations and sources."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from gru_vanish.analysis import Column
from gru_vanish.analysis.claims import CLAIM_COLUMNS, CLOSED_FORMS, PREDICATES, ClosedForm, Metric, metrics
from gru_vanish.analysis.measures import documented_tables
from gru_vanish.cells import CELLS
from gru_vanish.contracts import Cell, Measure, Status
from gru_vanish.initializers import BIASES, MATRICES
from gru_vanish.inputs import INITIAL_STATES, INPUTS
from gru_vanish.interface.recipes import RECIPES
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study import nearest
from gru_vanish.losses import LOSSES
from gru_vanish.measures import MEASURES
from gru_vanish.models import FRAMEWORKS
from gru_vanish.tasks import TASKS
from gru_vanish.training import OPTIMIZERS, SCHEDULES, Training

Text = Callable[[], Iterator[str]]


@dataclass(frozen=True)
class Entry:
    """A name that a config may use: a line about it, and all about it."""

    summary: str
    detail: Text


def listed(kind: str | None = None, name: str | None = None) -> dict[str, str]:
    """Return what a config may name: a line about each name of a kind, or all about one name.

    Without a kind, the kinds themselves, with the names of each.
    """
    if kind is None:
        return {each: ", ".join(table()) for each, table in KINDS.items()}
    if name is None:
        return {each: entry.summary for each, entry in entries_of(kind).items()}
    return {name: "\n".join(detail_of(kind, name))}


def detail_of(kind: str, name: str) -> list[str]:
    """Return all about one name, line by line."""
    entries = entries_of(kind)
    if name not in entries:
        raise RefusalError(Exit.usage, f"no '{name}' among the {kind}{nearest(name, entries)}")
    return list(entries[name].detail())


def entries_of(kind: str) -> dict[str, Entry]:
    """Return the names of a kind."""
    kind = {"initializers": "initialisers", "loss": "losses"}.get(kind, kind)
    kind = kind if kind in KINDS else f"{kind}s"
    if kind not in KINDS:
        asked = kind.removesuffix("s")
        raise RefusalError(Exit.usage, f"there is no list of '{asked}'{nearest(kind, KINDS)}")
    return KINDS[kind]()


def documented(thing: Any) -> list[str]:
    """Return the lines of a docstring."""
    return inspect.cleandoc(thing.__doc__ or "no description").splitlines()


def of_model(model: type[BaseModel]) -> Entry:
    """Return the entry of a node of a config."""
    return Entry(documented(model)[0], lambda: iter([*documented(model), "", "fields", *fields(model)]))


def of_cell(cell: type[Cell]) -> Entry:
    """Return the entry of a cell: its equations, fields, initialisation and presets."""

    def detail() -> Iterator[str]:
        yield from [*documented(cell), "", "fields", *fields(cell), "", "init", *fields(cell.Init)]
        for name, preset in cell.presets.items():
            yield from ["", f"preset {name}", *(f"  {key}: {shown(value)}" for key, value in preset.items())]
        if not cell.presets:
            return
        yield from ["", "equations by preset"]
        for names, equations in equations_by_preset(cell).items():
            yield from [f"  {names}", *(f"    {line}" for line in equations.splitlines())]

    return Entry(documented(cell)[0], detail)


def equations_by_preset(cell: type[Cell]) -> dict[str, str]:
    """Return the equations of every preset, once for those that share them."""
    found: dict[str, list[str]] = {}
    for name, preset in cell.presets.items():
        structure = {key: value for key, value in preset.items() if key != "init"}
        found.setdefault(cell.model_validate({"hidden": 1, **structure}).equations(), []).append(name)
    return {", ".join(names): equations for equations, names in found.items()}


def of_measure(measure: Measure) -> Entry:
    """Return the entry of a measure with the arrays that its records hold."""

    def detail() -> Iterator[str]:
        yield from [*documented(measure), "", f"version {measure.version}; a record holds"]
        yield from (f"  {name:<18}  {meaning}" for name, meaning in measure.columns.items())
        for file, columns in documented_tables(measure.name).items():
            yield from ["", f"columns of {file}", *(f"  {described(column)}" for column in columns)]
        yield from ["", "statuses", *(f"  {line}" for line in documented(Status)[2:])]

    return Entry(documented(measure)[0], detail)


def described(column: Column) -> str:
    """Return a column of a table in a line."""
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.name:<28}  {column.meaning}{unit}"


def of_figures() -> dict[str, Entry]:
    """Return the figures; matplotlib is imported for them alone."""
    from gru_vanish.figures import FIGURES
    from gru_vanish.figures.columns import COLUMNS

    return {name: of_figure(figure.picture, figure.measures, COLUMNS[name]) for name, figure in FIGURES.items()}


def of_figure(function: Callable[..., Any], measures: Sequence[str], columns: Sequence[Column]) -> Entry:
    """Return the entry of a figure: what its file says, what it is drawn from, and the columns of its CSV."""
    lines = documented(inspect.getmodule(function))
    source = f"drawn from the measures: {', '.join(measures)}"
    return Entry(lines[0], lambda: iter([*lines, "", source, "", "columns of its CSV", *map(described, columns)]))


def presets() -> dict[str, Entry]:
    """Return the presets of all cells, each with the fields that it sets."""
    return {
        f"{kind}:{name}": preset_entry(preset) for kind, cell in CELLS.items() for name, preset in cell.presets.items()
    }


def preset_entry(preset: Mapping[str, Any]) -> Entry:
    """Return the entry of one preset."""
    lines = [f"{key}: {shown(value)}" for key, value in preset.items()]
    return Entry(", ".join(lines), lambda: iter(lines))


def fields(model: type[BaseModel]) -> list[str]:
    """Return a line for each field: what it may be, its default, what it is."""
    schema = model.model_json_schema()
    lines = []
    for name, field in schema["properties"].items():
        if name == "kind":
            continue
        is_required = name in schema.get("required", ())
        default = "required" if is_required else f"default {shown(field.get('default'))}"
        parts = [allowed(field), default, str(field.get("description", "")).strip()]
        lines.append(f"  {name}: {'; '.join(part for part in parts if part)}")
    return lines or ["  none"]


def allowed(field: Mapping[str, Any]) -> str:
    """Return the words or the range that a field of a JSON Schema allows."""
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if "discriminator" in field:
        return "kind: " + ", ".join(field["discriminator"]["mapping"])
    low = field.get("minimum", field.get("exclusiveMinimum"))
    high = field.get("maximum", field.get("exclusiveMaximum"))
    if low is None and high is None:
        return str(field.get("type", ""))
    above = "above " if "exclusiveMinimum" in field else ""
    limits = f"{above}{low:g} or more" if high is None else f"{above}{low:g} to {high:g}"
    return f"{field.get('type', 'number')}, {limits}"


def shown(value: Any) -> str:
    """Return a default as it is written in a config."""
    if isinstance(value, Mapping):
        rest = {key: one for key, one in value.items() if key != "kind"}
        if "kind" in value and (not rest or rest == {"gain": 1.0}):
            return str(value["kind"])
        return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) + "}"
    return "null" if value is None else str(value)


def models(table: Mapping[str, type[BaseModel]]) -> Callable[[], dict[str, Entry]]:
    """Return what gives the entries of a table of models."""
    return lambda: {name: of_model(model) for name, model in table.items()}


def predicates() -> dict[str, Entry]:
    """Return the predicates that a claim may state."""
    return {name: of_predicate(model) for name, model in PREDICATES.items()}


def of_predicate(model: type[BaseModel]) -> Entry:
    """Return the entry of a predicate, with the columns of the table of claims."""
    columns = ["", "columns of claims.csv", *(f"  {described(column)}" for column in CLAIM_COLUMNS)]
    own = of_model(model)
    return Entry(own.summary, lambda: iter([*own.detail(), *columns]))


def quantities() -> dict[str, Entry]:
    """Return the measured quantities that a claim may name."""
    return {one.name: of_metric(one) for one in metrics().values()}


def of_metric(one: Metric) -> Entry:
    """Return the entry of a quantity."""
    unit = f" ({one.unit})" if one.unit else ""
    lines = [f"{one.meaning}{unit}", "", f"written {one.written}, read off the measure {one.measure}"]
    if one.index:
        lines.append(f"has a value at every {', '.join(one.index)}")
    return Entry(lines[0], lambda: iter(lines))


def forms() -> dict[str, Entry]:
    """Return the closed forms that a claim may name."""
    return {name: of_form(form) for name, form in CLOSED_FORMS.items()}


def of_form(form: ClosedForm) -> Entry:
    """Return the entry of a closed form: its equation and source, and of what it is one."""
    lines = documented(form.value)
    return Entry(lines[0], lambda: iter([*lines, "", f"a closed form of: {', '.join(form.metrics)}"]))


def frameworks() -> dict[str, Entry]:
    """Return the frameworks whose trained weights can be measured, each with how a model becomes a file."""
    return {name: of_framework(framework.layer, RECIPES[name]) for name, framework in FRAMEWORKS.items()}


def of_framework(function: Callable[..., Any], recipe: str) -> Entry:
    """Return the entry of a framework: what its file says of its convention, and the recipe."""
    lines = documented(inspect.getmodule(function))
    steps = [f"  {line}" for line in recipe.splitlines()]
    return Entry(lines[0], lambda: iter([*lines, "", "a file of weights", *steps]))


KINDS: dict[str, Callable[[], dict[str, Entry]]] = {
    "cells": lambda: {name: of_cell(cell) for name, cell in CELLS.items()},
    "presets": presets,
    "initialisers": models(MATRICES),
    "biases": models(BIASES),
    "inputs": models(INPUTS),
    "h0": models(INITIAL_STATES),
    "losses": models(LOSSES),
    "tasks": models(TASKS),
    "training": lambda: {"training": of_model(Training)},
    "optimizers": models(OPTIMIZERS),
    "schedules": models(SCHEDULES),
    "measures": lambda: {name: of_measure(measure) for name, measure in MEASURES.items()},
    "figures": of_figures,
    "predicates": predicates,
    "metrics": quantities,
    "forms": forms,
    "frameworks": frameworks,
}
