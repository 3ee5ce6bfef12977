"""The line of a caption that says what became of the claims that the figure is about."""

from collections.abc import Sequence
from pathlib import Path

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import short_verdicts


def add_claims(paths: Sequence[Path], findings: Findings, measures: Sequence[str]) -> None:
    """Add the verdicts of the claims about these measures to the captions among the files of a figure."""
    about = [one for one in findings.claims if one.metric.measure in measures]
    if not about:
        return
    line = f"Claims: {short_verdicts(about)} (95 %, Holm over {len(findings.claims)}).\n"
    for path in paths:
        if path.suffix == ".txt":
            path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8", newline="\n")
