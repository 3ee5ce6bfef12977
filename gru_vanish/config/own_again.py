"""From the values of a manifest back to a setting with files of the user's own: they are looked for, and compared.

A file counts as the one of a record where its content has the hash that is in the record's key, whatever its name.
Code among it is executed only where that is allowed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from gru_vanish.config import own_array, own_file
from gru_vanish.config.canonical import ForeignSettingError, setting_of
from gru_vanish.config.own_origin import ArrayFile, CodeFile, Files, ModelFile
from gru_vanish.config.own_weights import OwnLayer, fed
from gru_vanish.config.portable import CODE, GIVEN, SEQUENCES, Arrays, settled
from gru_vanish.config.wording import clipped, visible
from gru_vanish.contracts import WEIGHTS, Setting
from gru_vanish.inputs import Content, FromFile
from gru_vanish.models import ModelError, open_model

MOST = 10_000
"""Files below one folder that are looked at."""
Found = TypeVar("Found")
Read = Callable[[str], tuple[str, Found]]
"""Gives the hash of what is taken from a file, and that itself."""


@dataclass
class Search:
    """Where files of the user's own are looked for."""

    folder: str
    """That of the manifest: its paths are seen from there."""
    more: tuple[str, ...] = ()
    """Files, and folders of them, in which what was moved is looked for by its hash."""
    allow_code: bool = False
    _kept: dict[str, Any] = field(default_factory=dict, init=False)

    def setting_of(self, canonical: Mapping[str, Any], files: Mapping[str, Any]) -> Setting:
        """Return the setting with these values; raises ForeignSettingError with the reason where there is none here."""
        wanted = wanted_of(canonical)
        if not wanted:
            return setting_of(canonical)
        try:
            named = Files.model_validate_json(json.dumps(files))
        except ValidationError as fault:
            first = fault.errors(include_url=False)[0]
            where = ".".join(["files", *map(str, first["loc"])])
            raise ForeignSettingError(visible(clipped(f"{where}: {first['msg']}", 200))) from fault
        return settled(canonical, self._parts(wanted, named, canonical))

    def _parts(self, wanted: Mapping[str, str], named: Files, canonical: Mapping[str, Any]) -> dict[str, Arrays]:
        parts: dict[str, Arrays] = {}
        own = None
        if GIVEN in wanted:
            own = self._once(_known(named.weights, "the weights"), wanted[GIVEN], self._layer)
            parts[GIVEN] = own.layer.params
        if SEQUENCES in wanted:
            inputs = _known(named.inputs, "the inputs")
            content = self._once(inputs, inputs.numbers_sha256, self._sequences)
            parts[SEQUENCES] = {"values": _read_by(own, content, inputs, wanted[SEQUENCES])}
        if CODE in wanted:
            parts[CODE] = self._once(_known(named.cell, "the cell"), wanted[CODE], self._code)
        return parts

    def _code(self, origin: CodeFile, digest: str) -> Arrays:
        def read(path: str) -> tuple[str, tuple[str, bytes]]:
            data = own_file.read(path)
            return hashlib.sha256(data).hexdigest(), (path, data)

        path, data = self._found(origin, "", digest, read)
        if not self.allow_code:
            raise ForeignSettingError(
                f"{origin.key}: {_shown(path)} is code, which would be run; say --allow-code if you trust it"
            )
        return {"name": np.frombuffer(path.encode("utf-8", "replace"), np.uint8), "text": np.frombuffer(data, np.uint8)}

    def _sequences(self, origin: ArrayFile, digest: str) -> Content:
        def read(path: str) -> tuple[str, Content]:
            content = own_array.read(path, origin.entry)
            return content.sha256, content

        return self._found(origin, " of the numbers in it", digest, read)

    def _layer(self, origin: ModelFile, digest: str) -> OwnLayer:
        written = origin.written

        def read(path: str) -> tuple[str, OwnLayer]:
            model = open_model(path, written.framework)
            layer = model.layer(written.layer, written.said)
            return layer.sha256, OwnLayer(written, layer, model.beneath(layer, written.below, written.said), path)

        return self._found(origin, f" of the weights of {visible(str(written.layer))} in it", digest, read)

    def _once(self, origin: Any, digest: str, search: Callable[[Any, str], Found]) -> Found:
        """Look for a file, or for its absence, a single time: many series may be from the same."""
        key = json.dumps([type(origin).__name__, origin.model_dump(mode="json"), digest])
        if key not in self._kept:
            try:
                self._kept[key] = search(origin, digest)
            except ForeignSettingError as fault:
                self._kept[key] = fault
        kept = self._kept[key]
        if isinstance(kept, ForeignSettingError):
            raise kept
        found: Found = kept
        return found

    def _found(self, origin: CodeFile | ArrayFile | ModelFile, of: str, digest: str, read: Read[Found]) -> Found:
        """Return what is taken from the first file that has the digest.

        Where there is none, what is said is of a file of that name, there or elsewhere.
        """
        recorded = os.path.normpath(os.path.join(os.path.realpath(self.folder), origin.path))
        changed, missing = "", ""
        for path in self._candidates(recorded):
            try:
                seen, found = read(path)
            except (OSError, ValueError, ModelError) as fault:
                if path == recorded:
                    reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
                    missing = f"{origin.key}: {_shown(recorded)}: {visible(clipped(reason, 200))}"
                continue
            if seen == digest:
                return found
            if not changed and os.path.basename(path) == os.path.basename(recorded):
                changed = (
                    f"{origin.key}: the file {_shown(path)} has changed: "
                    f"the SHA-256{of} is {seen[:16]}…, the record's is {digest[:16]}…"
                )
        hint = "it is not there either under --files" if self.more else "--files DIR says where it lies now"
        raise ForeignSettingError(changed or f"{missing}; {hint} (SHA-256{of} {digest[:16]}…)")

    def _candidates(self, recorded: str) -> Iterator[str]:
        """Give the path of the manifest, then for each further place a file of that name, then all of its kind."""
        yield recorded
        name, kind = os.path.basename(recorded), PurePath(recorded).suffix.lower()
        for place in self.more:
            if not os.path.isdir(place):
                yield place
                continue
            yield os.path.join(place, name)
            below = (os.path.join(folder, one) for folder, _, names in os.walk(place) for one in sorted(names))
            kinds = (kind,) if kind == ".py" else (".npy", ".npz", ".safetensors")
            yield from (path for path in islice(below, MOST) if PurePath(path).suffix.lower() in kinds)


