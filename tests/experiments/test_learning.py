"""What experiments/04_student and 07_learning say is what the committed results say, and their studies are sound."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gru_vanish.config import load

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "results" / "reference"
STUDIES = {
    "04_student": ("student",),
    "07_learning": ("adding", "temporal_order", "ablation", "ablation_xor", "reach", "length"),
}
NUMBER = r"[+−-]?\d+(?:\.\d+)?(?:·10⁻\d)?"
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def tables(page: str) -> Iterator[str]:
    """The lines of a README's tables."""
    text = (ROOT / "experiments" / page / "README.md").read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.startswith("|"))


def committed(study: str) -> Iterator[dict[str, str]]:
    for path in sorted((REFERENCE / study).rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def estimates(study: str) -> Iterator[tuple[float, float]]:
    """Every mean with half the width of its interval."""
    for row in committed(study):
        for name in row:
            if f"{name}_low" in row and row[name] and row[f"{name}_low"] and row[f"{name}_high"]:
                yield float(row[name]), (float(row[f"{name}_high"]) - float(row[f"{name}_low"])) / 2


def plain(text: str) -> tuple[float, float]:
    """A number as printed, and half a unit of its last digit."""
    digits, _, power = text.replace("−", "-").partition("·10")
    scale = 10.0 ** int(power.translate(POWERS)) if power else 1.0
    return float(digits) * scale, 0.51 * scale * 10.0 ** -len(digits.partition(".")[2])


@pytest.mark.parametrize("page", STUDIES)
def test_every_number_with_an_interval_is_committed(page: str) -> None:
    known = [one for study in STUDIES[page] for one in estimates(study)]
    said = [pair for line in tables(page) for pair in re.findall(rf"({NUMBER}) ± ({NUMBER})", line)]
    assert len(said) > 20
    for pair in said:
        (value, unit), (half, half_unit) = map(plain, pair)
        assert any(abs(value - m) <= unit and abs(half - h) <= half_unit for m, h in known), " ± ".join(pair)


def test_the_reach_of_every_network_and_how_many_seeds_solved() -> None:
    known = [(int(row["seeds_solved"]), float(row["ln_answer_gradient_before"])) for row in committed("reach")]
    said = [pair for line in tables("07_learning") for pair in re.findall(rf"(\d) at ({NUMBER})", line)]
    assert len(said) == len(known)
    for seeds, reach in said:
        value, unit = plain(reach)
        assert any(int(seeds) == count and abs(value - ln) <= unit for count, ln in known), (seeds, reach)


@pytest.mark.parametrize("study", [study for studies in STUDIES.values() for study in studies])
def test_a_study_is_sound_and_what_is_committed_of_it_is_whole(study: str) -> None:
    loaded = load(ROOT / "configs" / f"{study}.yaml")
    series = {row["series"] for row in committed(study) if "seeds_solved" in row}
    assert len(series) == len(loaded.series)
    assert all(
        int(row["seeds_measured"]) == len(loaded.study.seeds) for row in committed(study) if "seeds_solved" in row
    )


@pytest.mark.parametrize("page", STUDIES)
def test_what_is_shown_is_there(page: str) -> None:
    folder = ROOT / "experiments" / page
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert shown
    for link in shown:
        assert (folder / link).stat().st_size < 400_000
        assert (folder / link).with_suffix(".txt").read_text(encoding="utf-8").startswith("Study ")


def test_the_student_came_out_as_planted() -> None:
    groups = {
        row["group"]: row for row in committed("student") if row.get("quantity") == "effect" and row["label"] == "GRU"
    }
    for subject, planted in {"maths": 1, "programming": 1, "physics": 0.5, "Chinese": 0, "English": 0}.items():
        assert float(groups[subject]["planted"]) == planted
        assert float(groups[subject]["after"]) == pytest.approx(planted, abs=0.05)
