"""From a manifest and its records to a table."""

from collections.abc import Mapping
from typing import Any

from gru_vanish.analysis.aggregate import SeedCurve, aggregate
from gru_vanish.analysis.names import series_names
from gru_vanish.analysis.payload import MEASURE, Reader, checked
from gru_vanish.analysis.series import series_table
from gru_vanish.analysis.stored import stored
from gru_vanish.analysis.table import Table


def analyse(manifest: Mapping[str, Any], read: Reader) -> Table:
    """Return the table of a study, over the records that are there.

    A seed without a record is left out and counted, nothing is put in its place.  Raises ``ValueError`` where
    the study does not measure the h0 gradient, or a record is not what its name says; what ``read`` raises
    for a damaged record passes through.
    """
    if MEASURE not in manifest["measures"]:
        measured = ", ".join(manifest["measures"])
        raise ValueError(f"study {manifest['name']} does not measure {MEASURE}; it measures: {measured}")
    entries = manifest["series"]
    seeds = tuple(int(seed) for seed in manifest["seeds"])
    series = [
        series_table(entry, name, seeds, measured_curves(entry, seeds, read))
        for entry, name in zip(entries, series_names(entries), strict=True)
    ]
    return Table(
        name=str(manifest["name"]),
        question=str(manifest.get("question") or ""),
        created=str(manifest.get("created") or ""),
        series=tuple(series),
    )


def measured_curves(entry: Mapping[str, Any], seeds: tuple[int, ...], read: Reader) -> tuple[SeedCurve, ...]:
    """Return the curves of the seeds that have a record, in the order of the seeds."""
    found = stored(entry, MEASURE, seeds, read)
    return tuple(aggregate(seed, checked(record, key)) for seed, key, record in found)
