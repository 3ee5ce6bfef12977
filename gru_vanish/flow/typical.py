"""Values of single samples, (…, B), as one number for the batch."""

from typing import NamedTuple

import numpy as np

from gru_vanish.contracts import STATUSES, Status

WITHHELD = (Status.underflow, Status.nonfinite)


class Typical(NamedTuple):
    """What a batch of values ln v_b shows; each (…), NaN where no sample has a value."""

    mean: np.ndarray
    """mean of ln v over the samples that are neither zero nor withheld: the typical sample"""
    spread: np.ndarray
    """standard deviation (n − 1) of ln v over the same samples; NaN below two of them"""
    rms: np.ndarray
    """ln of the root mean square of v over the samples that are not withheld: what an averaged update feels"""
    counts: np.ndarray
    """(…, S) number of samples of each status, in the order of the codes"""


def typical(ln: np.ndarray, codes: np.ndarray, exists: np.ndarray) -> Typical:
    """Return what the samples show where there is a value at all (``exists``, shaped (…)); there are no counts else."""
    told = exists[..., None] & ~np.isin(codes, WITHHELD)
    finite = told & np.isfinite(ln)
    number = finite.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(finite, ln, 0.0).sum(axis=-1) / number
        apart = np.where(finite, ln - mean[..., None], 0.0)
        spread = np.where(number > 1, np.sqrt((apart**2).sum(axis=-1) / (number - 1)), np.nan)
        largest = np.max(ln, axis=-1, where=finite, initial=-np.inf)
        squares = np.where(finite, np.exp(2 * (ln - largest[..., None])), 0.0).sum(axis=-1)
        rms = largest + 0.5 * np.log(squares / told.sum(axis=-1))
    counts = np.stack([(exists[..., None] & (codes == code)).sum(axis=-1) for code in range(len(STATUSES))], axis=-1)
    return Typical(mean, spread, np.where(number > 0, rms, np.nan), counts.astype(np.uint32))
