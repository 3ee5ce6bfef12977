"""The tables for a paper: intervals and caveats are there, and LaTeX and Markdown are sound whatever the words."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gru_vanish.analysis import Findings
from gru_vanish.tables.latex import escaped, latex_table
from gru_vanish.tables.layout import Grid
from gru_vanish.tables.readable import Readable, chosen_lengths, readable_tables
from tests.cli.export.stated import STATED

HOSTILE = (
    r"[b]*50 % & #1 _x_ $5 {a} \LaTeX ~^ <i> | \"q' `` '' -- --- é ß ł ñ ç ï ő š σ₁ R² ‖∂⁺L‖ −3 ± ½ … 中 🙂"
    + "\x07\u00a0end"
)


def test_a_reader_sees_intervals_and_what_must_be_known(study: Findings) -> None:
    found = {table.name: table for table in readable_tables(study)}
    for table in found.values():
        assert all(len(row) == len(table.grid.heads) for row in table.grid.rows)
        assert table.grid.rows
        assert ("Unfinished" in table.caption) == (not study.finished)
        assert study.question in table.caption
    summary = found["summary"].grid.rows
    assert len(summary) == len(study.headline.series)
    for row, one in zip(summary, study.headline.series, strict=True):
        estimate = one.rate.whole
        assert row[1] == ("–" if estimate is None else estimate.text())
    for row in found["bands"].grid.rows:
        assert re.fullmatch(r"–|−?\d.*", row[2])
    if study.finished:
        assert any("[" in row[2] for row in found["bands"].grid.rows)
        assert any("probability" in note for note in found["bands"].notes)


def test_a_few_lengths_are_shown_with_both_ends() -> None:
    assert chosen_lengths([]) == []
    assert chosen_lengths([7]) == [0]
    places = chosen_lengths(list(range(1, 1001)))
    assert places[0] == 0
    assert places[-1] == 999
    assert len(places) == 6


def hostile() -> Readable:
    heads = (("", "series"), ("[x]*", "% & _"), ("ln ‖dL/dh_0‖", "±"))
    rows = [(HOSTILE, "−1.5 ± 0.2", "[1, 2]"), ("[first", "*", "–"), ("-- plain", "> 3", HOSTILE)]
    return Readable("summary", "a_b c%", HOSTILE, Grid(heads, rows), (HOSTILE, "second"))


def test_latex_is_sound_whatever_the_words(study: Findings) -> None:
    for table in (hostile(), *readable_tables(study)):
        text = latex_table(table)
        assert text.isascii()
        body = text.split(r"\toprule")[1].split(r"\bottomrule")[0]
        lines = [line.strip() for line in body.splitlines() if line.strip() not in ("", r"\midrule")]
        assert len(lines) == 2 + len(table.grid.rows)
        for line in lines:
            assert line.endswith(r" \\")
            assert len(re.findall(r"(?<!\\)&", line)) == len(table.grid.heads) - 1
            assert not line.startswith(("[", "*"))
        for line in text.splitlines()[1:]:  # the first is a comment
            assert not re.search(r"(?<!\\)[%#]", line)
        bare = re.sub(r"\\[{}\\]", "", text)
        assert bare.count("{") == bare.count("}")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("−0.5 ± 0.1", r"$-$0.5 $\pm$ 0.1"),
        ("a_b & 5 %", r"a\_b \& 5 \%"),
        ("R² λ₁", r"R$^{2}$ $\lambda$$_{1}$"),
        ("é ï ç ß", r"\'{e} \"{\i} \c{c} \ss{}"),
        ("e\u0301", r"\'{e}"),
        ("a -- b --- c", "a -{}- b -{}-{}- c"),
        ("中", "(U+4E2D)"),
        ("\\", r"\textbackslash{}"),
        ("[1, 2]*", "{[}1, 2]{*}"),
    ],
)
def test_characters_in_latex(text: str, written: str) -> None:
    assert escaped(text) == written


LATEX = next(filter(None, map(shutil.which, ("pdflatex", "lualatex", "xelatex", "tectonic"))), None)


@pytest.mark.skipif(LATEX is None, reason="no LaTeX is installed: its escapes are judged by their structure alone")
def test_latex_compiles_in_a_plain_article(tmp_path: Path) -> None:
    tables = [hostile(), *readable_tables(STATED["finished"]), *readable_tables(STATED["unfinished"])]
    lines = [r"\documentclass{article}", r"\usepackage{booktabs}", r"\begin{document}"]
    for index, table in enumerate(tables):
        (tmp_path / f"{index}.tex").write_text(latex_table(table), encoding="utf-8")
        lines.append(rf"\input{{{index}.tex}}\clearpage")
    (tmp_path / "all.tex").write_text("\n".join([*lines, r"\end{document}"]), encoding="utf-8")
    options = [] if LATEX is not None and LATEX.endswith("tectonic") else ["-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run([str(LATEX), *options, "all.tex"], cwd=tmp_path, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    assert (tmp_path / "all.pdf").stat().st_size > 0
    assert "Missing character" not in done.stdout.decode("utf-8", "replace")


def test_markdown_has_as_many_cells_in_every_row(files: dict[str, bytes]) -> None:
    pages = [data.decode("utf-8") for name, data in files.items() if name.endswith(".md") and name != "HOWTO.md"]
    assert pages
    for page in pages:
        rows = [line for line in page.splitlines() if line.startswith("| ")]
        assert len(rows) > 2
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
