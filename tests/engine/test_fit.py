"""How many units fit, and what would: judged by the programs' own estimates, whatever bytes are said to be there."""

from dataclasses import replace

import pytest

from gru_vanish.cells import GRU
from gru_vanish.contracts import Program
from gru_vanish.engine.fit import Fit, capped, capped_lengths, fit, wanted, with_batch, with_hidden, would_fit
from gru_vanish.engine.memory import Available
from gru_vanish.engine.programs import compile_stage
from gru_vanish.flow import MEASURES
from tests.engine import runs

SMALL = Program.of(runs.gru(), "h0_gradient")
MEDIUM = Program.of(replace(runs.setting(GRU(hidden=24), batch=12), lengths=(5, 300)), "h0_gradient")
LONG = Program.of(replace(runs.setting(GRU(hidden=64), batch=64), lengths=(5, 60_000)), "h0_gradient")
LARGE = Program.of(replace(runs.setting(GRU(hidden=300), batch=700), lengths=(5, 40, 60_000)), "h0_gradient")
CHANGED = {"batch": with_batch, "hidden": with_hidden, "length": capped}


def there(count: int) -> Available:
    return Available(count, "a test")


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_largest_program_decides_how_many_fit(workers: int) -> None:
    most = wanted(LARGE)
    enough = fit([SMALL, LARGE], workers, there(workers * most))
    assert (enough.wanted, enough.workers, enough.short) == (most, workers, None)
    fewer = fit([LARGE, SMALL], workers, there(workers * most - 1))
    assert (fewer.workers, fewer.asked) == (workers - 1, workers)
    assert fewer.short is not None
    assert (fewer.short.program, fewer.short.wanted) == (LARGE, most)
    assert fit([LARGE], workers, there(most - 1)).workers == 0


def test_a_device_that_tells_nothing_and_a_study_that_wants_nothing_fit() -> None:
    assert fit([LARGE], 3, None).workers == 3
    assert fit([], 3, there(0)) == Fit(0, 3, 3, there(0), None)


@pytest.mark.parametrize("share", [0.9, 0.05])
def test_each_way_out_fits_and_one_more_would_not(share: float) -> None:
    room = int(share * wanted(LARGE))
    found = would_fit(LARGE, room)
    assert found.keys() == CHANGED.keys()
    for name, value in found.items():
        assert wanted(CHANGED[name](LARGE, value)) <= room, name
        assert wanted(CHANGED[name](LARGE, value + 1)) > room, name


def test_ways_that_do_not_exist_are_left_out() -> None:
    assert would_fit(LARGE, 1) == {}
    # Only shorter sequences help a network whose weights fit at this size alone.
    room = wanted(capped(LARGE, 1)) - 1
    assert "length" not in would_fit(LARGE, room)


def test_a_longer_sequence_may_want_less_and_is_found_all_the_same() -> None:
    """From some length on linearisations are made again instead of stored."""
    room = wanted(LONG) - 1
    assert wanted(capped(LONG, 6_000)) > 5 * room, "the programs no longer show it: choose others"
    assert would_fit(LONG, room)["length"] >= 30_000


def test_capped_lengths() -> None:
    assert capped_lengths((1, 5, 9), 9) == capped_lengths((1, 5, 9), 10) == (1, 5, 9)
    assert capped_lengths((1, 5, 9), 8) == (1, 5, 8)
    assert capped_lengths((1, 5, 9), 5) == (1, 5)
    assert capped_lengths((4, 9), 1) == (1,)


def test_the_estimate_is_an_upper_one() -> None:
    """Against what the compiler says of the program itself."""
    compiled = compile_stage(MEDIUM, MEASURES["h0_gradient"].stages[0], "cpu").memory_analysis()
    real = compiled.temp_size_in_bytes + compiled.argument_size_in_bytes + compiled.output_size_in_bytes
    assert real > 2**20
    assert real <= wanted(MEDIUM) <= 4 * real
