"""Settings on their way to another process: JSON values, and beside them what they take from files of the user's.

A canonical setting knows code, sequences and weights of the user's own by their hash alone. Here they go along as
arrays, so a worker computes with what was read when the run began, whatever has become of the files since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gru_vanish.config.canonical import ForeignSettingError, setting_of
from gru_vanish.config.own_array import content_of
from gru_vanish.config.own_file import HASH, Mistake, executed, of_digest
from gru_vanish.config.vocabulary import CellWords, vocabulary
from gru_vanish.contracts import WEIGHTS, GivenWeights, Setting, Weights
from gru_vanish.inputs import FromFile
from gru_vanish.models import digest_of

Arrays = Mapping[str, np.ndarray]
CODE, SEQUENCES, GIVEN = "code", "sequences", "weights"


def own_parts(setting: Setting) -> dict[str, Arrays]:
    """Return what a setting takes from files of the user's, as arrays; often there is nothing.

    Raises ForeignSettingError where it is known by its hash alone.
    """
    found: dict[str, Arrays] = {}
    digest = setting.canonical()["cell"].get(HASH)
    if digest is not None:
        own = of_digest(digest)
        if own is None:
            raise ForeignSettingError("the file of this cell was not read in this process")
        found[CODE] = {"name": _bytes(own.name.encode("utf-8")), "text": _bytes(own.data)}
    if isinstance(setting.inputs, FromFile):
        if setting.inputs.content is None:
            raise ForeignSettingError("the sequences of the inputs were not read in this process")
        found[SEQUENCES] = {"values": setting.inputs.content.values}
    init = getattr(setting.init, "cell", setting.init)  # that of an intervened cell stands around the cell's own
    if isinstance(init, GivenWeights):
        if init.content is None:
            raise ForeignSettingError("the weights were not read in this process")
        found[GIVEN] = init.content.arrays
    return found


def settled(canonical: Mapping[str, Any], parts: Mapping[str, Arrays]) -> Setting:
    """Return the setting with these values and what it takes from files; code among it is executed.

    Raises ForeignSettingError with the reason where that can not be done here.
    """
    words = vocabulary()
    if CODE in parts:
        name, text = (parts[CODE][part].tobytes() for part in ("name", "text"))
        found = executed(name.decode("utf-8"), text)
        if isinstance(found, Mistake):
            raise ForeignSettingError(f"{name.decode('utf-8')}:{found.line}: {found.message}")
        kind = found.cell.model_fields["kind"].default
        words = replace(words, cells={**words.cells, kind: CellWords(found.cell, found.cell.Init, {}, own=found)})
    if SEQUENCES in parts:
        content = content_of(parts[SEQUENCES]["values"])
        _require_same("the sequences of the inputs", canonical["inputs"]["numbers_sha256"], content.sha256)
        words = replace(words, content=content)
    if GIVEN in parts:
        weights = Weights(digest_of(parts[GIVEN]), parts[GIVEN])
        _require_same("the weights", canonical["cell"]["init"][WEIGHTS], weights.sha256)
        words = replace(words, weights=weights)
    return setting_of(canonical, words)


def _require_same(what: str, wanted: str, found: str) -> None:
    """Refuse numbers that are not those of the key, whoever has brought them."""
    if found != wanted:
        raise ForeignSettingError(f"{what} have the SHA-256 {found[:16]}…, the record's have {wanted[:16]}…")


def _bytes(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8)
