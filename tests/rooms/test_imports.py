"""The import table, read from the files: who may know whom."""

import ast
import sys

import pytest

from tests.rooms.import_table import (
    DISK,
    FREE,
    NEVER_BEFORE_A_COMMAND,
    NEVER_REACHED,
    ONLY_INSIDE_FUNCTIONS,
    TABLE,
    WITHOUT_DISK,
)
from tests.rooms.sources import MODULES, PACKAGE, SOURCES, Source, libraries_of, loaded_by, rooms_of

LONGEST_FILE = 300
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}

every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
in_rooms = pytest.mark.parametrize("source", [s for s in SOURCES if s.room], ids=lambda source: source.name)


def test_every_room_is_in_the_table() -> None:
    assert {source.room for source in SOURCES if source.room} <= set(TABLE)
    assert len(SOURCES) > 40


@in_rooms
def test_rooms_know_only_whom_they_may(source: Source) -> None:
    assert rooms_of(source.imports()) <= TABLE[source.room].rooms | {source.room}


@in_rooms
def test_rooms_use_only_the_libraries_they_may(source: Source) -> None:
    third_parties = libraries_of(source.imports()) - set(sys.stdlib_module_names) - FREE
    assert third_parties <= TABLE[source.room].libraries


@in_rooms
def test_what_is_slow_is_imported_where_it_is_used(source: Source) -> None:
    early = libraries_of(source.imports(only_at_import=True))
    assert not early & ONLY_INSIDE_FUNCTIONS.get(source.room, set())


@in_rooms
def test_mathematics_does_not_touch_the_disk(source: Source) -> None:
    if source.room in WITHOUT_DISK:
        assert not libraries_of(source.imports()) & DISK
        calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
        assert "open" not in {ast.unparse(call.func) for call in calls}


@every_source
def test_nobody_but_the_entry_point_imports_the_command_line(source: Source) -> None:
    if source.room != "cli" and source.name != f"{PACKAGE}.__main__":
        assert "cli" not in rooms_of(source.imports())


@every_source
def test_only_the_command_line_prints(source: Source) -> None:
    if source.room != "cli":
        calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
        assert not {"print", "input"} & {ast.unparse(call.func) for call in calls}


@every_source
def test_names_say_what_is_inside_and_no_file_is_too_long(source: Source) -> None:
    assert not VAGUE & set(source.name.split("."))
    assert source.lines <= LONGEST_FILE


def test_cells_do_not_import_each_other() -> None:
    """What a cell may share is an abstract one; what it may keep beside it is its own data."""
    cells = [source for source in SOURCES if source.room == "cells"]
    concrete = {source.name for source in cells if defines_a_cell(source)}
    assert {f"{PACKAGE}.cells.rnn", f"{PACKAGE}.cells.gru"} <= concrete
    assert {f"{PACKAGE}.cells.elman", f"{PACKAGE}.cells.autodiff"}.isdisjoint(concrete)
    for source in cells:
        if source.path.name != "__init__.py":
            assert not set(source.imports()) & (concrete | {f"{PACKAGE}.cells"}) - {source.name}, source.name


def defines_a_cell(source: Source) -> bool:
    """Whether a class of the file goes by a kind of its own, or says how a step is taken and is not abstract."""
    classes = [node for node in source.tree.body if isinstance(node, ast.ClassDef)]
    final = [node for node in classes if "ABC" not in {ast.unparse(base) for base in node.bases}]
    fields = (item.target for node in classes for item in node.body if isinstance(item, ast.AnnAssign))
    methods = (item.name for node in final for item in node.body if isinstance(item, ast.FunctionDef))
    return "advance" in methods or "kind" in {ast.unparse(field) for field in fields}


def test_the_engine_knows_concrete_networks_only_to_probe_the_device() -> None:
    for source in SOURCES:
        if source.room == "engine" and source.name != f"{PACKAGE}.engine.probes":
            assert not {"cells", "inputs", "losses"} & rooms_of(source.imports()), source.name


@pytest.mark.parametrize("room", NEVER_REACHED)
def test_what_importing_a_room_must_not_load(room: str) -> None:
    """Through all that it imports at once, and its package with it."""
    for name, source in MODULES.items():
        if source.room == room:
            reached = {each.split(".")[0] for each in loaded_by(name)}
            assert not reached & NEVER_REACHED[room], name


@pytest.mark.parametrize("name", [f"{PACKAGE}.__main__", f"{PACKAGE}.cli", f"{PACKAGE}.cli.app"])
def test_the_command_line_answers_before_it_loads(name: str) -> None:
    assert name in MODULES
    assert not {each.split(".")[0] for each in loaded_by(name)} & NEVER_BEFORE_A_COMMAND


def test_the_package_itself_loads_nothing_before_it_is_asked() -> None:
    reached = loaded_by(PACKAGE)
    assert not {"jax", "matplotlib", "numpy", "pydantic"} & {name.split(".")[0] for name in reached}
