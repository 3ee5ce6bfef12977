"""A cell with the user's own trained weights: ``cells: {mine: {weights: model.safetensors, framework: torch}}``.

Which cell it is, and in which convention, comes from the arrays of the file. No code is run. The SHA-256 of the numbers
stands for them in every key; the path does not, and neither does the name of the layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from gru_vanish.cells import CELLS
from gru_vanish.config import interventions
from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Path
from gru_vanish.config.merge import without
from gru_vanish.config.own_array import UnreadableError, beside, content_of
from gru_vanish.config.translate import validated
from gru_vanish.config.wording import clipped, visible
from gru_vanish.contracts import Cell, GivenWeights, Input, Weights
from gru_vanish.contracts import Node as Strict
from gru_vanish.flow.outputs import outputs
from gru_vanish.inputs import Content, FromFile
from gru_vanish.models import Layer, ModelError, Said, open_model

KEY = "weights"
Levels = tuple[tuple[Layer, ...], ...]


class FromModel(Strict):
    """What a cell's node says of the weights that it takes from a file."""

    weights: Annotated[str, Field(min_length=1, description="a .safetensors or .npz file, relative to this config")]
    framework: Literal["torch", "keras", "flax_linen", "flax_nnx", "equinox"]
    layer: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="the layer and direction; may be left out where the file holds one"
    )
    below: tuple[str, ...] | None = Field(
        None, description="the layers between the model's inputs and this one; PyTorch's own stacks are known"
    )
    inputs: Literal["model", "layer"] = Field(
        "model", description="whose the study's inputs are: the model's, brought up to this layer, or the layer's own"
    )
    activation: Literal["tanh", "relu"] | None = Field(None, description="of a plain RNN; default: tanh")
    reset: Literal["before", "after"] | None = Field(None, description="of a Keras GRU without biases")

    @property
    def said(self) -> Said:
        """What the file does not tell."""
        return Said(self.activation, self.reset)


@dataclass(frozen=True, eq=False)
class OwnLayer:
    """A layer that was taken from a file: what was written of it, and what lies below it."""

    written: FromModel
    layer: Layer
    beneath: Levels
    path: str
    """Of the file, from the folder in which the program was started."""

    def cell(self) -> tuple[Cell, GivenWeights]:
        """Return the structure and, in the place of an init, the weights."""
        structure, weights = cell_of(self.layer)
        return structure, GivenWeights(weights_sha256=weights.sha256, content=weights)

    def as_written(self) -> dict[str, Any]:
        """Return the keys of the node in a config."""
        return self.written.model_dump(mode="json", exclude_none=True)


def from_weights(node: Node, path: Path, problems: list[Problem]) -> OwnLayer | None:
    """The layer that a node with ``weights`` names, or None after its problems were noted."""
    beside_it = {word: word for word in ("title", *interventions.words(Cell))}
    written = validated(FromModel, without(node, *beside_it), path, problems, beside_it)
    if written is None:
        return None
    target = beside(node.children[KEY])
    at = KEY
    try:
        model = open_model(target, written.framework)
        at = "layer"
        layer = model.layer(written.layer, written.said)
        at = "below"
        beneath = model.beneath(layer, written.below, written.said)
    except (OSError, ModelError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        where = node.children.get(at, node.children[KEY])
        message = f"{visible(clipped(target, 200))}: {reason}"
        problems.append(problem(where.place, (*path, at if at in node.children else KEY), message))
        return None
    return OwnLayer(written.model_copy(update={"layer": layer.name}), layer, beneath, target)


def cell_of(layer: Layer) -> tuple[Cell, Weights]:
    """Return the cell that a layer is, and its weights."""
    structure = CELLS[layer.kind].model_validate({"hidden": layer.hidden, **layer.fields})
    return structure, Weights(layer.sha256, layer.params)


def fed(inputs: Input, own: OwnLayer | None) -> Input:
    """Return what a layer reads of the inputs of a study, ``ModelError`` where the two do not fit.

    Sequences of the user's own are the model's: layers below turn them into what this one reads, and a layer that reads
    from the end gets them from their end on. All in float64, and rounded to float32 as every sequence of a file is.
    """
    if own is None:
        return inputs
    layer, levels = own.layer, own.beneath
    through_model = own.written.inputs == "model"
    if through_model and (levels or layer.group.reverse):
        if not isinstance(inputs, FromFile) or inputs.content is None:
            what = "lies above others" if levels else "reads from the end"
            raise ModelError(
                f"{layer.name} {what}, so what it reads is known for inputs of kind array alone; "
                "with inputs: layer the inputs of the study are its own"
            )
        return _through(inputs, levels, layer)
    return _fitting(inputs, layer)


def _through(inputs: FromFile, levels: Levels, layer: Layer) -> FromFile:
    assert inputs.content is not None
    _fitting(inputs, levels[0][0] if levels else layer)
    reached = inputs.content
    for index in range(len(levels)):
        reached = _after(reached, tuple(_Ran(one) for one in levels[index]))
    if layer.group.reverse:
        reached = content_of(reached.values[:, ::-1])
    through = inputs.model_copy(
        update={"size": reached.values.shape[-1], "numbers_sha256": reached.sha256, "content": reached}
    )
    return _fitting(through, layer)


@dataclass(frozen=True)
class _Ran:
    """A layer that is run; equal ones give equal outputs."""

    layer: Layer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ran) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[Any, ...]:
        return (self.layer.kind, *sorted(self.layer.fields.items()), self.layer.sha256, self.layer.group.reverse)


@lru_cache(maxsize=16)
def _after(given: Content, level: tuple[_Ran, ...]) -> Content:
    """Return the outputs of one level, its directions side by side."""
    try:
        return content_of(np.concatenate([_run(one.layer, given.values) for one in level], axis=-1))
    except (RuntimeError, UnreadableError) as fault:  # no device, no memory; numbers beyond float32
        raise ModelError(f"the outputs of {level[0].layer.name} could not be computed: {fault}") from fault


def _run(layer: Layer, xs: np.ndarray) -> np.ndarray:
    """Return what a layer gives out at every step, in the order of the steps."""
    structure, weights = cell_of(layer)
    params = GivenWeights(weights_sha256=weights.sha256, content=weights).params(
        structure.parameter_shapes(layer.input_size)
    )
    turn = slice(None, None, -1 if layer.group.reverse else 1)
    return outputs(structure, params, xs[:, turn])[:, turn]


def _fitting(inputs: Any, layer: Layer) -> Any:
    if inputs.size != layer.input_size:
        raise ModelError(
            f"{layer.name} reads {layer.input_size} numbers in each step, and the inputs have {inputs.size}"
        )
    return inputs
