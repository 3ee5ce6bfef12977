"""Everything that is known about one series: its seeds' curves and what they say together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gru_vanish.analysis.aggregate import SeedCurve
from gru_vanish.analysis.curves import Band, band
from gru_vanish.analysis.horizon import Horizon, horizon, median_horizon
from gru_vanish.analysis.laws import Law, law, seed_law
from gru_vanish.analysis.names import SeriesName
from gru_vanish.analysis.payload import STATUSES, FloatArray, IntArray
from gru_vanish.analysis.plain import median_plain_zero, plain_zero_length
from gru_vanish.analysis.rates import DecayRate, SeedRate, decay_rate, seed_rate


@dataclass(frozen=True)
class SeriesTable:
    """One series of a study; what no seed has measured yet is None or nan, never a guess."""

    label: str
    title: str | None
    name: SeriesName
    swept: Mapping[str, Any]
    setting: Mapping[str, Any]
    seeds_planned: tuple[int, ...]
    lengths: IntArray
    curves: tuple[SeedCurve, ...]  # one per seed that is there, in the order of the seeds
    typical: Band  # of ln ||dL_T/dh_0||, mean over samples; nats
    ln_rms: Band  # of ln of the rms over samples; nats
    transport: Band  # of ln ||delta_0|| - ln ||delta_T||, mean over samples; nats
    rate: DecayRate
    law: Law
    seed_rates: Mapping[int, SeedRate | None]
    horizon: Horizon | None
    seed_horizons: Mapping[int, Horizon]
    plain_zero_length: int | None

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that have been measured."""
        return tuple(curve.seed for curve in self.curves)

    @property
    def missing(self) -> tuple[int, ...]:
        """The planned seeds without a record."""
        measured = set(self.seeds)
        return tuple(seed for seed in self.seeds_planned if seed not in measured)

    @property
    def progress(self) -> str:
        """The seeds that are there, as ``k of N``."""
        return f"{len(self.curves)} of {len(self.seeds_planned)}"

    @property
    def precision(self) -> str:
        """The dtype of the measurement."""
        return str(self.setting.get("precision", "float32"))

    def rates_by_seed(self) -> dict[int, float]:
        """Return the decay rate of every seed that has one, for paired comparisons."""
        return {seed: rate.whole for seed, rate in self.seed_rates.items() if rate is not None}

    def status_shares(self) -> dict[str, FloatArray]:
        """Return per status its share of all samples of all seeds at every length, shape (L,)."""
        if not self.curves:
            return {status: np.full(self.lengths.size, np.nan) for status in STATUSES}
        counts = np.sum([curve.statuses for curve in self.curves], axis=0)
        total = sum(curve.samples for curve in self.curves)
        return {status: counts[:, code] / total for code, status in enumerate(STATUSES)}

    def share_exact_zero(self) -> FloatArray:
        """Return the mean over seeds of the share of exactly zero gradients, shape (L,)."""
        if not self.curves:
            return np.full(self.lengths.size, np.nan)
        return np.asarray(np.mean([curve.share_exact_zero for curve in self.curves], axis=0), np.float64)


def series_table(
    entry: Mapping[str, Any], name: SeriesName, planned: tuple[int, ...], curves: tuple[SeedCurve, ...]
) -> SeriesTable:
    """Summarise the seeds of one manifest entry; raise ``ValueError`` where they differ in their lengths."""
    setting = entry["setting"]
    lengths = curves[0].lengths if curves else np.asarray(setting["lengths"], np.int64)
    for curve in curves:
        if not np.array_equal(curve.lengths, lengths):
            raise ValueError(f"series {name.short}: seed {curve.seed} was measured at other lengths")
    size = int(lengths.size)
    precision = str(setting.get("precision", "float32"))
    rates = {curve.seed: seed_rate(lengths, curve.transport) for curve in curves}
    rate = decay_rate(lengths, rates, precision)
    laws = {curve.seed: seed_law(lengths, curve.transport) for curve in curves}
    horizons = {curve.seed: horizon(lengths, curve.transport, curve.share_exact_zero) for curve in curves}
    return SeriesTable(
        label=str(entry["label"]),
        title=entry.get("title"),
        name=name,
        swept=dict(entry.get("swept", {})),
        setting=setting,
        seeds_planned=planned,
        lengths=lengths,
        curves=curves,
        typical=band([curve.typical for curve in curves], size),
        ln_rms=band([curve.ln_rms for curve in curves], size),
        transport=band([curve.transport for curve in curves], size),
        rate=rate,
        law=law(lengths, laws, rate.whole, precision),
        seed_rates=rates,
        horizon=median_horizon(list(horizons.values())),
        seed_horizons=horizons,
        plain_zero_length=median_plain_zero(plain_zero_length(lengths, curve.share_plain_zero) for curve in curves),
    )
