"""Input sequences in a file of the user's: ``inputs: {kind: array, file: x.npy}``."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path as FilePath

import numpy as np

from gru_vanish.config.errors import Problem, problem
from gru_vanish.config.marks import Node, Path
from gru_vanish.config.wording import clipped, given, listed, visible
from gru_vanish.inputs import Content, FromFile

KIND = "array"
MAX_BYTES = 1 << 31
WRITTEN = ("kind", "file", "entry")


class UnreadableError(ValueError):
    """What a file lacks, in a sentence."""


def from_file(node: Node, path: Path, problems: list[Problem]) -> FromFile | None:
    """The sequences that a node names, or None after its problems were noted."""
    for key, child in node.children.items():
        if key not in WRITTEN:
            message = f"unknown key; what stands beside kind: array is {listed(WRITTEN[1:])}: all else is in the file"
            problems.append(problem(child.head, (*path, key), message))
    file, entry = node.children.get("file"), node.children.get("entry")
    if file is None:
        problems.append(problem(node.head, (*path, "file"), "missing; the path of a .npy, .npz or .safetensors file"))
        return None
    for key, one in (("file", file), ("entry", entry)):
        if one is not None and (not isinstance(one.value, str) or not one.value or "\x00" in one.value):
            if not one.broken:
                problems.append(problem(one.place, (*path, key), f"given {given(one)}; expected a text"))
            return None
    target = beside(file)
    try:
        name = None if entry is None else str(entry.value)
        content = replace(read(target, name), file=target, entry=name)
    except (OSError, UnreadableError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        where, key = (entry, "entry") if entry is not None and "entry" in reason else (file, "file")
        problems.append(problem(where.place, (*path, key), f"{visible(clipped(target, 200))}: {reason}"))
        return None
    batch, steps, size = content.values.shape
    return FromFile(size=size, batch=batch, steps=steps, numbers_sha256=content.sha256, content=content)


def beside(node: Node) -> str:
    """The path that a node names, from the folder of the file that it is written in."""
    source = node.place.source
    return os.path.join(os.path.dirname(source.name), str(node.value)) if source.is_file else str(node.value)


def read(target: str, entry: str | None) -> Content:
    """The sequences of a file as (batch, T, size) in float32; raises OSError or UnreadableError."""
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("not a file")
    if status.st_size > MAX_BYTES:
        raise UnreadableError("larger than 2 GiB")
    return _read(target, entry, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(target: str, entry: str | None, _changed: int, _size: int) -> Content:
    values = _chosen(_arrays(target), entry)
    if values.dtype.kind not in "fiub":
        raise UnreadableError(f"holds {values.dtype}; expected numbers")
    if values.ndim not in (2, 3) or 0 in values.shape:
        raise UnreadableError(f"has the shape {values.shape}; expected (batch, T, size) or (T, size)")
    return content_of(values if values.ndim == 3 else values[None])


def dimensions(target: str, entry: str | None) -> int:
    """How many axes the array of a file has, before one is put in front of two; raises as `read` does."""
    return _chosen(_arrays(target), entry).ndim


def content_of(values: np.ndarray) -> Content:
    """Sequences (batch, T, size) with their hash, rounded to float32."""
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(values, "<f4")
    if not np.isfinite(values).all():
        raise UnreadableError("holds a number that is not finite in float32")
    digest = hashlib.sha256(repr(values.shape).encode() + values.tobytes()).hexdigest()
    values.flags.writeable = False
    return Content(digest, values)


def _arrays(target: str) -> Mapping[str, np.ndarray]:
    """The arrays of a file by name; a .npy file's has the name ''."""
    ending = FilePath(target).suffix.lower()
    try:
        if ending == ".npy":
            return {"": np.load(target, allow_pickle=False)}
        if ending == ".npz":
            with np.load(target, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        if ending == ".safetensors":
            from safetensors.numpy import load_file

            return load_file(target)
    except (ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as fault:
        raise UnreadableError(f"is no sound {ending} file ({str(fault).splitlines()[0][:100]})") from fault
    except Exception as fault:  # safetensors raises a class of its own
        if isinstance(fault, OSError):
            raise
        raise UnreadableError(f"is no sound {ending} file ({str(fault).splitlines()[0][:100]})") from fault
    raise UnreadableError("expected a file that ends in .npy, .npz or .safetensors")


def _chosen(arrays: Mapping[str, np.ndarray], entry: str | None) -> np.ndarray:
    names = list(arrays)
    if entry is None:
        if len(names) != 1:
            raise UnreadableError(f"holds {len(names)} arrays; choose one with entry: {listed(names)}")
        return arrays[names[0]]
    if entry not in arrays:
        there = "a .npy file holds one array, without name" if names == [""] else f"there is {listed(names)}"
        raise UnreadableError(f"entry: {there}")
    return arrays[entry]
