"""Rows of the derived tables; ``columns.py`` says what every column means."""

import json
import math
from collections.abc import Iterator
from typing import Any

from gru_vanish.analysis.break_even import BreakEven
from gru_vanish.analysis.intervals import Estimate, median_interval
from gru_vanish.analysis.laws import NEITHER, POWER_LAW
from gru_vanish.analysis.named import Named
from gru_vanish.analysis.paired import paired_difference
from gru_vanish.analysis.payload import STATUSES
from gru_vanish.analysis.series import SeriesTable
from gru_vanish.analysis.summed import REMARK, is_summed

Row = dict[str, Any]


def known(value: float | None) -> float | None:
    """Return the number, None instead of nan or infinity: JSON and CSV have neither."""
    return None if value is None or not math.isfinite(value) else float(value)


def identity(index: int, one: Named) -> Row:
    """Return what says which series a row belongs to."""
    return {"series": index, "label": one.label, "short_name": one.name.short}


def estimate(prefix: str, value: Estimate | None) -> Row:
    """Return mean, low and high under this prefix."""
    return {
        prefix: None if value is None else known(value.mean),
        f"{prefix}_low": None if value is None else known(value.low),
        f"{prefix}_high": None if value is None else known(value.high),
    }


def summary_row(index: int, one: SeriesTable, reference: SeriesTable) -> Row:
    """Return one series' row of the summary; ``reference`` is the series that it is compared with."""
    return {
        **identity(index, one),
        "name": one.name.full,
        "cell": str(one.setting["cell"]["kind"]),
        "swept": json.dumps(dict(one.swept), sort_keys=True),
        "precision": one.precision,
        "seeds_planned": len(one.seeds_planned),
        "seeds_measured": len(one.curves),
        "samples": one.curves[0].samples if one.curves else None,
        "length_min": int(one.lengths[0]),
        "length_max": int(one.lengths[-1]),
        **rate_part(one),
        **law_part(one),
        **reference_part(one, reference),
        **reach_part(one),
        **last_part(one),
        "remarks": "; ".join(remarks(one)),
    }


def rate_part(one: SeriesTable) -> Row:
    """Return decay rate, halves and half-life."""
    rate = one.rate
    return {
        "window_from": None if rate.window is None else rate.window[0],
        "window_to": None if rate.window is None else rate.window[1],
        **estimate("decay_rate", rate.whole),
        "decay_rate_seeds": 0 if rate.whole is None else rate.whole.count,
        "decay_rate_first_half": None if rate.first_half is None else known(rate.first_half.mean),
        "decay_rate_second_half": None if rate.second_half is None else known(rate.second_half.mean),
        **estimate("halves_difference", rate.difference),
        "shape": rate.shape,
        "half_life": rate.half_life.steps,
        "half_life_low": rate.half_life.low,
        "half_life_high": rate.half_life.high,
        "half_life_note": rate.half_life.note,
    }


def law_part(one: SeriesTable) -> Row:
    """Return which of two laws describes the window."""
    return {
        "law": one.law.verdict,
        **estimate("misfit_exponential", one.law.exponential),
        **estimate("misfit_power_law", one.law.power_law),
        **estimate("misfit_difference", one.law.difference),
        **estimate("power_law_exponent", one.law.exponent),
    }


def reference_part(one: SeriesTable, reference: SeriesTable) -> Row:
    """Return the difference of decay rates, paired by seed; nothing for the reference itself."""
    if one is reference:
        return {"reference": None, **estimate("rate_difference", None)}
    difference = paired_difference(one.rates_by_seed(), reference.rates_by_seed())
    return {"reference": 0, **estimate("rate_difference", difference)}


def break_even_row(one: BreakEven) -> Row:
    """Return one break-even."""
    return {
        "label": one.label,
        "axis": one.axis,
        "others": json.dumps(dict(one.others), sort_keys=True),
        "reference": one.reference,
        "reference_name": one.reference_name,
        **estimate("break_even", one.value),
        "between_low": None if one.between is None else one.between[0],
        "between_high": None if one.between is None else one.between[1],
        "faster_above": one.faster_above,
        "seeds": one.seeds,
        "seeds_crossing": one.crossing,
        "note": one.note,
    }


