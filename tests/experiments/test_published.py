"""The studies of experiments/08_published: each is sound, two of them run, and the README says what the runs gave."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from gru_vanish.analysis.claims import CLOSED_FORMS
from gru_vanish.analysis.claims.sample import Reading
from gru_vanish.config import Loaded, load
from tests.analysis.claims.test_closed_forms import ORACLES
from tests.cli.commands import gru_vanish, result
from tests.experiments import committed as tables
from tests.experiments.committed import ROOT, Row, against, read, reading, verdicts

CONFIGS = sorted((ROOT / "configs" / "published").glob("*.yaml"))
README = ROOT / "experiments" / "08_published" / "README.md"
REFERENCE = tables.REFERENCE / "published"
LARGEST_FILE = 100_000  # bytes


@pytest.fixture(scope="module")
def loaded() -> dict[str, Loaded]:
    """The studies as they are planned, by the stem of their configs."""
    return {path.stem: load(path) for path in CONFIGS}


def forms_of(one: Loaded) -> list[str]:
    """The closed forms that the claims of a study name."""
    return [name for bound in one.claims if (name := getattr(bound.claim.predicate, "form", None))]


def claims_in(folder: Path) -> list[Row]:
    return read(folder / "claims.csv")


def rows_of_readme() -> dict[str, list[str]]:
    """The rows of the README's tables that begin with a claim, by its id: the cells after it."""
    found = re.findall(r"^\| `([a-z]+\.[\w-]+)` \| (.*) \|$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(found) == len(dict(found))
    return {claim: [cell.strip() for cell in cells.split(" | ")] for claim, cells in found}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_study_is_sound_and_says_source_setting_and_tolerance(path: Path, loaded: dict[str, Loaded]) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = " ".join(line.removeprefix("#").strip() for line in lines if line.startswith("#"))
    one = loaded[path.stem]
    assert lines[0] == f"# {one.study.question}"
    assert re.search(r"allowed|[Tt]olerance|rounding|margin", head), "the head says why the tolerance is that wide"
    assert one.study.name == f"published-{path.stem.replace('_', '-')}"
    assert one.series
    assert all(bound.claim.source for bound in one.claims)
    assert forms_of(one) or path.stem == "irnn_silent"
    assert "closed_forms" in one.study.figures or {"gradient_vs_length", "decay_rate_vs_axis"} & {*one.study.figures}
    assert f"`{path.stem}`" in README.read_text(encoding="utf-8")


def test_every_closed_form_is_claimed_somewhere_and_has_an_oracle(loaded: dict[str, Loaded]) -> None:
    others = [load(path) for path in sorted((ROOT / "configs" / "claims").glob("*.yaml"))]
    assert {name for one in (*loaded.values(), *others) for name in forms_of(one)} == set(CLOSED_FORMS)
    assert set(ORACLES) == set(CLOSED_FORMS)
    assert len(set(ORACLES.values())) == len(ORACLES)


def test_the_committed_verdicts_are_those_of_the_studies(loaded: dict[str, Loaded]) -> None:
    assert sorted(folder.name for folder in REFERENCE.iterdir()) == sorted(loaded)
    for stem, one in loaded.items():
        rows = {row["id"]: row for row in claims_in(REFERENCE / stem)}
        assert set(rows) == {bound.claim.id for bound in one.claims}
        for bound in one.claims:
            row = rows[bound.claim.id]
            assert (row["says"], row["source"]) == (bound.claim.says, bound.claim.source)
            assert row["predicate"] == bound.claim.predicate.words()
            assert row["as_expected"] == "true"
            assert row["verdict"] == bound.claim.expect


def test_the_numbers_of_the_readme_are_those_of_the_runs() -> None:
    said = rows_of_readme()
    committed = verdicts("published")
    assert set(said) == set(committed)
    for claim, (_, theory, measured, difference, verdict) in said.items():
        row = committed[claim]
        found = (against(row), reading(row, "value"), reading(row, "difference"), row["verdict"])
        assert (theory, measured, difference, verdict) == found, claim


def slopes(gain: float, drive: float) -> tuple[float, float]:
    """½ ln χ and k = E[s⁴]/E[s²]² of mean-field theory, by Gauss–Legendre quadrature and iteration of q."""
    z, weights = np.polynomial.legendre.leggauss(400)
    z, q = 10.0 * z, gain**2 + drive
    density = weights * np.exp(-(z**2) / 2)
    density /= density.sum()
    for _ in range(300):
        q = gain**2 * float(density @ np.tanh(math.sqrt(q) * z) ** 2) + drive
    s = np.cosh(math.sqrt(q) * z) ** -2.0
    return 0.5 * math.log(gain**2 * float(density @ s**2)), float(density @ s**4) / float(density @ s**2) ** 2


def exponents_of(study: str) -> set[str]:
    """The exponents of a study with their intervals, in words: of decay rates the negative."""
    name, sign = ("lyapunov", 1) if study == "exponents" else ("summary", -1)
    column = "largest" if study == "exponents" else "decay_rate"
    rows = [row for row in read(REFERENCE / study / f"{name}.csv") if row["series"].isdigit()]
    found = set()
    for row in rows:
        low, high = sorted(sign * float(row[f"{column}_{end}"]) for end in ("low", "high"))
        found.add(Reading(sign * float(row[column]), low, high, 2, "mean").text())
    return found


def test_what_finite_networks_miss_is_as_derived() -> None:
    """λ₁ ≈ ½ ln χ − (3k − 1)/(4n): to the interval over seeds, and 0.01 where states depend on the past's weights."""
    text = README.read_text(encoding="utf-8").replace("−", "-")
    rows = re.findall(r"^  \| `(\w+)` \| ([\w, ]+) \| (\d+) \| ([\d.]+) \| (.*) \|$", text, flags=re.MULTILINE)
    assert len(rows) == 15
    for study, inputs, n, gain, numbers in rows:
        drive = 0.0 if inputs == "none" else float(inputs.rpartition(" ")[2])
        theory, kurtosis = slopes(float(gain), drive)
        missing = -(3 * kurtosis - 1) / (4 * int(n))
        *said, measured = numbers.split(" | ")
        assert [float(each) for each in said] == pytest.approx([theory, missing, theory + missing], abs=2e-4)
        assert measured.replace("-", "−") in exponents_of(study)
        value, half = (float(each) for each in measured.split(" ± "))
        assert abs(value - theory - missing) < half + (0.0 if drive else 0.01), (study, gain)


def test_what_the_readme_shows_is_there_and_small() -> None:
    text = README.read_text(encoding="utf-8")
    shown = [README.parent / link for link in re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)]
    assert len(shown) >= 3
    assert {path.resolve() for path in shown} == {path.resolve() for path in REFERENCE.rglob("*.png")}
    for path in shown:
        assert "losed form of a claim" in path.with_suffix(".txt").read_text(encoding="utf-8")
    assert all(path.stat().st_size < LARGEST_FILE for path in REFERENCE.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["norm_floor", "gru_at_rest"])
def test_a_study_ends_with_every_verdict_as_committed(name: str, tmp_path: Path) -> None:
    figure = {"norm_floor": "closed_forms", "gru_at_rest": "decay_rate_vs_axis"}[name]
    options = ("--strict", "--json", "--set", f"figures=[{figure}]")
    done = gru_vanish("run", ROOT / "configs" / "published" / f"{name}.yaml", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert result(done)["finished"] is True
    folder = tmp_path / "results" / f"published-{name.replace('_', '-')}"
    rows, committed = claims_in(folder), claims_in(REFERENCE / name)
    assert [(row["id"], row["verdict"]) for row in rows] == [(row["id"], row["verdict"]) for row in committed]
    for row, known in zip(rows, committed, strict=True):
        assert float(row["difference"]) == pytest.approx(float(known["difference"]), rel=1e-3, abs=1e-4)
    caption = (folder / "figures" / f"{figure}.txt").read_text(encoding="utf-8")
    assert "Thin line: closed form of a claim" in caption
