"""CITATION.cff has what CFF 1.2.0 requires, and says the same as pyproject.toml and the README's BibTeX."""

import re
import tomllib
from typing import Any

import pytest
from ruamel.yaml import YAML

import gru_vanish
from tests.readme.pages import README, ROOT, blocks

REQUIRED = {"cff-version", "message", "title", "authors"}
KNOWN = REQUIRED | {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url",
    "preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url",
    "version",
}  # fmt: skip
"""Every key that CFF 1.2.0 has at its top."""


@pytest.fixture(scope="module")
def cited() -> dict[str, Any]:
    found = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def test_the_file_is_a_citation(cited: dict[str, Any]) -> None:
    assert REQUIRED <= set(cited) <= KNOWN
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] in ("software", "dataset")
    assert all(isinstance(cited[key], str) and cited[key] for key in ("message", "title", "version", "abstract"))
    assert cited["authors"] == [{"name": "The gru-vanish authors"}]  # an entity: all that it must have is a name
    assert len(set(cited["keywords"])) == len(cited["keywords"]) > 0
    assert not {"doi", "identifiers", "date-released"} & set(cited), "nothing was released, so there is none"


def test_it_says_what_the_project_says(cited: dict[str, Any], project: dict[str, Any]) -> None:
    assert cited["title"] == project["name"]
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]["text"]
    assert project["description"] == cited["abstract"]
    assert gru_vanish.__version__ == project["version"]


def test_the_bibtex_says_the_same(cited: dict[str, Any]) -> None:
    (block,) = blocks(README, "bibtex")
    kind, key, body = re.fullmatch(r"@(\w+)\{(\w+),\n(.*)\}\n", block.text, flags=re.DOTALL).groups()  # type: ignore[union-attr]
    assert (kind, key) == ("misc", "gru_vanish")  # every BibTeX style knows it
    fields = dict(re.findall(r"^  (\w+) += \{(.*)\},?$", body, flags=re.MULTILINE))
    assert fields == {
        "author": f"{{{cited['authors'][0]['name']}}}",
        "title": f"{{{cited['title']}}}",
        "note": f"Software, version {cited['version']}",
    }
    assert body.count("{") == body.count("}")
