"""Measures how the gradient flows back through a recurrent network, correctly at any length.

The public names are imported when they are first used, so that ``import gru_vanish`` costs nothing.
"""

from importlib import import_module
from typing import Any

_ROOMS: dict[str, tuple[str, ...]] = {
    "config": ("ConfigError", "Loaded", "Study", "json_schema", "load"),
    "contracts": ("Cell", "Input", "Loss", "Measure", "STATUSES", "Setting", "Status"),
    "cells": ("CELLS",),
    "inputs": ("INITIAL_STATES", "INPUTS"),
    "losses": ("LOSSES",),
    "measures": ("MEASURES",),
    "engine": ("Unit", "execute", "manifest", "plan", "prepare", "unit"),
    "store": ("Record", "Store", "StoreError", "read_manifest", "write_manifest", "write_tables"),
    "analysis": ("Findings", "SeriesTable", "Table", "analyse"),
    "figures": ("FIGURES", "draw"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = ["__version__", *_ROOM_OF]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("gru-vanish")
    except metadata.PackageNotFoundError:
        return "unknown (not installed)"
