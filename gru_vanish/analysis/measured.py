"""The frame through which every further measure goes from its records to tables.

A measure's own file holds one `Analysis`: how a record becomes what is known of a seed, what of that stands in the
long table and in the summary, and what the columns mean. Reading, counting, naming and writing are done here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import IDENTITY, Column
from gru_vanish.analysis.intervals import Estimate, student_interval
from gru_vanish.analysis.names import SeriesName, series_names
from gru_vanish.analysis.payload import Reader
from gru_vanish.analysis.rows import Row, identity
from gru_vanish.analysis.stored import Arrays, stored

Seed = TypeVar("Seed")
"""What a measure knows of one seed."""

COUNTS = (
    Column("seeds_planned", "", "seeds that the study asks for"),
    Column("seeds_measured", "", "seeds that have a record; every number of the row is over these"),
)
REMARKS = Column("remarks", "", "what a reader of the row must know")


@dataclass(frozen=True)
class Shown:
    """A column of the summary that the terminal shows; with ``_low`` and ``_high`` beside it, as mean ± half."""

    column: str
    head: str
    unit: str = ""


@dataclass(frozen=True)
class MeasuredSeries(Generic[Seed]):
    """One series of a study as one measure sees it; a seed without a record is not in ``seeds``."""

    label: str
    title: str | None
    name: SeriesName
    swept: Mapping[str, Any]
    setting: Mapping[str, Any]
    seeds_planned: tuple[int, ...]
    seeds: Mapping[int, Seed]
    task: Mapping[str, Any] = field(default_factory=dict)
    """What the manifest says of the task's groups, of which are relevant and of their weights; empty without one."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The planned seeds without a record."""
        return tuple(seed for seed in self.seeds_planned if seed not in self.seeds)

    @property
    def progress(self) -> str:
        """The seeds that are there, as ``k of N``."""
        return f"{len(self.seeds)} of {len(self.seeds_planned)}"

    def by_seed(self, value: Callable[[Seed], float]) -> dict[int, float]:
        """Return one number of every seed, for paired comparisons."""
        return {seed: float(value(known)) for seed, known in self.seeds.items()}

    def mean(self, value: Callable[[Seed], float]) -> Estimate | None:
        """Return the mean over seeds of one number with its 95 % Student t interval."""
        return student_interval(list(self.by_seed(value).values()))


def interval_columns(name: str, unit: str, meaning: str) -> tuple[Column, Column, Column]:
    """Return the dictionary of what `rows.estimate` gives: a mean over seeds and both ends of its interval."""
    return (
        Column(name, unit, f"{meaning}; mean over seeds"),
        Column(f"{name}_low", unit, "lower end of its 95 % Student t interval over seeds"),
        Column(f"{name}_high", unit, "upper end of it"),
    )


