"""One of two studies that are compared: its findings, and where each of its records comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gru_vanish.analysis.comparing.origin import Origin, Remembering
from gru_vanish.analysis.comparing.pairs import Pair
from gru_vanish.analysis.findings import Findings

SAME_RECORDS = "same records"
COMPUTED_TWICE = "computed twice"


@dataclass(frozen=True)
class Side:
    """``title`` is what tables and figures call the study; ``seen`` fills as its records are read."""

    title: str
    findings: Findings
    seen: Mapping[str, Origin]

    @classmethod
    def of(cls, findings: Findings, title: str) -> "Side":
        """Return the study with a reader that remembers; what was analysed before is analysed anew."""
        read = Remembering(findings.read)
        return cls(title, Findings(findings.manifest, read), read.seen)

    def entry(self, series: int) -> Mapping[str, Any]:
        """Return what the manifest says of a series."""
        return dict(self.findings.manifest["series"][series])

    def setting(self, series: int) -> Mapping[str, Any]:
        """Return the resolved setting of a series."""
        return dict(self.entry(series)["setting"])

    def label(self, series: int) -> str:
        """Return a series' label."""
        return str(self.entry(series)["label"])

    def records(self, series: int, measure: str) -> dict[str, tuple[str, str]]:
        """Return (key, digest) of every record that was read, by seed."""
        keys = self.entry(series)["keys"].get(measure, {})
        return {seed: (key, self.seen[key].digest) for seed, key in keys.items() if key in self.seen}


def records(a: Side, b: Side, pair: Pair, measure: str) -> str:
    """Say whether both series read the same records of a measure, or the same units that were computed twice.

    Empty where they are different units, or have no seed in common.
    """
    mine, theirs = a.records(pair.a, measure), b.records(pair.b, measure)
    common = [seed for seed in mine if seed in theirs]
    if not common or any(mine[seed][0] != theirs[seed][0] for seed in common):
        return ""
    same = all(mine[seed][1] == theirs[seed][1] for seed in common)
    return SAME_RECORDS if same else COMPUTED_TWICE
