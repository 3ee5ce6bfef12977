"""The page beside exported tables: how to read them with pandas, polars and R."""

from collections.abc import Sequence

from gru_vanish.tables.exported import Exported

HEAD = """\
# Tables of the study {study}

`columns.json` says what every column means and in which unit. A value that does not exist is an empty cell (CSV), null
(Parquet, JSON); infinities are `inf` and `-inf`, in JSON as text. Intervals are `_low` and `_high` beside a column. In
CSV, a text that a spreadsheet would run as a formula has an apostrophe before it. LaTeX (`.tex`, needs `booktabs`) and
Markdown (`.md`) show a few columns, and leave out what has a row for each seed; the other formats hold everything.
`index.json` names all files with their SHA-256.

{tables}
"""
PANDAS = {
    "csv": 'table = pd.read_csv("{name}.csv")',
    "parquet": 'table = pd.read_parquet("{name}.parquet")',
    "json": 'table = pd.DataFrame(json.loads(Path("{name}.json").read_text(encoding="utf-8"))["rows"])',
}
POLARS = {
    "csv": 'table = pl.read_csv("{name}.csv", infer_schema_length=None)',
    "parquet": 'table = pl.read_parquet("{name}.parquet")',
    "json": 'rows = json.loads(Path("{name}.json").read_text(encoding="utf-8"))["rows"]\n'
    "table = pl.DataFrame(rows, infer_schema_length=None)",
}
R = {
    "csv": 'table <- read.csv("{name}.csv", encoding = "UTF-8")',
    "parquet": 'table <- arrow::read_parquet("{name}.parquet")',
    "json": 'table <- jsonlite::fromJSON("{name}.json")$rows',
}
PYTHON = """\
```python
import json
from pathlib import Path
import {library} as {short}

about = json.loads(Path("columns.json").read_text(encoding="utf-8"))["tables"]["{name}"]
meaning = {{column["name"]: column["meaning"] for column in about["columns"]}}
{read}
assert list(table.columns) == list(meaning) and len(table) == about["rows"]
print(table[{columns!r}])
print(meaning["{last}"])
```
"""
IN_R = """\
```r
{read}
print(table[, c({columns})])
```
"""


def howto(study: str, tables: Sequence[Exported], formats: Sequence[str]) -> str:
    """Return the page; it shows how to read one table in each of these formats."""
    listed = "\n".join(f"- `{one.name}`: {one.meaning}, {one.size} rows" for one in tables)
    parts = [HEAD.format(study=study, tables=listed)]
    table = tables[0]
    columns = shown_columns(table)
    quoted = ", ".join(f'"{column}"' for column in columns)
    for one in formats:
        for library, short, reads in (("pandas", "pd", PANDAS), ("polars", "pl", POLARS)):
            read = reads[one].format(name=table.name)
            parts.append(f"## {library}, {one}\n")
            parts.append(
                PYTHON.format(
                    library=library, short=short, name=table.name, read=read, columns=columns, last=columns[-1]
                )
            )
        parts += [f"## R, {one}\n", IN_R.format(read=R[one].format(name=table.name), columns=quoted)]
    return "\n".join(parts)


def shown_columns(table: Exported) -> list[str]:
    """Return the series' name and the first column with an interval, with that."""
    names = [column.name for column in table.dictionary]
    first = next((name for name in names if f"{name}_low" in names), None)
    return ["short_name"] + ([first, f"{first}_low", f"{first}_high"] if first else names[-1:])
