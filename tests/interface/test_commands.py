"""Every command and every option has its counterpart in Python."""

import inspect

import pytest
import typer.main

import gru_vanish
from gru_vanish.cli.app import app

TERMINAL = {"as_json"}
"""What says how a command tells its result: in Python there is `as_json` of each result."""
FUNCTIONS = {
    "run": ("run", "plan"), "check": ("check", "load"), "draw": ("draw",), "report": ("report",),
    "export": ("export", "export_oracle"), "diagnose": ("diagnose", "layers"), "compare": ("compare",),
    "verify": ("verify",), "list": ("listed",), "init": ("init",), "schema": ("schema",), "doctor": ("doctor",),
}  # fmt: skip
ELSEWISE = {
    "run overrides": "set",
    "check overrides": "set",
    "run no_compile_cache": "compile_cache",
    "run dry_run": "plan",
    "check resolved": "Checked.resolved",
    "draw name": "study",
    "draw page_width": "width",
    "compare page_width": "width",
    "report name": "study",
    "export name": "study",
    "export columns": "ExportResult.dictionary",
    "export oracle": "folder",
    "verify name": "study",
}
"""Options whose counterpart has another name: a parameter, a function, or what a result has."""
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_every_command_has_its_function() -> None:
    assert set(COMMANDS) == set(FUNCTIONS)
    options = typer.main.get_command(app).params
    assert [one.name for one in options if one.name not in ("help", *completion(options))] == ["version"]
    assert isinstance(gru_vanish.__version__, str)


def completion(options: object) -> tuple[str, ...]:
    """What Typer adds for shells."""
    return ("install_completion", "show_completion")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_its_counterpart(command: str) -> None:
    functions = [getattr(gru_vanish, name) for name in FUNCTIONS[command]]
    there = {name for one in functions for name in inspect.signature(one).parameters} | {*FUNCTIONS[command]}
    for option in (str(one.name) for one in COMMANDS[command].params):
        other = ELSEWISE.get(f"{command} {option}", option)
        owner, _, attribute = other.rpartition(".")
        if owner:
            result = getattr(gru_vanish, owner)
            assert hasattr(result, attribute) or attribute in result.__dataclass_fields__, option
        else:
            assert other in there | TERMINAL | {"help"}, option


def test_no_word_about_a_counterpart_is_stale() -> None:
    options = {f"{name} {one.name}" for name, command in COMMANDS.items() for one in command.params}
    assert ELSEWISE.keys() <= options


@pytest.mark.parametrize("command", COMMANDS)
def test_defaults_are_the_same(command: str) -> None:
    signatures = [inspect.signature(getattr(gru_vanish, name)) for name in FUNCTIONS[command]]
    parameters = {name: one for each in signatures for name, one in each.parameters.items()}
    compared = 0
    for option in COMMANDS[command].params:
        known = parameters.get(str(option.name))
        if known is None or known.default is inspect.Parameter.empty or option.name == "formats":
            continue
        command_default, python_default = option.default, known.default
        if str(option.name) == "seed":
            command_default = command_default or 0
        plain = tuple(command_default) if isinstance(command_default, list) else command_default
        assert str(getattr(plain, "value", plain)) == str(python_default), f"{command} {option.name}"
        compared += 1
    assert compared or command in ("list", "schema"), command


def test_commands_that_only_write_say_what_they_write(tmp_path: object) -> None:
    assert set(gru_vanish.listed()) > {"cells", "measures", "figures"}
    assert "z points" in gru_vanish.listed("cells", "gru")["gru"] or "z_t" in gru_vanish.listed("cells", "gru")["gru"]
    with pytest.raises(gru_vanish.RefusalError, match="did you mean 'gru'"):
        gru_vanish.listed("cells", "gro")
    assert gru_vanish.schema()["type"] == "object"
