"""The config of a diagnosis: what was asked for, as a study that can be run again and changed."""

import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gru_vanish import store
from gru_vanish.analysis.diagnosis import MEASURES
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.models import Layer, Said
from gru_vanish.store.files import make_folder, write_atomically

FIGURES = ("gradient_vs_length", "flow_map", "path_shares", "lag_shares", "gate_statistics")
CONFIG, INPUTS = "study.yaml", "inputs.npy"
NUM_LENGTHS = 24
WORDS = ("true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL")
"""What YAML reads as something else than text."""


@dataclass(frozen=True)
class Asked:
    """What is asked for."""

    model: str
    framework: str
    layers: Sequence[str]
    inputs: str | None
    entry: str | None
    batch_first: bool | None
    stacked: bool
    length: int | None
    seeds: int
    precision: str
    name: str | None
    said: Said
    results: Path
    workers: int | None


@dataclass(frozen=True)
class Chosen:
    """A layer that is looked at, its label in the config, and the levels below it where the user says them."""

    layer: Layer
    label: str
    below: tuple[str, ...] | None


@dataclass(frozen=True)
class Sequences:
    """The user's inputs, (samples, T, features) in float32."""

    file: str
    entry: str | None
    values: np.ndarray
    as_they_are: bool
    """Whether the file itself has them in this order."""


def write_config(asked: Asked, name: str, chosen: Sequence[Chosen], sequences: Sequences) -> Path:
    """Write the study as a config beside its results, with the sequences where the file has them in another order."""
    steps = sequences.values.shape[1]
    if asked.length is not None and asked.length > steps:
        raise RefusalError(Exit.usage, f"--length {asked.length}: the sequences have {steps} steps")
    folder = asked.results / name
    try:
        store.manifest_path(asked.results, name)
    except ValueError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    make_folder(folder)
    inputs: dict[str, Any] = {"kind": "array", "file": INPUTS}
    if sequences.as_they_are:
        inputs = {"kind": "array", "file": relative(sequences.file, folder)}
        inputs |= {} if sequences.entry is None else {"entry": sequences.entry}
    else:
        write_atomically(folder / INPUTS, npy(sequences.values))
    text = "\n".join(config_lines(asked, name, chosen, inputs, asked.length or steps)) + "\n"
    write_atomically(folder / CONFIG, text.encode("utf-8"))
    return folder / CONFIG


def config_lines(
    asked: Asked, name: str, chosen: Sequence[Chosen], inputs: dict[str, Any], longest: int
) -> Iterator[str]:
    """Give the config of a diagnosis, to go on from."""
    yield "# Written by gru-vanish diagnose; `gru-vanish run` computes it, and anything that is changed in it."
    yield "schema: 1"
    yield f"name: {flow(name)}"
    yield f"question: {flow(f'What happens to the gradient in {Path(asked.model).name}?')}"
    yield f"seeds: {asked.seeds}"
    yield f"lengths: {{logspace: [1, {longest}], num: {NUM_LENGTHS}}}" if longest > 1 else "lengths: [1]"
    yield f"inputs: {flow(inputs)}"
    yield "loss: projection"
    yield f"precision: {asked.precision}"
    yield f"measure: {flow(list(MEASURES))}"
    yield "cells:"
    for one in chosen:
        node: dict[str, Any] = {
            "weights": relative(asked.model, asked.results / name),
            "framework": asked.framework,
            "layer": one.layer.name,
            "title": f"{one.layer.kind.upper()} {one.layer.name}"[:120],
        }
        node |= {} if one.below is None else {"below": list(one.below)}
        node |= {key: value for key, value in asked.said._asdict().items() if value is not None}
        yield f"  {one.label}: {flow(node)}"
    yield f"figures: {flow(list(FIGURES))}"


def flow(value: Any) -> str:
    """Return a value in one line of YAML; words that need no quotes go without."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return value if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) and value not in WORDS else json.dumps(value)


def relative(file: str, folder: Path) -> str:
    """Return the path of a file from a folder."""
    return os.path.relpath(os.path.realpath(file), os.path.realpath(folder))


def npy(values: np.ndarray) -> bytes:
    """Return an array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(values), allow_pickle=False)
    return buffer.getvalue()


def unique_labels(names: Sequence[str]) -> list[str]:
    """Return a label for each layer: letters, digits, '_' and '-', different from all others."""
    labels: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_")[-28:].lstrip("-_")
        label = plain if plain[:1].isalpha() else f"L{plain}"
        taken = sum(one == label or one.startswith(f"{label}_x") for one in labels)
        labels.append(f"{label}_x{taken + 1}" if taken else label)
    return labels


def study_name(stem: str) -> str:
    """Return the name of a study after a file."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).lstrip("._-")[:64] or "model"
    return f"{name}-model" if name.lower() == "store" else name
