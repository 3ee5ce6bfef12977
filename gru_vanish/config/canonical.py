"""The inverse of `Setting.canonical`: from the JSON values that records and manifests hold back to a setting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from gru_vanish.cells.intervened import intervene
from gru_vanish.cells.interventions import Interventions
from gru_vanish.config import on_task, own_array
from gru_vanish.config.grammar import MAX_LENGTH
from gru_vanish.config.interventions import taken_out
from gru_vanish.config.own_file import HASH
from gru_vanish.config.parts import SECTIONS
from gru_vanish.config.sections import CellNode
from gru_vanish.config.study import Numerics
from gru_vanish.config.vocabulary import Vocabulary, vocabulary
from gru_vanish.config.wording import clipped, visible
from gru_vanish.contracts import WEIGHTS, GivenWeights, Holding, Setting
from gru_vanish.inputs import FromFile

Model = TypeVar("Model", bound=BaseModel)


class ForeignSettingError(ValueError):
    """Values that are no setting of this version of the program; the message says why."""


class _Rest(Numerics):
    """What belongs to no block."""

    lengths: Annotated[tuple[Annotated[int, Field(ge=1, le=MAX_LENGTH)], ...], Field(min_length=1)]


def setting_of(canonical: Mapping[str, Any], words: Vocabulary | None = None) -> Setting:
    """Return the setting whose ``canonical()`` these values are.

    They may come from anywhere: every block is validated as one of a config is. Raises ForeignSettingError for what is
    no setting, and for one that this version would write in another way: its key would not be found again.
    """
    words = words or vocabulary()
    try:
        setting = _setting(dict(canonical), words)
    except ForeignSettingError:
        raise
    except (KeyError, TypeError, ValueError) as fault:
        raise ForeignSettingError(f"not a setting of this program ({type(fault).__name__}: {fault})") from fault
    if _text(setting.canonical()) != _text(canonical):
        raise ForeignSettingError("this version of the program writes such a setting in another way")
    return setting


def _setting(values: dict[str, Any], words: Vocabulary) -> Setting:
    cell = dict(values.pop("cell"))
    kind, init = cell["kind"], cell.pop("init")
    if HASH in cell and (kind not in words.cells or words.cells[kind].own is None):
        raise ForeignSettingError(f"{visible(clipped(repr(kind)))} is a cell of a user's own; its code is not stored")
    if WEIGHTS in init and words.weights is None:
        raise ForeignSettingError("the weights are from a user's own file, which is not stored")
    if kind not in words.cells:
        raise ForeignSettingError(f"this version of the program has no cell {visible(clipped(repr(kind)))}")
    init = dict(init)
    done = _model(Interventions, taken_out(cell, init), "cell")
    own: Any = _model(words.cells[kind].structure, cell, "cell")
    structure, drawn = intervene(own, _init(kind, init, words), done)
    task = _section("task", values.pop("task"), words) if "task" in values else None
    training: Any = None
    ablated: tuple[Holding, ...] = ()
    if "training" in values and words.training is not None:
        node = CellNode(structure=structure, init=drawn)
        training, ablated = on_task.with_ablations(_model(words.training, values.pop("training"), "training"), node)
    blocks = {name: _section(name, values.pop(name), words) for name in SECTIONS}
    rest = _model(_Rest, values, "the setting")
    if list(rest.lengths) != sorted(set(rest.lengths)):
        raise ForeignSettingError("lengths: they do not ascend")
    return Setting(
        cell=structure,
        init=drawn,
        **blocks,
        **dict(rest),
        task=task,
        training=training,
        ablated=ablated,
    )


def _init(kind: str, values: Mapping[str, Any], words: Vocabulary) -> BaseModel:
    """From what a cell's weights are drawn, or those of the user's own that are at hand."""
    if WEIGHTS not in values:
        return _model(words.cells[kind].init, values, "cell.init")
    return _model(GivenWeights, values, "cell.init").model_copy(update={"content": words.weights})


def _section(name: str, value: Any, words: Vocabulary) -> Any:
    table = words.models(name)
    if name == "inputs" and value["kind"] == on_task.KIND:
        return on_task.sequences(
            _model(on_task.OnTask, {"batch": value["batch"]}, name), _section("task", value["task"], words)
        )
    if name == "inputs" and value["kind"] == own_array.KIND:
        return _of_file(value, words)
    if value["kind"] not in table:
        raise ForeignSettingError(f"this version of the program has no {name} {visible(clipped(repr(value['kind'])))}")
    return _model(table[value["kind"]], value, name)


def _of_file(value: Mapping[str, Any], words: Vocabulary) -> FromFile:
    """The sequences of the user's own, where they are at hand."""
    if words.content is None or words.content.sha256 != value["numbers_sha256"]:
        raise ForeignSettingError("the inputs are from a user's own file, which is not stored")
    return _model(FromFile, value, "inputs").model_copy(update={"content": words.content})


def _model(model: type[Model], value: Any, path: str) -> Model:
    """Validate strictly; by way of JSON, so that a list becomes a tuple."""
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        where = ".".join([path, *map(str, first["loc"])])
        raise ForeignSettingError(visible(clipped(f"{where}: {first['msg']}", 200))) from fault


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True)
