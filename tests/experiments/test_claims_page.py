"""The article's claims: configs, committed verdicts, pictures and three pages say the same."""

import re
from pathlib import Path

import pytest

from gru_vanish.config import Loaded, load
from tests.cli.commands import gru_vanish, result
from tests.experiments import committed as tables
from tests.experiments.committed import ROOT, Row, against, read, reading, verdicts

CONFIGS = sorted((ROOT / "configs" / "claims").glob("*.yaml"))
REFERENCE = tables.REFERENCE / "claims"
SUMMARY = ROOT / "experiments" / "README.md"
PAGE = ROOT / "experiments" / "10_claims" / "README.md"
ARTICLE = tuple(f"C{number}" for number in range(1, 9))
LARGEST_FILE = 100_000  # bytes
NUMBER = r"−?\d+(?:\.\d+)?(?:e[-−]\d+)?"
PARTS = ("Question.", "Prediction.", "Command", "What it does not show.")


@pytest.fixture(scope="module")
def loaded() -> dict[str, Loaded]:
    """The studies as they are planned, by the stem of their configs."""
    return {path.stem: load(path) for path in CONFIGS}


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    """Every committed verdict by the id of its claim."""
    return verdicts("claims")


def studies() -> list[str]:
    return sorted(folder.name for folder in REFERENCE.iterdir())


def committed(stem: str) -> list[Row]:
    return read(REFERENCE / stem / "claims.csv")


def of_article(name: str) -> str:
    """Return the claim of the article that an id or a study is about."""
    return re.split(r"[.-]", name)[0].upper()


def readings(some: list[Row]) -> set[str]:
    return {reading(row, name) for row in some for name in ("value", "difference")}


def told(text: str) -> set[str]:
    """Every number of a text that has an interval."""
    return set(re.findall(f"{NUMBER} ± {NUMBER}", text))


def told_against(text: str) -> set[str]:
    """Every number that another is held against."""
    return set(re.findall(f"against ({NUMBER})", text))


def sections() -> dict[str, str]:
    """The page by the article's claims."""
    pieces = re.split(r"^## (C\d)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def summary_rows() -> list[tuple[str, list[str]]]:
    """The rows of the summary: the article's claim, and its cells."""
    found = re.findall(r"^\| (\[(C\d)\].*) \|$", SUMMARY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [(claim, line.split(" | ")) for line, claim in found]


def links(path: Path) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))


def test_the_committed_verdicts_are_those_of_the_studies(loaded: dict[str, Loaded]) -> None:
    assert studies() == sorted(loaded)
    assert {of_article(stem) for stem in loaded} == set(ARTICLE)
    for stem, one in loaded.items():
        by_id = {row["id"]: row for row in committed(stem)}
        assert list(by_id) == [bound.claim.id for bound in one.claims]
        for bound in one.claims:
            row = by_id[bound.claim.id]
            assert of_article(row["id"]) == of_article(stem)
            assert (row["says"], row["source"] or None) == (bound.claim.says, bound.claim.source)
            assert (row["metric"], row["of"]) == (bound.claim.metric, bound.claim.of)
            assert row["predicate"] == bound.claim.predicate.words()
            assert (row["verdict"], row["as_expected"]) == (bound.claim.expect, "true")
            assert int(row["seeds"]) == len(one.study.seeds)


def test_every_claim_stands_in_its_section_with_its_numbers(rows: dict[str, Row]) -> None:
    assert tuple(sections()) == ARTICLE
    said: list[str] = []
    for name, text in sections().items():
        for claim, line in re.findall(r"^\| `(C\d\.[\w-]+)` \| (.*) \|$", text, flags=re.MULTILINE):
            row = rows[claim]
            cells = [cell.strip() for cell in line.split(" | ")]
            numbers = [reading(row, "value"), against(row), reading(row, "difference")]
            assert cells == [row["says"], *numbers, row["verdict"]], claim
            assert of_article(claim) == name
            said.append(claim)
    assert sorted(said) == sorted(rows)


def test_a_section_has_its_parts_and_no_number_of_its_own(rows: dict[str, Row]) -> None:
    for name, text in sections().items():
        assert all(f"**{part}" in text for part in PARTS), name
        of_it = [row for row in rows.values() if of_article(row["id"]) == name]
        assert told(text) <= readings(of_it), name
        assert told(text)
        for stem in studies():
            assert (f"gru-vanish run configs/claims/{stem}.yaml`" in text) == (of_article(stem) == name)


