"""Titles and questions that are markup, formulas or broken mathematics, from the config to every file."""

import csv
from pathlib import Path

from tests.cli.commands import gru_vanish
from tests.faults.programs import STUDY, study

TITLES = ('=HYPERLINK("x") $\\frac{', "@[bold]<b>&amp;{{}}\\x ^_%#$")
HOSTILE = (
    STUDY.replace("kind: gru, hidden: 9, init: {rec", f"kind: gru, title: '{TITLES[0]}', hidden: 9, init: {{rec")
    .replace("kind: gru, hidden: 9, init: {up", f"kind: gru, title: '{TITLES[1]}', hidden: 9, init: {{up")
    .replace("name: small", "name: small\nquestion: '=cmd|x [/red] $\\sqrt{ <script>alert(1)</script>'")
    + "figures: [gradient_vs_length]\n"
)


def test_they_are_printed_as_they_stand_and_run_nowhere(tmp_path: Path) -> None:
    study(tmp_path, HOSTILE)
    done = gru_vanish("run", "small.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("small: =cmd|x [/red] $\\sqrt{ <script>alert(1)</script>\n")
    assert all(title in done.stdout for title in TITLES)
    folder = tmp_path / "results" / "small"
    tables = [folder / "summary.csv", folder / "figures" / "gradient_vs_length.csv"]
    for table in tables:
        rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))], table
        assert any(cell.startswith(f"'{title}") for row in rows for cell in row for title in TITLES), table
    drawn = (folder / "figures" / "gradient_vs_length.svg").read_text(encoding="utf-8")
    assert "<b>" not in drawn
    assert "<script" not in drawn
