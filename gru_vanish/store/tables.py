"""The derived tables of a study: CSV for rows, Parquet for long columns, summary.json. All can be made again."""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gru_vanish.store.files import make_folder, write_atomically

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|nan)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


Columns = Mapping[str, npt.NDArray[Any] | Sequence[object]]


def write_tables(
    folder: Path | str,
    rows: Mapping[str, Sequence[Mapping[str, object]]],
    columns: Mapping[str, Columns],
    summary: Mapping[str, object],
) -> list[Path]:
    """Write the tables of a study, each in one step, and give their paths.

    rows:    name → the rows of `<name>.csv`, a mapping each; columns in the order in which they first appear
    columns: name → the columns of `<name>.parquet`, one-dimensional and equally long
    summary: the content of summary.json; see `encode_json` for numbers that are not finite
    Everything is encoded before the first file is written: a ValueError leaves all as they were.
    """
    folder = Path(folder)
    contents = {
        **{f"{name}.csv": encode_csv(table) for name, table in rows.items()},
        **{f"{name}.parquet": encode_parquet(table) for name, table in columns.items()},
        "summary.json": encode_json(summary),
    }
    make_folder(folder)
    for name, data in contents.items():
        write_atomically(folder / name, data)
    return [folder / name for name in contents]


def encode_csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Give the rows as CSV in UTF-8 with a header line; an absent or None cell is empty.

    Floats are written so that they read back exactly. Text that a spreadsheet would run as a formula
    gets a leading apostrophe, unless it is a number.
    """
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [_line(columns), *(_line([row.get(name) for name in columns]) for row in rows)]
    return "".join(lines).encode("utf-8", errors="backslashreplace")


def encode_parquet(columns: Columns) -> bytes:
    """Give the columns as Parquet; raises ValueError where they differ in length or one is no column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns differ in length: {lengths}")
    try:
        table = pa.table({name: _encoded(column) for name, column in columns.items()})
    except pa.ArrowException as fault:
        raise ValueError(f"the curves are not columns: {fault}") from fault
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _encoded(column: npt.NDArray[Any] | Sequence[object]) -> Any:
    """Return a column as an array of Arrow.

    Numbers and words are handed over as the memory that Arrow would make of them: its own conversion imports pandas,
    wherever that is installed, which takes longer than all the rest of writing.
    """
    import pyarrow as pa

    if isinstance(column, np.ndarray) and column.ndim == 1 and column.dtype.kind in "iuf":
        values = np.ascontiguousarray(column, column.dtype.newbyteorder("="))
        return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])
    if isinstance(column, np.ndarray) and column.ndim == 1 and column.dtype.kind == "U":
        column = column.tolist()
    if isinstance(column, Sequence) and all(type(word) is str for word in column):
        words = [word.encode("utf-8", errors="strict") for word in column]  # type: ignore[attr-defined]
        ends = np.cumsum([0, *map(len, words)], dtype=np.int64)
        if ends[-1] < 2**31:
            offsets = pa.py_buffer(ends.astype(np.int32))
            return pa.Array.from_buffers(pa.string(), len(words), [None, offsets, pa.py_buffer(b"".join(words))])
    return pa.array(column)


def encode_json(summary: Mapping[str, object]) -> bytes:
    """Give the summary as JSON; JSON knows finite numbers alone, the others become "inf", "-inf", "nan"."""
    text = json.dumps(_plain(summary), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode("utf-8", errors="backslashreplace")


def _line(values: Sequence[object]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([_cell(value) for value in values])
    # Told to end lines by \n alone, the writer would leave a \r within a cell unquoted.
    return buffer.getvalue().removesuffix("\r\n") + "\n"


def _cell(value: object) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, float) else str(value)
    is_formula = text.startswith(_FORMULA) and _NUMBER.fullmatch(text) is None
    return f"'{text}" if is_formula else text


def _plain(value: object) -> object:
    """Turn NumPy values into Python's, and numbers that are not finite into text."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value
