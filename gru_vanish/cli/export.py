"""``export NAME --to FORMAT``: the tables of a study for other programs, from the store alone; jax is not imported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gru_vanish.analysis import Findings
from gru_vanish.cli.conclude import folded, tell_json
from gru_vanish.cli.draw import require_known, require_whole
from gru_vanish.cli.exits import Exit, RefusalError
from gru_vanish.cli.export_tables import Exported, dictionary, exported_tables
from gru_vanish.cli.howto import howto
from gru_vanish.cli.latex import latex_table
from gru_vanish.cli.markdown import markdown_table
from gru_vanish.cli.output import bold, printable, say, tell
from gru_vanish.cli.readable import Readable, readable_tables
from gru_vanish.cli.signals import Signals
from gru_vanish.store import Store, manifest_path, read_manifest
from gru_vanish.store.folders import ForeignFilesError, owned, write_folder
from gru_vanish.store.tables import encode_csv, encode_json, encode_parquet


def csv_of(table: Exported) -> bytes:
    """Return a table as CSV, its header also where there is no row."""
    text = encode_csv(table.rows() or [dict.fromkeys(table.columns)])
    return text if table.size else text[: text.index(b"\n") + 1]


WHOLE: Mapping[str, tuple[str, Callable[[Exported], bytes]]] = {
    "csv": ("csv", csv_of),
    "parquet": ("parquet", lambda table: encode_parquet(table.columns)),
    "json": ("json", lambda table: encode_json(table.as_json())),
}
"""Formats for programs, with the ending of their files: every table, every column, every digit."""
READABLE: Mapping[str, tuple[str, Callable[[Readable], str]]] = {
    "latex": ("tex", latex_table),
    "markdown": ("md", markdown_table),
}
"""Formats for readers: a few columns, with intervals."""
BESIDE = ("columns.json", "HOWTO.md")


@dataclass(frozen=True)
class Wanted:
    """What the command line says beside the study's name."""

    formats: Sequence[str]
    out: Path | None
    columns: bool
    as_json: bool


def require_one_of_two(
    name: str | None,
    to: Sequence[str],
    out: Path | None,
    columns: bool,
    oracle: Path | None,
    cell: Sequence[str],
    seed: int | None,
) -> None:
    """Raise `RefusalError` unless the words ask for the tables of a study, or else for an oracle."""
    of_tables = {"NAME": name, "--to": to, "--out": out, "--columns": columns}
    of_oracle = {"--cell": cell, "--seed": seed is not None}
    if oracle is not None:
        wrong = [word for word, value in of_tables.items() if value]
        if wrong:
            raise RefusalError(Exit.usage, f"--oracle is about no study: {wrong[0]} does not go with it")
        return
    wrong = [word for word, value in of_oracle.items() if value]
    if wrong:
        raise RefusalError(Exit.usage, f"{wrong[0]} goes with --oracle DIR alone")
    if name is None:
        raise RefusalError(Exit.usage, "name a study to export, or a folder with --oracle DIR")
    if not to:
        raise RefusalError(Exit.usage, f"say in which form: --to {', '.join([*WHOLE, *READABLE])}")


def export(name: str, results: Path, wanted: Wanted, signals: Signals) -> int:
    """Write the tables of a study in the forms that are asked for and in those that are there already."""
    for one in wanted.formats:
        if one not in (*WHOLE, *READABLE):
            raise RefusalError(Exit.usage, f"no format '{one}'; there is: {', '.join([*WHOLE, *READABLE])}")
    findings = found(name, results, signals)
    folder = results / name / "export" if wanted.out is None else wanted.out
    contents = f"gru-vanish tables of {name}"
    try:
        formats = [*wanted.formats, *formats_in(owned(folder, contents))]
        with signals.prompt():
            tables = exported_tables(findings)
            files = files_of(findings, tables, formats)
        paths = write_folder(folder, contents, files)
    except ForeignFilesError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    if not findings.finished:
        say(f"{name} is not finished: {findings.progress} units are in the store")
    if wanted.as_json:
        tell_json({"name": name, "paths": [str(path) for path in paths], "tables": dictionary(tables)})
    else:
        tell("\n".join([*(words_of(tables) if wanted.columns else ()), *(f"wrote {path}" for path in folded(paths))]))
    return Exit.done


def found(name: str, results: Path, signals: Signals) -> Findings:
    """Return what the store holds of a study; raise `RefusalError` where that is nothing."""
    try:
        manifest = read_manifest(results, name)
    except ValueError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    require_whole(manifest, name, manifest_path(results, name))
    require_known(manifest, name)
    with signals.prompt():
        findings = Findings(manifest, Store(results).read)
        measured, _ = findings.counts
    if not measured:
        raise RefusalError(Exit.usage, f"{name}: no record yet; compute it with `gru-vanish run`")
    return findings


def formats_in(files: Mapping[str, str]) -> list[str]:
    """Return the formats of the files that an earlier export wrote: all of a folder tell of one state of a study."""
    endings = {Path(name).suffix.removeprefix(".") for name in files if name not in BESIDE}
    known = {**WHOLE, **READABLE}
    return [name for name, (ending, _) in known.items() if ending in endings]


def files_of(findings: Findings, tables: Sequence[Exported], formats: Sequence[str]) -> dict[str, bytes]:
    """Return the contents of all files by name."""
    files: dict[str, bytes] = {}
    texts = readable_tables(findings) if set(formats) & READABLE.keys() else []
    for one in dict.fromkeys(formats):
        if one in WHOLE:
            ending, encode = WHOLE[one]
            files |= {f"{table.name}.{ending}": encode(table) for table in tables}
        else:
            ending, write = READABLE[one]
            files |= {f"{text.name}.{ending}": write(text).encode("utf-8") for text in texts}
    about = {
        "study": findings.name,
        "question": findings.question,
        "finished": findings.finished,
        "units": findings.progress,
        "tables": dictionary(tables),
    }
    files["columns.json"] = encode_json(about)
    files["HOWTO.md"] = howto(findings.name, tables, [one for one in WHOLE if one in formats]).encode("utf-8")
    return files


def words_of(tables: Sequence[Exported]) -> list[str]:
    """Return the dictionary as lines."""
    lines = []
    for table in tables:
        lines.append(bold(f"{table.name}: {table.meaning} ({table.size} rows)"))
        for column in table.dictionary:
            unit = f" ({column.unit})" if column.unit else ""
            lines.append(printable(f"  {column.name:<28}  {column.meaning}{unit}"))
        lines.append("")
    return lines
