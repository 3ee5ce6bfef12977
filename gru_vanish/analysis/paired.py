"""Differences between two series, seed by seed: the series of one study share seeds and inputs."""

import math
from collections.abc import Mapping

from gru_vanish.analysis.intervals import Estimate, student_interval


def paired_difference(first: Mapping[int, float], second: Mapping[int, float]) -> Estimate | None:
    """Return the mean of first − second over the seeds that both have, with its 95 % Student t interval.

    Seeds without a finite value on either side are left out; None where no seed is left.
    """
    common = sorted(first.keys() & second.keys())
    differences = [first[seed] - second[seed] for seed in common]
    return student_interval([value for value in differences if math.isfinite(value)])
