"""The steps at which something is shown along the sequence."""

import itertools

import pytest

from gru_vanish.flow.grid import MOST, points

SPARSE = (1, 10, 100, 1000)
LISTS = [(1,), (255,), (256,), (3, 255), SPARSE, (1, 1_000_000), tuple(range(1, 256)), tuple(range(5, 1001, 4))]


@pytest.mark.parametrize("lengths", LISTS, ids=lambda lengths: f"{len(lengths)} to {lengths[-1]}")
def test_a_few_steps_with_the_ends_and_every_length_among_them(lengths: tuple[int, ...]) -> None:
    shown = points(lengths)
    assert len(shown) <= MOST
    assert shown[0] == 0
    assert set(lengths) <= set(shown)
    assert shown[-1] == lengths[-1]
    assert all(earlier < later for earlier, later in itertools.pairwise(shown))


def test_every_step_where_there_is_room() -> None:
    assert points((7, 255)) == tuple(range(256))


def test_many_lengths_are_thinned_evenly() -> None:
    shown = points(tuple(range(1, 2001)))
    assert len(shown) <= MOST
    assert {0, 1, 2000} <= set(shown)
    assert max(later - earlier for earlier, later in itertools.pairwise(shown)) <= 9


@pytest.mark.parametrize("longest", [1000, 100_000])
def test_both_ends_are_seen_in_detail_and_no_part_is_left_out(longest: int) -> None:
    shown = points((1, longest))
    assert len(shown) >= MOST - 8
    assert set(range(8)) <= set(shown)
    assert {longest - step for step in range(8)} <= set(shown)
    assert max(later - earlier for earlier, later in itertools.pairwise(shown)) < longest / 60


def test_steps_just_before_every_length_of_a_short_list() -> None:
    shown = set(points((1, 10, 100, 464, 1000)))
    assert {length - step for length in (100, 464, 1000) for step in (1, 4, 16, 64)} <= shown
