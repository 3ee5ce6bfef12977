"""Measures how the gradient flows back through a recurrent network, correctly at any length.

What the commands do is here by the same names: ``from gru_vanish import load, run, draw, report, verify``. The public
names are imported when they are first used, so that ``import gru_vanish`` costs nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gru_vanish.analysis import Findings as Findings
    from gru_vanish.analysis import SeriesTable as SeriesTable
    from gru_vanish.analysis import Table as Table
    from gru_vanish.analysis import analyse as analyse
    from gru_vanish.cells import CELLS as CELLS
    from gru_vanish.config import ConfigError as ConfigError
    from gru_vanish.config import Loaded as Loaded
    from gru_vanish.config import Study as Study
    from gru_vanish.config import Text as Text
    from gru_vanish.config import json_schema as json_schema
    from gru_vanish.contracts import STATUSES as STATUSES
    from gru_vanish.contracts import Cell as Cell
    from gru_vanish.contracts import Input as Input
    from gru_vanish.contracts import Loss as Loss
    from gru_vanish.contracts import Measure as Measure
    from gru_vanish.contracts import Setting as Setting
    from gru_vanish.contracts import Status as Status
    from gru_vanish.engine import Unit as Unit
    from gru_vanish.engine import execute as execute
    from gru_vanish.engine import prepare as prepare
    from gru_vanish.engine import unit as unit
    from gru_vanish.figures import FIGURES as FIGURES
    from gru_vanish.figures import ShownFigure as ShownFigure
    from gru_vanish.inputs import INITIAL_STATES as INITIAL_STATES
    from gru_vanish.inputs import INPUTS as INPUTS
    from gru_vanish.interface.check import Checked as Checked
    from gru_vanish.interface.check import check as check
    from gru_vanish.interface.check import load as load
    from gru_vanish.interface.compare import CompareResult as CompareResult
    from gru_vanish.interface.compare import compare as compare
    from gru_vanish.interface.diagnose import DiagnoseResult as DiagnoseResult
    from gru_vanish.interface.diagnose import ModelResult as ModelResult
    from gru_vanish.interface.diagnose import diagnose as diagnose
    from gru_vanish.interface.diagnose import layers as layers
    from gru_vanish.interface.doctor import DoctorResult as DoctorResult
    from gru_vanish.interface.doctor import doctor as doctor
    from gru_vanish.interface.draw import DrawResult as DrawResult
    from gru_vanish.interface.draw import draw as draw
    from gru_vanish.interface.export import ExportResult as ExportResult
    from gru_vanish.interface.export import export as export
    from gru_vanish.interface.export_oracle import OracleResult as OracleResult
    from gru_vanish.interface.export_oracle import export_oracle as export_oracle
    from gru_vanish.interface.listing import listed as listed
    from gru_vanish.interface.plan import plan as plan
    from gru_vanish.interface.planned import Plan as Plan
    from gru_vanish.interface.progress import Progress as Progress
    from gru_vanish.interface.refusals import Exit as Exit
    from gru_vanish.interface.refusals import RefusalError as RefusalError
    from gru_vanish.interface.refusals import StoppedError as StoppedError
    from gru_vanish.interface.report import ReportResult as ReportResult
    from gru_vanish.interface.report import report as report
    from gru_vanish.interface.run import RunResult as RunResult
    from gru_vanish.interface.run import run as run
    from gru_vanish.interface.schema import schema as schema
    from gru_vanish.interface.start import init as init
    from gru_vanish.interface.verify import VerifyResult as VerifyResult
    from gru_vanish.interface.verify import verify as verify
    from gru_vanish.losses import LOSSES as LOSSES
    from gru_vanish.measures import MEASURES as MEASURES
    from gru_vanish.store import Record as Record
    from gru_vanish.store import Store as Store
    from gru_vanish.store import StoreError as StoreError
    from gru_vanish.store import read_manifest as read_manifest
    from gru_vanish.store import write_manifest as write_manifest
    from gru_vanish.store import write_tables as write_tables

    __version__: str

_NAMES: dict[str, tuple[str, ...]] = {
    "interface.check": (
        "Checked",
        "check",
        "load",
    ),
    "interface.compare": ("CompareResult", "compare"),
    "interface.diagnose": (
        "DiagnoseResult",
        "ModelResult",
        "diagnose",
        "layers",
    ),
    "interface.doctor": (
        "DoctorResult",
        "doctor",
    ),
    "interface.draw": (
        "DrawResult",
        "draw",
    ),
    "interface.export": (
        "ExportResult",
        "export",
    ),
    "interface.export_oracle": (
        "OracleResult",
        "export_oracle",
    ),
    "interface.listing": ("listed",),
    "interface.plan": ("plan",),
    "interface.planned": ("Plan",),
    "interface.progress": ("Progress",),
    "interface.refusals": (
        "Exit",
        "RefusalError",
        "StoppedError",
    ),
    "interface.report": (
        "ReportResult",
        "report",
    ),
    "interface.run": (
        "RunResult",
        "run",
    ),
    "interface.schema": ("schema",),
    "interface.start": ("init",),
    "interface.verify": (
        "VerifyResult",
        "verify",
    ),
    "config": (
        "ConfigError",
        "Loaded",
        "Study",
        "Text",
        "json_schema",
    ),
    "contracts": (
        "STATUSES",
        "Cell",
        "Input",
        "Loss",
        "Measure",
        "Setting",
        "Status",
    ),
    "cells": ("CELLS",),
    "inputs": (
        "INITIAL_STATES",
        "INPUTS",
    ),
    "losses": ("LOSSES",),
    "measures": ("MEASURES",),
    "engine": (
        "Unit",
        "execute",
        "prepare",
        "unit",
    ),
    "store": (
        "Record",
        "Store",
        "StoreError",
        "read_manifest",
        "write_manifest",
        "write_tables",
    ),
    "analysis": (
        "Findings",
        "SeriesTable",
        "Table",
        "analyse",
    ),
    "figures": (
        "FIGURES",
        "ShownFigure",
    ),
}
_HOME_OF = {name: home for home, names in _NAMES.items() for name in names}

__all__ = [
    "CELLS",
    "FIGURES",
    "INITIAL_STATES",
    "INPUTS",
    "LOSSES",
    "MEASURES",
    "STATUSES",
    "Cell",
    "Checked",
    "CompareResult",
    "ConfigError",
    "DiagnoseResult",
    "DoctorResult",
    "DrawResult",
    "Exit",
    "ExportResult",
    "Findings",
    "Input",
    "Loaded",
    "Loss",
    "Measure",
    "ModelResult",
    "OracleResult",
    "Plan",
    "Progress",
    "Record",
    "RefusalError",
    "ReportResult",
    "RunResult",
    "SeriesTable",
    "Setting",
    "ShownFigure",
    "Status",
    "StoppedError",
    "Store",
    "StoreError",
    "Study",
    "Table",
    "Text",
    "Unit",
    "VerifyResult",
    "__version__",
    "analyse",
    "check",
    "compare",
    "diagnose",
    "doctor",
    "draw",
    "execute",
    "export",
    "export_oracle",
    "init",
    "json_schema",
    "layers",
    "listed",
    "load",
    "plan",
    "prepare",
    "read_manifest",
    "report",
    "run",
    "schema",
    "unit",
    "verify",
    "write_manifest",
    "write_tables",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
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


class _Package(ModuleType):
    """``report`` is a function here and a room: importing the room binds it to the package, which must not hide it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _HOME_OF or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
