"""``list``: everything that a config may name, from the tables of the rooms, with equations and sources."""

from collections.abc import Mapping

from gru_vanish.cli.exits import Exit
from gru_vanish.cli.output import bold, tell
from gru_vanish.interface.listing import KINDS, Entry, detail_of, entries_of


def listing(kind: str | None, name: str | None) -> int:
    """Tell all kinds, the names of one kind, or all about one name."""
    if kind is None:
        for each, table in KINDS.items():
            tell("\n".join([bold(each), *summaries(table()), ""]))
        tell("more: gru-vanish list cells gru")
        return Exit.done
    tell("\n".join(summaries(entries_of(kind)) if name is None else detail_of(kind, name)))
    return Exit.done


def summaries(entries: Mapping[str, Entry]) -> list[str]:
    """Return a line for each name."""
    widest = max(map(len, entries), default=0)
    return [f"  {name:<{widest}}  {entry.summary}" for name, entry in entries.items()]