def wanted_of(canonical: Mapping[str, Any]) -> dict[str, str]:
    """Return the hashes of all that a setting takes from files of the user's; nothing for what is no setting."""
    found: dict[str, str] = {}
    cell, inputs = canonical.get("cell"), canonical.get("inputs")
    if isinstance(cell, Mapping):
        init = cell["init"] if isinstance(cell.get("init"), Mapping) else {}
        for part, said in ((CODE, cell.get(own_file.HASH)), (GIVEN, init.get(WEIGHTS))):
            found |= {part: said} if isinstance(said, str) else {}
    if isinstance(inputs, Mapping) and inputs.get("kind") == own_array.KIND:
        found[SEQUENCES] = str(inputs.get("numbers_sha256"))
    return found


def _known(origin: Found | None, what: str) -> Found:
    if origin is None:
        raise ForeignSettingError(
            f"{visible(clipped(what, 80))}: from a user's own file, and the manifest does not say which; "
            "the same `gru-vanish run` writes it there, and computes nothing anew"
        )
    return origin


def _read_by(own: OwnLayer | None, content: Content, origin: ArrayFile, digest: str) -> np.ndarray:
    """Return the sequences that a cell reads: those of the file, or what the layers below it make of them."""
    batch, steps, size = content.values.shape
    given = FromFile(size=size, batch=batch, steps=steps, numbers_sha256=content.sha256, content=content)
    try:
        reached: Any = fed(given, own)
    except ModelError as fault:
        raise ForeignSettingError(f"{origin.key}: {fault}") from fault
    if reached.numbers_sha256 != digest:
        raise ForeignSettingError(
            f"{origin.key}: what the layers below make of the sequences is not to the last bit what it was: "
            "the layers have changed, or another machine or version rounds in another way"
        )
    values: np.ndarray = reached.content.values
    return values


def _shown(path: str) -> str:
    """Return a path as the user would write it, if that is shorter."""
    return str(visible(clipped(min(path, os.path.relpath(path), key=len), 200)))