def test_the_summary_says_what_the_runs_gave(rows: dict[str, Row]) -> None:
    assert list(dict.fromkeys(claim for claim, _ in summary_rows())) == list(ARTICLE)
    for claim, (statement, condition, verdict, number, figure) in summary_rows():
        named = [rows[each] for each in re.findall(r"`(C\d\.[\w-]+)`", number)]
        assert named, statement
        assert condition
        assert all(of_article(row["id"]) == claim for row in named)
        assert f"(10_claims/README.md#{claim.lower()})" in statement
        if not verdict.startswith("depends: "):
            assert {row["verdict"] for row in named} == {verdict}, statement
        for row in named:
            assert told(number) & readings([row]), row["id"]
        assert told(number) <= readings(named)
        assert told_against(number) <= {against(row) for row in named}
        assert re.search(rf"/claims/{claim.lower()}[-\w]*/figures/\w+\.png", figure)


def test_the_readme_says_what_the_summary_says(rows: dict[str, Row]) -> None:
    _, _, text = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## The article's claims\n")
    text = text.partition("\n## ")[0]
    assert "(experiments/README.md)" in text
    found = re.findall(r"^\| (C\d) \| (.*) \| (.*) \| (.*) \|$", text, flags=re.MULTILINE)
    assert [claim for claim, *_ in found] == list(ARTICLE)
    for claim, statement, verdict, number in found:
        assert statement
        of_it = [row for row in rows.values() if of_article(row["id"]) == claim]
        assert told(number)
        assert told(number) <= readings(of_it)
        assert told_against(number) <= {against(row) for row in of_it}
        given = {cells[2] for name, cells in summary_rows() if name == claim and "depends" not in cells[2]}
        assert set(re.findall("holds|contradicted|undecided", verdict)) == given, claim


def test_every_folder_is_listed_and_every_link_leads_somewhere() -> None:
    folders = {path.name for path in SUMMARY.parent.iterdir() if path.is_dir() and not path.name.startswith("_")}
    listed = re.findall(r"^\| \[(\d\d_\w+)\]\(\1/README\.md\) \| (.+) \|$", SUMMARY.read_text("utf-8"), re.MULTILINE)
    assert {name for name, _ in listed} == folders
    for page in (SUMMARY, PAGE):
        for link in links(page):
            path, _, anchor = link.partition("#")
            assert (page.parent / path).exists(), link
            assert not anchor or anchor.upper() in ARTICLE


def test_what_the_page_shows_is_committed_small_and_of_these_verdicts(loaded: dict[str, Loaded]) -> None:
    shown = {(PAGE.parent / link).resolve() for link in links(PAGE) if link.endswith(".png")}
    assert shown == {path.resolve() for path in REFERENCE.rglob("*.png")}
    assert len(shown) == len(loaded)
    for stem, one in loaded.items():
        (caption,) = (path for path in (REFERENCE / stem / "figures").glob("*.txt") if ".alt" not in path.name)
        assert caption.with_suffix(".png") in shown
        assert caption.stem in one.study.figures
        words = caption.read_text(encoding="utf-8")
        assert words.startswith(f"Study claim-{stem}. ")
        told_of = re.findall(r"^Claims: (.*) \(95 %, Holm over (\d+)\)\.$", words, flags=re.MULTILINE)
        (verdicts, count), known = told_of[0], [f"{row['id']} {row['verdict']}" for row in committed(stem)]
        assert set(verdicts.split(", ")) <= set(known)  # of what the figure draws
        assert int(count) == len(known)
    assert all(path.stat().st_size < LARGEST_FILE for path in REFERENCE.rglob("*") if path.is_file())


def test_a_study_ends_with_every_verdict_as_committed(tmp_path: Path) -> None:
    options = ("--strict", "--json", "--set", "figures=[]")
    done = gru_vanish("run", ROOT / "configs" / "claims" / "c2-small.yaml", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert result(done)["finished"] is True
    found, known = read(tmp_path / "results" / "claim-c2-small" / "claims.csv"), committed("c2-small")
    assert [(row["id"], row["verdict"]) for row in found] == [(row["id"], row["verdict"]) for row in known]
    for row, other in zip(found, known, strict=True):
        assert float(row["value"]) == pytest.approx(float(other["value"]), rel=1e-3), row["id"]
