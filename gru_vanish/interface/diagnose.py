"""``diagnose``: what happens to the gradient in a network that was trained elsewhere, on its own inputs."""

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from gru_vanish.analysis.diagnosis import Diagnosis, diagnoses
from gru_vanish.config import own_array
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.carry_out import Options, Ran, carried_out
from gru_vanish.interface.host import Host
from gru_vanish.interface.html import definition, table
from gru_vanish.interface.model_config import Asked, Chosen, Sequences, study_name, unique_labels, write_config
from gru_vanish.interface.progress import Wish
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.run import RunResult, result_of
from gru_vanish.interface.study import listed
from gru_vanish.models import Layer, Model, ModelError, Said, open_model
from gru_vanish.tables.layout import printable

Activation: TypeAlias = Literal["tanh", "relu"]
Reset: TypeAlias = Literal["before", "after"]


@dataclass(frozen=True)
class Prepared:
    """A model that can be measured."""

    name: str
    chosen: Sequence[Chosen]
    sequences: Sequences
    config: Path


@dataclass(frozen=True, repr=False)
class ModelResult:
    """What is in a file of weights."""

    model: str
    framework: str
    layers: dict[str, str]
    """each in words by its name, or why it can not be measured"""

    def __repr__(self) -> str:
        """The layers in a line."""
        return f"<ModelResult {self.model}: {len(self.layers)} recurrent layers of {self.framework}>"

    def _repr_html_(self) -> str:
        """The layers, as a notebook shows them."""
        return definition(repr(self)[1:-1]) + table((("layer",), ("",)), list(self.layers.items()))


@dataclass(frozen=True, repr=False)
class DiagnoseResult(RunResult):
    """What happens to the gradient in each layer of a model."""

    diagnoses: tuple[Diagnosis, ...]
    config: Path
    """the study, to go on from"""

    def as_json(self) -> dict[str, Any]:
        """Return all that the command tells with ``--json``."""
        told = {"config": str(self.config), "diagnoses": [each.as_json() for each in self.diagnoses]}
        return {**super().as_json(), **told}

    def _facts(self) -> list[str]:
        return [f"{each.label}: {each.verdict}" for each in self.diagnoses]

    def _repr_html_(self) -> str:
        """The facts of every layer, as a notebook shows them."""
        rows = [(each.label, fact.head, fact.text) for each in self.diagnoses for fact in each.facts]
        rows += [(each.label, "→", each.verdict) for each in self.diagnoses]
        return definition(self.name) + table((("layer",), ("",), ("",)), rows)


def layers(
    model: str | Path, framework: str, *, activation: Activation | None = None, reset: Reset | None = None
) -> ModelResult:
    """Return what is in a file of weights: what `diagnose` would look at."""
    said = Said(activation, reset)
    wish = Asked(str(model), framework, (), None, None, None, False, None, 1, "float32", None, said, Path(), None)
    return asked(lambda _: ModelResult(str(model), framework, in_words(wish, opened(wish))), computes=False)


def diagnose(
    model: str | Path,
    framework: str,
    inputs: str | Path | np.ndarray,
    *,
    entry: str | None = None,
    batch_first: bool | None = None,
    layer: str | Sequence[str] = (),
    stacked: bool = False,
    length: int | None = None,
    seeds: int = 5,
    precision: str = "float32",
    activation: Activation | None = None,
    reset: Reset | None = None,
    name: str | None = None,
    results: str | Path = "results",
    workers: int | None = None,
    progress: Wish = False,
    stop: threading.Event | None = None,
) -> DiagnoseResult:
    """Say what happens to the gradient in a GRU, LSTM or RNN that was trained elsewhere, on its own inputs.

    Args:
        model: a .safetensors or .npz file of weights; `layers` tells what is in it.
        framework: ``"torch"``, ``"keras"``, ``"flax_linen"``, ``"flax_nnx"`` or ``"equinox"``.
        inputs: sequences (T, features) or several of them: a .npy, .npz or .safetensors file, or an array.
        entry: the array of that file, where it holds several.
        batch_first: of several sequences: True for (samples, T, features), False for (T, samples, features).
        layer: layers and directions by name; default: all.
        stacked: the layers feed one another, as named.
        length: the longest length; default: all steps.
        seeds: random losses c·h_T.
        activation, reset: what weights alone do not tell.
        name: of the study; default: that of the file.
    """
    said, file = Said(activation, reset), None if isinstance(inputs, np.ndarray) else str(inputs)
    wish = Asked(
        str(model), framework, listed(layer), file, entry, batch_first, stacked, length, seeds, precision, name,
        said, Path(results), workers,
    )  # fmt: skip
    values = inputs if isinstance(inputs, np.ndarray) else None

    def work(caller: Caller) -> DiagnoseResult:
        prepared = prepare(wish, opened(wish), values)
        ran = measured(wish, prepared, caller)
        found = result_of(ran, caller, strict=False)
        fields = {name: getattr(found, name) for name in RunResult.__dataclass_fields__}
        return DiagnoseResult(**fields, diagnoses=tuple(diagnoses(found.findings)), config=prepared.config)

    return asked(work, computes=True, progress=progress, stop=stop)


