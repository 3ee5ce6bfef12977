"""The tables of a study for other programs: every format against the others, and against their own readers."""

import csv
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from gru_vanish.analysis import MEASURE_TABLES, Column, Findings
from gru_vanish.analysis.measures import documented_tables
from gru_vanish.cli.conclude import written
from gru_vanish.cli.export import READABLE, WHOLE, files_of, formats_in
from gru_vanish.cli.export_tables import Exported, exported_tables
from gru_vanish.cli.latex import escaped, latex_table
from gru_vanish.cli.layout import Grid
from gru_vanish.cli.readable import Readable, chosen_lengths, readable_tables
from tests.analysis.claims.made import bound
from tests.analysis.payloads import PAYLOADS
from tests.analysis.synthetic import reader
from tests.analysis.test_h0_parts import with_parts
from tests.cli.commands import python
from tests.cli.conftest import Ran
from tests.cli.one_process import Told, one_process
from tests.figures.studies import STUDIES, dead, findings, titled, two_axes, unfinished

HOSTILE = (
    r"[b]*50 % & #1 _x_ $5 {a} \LaTeX ~^ <i> | \"q' `` '' -- --- é ß ł ñ ç ï ő š σ₁ R² ‖∂⁺L‖ −3 ± ½ … 中 🙂"
    + "\x07\u00a0end"
)
STATED = {"finished": findings(titled("[b]*50 % & #1 _x_ é 中")), "unfinished": findings(unfinished(), list(PAYLOADS))}


def claimed() -> Findings:
    """A study with a claim, and with a state of two parts."""
    manifest, records = made = with_parts()
    says = "50 % of the GRU_s & co. are slower."
    claim = {"id": "slower", "says": says, "metric": "decay_rate", "of": "GRU", "less_than": "RNN"}
    return Findings({**manifest, "claims": bound(made, [claim])}, reader(records))


@pytest.fixture(scope="module", params=["finished", "unfinished", "dead", "two_axes", "claimed"])
def study(request: pytest.FixtureRequest) -> Findings:
    if request.param in STATED:
        return STATED[request.param]
    return claimed() if request.param == "claimed" else findings({"dead": dead, "two_axes": two_axes}[request.param]())


@pytest.fixture(scope="module")
def tables(study: Findings) -> list[Exported]:
    return exported_tables(study)


@pytest.fixture(scope="module")
def files(study: Findings, tables: list[Exported]) -> dict[str, bytes]:
    return files_of(study, tables, [*WHOLE, *READABLE])


def test_every_table_that_a_run_writes_is_there(study: Findings, tables: list[Exported], tmp_path: Path) -> None:
    found = {table.name: list(table.columns) for table in tables if table.size}
    left = set(found) - {"bands"}
    for path in written(study, tmp_path):
        if path.suffix == ".csv":
            names = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
            assert found[path.stem] == names
            left.discard(path.stem)
        elif path.suffix == ".parquet" and (names := pq.read_schema(path).names):
            name = f"{path.stem}_values" if f"{path.stem}_values" in found else path.stem
            assert found[name] == names
            left.discard(name)
    assert not left
    if study is STATED["unfinished"]:
        assert set(PAYLOADS) <= set(found)
    if study.claims:
        assert {"claims", "h0_parts", "h0_parts_values"} <= set(found)


def test_the_dictionary_names_every_column_in_its_order(files: dict[str, bytes], tables: list[Exported]) -> None:
    about = json.loads(files["columns.json"])
    assert list(about["tables"]) == [table.name for table in tables]
    for table in tables:
        said = about["tables"][table.name]
        names = [column["name"] for column in said["columns"]]
        assert names == list(table.columns) == list(table.values or table.columns), table.name
        assert said["rows"] == table.size
        assert all(column["meaning"] for column in said["columns"])
        header = next(csv.reader(io.StringIO(files[f"{table.name}.csv"].decode("utf-8"))))
        assert header == names == pq.read_table(io.BytesIO(files[f"{table.name}.parquet"])).column_names