def reach_part(one: SeriesTable) -> Row:
    """Return the horizon and where plain code reads zero."""
    return {
        "horizon": None if one.horizon is None else one.horizon.steps,
        "horizon_censored": None if one.horizon is None else one.horizon.censored,
        "plain_zero_length": one.plain_zero_length,
    }


def last_part(one: SeriesTable) -> Row:
    """Return the level and the statuses at the longest length."""
    shares = {f"share_{status}_at_max": known(share[-1]) for status, share in one.status_shares().items()}
    return {
        "ln_h0_gradient_at_max": known(one.typical.median[-1]),
        "ln_h0_gradient_at_max_low": known(one.typical.low[-1]),
        "ln_h0_gradient_at_max_high": known(one.typical.high[-1]),
        "ln_rms_at_max": known(one.ln_rms.median[-1]),
        "spread_at_max": known(median_interval([float(curve.spread[-1]) for curve in one.curves]).median),
        **shares,
    }


def remarks(one: SeriesTable) -> Iterator[str]:
    """Say what a reader of the numbers must know."""
    if is_summed(one.setting):
        yield REMARK
    if one.missing:
        yield f"unfinished: {one.progress} seeds"
    if len(one.curves) == 1:
        yield "one seed: no interval"
    if one.rate.whole is not None and one.rate.whole.count < len(one.curves):
        count = len(one.curves) - one.rate.whole.count
        yield f"no finite transport at an end of the window in {count} of {len(one.curves)} seeds"
    if one.curves and one.rate.window is None:
        yield "no length from max(10, T_max/10) on lies before T_max: no decay rate"
    if one.rate.shape != "one exponential" and one.rate.whole is not None:
        yield one.rate.shape if one.rate.shape.startswith("not one") else "shape not judged"
    if one.law.verdict == POWER_LAW and one.law.exponent is not None:
        yield f"a power law, T^−{one.law.exponent.mean:.3g}"
    if one.law.verdict == NEITHER:
        yield "neither an exponential nor a power law"
    yield from status_remarks(one)


def status_remarks(one: SeriesTable) -> Iterator[str]:
    """Say from where on samples are not what they seem; ``saturated`` values are right, so not here."""
    for status in ("chaotic", "underflow", "exact_zero", "nonfinite"):
        share = one.status_shares()[status]
        if one.curves and share.max() > 0.0:
            first = int(one.lengths[int((share > 0.0).argmax())])
            yield f"{status} from T = {first} on (up to {share.max():.0%} of the samples)"


def curve_rows(index: int, one: SeriesTable) -> Iterator[Row]:
    """Return one row per seed and length."""
    for curve in one.curves:
        for place, length in enumerate(curve.lengths):
            yield {
                **identity(index, one),
                "seed": curve.seed,
                "length": int(length),
                "ln_h0_gradient": float(curve.typical[place]),
                "ln_rms": float(curve.ln_rms[place]),
                "spread": float(curve.spread[place]),
                "ln_transport": float(curve.transport[place]),
                "samples": curve.samples,
                "finite_samples": int(curve.finite[place]),
                "share_exact_zero": float(curve.share_exact_zero[place]),
                "share_plain_zero": float(curve.share_plain_zero[place]),
                "share_plain_nonfinite": float(curve.share_plain_nonfinite[place]),
                **{f"count_{name}": int(curve.statuses[place, code]) for code, name in enumerate(STATUSES)},
            }


def band_rows(index: int, one: SeriesTable) -> Iterator[Row]:
    """Return one row per length, over the seeds."""
    zero = one.share_exact_zero()
    for place, length in enumerate(one.lengths):
        yield {
            **identity(index, one),
            "length": int(length),
            "seeds": int(one.typical.count[place]),
            "ln_h0_gradient_median": float(one.typical.median[place]),
            "ln_h0_gradient_low": float(one.typical.low[place]),
            "ln_h0_gradient_high": float(one.typical.high[place]),
            "coverage": float(one.typical.coverage[place]),
            "ln_rms_median": float(one.ln_rms.median[place]),
            "ln_transport_median": float(one.transport.median[place]),
            "share_exact_zero": float(zero[place]),
        }