def prepare(asked: Asked, model: Model, values: np.ndarray | None = None) -> Prepared:
    """Bring the weights into our convention; the study stays as a config."""
    chosen = chosen_layers(asked, model)
    sequences = read_inputs(asked) if values is None else given_inputs(asked, values)
    name = asked.name or study_name(Path(asked.model).stem)
    return Prepared(name, chosen, sequences, write_config(asked, name, chosen, sequences))


def measured(asked: Asked, prepared: Prepared, host: Host) -> Ran:
    """Run the study of a model."""
    return carried_out(str(prepared.config), Options(asked.results, workers=asked.workers), host)


def opened(asked: Asked) -> Model:
    """Return the layers of the file."""
    with refused(asked.model):
        return open_model(asked.model, asked.framework)


@contextmanager
def refused(file: str) -> Iterator[None]:
    """Turn what is wrong with a file into a refusal that names it."""
    try:
        yield
    except (OSError, ModelError, own_array.UnreadableError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        raise RefusalError(Exit.usage, f"{printable(file)}: {reason}") from fault


def in_words(asked: Asked, model: Model) -> dict[str, str]:
    """Return each layer of a file in words by its name, or why it can not be measured."""
    found = {}
    for name in model.names:
        try:
            found[name] = described(model.layer(name, asked.said))
        except ModelError as fault:
            found[name] = printable(str(fault))
    return found


def described(layer: Layer) -> str:
    """Return a layer in a line: its name, what it is, and its conventions."""
    fields = ", ".join(f"{key} {value}" for key, value in layer.fields.items() if key != "candidate_bias")
    turned = "; reads from the end" if layer.group.reverse else ""
    conventions = f"; {fields.replace('update_gate', 'z').replace('activation ', '')}" if fields else ""
    units = f"{layer.hidden} units, {layer.input_size} inputs"
    return f"{printable(layer.name)}: {layer.kind.upper()}, {units}{conventions}{turned}"


def chosen_layers(asked: Asked, model: Model) -> list[Chosen]:
    """Return the layers that are named, all where none is; with what lies below each."""
    names = list(dict.fromkeys(asked.layers or model.names))
    with refused(asked.model):
        layers = [model.layer(name, asked.said) for name in names]
        levels = list(dict.fromkeys(layer.group.level for layer in layers))
        labels = unique_labels(names)
        found = []
        for layer, label in zip(layers, labels, strict=True):
            below = tuple(levels[: levels.index(layer.group.level)]) if asked.stacked else None
            model.beneath(layer, below, asked.said)
            found.append(Chosen(layer, label, below))
    return found


def read_inputs(asked: Asked) -> Sequences:
    """Return the sequences as (samples, T, features); three axes need a word about their order."""
    assert asked.inputs is not None
    with refused(asked.inputs):
        content = own_array.read(asked.inputs, asked.entry)
        dimensions = own_array.dimensions(asked.inputs, asked.entry)
    values = content.values
    if dimensions == 3 and asked.batch_first is None:
        first, second, third = values.shape
        raise RefusalError(
            Exit.usage,
            f"{printable(asked.inputs)} has the shape ({first}, {second}, {third}): say --batch-first if that is "
            f"{first} sequences of {second} steps, --time-first if it is {second} sequences of {first} steps",
        )
    turned = dimensions == 3 and asked.batch_first is False
    return Sequences(asked.inputs, asked.entry, np.swapaxes(values, 0, 1) if turned else values, not turned)


def given_inputs(asked: Asked, values: np.ndarray) -> Sequences:
    """Return sequences that stand in no file, read as if they did; they are written beside the config."""
    with tempfile.TemporaryDirectory(prefix="gru-vanish-") as folder:
        path = str(Path(folder) / "inputs.npy")
        np.save(path, values, allow_pickle=False)
        try:
            found = read_inputs(replace(asked, inputs=path))
        except RefusalError as fault:
            raise RefusalError(fault.code, fault.sentence.replace(path, "inputs")) from fault
    return replace(found, file="inputs", as_they_are=False)
