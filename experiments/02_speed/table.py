"""What was measured, as rows that a reader and a program can read."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clock import Times


@dataclass(frozen=True)
class Ratio:
    """Two contestants compared, by medians and by minima."""

    above: Times
    below: Times
    meaning: str
    scale: float = 1.0
    """A factor on both: one against a hundred times another."""

    @property
    def valid(self) -> bool:
        """Whether both sides are."""
        return self.above.valid and self.below.valid

    @property
    def medians(self) -> float:
        """Ratio of the medians."""
        return self.scale * self.above.median / self.below.median

    @property
    def minima(self) -> float:
        """Ratio of the minima."""
        return self.scale * self.above.least / self.below.least


@dataclass(frozen=True)
class Line:
    """One contestant at one piece of work."""

    part: str
    case: str
    contestant: str
    times: Times
    peak_bytes: int | None = None
    ratio: Ratio | None = None
    note: str = ""

    def verdict(self) -> str:
        """Return ``invalid`` with the times where they are too far apart, else nothing."""
        return "" if self.times.valid else f"invalid: {self.times.listed()} s"


@dataclass
class Report:
    """Everything that a run of the script has found."""

    lines: list[Line] = field(default_factory=list)
    agreements: list[str] = field(default_factory=list)
    """Sentences on whose numbers agree."""
    notes: list[str] = field(default_factory=list)
    disagreed: bool = False


HEAD = ("part", "work", "contestant", "median s", "min s", "medians", "minima", "ratio of", "peak MB", "note")


def markdown(lines: Sequence[Line]) -> str:
    """Return the table, ready to be pasted."""
    rows = [HEAD, ("---",) * 3 + ("---:",) * 4 + ("---", "---:", "---"), *map(_cells, lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(line: Line) -> tuple[str, ...]:
    times, ratio, note = line.times, line.ratio, "; ".join(filter(None, [line.verdict(), line.note]))
    compared = ("", "", "")
    if ratio is not None:
        shown = (f"{ratio.medians:.3g}", f"{ratio.minima:.3g}") if ratio.valid else ("invalid", "invalid")
        compared = (*shown, ratio.meaning)
    peak = "" if line.peak_bytes is None else f"{line.peak_bytes / 1e6:.0f}"
    seconds = (f"{times.median:.3g}", f"{times.least:.3g}")
    return (line.part, line.case, line.contestant, *seconds, *compared, peak, note)


def write_csv(lines: Sequence[Line], path: Path) -> None:
    """Write the same with every single time."""
    head = ("part", "work", "contestant", "median_s", "min_s", "valid", "ratio_of_medians", "ratio_of_minima")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*head, "ratio_valid", "ratio_of", "peak_bytes", "all_s", "note"))
        for line in lines:
            times, ratio = line.times, line.ratio
            compared = (ratio.medians, ratio.minima, ratio.valid, ratio.meaning) if ratio else ("",) * 4
            writer.writerow(
                (
                    *(line.part, line.case, line.contestant, times.median, times.least, times.valid),
                    *compared,
                    *(line.peak_bytes or "", " ".join(map(repr, times.seconds)), line.note),
                )
            )
