"""The blocks that name a kind: inputs, h0, loss and the cells, each checked by the model of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, InstanceOf, SerializeAsAny

from gru_vanish.cells.interventions import Interventions
from gru_vanish.config import interventions, own_array
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Path, Place, Source, planted
from gru_vanish.config.merge import merged, only, without
from gru_vanish.config.own_cell import KEY, blamed, conforms, own_words, with_hash
from gru_vanish.config.own_weights import KEY as WEIGHTS
from gru_vanish.config.own_weights import OwnLayer, from_weights
from gru_vanish.config.translate import validated
from gru_vanish.config.vocabulary import DEFAULT_PRESET, CellWords, Vocabulary
from gru_vanish.config.wording import given, listed, not_allowed
from gru_vanish.contracts import Cell

_BESIDE_STRUCTURE = ("init", "preset", "title")


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it must be one line of printable text")
    return text


class Entry(BaseModel):
    """A base for what a config is made of: frozen and strict, and nothing unknown is accepted."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Titled(Entry):
    """What figures print instead of a label."""

    title: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_printable)] | None = None


class CellNode(Titled):
    """One cell: the structure that shapes the program, what its parameters are drawn from, and what is done to it."""

    structure: SerializeAsAny[BaseModel]
    init: SerializeAsAny[BaseModel]
    interventions: Interventions = Interventions()
    file: str | None = None
    """The path of the file that a cell of the user's own is in, as written."""
    path: str | None = Field(None, exclude=True, repr=False)
    """The same from the folder in which the program was started."""
    own: InstanceOf[OwnLayer] | None = Field(None, exclude=True, repr=False)
    """The layer of a trained model whose weights the cell has."""


def section(name: str, node: Node, words: Vocabulary, problems: list[Problem]) -> BaseModel | None:
    """The model of ``inputs``, ``h0``, ``loss`` or ``task``, or None after its problems were noted."""
    table = words.models(name)
    node = spelt_out(node)
    kind = _kind(node, table, (name,), problems)
    if name == "inputs" and kind == own_array.KIND:
        return own_array.from_file(node, (name,), problems)
    return validated(table[kind], node, (name,), problems) if kind else None


def cell(label: str, node: Node, words: Vocabulary, problems: list[Problem]) -> CellNode | None:
    """The cell under a label, or None after its problems were noted."""
    path = ("cells", label)
    if WEIGHTS in node.children:
        return _given(node, path, problems)
    known = cell_words(node, words, path, problems)
    if known is None:
        return None
    with blamed(known.own, path, problems):
        return _cell(node, known, path, problems)
    return None


def cell_words(node: Node, words: Vocabulary, path: Path, problems: list[Problem]) -> CellWords | None:
    """What a cell's node is made of: by its kind, or by the file of the user's that it names."""
    if KEY in node.children:
        return own_words(node, words, path, problems)
    kind = _kind(node, words.cells, path, problems)
    return words.cells[kind] if kind else None


def _cell(node: Node, known: CellWords, path: Path, problems: list[Problem]) -> CellNode | None:
    whole = with_preset(node, known, path, problems)
    if whole is None:
        return None
    beside = (*_BESIDE_STRUCTURE, *interventions.words(known.structure))
    elsewhere = {key: f"init.{key}" for key in known.init.model_fields}
    elsewhere |= {key: key for key in beside}
    structure = validated(known.structure, without(whole, *beside), path, problems, elsewhere)
    block = whole.children.get("init", Node({}, whole.place, whole.key))
    init = validated(known.init, _over_defaults(block, known.init), (*path, "init"), problems)
    # Code of the user's is tried out before anything else is asked of it.
    sound = structure if conforms(known.own, structure, init, path, problems) else None
    done = interventions.interventions(whole, known.structure, sound, path, problems)
    titled = validated(Titled, only(whole, "title"), path, problems)
    if sound is None or init is None or titled is None or done is None:
        return None
    file = str(node.children[KEY].value) if known.own else None
    there = own_array.beside(node.children[KEY]) if known.own else None
    return CellNode(title=titled.title, structure=sound, init=init, interventions=done, file=file, path=there)


def _given(node: Node, path: Path, problems: list[Problem]) -> CellNode | None:
    """The cell whose weights a file holds."""
    own = from_weights(node, path, problems)
    structure, init = own.cell() if own else (None, None)
    done = interventions.interventions(node, Cell, structure, path, problems)
    titled = validated(Titled, only(node, "title"), path, problems)
    if own is None or structure is None or init is None or done is None or titled is None:
        return None
    return CellNode(title=titled.title, structure=structure, init=init, interventions=done, own=own)


def with_preset(node: Node, known: CellWords, path: Path, problems: list[Problem]) -> Node | None:
    """A cell's tree over the defaults of its preset, or None where there is no such preset."""
    node = with_hash(node, known.own) if known.own else node
    chosen = node.children.get("preset")
    if chosen is None or chosen.value is None:
        name = DEFAULT_PRESET
    elif isinstance(chosen.value, str) and chosen.value in known.presets:
        name = chosen.value
    else:
        message = not_allowed(chosen, list(known.presets)) if known.presets else "this kind has no presets"
        problems.append(problem(chosen.place, (*path, "preset"), message))
        return None
    defaults = planted(known.presets.get(name, {}), Place(Source(f"preset {name}", is_file=False)))
    return merged(defaults, without(node, "preset"))


def _over_defaults(block: Node, model: type[BaseModel]) -> Node:
    """A block in which a mapping without ``kind``, such as ``{gain: 2}``, lies over its field's default."""
    entries = dict(block.children)
    place = Place(Source("default", is_file=False))
    for name, child in entries.items():
        default = model.model_fields[name].default if name in model.model_fields else None
        if isinstance(child.value, dict) and isinstance(default, BaseModel) and "kind" not in child.children:
            entries[name] = merged(planted(default.model_dump(mode="json"), place), child)
    return replace(block, value=entries) if isinstance(block.value, dict) else block


def spelt_out(node: Node) -> Node:
    """A section with the short form ``h0: zeros`` written as ``h0: {kind: zeros}``."""
    if not isinstance(node.value, str):
        return node
    return replace(node, value={"kind": replace(node, key=node.place)})


def _kind(node: Node, table: Mapping[str, object], path: Path, problems: list[Problem]) -> str | None:
    if node.broken:
        return None
    if not isinstance(node.value, dict):
        problems.append(problem(node.place, path, f"given {given(node)}; expected a mapping with its kind"))
        return None
    kind = node.children.get("kind")
    if kind is None:
        problems.append(problem(node.head, (*path, "kind"), f"missing; allowed: {listed(table)}"))
        return None
    if isinstance(kind.value, str) and kind.value in table:
        return kind.value
    if not kind.broken:
        # a short form has no key of its own, so the path ends at the section
        where = (*path, "kind") if kind.key != kind.place else path
        problems.append(problem(kind.place, where, not_allowed(kind, list(table))))
    return None
