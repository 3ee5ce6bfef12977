"""From samples to one value per (seed, length).

The mean of ln over the samples is the typical sample; ln of the root mean square is what averaged updates
feel, and the two may differ by much.  An exact zero has no logarithm: it enters the root mean square as 0,
never a mean of logarithms, and its share is given beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from gru_vanish.analysis.payload import STATUSES, BoolArray, FloatArray, IntArray, Payload


@dataclass(frozen=True)
class PartCurve:
    """One seed of one part of the state over its lengths; every array has shape (L,)."""

    typical: FloatArray  # mean of ln of the norm over this part, over the finite samples, nats
    against: FloatArray  # mean of ln of that norm minus ln of the whole's, nats
    share_exact_zero: FloatArray  # share of samples whose part is exactly zero


@dataclass(frozen=True)
class SeedCurve:
    """One seed of one series over its lengths; every array has shape (L,) except ``statuses`` (L, 6)."""

    seed: int
    samples: int
    lengths: IntArray
    typical: FloatArray  # mean of ln ||dL_T/dh_0|| over the finite samples, nats; nan where there is none
    ln_rms: FloatArray  # ln of the rms over finite samples and exact zeros, nats; nan where the rms is 0
    spread: FloatArray  # standard deviation of ln over the finite samples, nats
    transport: FloatArray  # mean of ln ||delta_0|| - ln ||delta_T|| over the finite samples, nats
    finite: IntArray  # samples with a finite ln
    share_exact_zero: FloatArray  # share of samples whose gradient is exactly zero
    share_plain_zero: FloatArray  # share of samples where plain code in this dtype reads 0
    share_plain_nonfinite: FloatArray  # share of samples where plain code reads inf or nan
    statuses: IntArray  # samples per status, in the order of STATUSES
    parts: Mapping[str, PartCurve]  # by the parts of the state, empty where it is all one


def finite_mask(values: FloatArray) -> BoolArray:
    """Return where the values are finite."""
    return np.asarray(np.isfinite(values), np.bool_)


def finite_mean(values: FloatArray) -> FloatArray:
    """Return the mean over axis 1 of the finite values, nan in a row without any."""
    finite = finite_mask(values)
    count = finite.sum(axis=1)
    total = np.where(finite, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def finite_deviation(values: FloatArray) -> FloatArray:
    """Return the standard deviation (n − 1) over axis 1 of the finite values, nan below two of them."""
    finite = finite_mask(values)
    count = finite.sum(axis=1)
    centred = np.where(finite, values - finite_mean(values)[:, None], 0.0)
    square = (centred**2).sum(axis=1) / np.maximum(count - 1, 1)
    return np.where(count > 1, np.sqrt(square), np.nan)


def ln_root_mean_square(values: FloatArray) -> FloatArray:
    """Return ½ ln(mean of e^{2v}) over axis 1: −inf counts as a zero, nan and +inf are left out.

    The mean is taken by log-sum-exp, since e^{2v} itself leaves float64 from v = ±354 on.
    """
    known = finite_mask(values) | np.isneginf(values)
    usable: BoolArray = np.asarray(finite_mask(values).any(axis=1), np.bool_)
    doubled = np.where(known, 2.0 * np.where(known, values, 0.0), -np.inf)
    doubled = np.where(usable[:, None], doubled, 0.0)
    logarithm = special.logsumexp(doubled, axis=1) - np.log(np.maximum(known.sum(axis=1), 1))
    return np.where(usable, 0.5 * logarithm, np.nan)


def aggregate(seed: int, payload: Payload) -> SeedCurve:
    """Reduce one record's samples to one value per length."""
    ln, plain = payload.ln_h0_gradient, payload.plain_h0_gradient
    counts = [(payload.status == code).sum(axis=1) for code in range(len(STATUSES))]
    return SeedCurve(
        seed=seed,
        samples=payload.samples,
        lengths=payload.lengths,
        typical=finite_mean(ln),
        ln_rms=ln_root_mean_square(ln),
        spread=finite_deviation(ln),
        transport=finite_mean(payload.ln_transport),
        finite=np.isfinite(ln).sum(axis=1),
        share_exact_zero=np.isneginf(ln).mean(axis=1),
        share_plain_zero=(plain == 0.0).mean(axis=1),
        share_plain_nonfinite=(~np.isfinite(plain)).mean(axis=1),
        statuses=np.stack(counts, axis=1).astype(np.int64),
        parts={name: part_curve(part, ln) for name, part in payload.parts.items()},
    )


def part_curve(part: FloatArray, whole: FloatArray) -> PartCurve:
    """Reduce one part's samples, ln of the norms over the part and over the whole state."""
    with np.errstate(invalid="ignore"):  # −inf − −inf is no number, and so not in a mean
        against = part - whole
    return PartCurve(finite_mean(part), finite_mean(against), np.isneginf(part).mean(axis=1))
