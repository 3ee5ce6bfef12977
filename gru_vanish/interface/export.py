"""``export``: the tables of a study for other programs, from the store alone; jax is not imported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gru_vanish.analysis import Findings
from gru_vanish.interface.caller import Caller, asked
from gru_vanish.interface.host import Host
from gru_vanish.interface.known_study import found, place_of, say_unfinished
from gru_vanish.interface.refusals import Exit, RefusalError
from gru_vanish.interface.study import listed
from gru_vanish.interface.study_result import StudyResult
from gru_vanish.store.folders import ForeignFilesError, owned, write_folder
from gru_vanish.store.tables import encode_csv, encode_json, encode_parquet
from gru_vanish.tables.exported import Exported, dictionary, exported_tables
from gru_vanish.tables.howto import howto
from gru_vanish.tables.latex import latex_table
from gru_vanish.tables.markdown import markdown_table
from gru_vanish.tables.readable import Readable, readable_tables


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


@dataclass(frozen=True, repr=False)
class ExportResult(StudyResult):
    """Tables that were written for other programs."""

    paths: tuple[Path, ...]
    dictionary: Mapping[str, Any]
    """what every table and column means"""

    def _facts(self) -> list[str]:
        return [f"{len(self.paths)} files"]


def export(
    study: str | StudyResult,
    to: str | Sequence[str],
    *,
    results: str | Path = "results",
    out: str | Path | None = None,
) -> ExportResult:
    """Write the tables of a study for other programs.

    Args:
        study: its name, or what `run` has given.
        to: of csv, parquet, json, latex and markdown.
        results: the folder of all results.
        out: where to; default: ``export/`` of the study.
    """
    name, root = place_of(study, results)
    formats, folder = listed(to), None if out is None else Path(out)

    def work(caller: Caller) -> ExportResult:
        findings, tables, paths = exported(name, root, formats, folder, caller)
        return ExportResult(findings, root, tuple(caller.remarks), tuple(paths), dictionary(tables))

    return asked(work, computes=False)


def exported(
    name: str, results: Path, formats: Sequence[str], out: Path | None, host: Host
) -> tuple[Findings, list[Exported], list[Path]]:
    """Write the tables of a study in the forms that are asked for and in those that are there already."""
    for one in formats:
        if one not in (*WHOLE, *READABLE):
            raise RefusalError(Exit.usage, f"no format '{one}'; there is: {', '.join([*WHOLE, *READABLE])}")
    findings = found(name, results, host)
    folder = results / name / "export" if out is None else out
    contents = f"gru-vanish tables of {name}"
    try:
        together = [*formats, *formats_in(owned(folder, contents))]
        with host.prompt():
            tables = exported_tables(findings)
            files = files_of(findings, tables, together)
        paths = write_folder(folder, contents, files)
    except ForeignFilesError as fault:
        raise RefusalError(Exit.usage, str(fault)) from fault
    say_unfinished(findings, host)
    return findings, tables, paths


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
