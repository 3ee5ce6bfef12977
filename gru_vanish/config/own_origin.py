"""Which files of the user's own a series takes something from: what a manifest says of them beside the hashes.

A key knows such a file by the hash of its content alone. Whoever computes a record again needs to know where the file
was and what was taken from it; the path is written as seen from the manifest, so that a folder can be moved as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field

from gru_vanish.config.own_weights import FromModel
from gru_vanish.config.sections import CellNode
from gru_vanish.contracts import Node as Strict
from gru_vanish.inputs import FromFile


class CodeFile(Strict):
    """The file of a cell."""

    key: str
    """Where a config names it, as a dotted path."""
    path: str


class ArrayFile(Strict):
    """The file of the inputs."""

    key: str
    path: str
    entry: str | None = None
    numbers_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Of the sequences in the file; a layer that lies above others reads what those make of them."""


class ModelFile(Strict):
    """The file of a cell's weights, and which of them."""

    key: str
    path: str
    written: FromModel


class Files(Strict):
    """All files of a series."""

    cell: CodeFile | None = None
    inputs: ArrayFile | None = None
    weights: ModelFile | None = None


def files_of(label: str, node: CellNode, inputs: BaseModel) -> dict[str, Any]:
    """Return the files of a cell with these inputs as JSON values, with absolute paths; often there are none."""
    cell = weights = given = None
    if node.path is not None:
        cell = CodeFile(key=f"cells.{label}.file", path=os.path.abspath(node.path))
    if node.own is not None:
        key = f"cells.{label}.weights"
        weights = ModelFile(key=key, path=os.path.abspath(node.own.path), written=node.own.written)
    if isinstance(inputs, FromFile) and inputs.content is not None and inputs.content.file:
        content = inputs.content
        path = os.path.abspath(content.file)
        given = ArrayFile(key="inputs.file", path=path, entry=content.entry, numbers_sha256=content.sha256)
    return Files(cell=cell, inputs=given, weights=weights).model_dump(mode="json", exclude_none=True)


def seen_from(manifest: Mapping[str, Any], folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return a manifest whose files are named as seen from the folder in which it lies."""
    here = os.path.realpath(folder)
    return {**manifest, "series": [_moved(each, lambda path: relative(path, here)) for each in manifest["series"]]}


def relative(path: str, here: str) -> str:
    """Return a path as seen from a folder, with all links on the way to the file followed."""
    folder, name = os.path.split(path)
    return os.path.relpath(os.path.join(os.path.realpath(folder), name), here)


def _moved(series: Mapping[str, Any], moved: Callable[[str], str]) -> Mapping[str, Any]:
    if not series.get("files"):
        return series
    files = {name: {**said, "path": moved(said["path"])} for name, said in series["files"].items()}
    return {**series, "files": files}
