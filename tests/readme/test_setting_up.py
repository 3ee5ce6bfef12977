"""The lines that set up an environment are parsed, and what they name is there; run they would want the network."""

import re
import shlex
import tomllib
from typing import Any

import pytest

from tests.readme.pages import README, ROOT, blocks, inline_code

VENV = "python3 -m venv .venv"
PINNED = ".venv/bin/pip install --require-hashes -r"
OURS = ".venv/bin/pip install --no-deps -e ."


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def one_liners() -> list[list[str]]:
    """The first two blocks, each one line, by its commands."""
    first, second, *_ = (block.text.strip() for block in blocks(README, "sh"))
    assert "\n" not in first + second
    return [line.split(" && ") for line in (first, second)]


def pinned(name: str) -> set[str]:
    """The packages of a file of requirements, of which each has a version and a hash."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(re.match(r"[\w.-]+==\S+( ;.*)?\s+--hash=sha256:[0-9a-f]{64}", line) for line in lines)
    assert "://" not in text
    return {plain(line) for line in lines}


def plain(requirement: str) -> str:
    return re.sub(r"[._-]+", "-", re.split(r"[^\w.-]", requirement)[0].lower())


def test_the_two_lines_set_up_and_run(project: dict[str, Any]) -> None:
    study, tests = one_liners()
    assert study == [VENV, f"{PINNED} requirements.txt", OURS, ".venv/bin/gru-vanish run configs/article.yaml"]
    assert tests == [VENV, f"{PINNED} requirements-test.txt", OURS, ".venv/bin/python -m pytest -n 2"]
    assert "gru-vanish" in project["scripts"]
    assert (ROOT / "configs" / "article.yaml").exists()


def test_what_is_pinned_is_what_the_project_wants(project: dict[str, Any]) -> None:
    wanted = {plain(each) for each in project["dependencies"]}
    assert wanted <= pinned("requirements.txt")
    assert wanted | {plain(each) for each in project["optional-dependencies"]["test"]} <= pinned(
        "requirements-test.txt"
    )
    assert {"pytest", "pytest-xdist"} <= pinned("requirements-test.txt")


def test_extras_that_are_named_are_there(project: dict[str, Any]) -> None:
    extras = set(project["optional-dependencies"])
    named = [code for code in inline_code(README) if "[" in code or "--extra" in code]
    found = {one for code in named for one in re.findall(r"\.\[(\w+)\]|--extra (\w+)", code) for one in one if one}
    assert {"cluster", "test"} <= found <= extras
    assert (
        set(re.findall(r"`(\w+)`", README.read_text("utf-8").partition("Extras ")[2].partition(" install ")[0]))
        <= extras
    )


def test_other_ways_to_set_up_run_the_same_commands() -> None:
    ours = [code for code in inline_code(README) if code.startswith(("uv ", "pip ", "source "))]
    commands = [command for line in one_liners() for command in line]
    for code in ours:
        words = shlex.split(code)
        if words[0] == "uv":
            assert any(line.endswith(" ".join(words[-3:])) for line in commands), code
        elif words[0] == "source":
            assert words[1] == ".venv/bin/activate"
        else:
            assert words[:3] == ["pip", "install", "-e"]
