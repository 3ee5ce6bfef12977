"""How far two computations of one unit are apart: in nats where a logarithm was measured, relatively elsewhere.

The arrays of any measure are told apart by name, dtype and the letters of their shape (`gru_vanish.engine.named_axes`):

- names that begin with ``ln_``: |difference| in nats; at most 2e-7·T in float32 and 1e-12·T in float64, T at least 10.
  That is the rounding of T products; below ten steps the norm and the loss round as much as the steps do.
- other floats: |difference| as a share of the largest value of the same length, or of 1 where that is less, at most
  the same number. So an error bar that is itself rounding, or a small share beside a large one, is judged for its size.
- floats that begin with ``plain_``: as a share of the largest value of the same length whatever its size. Below
  √(tiny/ε) of the program's dtype a norm that squares first has lost its last bits; less than that is no difference.
- integers, booleans and statuses: equal. But ``ok`` and ``saturated`` count as one, and a ``plain_`` share of zeros may
  be as at a length beside: they say what plain code shows on this very device, which decides by its subnormal numbers.

Some numbers are moved by rounding more than that: what is ill-conditioned, all that comes shortly before chaos, an
estimate of rounding itself. What this machine gives once the weights are moved by a rounding unit (``twins``) tells
them: each number may be off by 30 times what it moves by there, and one that has no bounds (a status, an integer, a
number against none) is not judged where it changes there. Nor is anything from chaos on (`gru_vanish.engine.chaos`).

Lower matrix-product precisions than ``highest`` differ between kinds of devices by more than all this allows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gru_vanish.contracts import Measure, Payload, Program, Status
from gru_vanish.engine.chaos import Chaos, chaos, is_codes, is_counts
from gru_vanish.engine.named_axes import SAMPLES, Axes, Lengths, axes_of, one_place_off, spread

ROUNDING = {"float32": 2e-7, "float64": 1e-12}
"""Nats per step that rounding may make."""
FEWEST_STEPS = 10
MARGIN = 30
"""How much further than its own twin another machine may be off. (Seen: 9, with GRUs shortly before chaos.)"""


@dataclass(frozen=True)
class Difference:
    """What two payloads have to say about each other."""

    identical: bool
    """Every byte is the same."""
    nats: float = 0.0
    """Largest |difference| of what was measured as a logarithm, where it is judged."""
    relative: float = 0.0
    """Largest relative difference of the other floats, where it is judged."""
    share: float = 0.0
    """Largest difference as a share of what is allowed there; beyond 1 rounding does not explain it."""
    where: str = ""
    """The array of that difference, empty where there is none."""
    judged: int = 0
    """Numbers that were compared."""
    chaotic: int = 0
    """Numbers from chaos on, which were not."""
    undetermined: int = 0
    """Further numbers that change without bounds at a rounding unit, which were not."""
    sensitive: int = 0
    """Numbers that were compared within the wider bounds of a twin."""
    faults: tuple[str, ...] = ()
    """What no rounding explains: shapes, integers, a number against none."""

    @property
    def agrees(self) -> bool:
        """Whether rounding explains all of it."""
        return not self.faults and self.share <= 1


@dataclass(frozen=True)
class _Compared:
    """One array of two records, element by element."""

    apart: np.ndarray
    """|difference|: nats, or a share of the largest value; 0 for integers"""
    share: np.ndarray
    """of what is allowed; infinite where no rounding explains it"""


def compare(
    measure: Measure, program: Program, stored: Payload, again: Payload, twins: Sequence[Payload] = ()
) -> Difference:
    """Compare what is stored of a unit with what was computed again."""
    faults = tuple(_misshapen(stored, again))
    if faults:
        return Difference(False, faults=faults)
    lengths = Lengths.of(measure, program, again)
    seen = chaos(measure, lengths, stored, again)
    disputed = [each.disputed for each in seen]
    found = Difference(all(stored[name].tobytes() == again[name].tobytes() for name in stored))
    for name in stored:
        axes = axes_of(measure.columns, name, stored[name].ndim)
        one = _compared(program, lengths, name, axes, stored[name], again[name])
        own = np.zeros(one.share.shape)
        for twin in twins:
            own = np.maximum(own, _compared(program, lengths, name, axes, again[name], twin[name]).share)
        disputed = [left & ~_moved(own > 1, axes, each) for left, each in zip(disputed, seen, strict=True)]
        found = _joined(found, name, one, _from_chaos_on(name, again, seen, axes), own)
    words = tuple(
        f"{each.name} becomes chaotic at lengths too far apart, or in one of the records only"
        for left, each in zip(disputed, seen, strict=True)
        if left.any()
    )
    return replace(found, faults=(*found.faults, *words))


def _from_chaos_on(name: str, payload: Payload, seen: Sequence[Chaos], axes: Axes) -> np.ndarray:
    """Whether a number is not judged; a row of integers, by which other arrays are read, knows no chaos."""
    found = np.zeros(payload[name].shape, bool)
    if payload[name].ndim > 1 or payload[name].dtype.kind not in "ui":
        for each in seen:
            found |= spread(each.reached, each.axes, axes)
    return found


def _moved(beyond: np.ndarray, axes: Axes, chaos: Chaos) -> np.ndarray:
    """Whether a twin moves a number beyond its bounds, for every place at which an onset may be disputed."""
    if not set(chaos.axes) <= set(axes):
        return np.zeros(chaos.disputed.shape, bool)
    over_lengths = tuple(index for index, size in enumerate(chaos.disputed.shape) if size != chaos.reached.shape[index])
    return np.asarray(spread(beyond, axes, chaos.axes).any(axis=over_lengths, keepdims=True))


def _misshapen(stored: Payload, again: Payload) -> Iterator[str]:
    """Give the arrays that only one record has, or that differ in dtype or shape."""
    for name in sorted(stored.keys() ^ again.keys()):
        yield f"{name} is in one of the records only"
    for name in sorted(stored.keys() & again.keys()):
        one, two = ((each[name].dtype.str, each[name].shape) for each in (stored, again))
        if one != two:
            yield f"{name} is {one}, computed again {two}"


def _joined(found: Difference, name: str, one: _Compared, chaotic: np.ndarray, own: np.ndarray) -> Difference:
    """Return the difference with one array more; ``own`` is what a twin is apart, as a share of what is allowed."""
    judged, wider = ~(chaotic | np.isinf(own)), np.maximum(1.0, MARGIN * own)
    share = np.where(judged, one.share / np.where(judged, wider, 1.0), 0.0)
    wrong = int(np.isinf(share).sum())
    finite = float(np.max(np.where(np.isinf(share), 0.0, share), initial=0.0))
    apart = float(np.max(np.where(judged, one.apart, 0.0), initial=0.0))
    is_logarithm = name.startswith("ln_")
    fault = (f"{name} differs in {wrong} of {share.size} places, and not by rounding",) if wrong else ()
    return Difference(
        identical=found.identical,
        nats=max(found.nats, apart) if is_logarithm else found.nats,
        relative=found.relative if is_logarithm else max(found.relative, apart),
        share=max(found.share, finite),
        where=name if finite > found.share else found.where,
        judged=found.judged + int(judged.sum()),
        chaotic=found.chaotic + int(chaotic.sum()),
        undetermined=found.undetermined + int((np.isinf(own) & ~chaotic).sum()),
        sensitive=found.sensitive + int((judged & (wider > 1)).sum()),
        faults=(*found.faults, *fault),
    )


def _compared(
    program: Program, lengths: Lengths, name: str, axes: Axes, one: np.ndarray, other: np.ndarray
) -> _Compared:
    if one.dtype.kind == "c":
        parts = [
            _floats(program, lengths, name, axes, *pair) for pair in ((one.real, other.real), (one.imag, other.imag))
        ]
        return _Compared(np.maximum(*(each.apart for each in parts)), np.maximum(*(each.share for each in parts)))
    if one.dtype.kind == "f":
        return _floats(program, lengths, name, axes, one.astype(np.float64), other.astype(np.float64))
    one, other = (_with_saturated_as_ok(name, each) for each in (one, other))
    return _Compared(np.zeros(one.shape), np.where(one == other, 0.0, np.inf))


def _with_saturated_as_ok(name: str, values: np.ndarray) -> np.ndarray:
    if is_codes(name, values):
        return np.where(values == Status.saturated, Status.ok, values)
    if is_counts(name, values):
        merged = values.copy()
        merged[..., Status.ok] += merged[..., Status.saturated]
        merged[..., Status.saturated] = 0
        return merged
    return values


def _floats(program: Program, lengths: Lengths, name: str, axes: Axes, one: np.ndarray, other: np.ndarray) -> _Compared:
    finite = np.isfinite(one) & np.isfinite(other)
    settled = (one == other) | (np.isnan(one) & np.isnan(other))
    apart = np.abs(np.subtract(one, other, where=finite, out=np.zeros_like(one)))
    if not name.startswith("ln_"):
        apart, excused = _relative(program, lengths, name, axes, one, other, apart)
        settled |= excused
    allowed = ROUNDING[program.precision] * np.maximum(lengths.along(axes), FEWEST_STEPS)
    share = np.where(finite, apart / allowed, np.inf)
    return _Compared(np.where(settled, 0.0, apart), np.where(settled, 0.0, share))


def _relative(
    program: Program, lengths: Lengths, name: str, axes: Axes, one: np.ndarray, other: np.ndarray, apart: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return differences as shares of the largest value of their length, and where none counts."""
    is_plain, info = name.startswith("plain_"), np.finfo(program.precision)
    edge = float(np.sqrt(info.tiny / info.eps))
    sizes = np.maximum(*(np.where(np.isfinite(each), np.abs(each), 0.0) for each in (one, other)))
    within = tuple(index for index, letter in enumerate(axes) if not letter or letter != lengths.letter)
    largest = np.max(sizes, axis=within, keepdims=True, initial=0.0)
    finite = np.isfinite(one) & np.isfinite(other)
    # What is infinite on one device may be just below that on the other.
    excused = np.where(finite, sizes < edge, sizes > 1 / edge) if is_plain else np.zeros(one.shape, bool)
    if is_plain and lengths.letter in axes and SAMPLES not in axes:
        excused |= one_place_off(one, other, axes.index(lengths.letter))
    scale = np.where(largest > 0, largest, 1.0) if is_plain else np.maximum(largest, 1.0)
    return apart / scale, excused
