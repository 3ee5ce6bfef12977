"""The steps t at which something is shown that changes along the sequence."""

from functools import lru_cache

MOST = 256
"""At most so many steps."""
BEFORE = (1, 4, 16, 64)
"""Steps before every length, where its gradient still is large."""


@lru_cache(maxsize=256)
def points(lengths: tuple[int, ...]) -> tuple[int, ...]:
    """Return at most `MOST` ascending steps from 0 to the longest length: a function of the lengths alone.

    Every step where there is room. Else 0 and every length (of more than `MOST` − 1 lengths, some evenly chosen ones);
    steps `BEFORE` each of them if that takes no more than half of the room; and as many as fit of three spacings of the
    longest sequence: even, logarithmic from its start, and from its end.
    """
    longest = lengths[-1]
    if longest < MOST:
        return tuple(range(longest + 1))
    fixed = {0, *_thinned(lengths, MOST - 1)}
    before = fixed | {length - step for length in lengths for step in BEFORE if length > step}
    fixed = before if len(before) <= MOST // 2 else fixed
    # The more points in each spacing, the more of them there are in all, but for a few that coincide.
    fitting = (fixed | _spaced(longest, count) for count in range(MOST, -1, -1))
    return tuple(sorted(next(chosen for chosen in fitting if len(chosen) <= MOST)))


def _thinned(lengths: tuple[int, ...], most: int) -> tuple[int, ...]:
    """Return the lengths, or ``most`` of them, evenly chosen with the first and the last."""
    last = len(lengths) - 1
    return lengths if last < most else tuple(lengths[round(i * last / (most - 1))] for i in range(most))


def _spaced(longest: int, count: int) -> set[int]:
    even = {round(i * longest / count) for i in range(1, count)}
    logarithmic = {round(longest ** (i / count)) for i in range(count)}
    return even | logarithmic | {longest - step for step in logarithmic}