def with_seed(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the dictionary of a long table: whose row it is, and its own columns."""
    return (*IDENTITY, Column("seed", "", "the seed"), *columns)


def no_remarks(_: MeasuredSeries[Any]) -> Iterable[str]:
    """Say nothing."""
    return ()


@dataclass(frozen=True)
class Long(Generic[Seed]):
    """A further long table of a measure, whose rows are of another kind than those of the first."""

    meaning: str
    """What one row is."""
    entries: Callable[[Seed], Mapping[str, NDArray[Any]]]
    """The table of one seed: columns, equally long; it may have no row."""
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Analysis(Generic[Seed]):
    """How the records of one measure become tables.

    ``columns`` and ``row_columns`` are the dictionary: every column that ``entries`` and ``rows`` give, in order.
    """

    measure: str
    reduce: Callable[[Arrays, Mapping[str, Any]], Seed]
    """(arrays of a record, setting of its series) → what is known of the seed."""
    entries: Callable[[Seed], Mapping[str, NDArray[Any]]]
    """The long table of one seed: columns, equally long."""
    columns: tuple[Column, ...]
    rows: Callable[[MeasuredSeries[Seed]], Iterable[Row]]
    """The summary of a series that has a measured seed: one row, or one for each of its few parts (gates, paths)."""
    row_columns: tuple[Column, ...]
    shown: tuple[Shown, ...]
    remarks: Callable[[MeasuredSeries[Seed]], Iterable[str]] = no_remarks
    beside: Mapping[str, Long[Seed]] = field(default_factory=dict)
    """Further long tables by name; the file is ``<measure>_<name>.parquet``."""

    def __call__(self, manifest: Mapping[str, Any], read: Reader) -> "MeasureTable[Seed]":
        """Return the table of a study, over the records that are there.

        Raises ``ValueError`` where the study does not take the measure, or a record is not what its key says.
        """
        if self.measure not in manifest["measures"]:
            measured = ", ".join(manifest["measures"])
            raise ValueError(f"study {manifest['name']} does not measure {self.measure}; it measures: {measured}")
        entries = manifest["series"]
        seeds = tuple(int(seed) for seed in manifest["seeds"])
        names = series_names(entries)
        series = [self._series(entry, name, seeds, read) for entry, name in zip(entries, names, strict=True)]
        return MeasureTable(self, tuple(series))

    @property
    def column_dictionary(self) -> tuple[Column, ...]:
        """What the columns of the long table mean, in their order."""
        return with_seed(self.columns)

    @property
    def beside_dictionaries(self) -> dict[str, tuple[Column, ...]]:
        """What the columns of the further long tables mean, by the names of the tables."""
        return {f"{self.measure}_{name}": with_seed(one.columns) for name, one in self.beside.items()}

    @property
    def part(self) -> str | None:
        """The column that names what a row of the summary is about, where there are several rows for a series."""
        first = self.row_columns[0].name
        is_value = any(column.name == f"{first}_low" for column in self.row_columns)
        return first if self.shown[0].column == first and not is_value else None

    @property
    def row_dictionary(self) -> tuple[Column, ...]:
        """What the columns of the summary mean, in their order."""
        return (*IDENTITY, *COUNTS, *self.row_columns, REMARKS)

    def _series(
        self, entry: Mapping[str, Any], name: SeriesName, seeds: tuple[int, ...], read: Reader
    ) -> MeasuredSeries[Seed]:
        found = {
            seed: self.reduce(Arrays(key, record.payload), entry["setting"])
            for seed, key, record in stored(entry, self.measure, seeds, read)
        }
        return MeasuredSeries(
            label=str(entry["label"]),
            title=entry.get("title"),
            name=name,
            swept=dict(entry.get("swept", {})),
            setting=entry["setting"],
            seeds_planned=seeds,
            seeds=found,
            task=entry.get("task") or {},
        )


@dataclass(frozen=True)
class MeasureTable(Generic[Seed]):
    """What a study knows by one measure; its series are in the order of the manifest."""

    analysis: Analysis[Seed]
    series: tuple[MeasuredSeries[Seed], ...]

    @property
    def measure(self) -> str:
        """The measure's name."""
        return self.analysis.measure

    @property
    def column_dictionary(self) -> tuple[Column, ...]:
        """What the columns of ``columns`` mean, in their order."""
        return self.analysis.column_dictionary

    @property
    def row_dictionary(self) -> tuple[Column, ...]:
        """What the columns of ``rows`` mean, in their order."""
        return self.analysis.row_dictionary

    @property
    def counts(self) -> tuple[int, int]:
        """The measured and the planned units."""
        return sum(len(one.seeds) for one in self.series), sum(len(one.seeds_planned) for one in self.series)

    @property
    def finished(self) -> bool:
        """Whether every planned seed of every series is there."""
        return all(not one.missing for one in self.series)

    @property
    def progress(self) -> str:
        """The measured units, as ``k of N``."""
        return "{} of {}".format(*self.counts)

    def remarks(self, one: MeasuredSeries[Seed]) -> list[str]:
        """Return what must be known of a series."""
        found = [f"unfinished: {one.progress} seeds"] if one.missing else []
        if len(one.seeds) == 1:
            found.append("one seed: no interval")
        return [*found, *(self.analysis.remarks(one) if one.seeds else ())]

    def rows(self) -> list[Row]:
        """Return the summary, at least one row per series; None where there is no value."""
        return [row for index, one in enumerate(self.series) for row in self._rows(index, one)]

    def _rows(self, index: int, one: MeasuredSeries[Seed]) -> Iterator[Row]:
        first = {**identity(index, one), "seeds_planned": len(one.seeds_planned), "seeds_measured": len(one.seeds)}
        last = {REMARKS.name: "; ".join(self.remarks(one))}
        nothing: Row = dict.fromkeys(column.name for column in self.analysis.row_columns)
        for row in self.analysis.rows(one) if one.seeds else (nothing,):
            yield {**first, **row, **last}

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the long table: a row for each series, seed and index, as columns; none without a record."""
        return self._long(self.analysis.entries)

    def beside(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Return the further long tables by name, those that have a row."""
        found = {f"{self.measure}_{name}": self._long(one.entries) for name, one in self.analysis.beside.items()}
        return {name: columns for name, columns in found.items() if columns and len(columns["seed"])}

    def _long(self, entries: Callable[[Seed], Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
        parts = [
            part(index, one, seed, entries(known))
            for index, one in enumerate(self.series)
            for seed, known in one.seeds.items()
        ]
        return {name: np.concatenate([each[name] for each in parts]) for name in parts[0]} if parts else {}


def part(
    index: int, one: MeasuredSeries[Any], seed: int, entries: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return the rows of one seed with what says whose they are."""
    size = len(next(iter(entries.values())))
    # Texts as objects: a million rows share one text instead of holding a copy each.
    same = {
        name: np.full(size, value, object if isinstance(value, str) else np.int64)
        for name, value in {**identity(index, one), "seed": seed}.items()
    }
    return {**same, **entries}
