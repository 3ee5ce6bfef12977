"""The committed tables of results/reference, and their numbers in the words of the program."""

import csv
from pathlib import Path

from gru_vanish.analysis.claims.sample import Reading

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "results" / "reference"

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def verdicts(group: str) -> dict[str, Row]:
    """Every committed verdict of a group of studies (claims, published) by the id of its claim."""
    found = [row for path in sorted((REFERENCE / group).glob("*/claims.csv")) for row in read(path)]
    by_id = {row["id"]: row for row in found}
    assert len(by_id) == len(found), "no id stands for two claims"
    return by_id


def reading(row: Row, name: str) -> str:
    """A number of a claim with its interval, in the words of the program; empty where there is none."""
    if not row[name]:
        return ""
    low, high = (float(row[end]) if row[end] else None for end in (f"{name}_low", f"{name}_high"))
    return Reading(float(row[name]), low, high, int(row["seeds"]), row["statistic"]).text()


def against(row: Row) -> str:
    """What the claim holds its number against, to four digits; empty where that is no number."""
    return f"{float(row['against']):.4g}".replace("-", "−") if row["against"] else ""