def test_the_documented_tables_are_those_of_the_measures(study: Findings, tables: list[Exported]) -> None:
    dictionaries = {table.name: table.dictionary for table in tables}
    for measure in study.further:
        rows, values, *_ = documented_tables(measure).values()
        assert (dictionaries[measure], dictionaries[f"{measure}_values"]) == (rows, values)


def test_formats_hold_the_same_values(files: dict[str, bytes], tables: list[Exported]) -> None:
    for table in tables:
        in_json = json.loads(files[f"{table.name}.json"])["rows"]
        in_parquet = pq.read_table(io.BytesIO(files[f"{table.name}.parquet"])).to_pylist()
        in_csv = list(csv.DictReader(io.StringIO(files[f"{table.name}.csv"].decode("utf-8"))))
        assert len(in_json) == len(in_parquet) == len(in_csv) == table.size
        for from_json, from_parquet, from_csv in zip(in_json, in_parquet, in_csv, strict=True):
            assert {name: as_json(value) for name, value in from_parquet.items()} == from_json
            assert {name: as_csv(value) for name, value in from_parquet.items()} == from_csv


def as_json(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def as_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and re.match(r"[=+\-@\t\r\n]", value):
        return f"'{value}"
    return repr(value) if isinstance(value, float) else str(value)


def test_no_value_is_nan_and_infinities_stay() -> None:
    curves = {table.name: table for table in exported_tables(findings(dead()))}["curves"]
    assert None in curves.columns["ln_h0_gradient"]
    for made in (findings(dead()), STATED["unfinished"]):
        for table in exported_tables(made):
            values = [value for column in table.columns.values() for value in column]
            assert not any(isinstance(value, float) and math.isnan(value) for value in values)
    columns = (Column("step", "", ""), Column("ln_direct", "", ""))
    one = Exported("one", "", columns, {"step": [0, 1, 2], "ln_direct": [-math.inf, math.nan, 0.5]})
    files = {kind: encode(one) for kind, (_, encode) in WHOLE.items()}
    assert files["csv"] == b"step,ln_direct\n0,-inf\n1,\n2,0.5\n"
    assert [row["ln_direct"] for row in json.loads(files["json"])["rows"]] == ["-inf", None, 0.5]
    assert pq.read_table(io.BytesIO(files["parquet"]))["ln_direct"].to_pylist() == [-math.inf, None, 0.5]


def test_a_table_without_rows_has_its_header() -> None:
    found = findings(two_axes(), ["jacobian"])
    empty = Findings({**found.manifest, "measures": ["jacobian"]}, lambda key: missing(key))
    files = files_of(empty, exported_tables(empty), ["csv"])
    names = [column.name for column in MEASURE_TABLES["jacobian"].column_dictionary]
    assert files["jacobian_values.csv"].decode("utf-8") == ",".join(names) + "\n"


def missing(key: str) -> Any:
    from gru_vanish.store import MissingRecord

    raise MissingRecord(key)


def test_formats_that_are_there_are_written_anew() -> None:
    assert formats_in({"summary.csv": "", "curves.csv": "", "columns.json": "", "HOWTO.md": ""}) == ["csv"]
    assert formats_in({"summary.json": "", "summary.tex": "", "HOWTO.md": ""}) == ["json", "latex"]
    assert formats_in({}) == []


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


def snippets(page: bytes, kind: str, library: str) -> list[str]:
    blocks = re.findall(rf"^## {library}, \w+\n+```{kind}\n(.*?)^```", page.decode("utf-8"), flags=re.S | re.M)
    return [str(block) for block in blocks]


def run_in(folder: Path, files: dict[str, bytes], words: Sequence[str]) -> str:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_snippets_run_in_python(library: str, tmp_path: Path) -> None:
    files = files_of(STATED["unfinished"], exported_tables(STATED["unfinished"]), list(WHOLE))
    found = snippets(files["HOWTO.md"], "python", library)
    assert len(found) == 3
    for code in found:
        compile(code, library, "exec")
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed: its snippets were compiled, not run")
    shown = run_in(tmp_path, files, [sys.executable, "-c", "\n".join(found)])
    assert shown.count("upper end of it") == 3
    assert "decay_rate_low" in shown


def test_the_snippet_runs_in_r(tmp_path: Path) -> None:
    files = files_of(STATED["unfinished"], exported_tables(STATED["unfinished"]), ["csv"])
    (code,) = snippets(files["HOWTO.md"], "r", "R")
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed: its snippet was not run")
    shown = run_in(tmp_path, files, ["Rscript", "-e", f"{code}\nstopifnot(is.numeric(table$decay_rate))"])
    assert "decay_rate_low" in shown


WATCHED = """
import sys
sys.argv = ["gru-vanish", "export", "tiny", "--to", "csv", "--to", "latex", "--columns"]
from gru_vanish.cli import main
try:
    main()
finally:
    heavy = {"jax", "jaxlib", "matplotlib", "gru_vanish.config", "gru_vanish.engine"}
    print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def place(tiny: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    shutil.copytree(tiny.results, folder / "results")
    (folder / "foreign").mkdir()
    (folder / "foreign" / "thesis.tex").write_text("mine", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def told(place: Path) -> dict[str, Told]:
    commands = {
        "json": ("export", "tiny", "--to", "json", "--to", "markdown", "--out", "here", "--json"),
        "more": ("export", "tiny", "--to", "csv", "--out", "here"),
        "foreign": ("export", "tiny", "--to", "csv", "--out", "foreign"),
        "format": ("export", "tiny", "--to", "xlsx"),
        "neither": ("export",),
        "no format": ("export", "tiny"),
        "cell": ("export", "tiny", "--to", "csv", "--cell", "gru"),
        "absent": ("export", "tini", "--to", "csv"),
    }
    plain: list[tuple[str, tuple[str | Path, ...]]] = [("", words) for words in commands.values()]
    return dict(zip(commands, one_process(*plain, cwd=place), strict=True))


def test_a_study_is_exported_without_jax(tiny: Ran, place: Path) -> None:
    done = python(WATCHED, cwd=place)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
    folder = place / "results" / "tiny" / "export"
    files = {path.name for path in folder.iterdir()}
    rows, long = {"summary", "break_even", "bands"}, {"curves"}
    texts = {f"{name}.tex" for name in rows}
    assert files == {"index.json", "columns.json", "HOWTO.md", *texts, *(f"{name}.csv" for name in rows | long)}
    own = (tiny.results / "tiny" / "summary.csv").read_text(encoding="utf-8")
    assert (folder / "summary.csv").read_text(encoding="utf-8") == own
    assert "  decay_rate                    −[y(T_max) − y(T_0)]/(T_max − T_0)" in done.stdout
    assert "wrote results/tiny/export/summary.{csv,tex}" in done.stdout


def test_a_second_export_keeps_the_formats_of_the_first(place: Path, told: dict[str, Told]) -> None:
    assert told["json"].code == told["more"].code == 0
    found = json.loads(told["json"].stdout)
    assert found["tables"]["summary"]["rows"] == 3
    endings = {path.suffix for path in (place / "here").iterdir()}
    assert endings == {".json", ".md", ".csv"}
    assert (place / "here" / "summary.csv").exists()
    assert "## pandas, json" in (place / "here" / "HOWTO.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("foreign", "foreign holds other files (thesis.tex): name an empty or a new folder"),
        ("format", "no format 'xlsx'; there is: csv, parquet, json, latex, markdown"),
        ("neither", "name a study to export, or a folder with --oracle DIR"),
        ("no format", "say in which form: --to csv, parquet, json, latex, markdown"),
        ("cell", "--cell goes with --oracle DIR alone"),
        ("absent", "there is no study 'tini' here; did you mean 'tiny'?"),
    ],
)
def test_refusals(words: str, sentence: str, place: Path, told: dict[str, Told]) -> None:
    assert told[words].code == 2
    assert sentence in told[words].stderr
    assert [path.name for path in (place / "foreign").iterdir()] == ["thesis.tex"]


def test_every_study_of_the_figures_can_be_exported() -> None:
    for name, make in STUDIES.items():
        made = findings(make())
        files = files_of(made, exported_tables(made), ["csv", "latex", "markdown"])
        assert b"decay_rate" in files["summary.csv"], name
