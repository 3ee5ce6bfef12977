"""The line of a caption that says what became of the claims that the figure is about."""

from collections.abc import Sequence

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims import short_verdicts


def claim_line(findings: Findings, measures: Sequence[str]) -> str:
    """Return the line with the verdicts of the claims about these measures, nothing where there are none."""
    about = [one for one in findings.claims if one.metric.measure in measures]
    return f"Claims: {short_verdicts(about)} (95 %, Holm over {len(findings.claims)}).\n" if about else ""
