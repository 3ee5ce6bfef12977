"""What `verify` has found of a study's records, as text."""

from collections.abc import Iterator

from gru_vanish.cli.output import bold, printable, width
from gru_vanish.engine import device
from gru_vanish.engine.verify import devices
from gru_vanish.interface.verification import HEADS, Verification, conclusion, notes, rows
from gru_vanish.tables.layout import Grid, wrapped


def lines(found: Verification) -> Iterator[str]:
    """Give what was found as text."""
    columns = width()
    yield bold(
        f"{found.manifest['name']}: {found.sound} of {len(found.entries)} records are here, whole and what they say"
    )
    yield wrapped(f"computed on {printable(' and on '.join(found.origins)) or 'an unknown device'}", columns)
    here = next(devices([{"device": device.describe(), "versions": device.versions()}]))
    yield wrapped(f"compared with {len(found.differences)} units computed again here, on {here}", columns)
    if found.differences or found.failed:
        yield ""
        yield from Grid(HEADS, list(rows(found))).lines(columns)
        yield ""
    yield from (wrapped(f"note: {note}", columns) for note in notes(found))
    yield bold(wrapped(conclusion(found), columns))
