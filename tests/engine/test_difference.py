"""What rounding may do to a record, and what it may not: payloads that differ in one known way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gru_vanish.contracts import STATUSES, Payload, Program, Status
from gru_vanish.engine.difference import Difference, compare
from gru_vanish.engine.named_axes import axes_of, spread
from gru_vanish.flow import MEASURES
from tests.engine import runs

LENGTHS = (1, 10, 100, 300, 1000)
SAMPLES = 3
H0, FLOW = MEASURES["h0_gradient"], MEASURES["flow_map"]
NARROW = Program.of(replace(runs.gru(batch=SAMPLES), lengths=LENGTHS), "h0_gradient")
WIDE = replace(NARROW, precision="float64")
Change = Callable[[Payload], Any]


def payload() -> Payload:
    """A record of a network that decays by 0.1 nats per step."""
    lengths = np.array(LENGTHS, np.int64)
    ln = -0.1 * lengths[:, None] - np.array([0.1, 0.2, 0.3])
    return {
        "lengths": lengths,
        "ln_h0_gradient": ln,
        "ln_transport": ln + 0.5,
        "plain_h0_gradient": np.exp(ln),
        "status": np.zeros(ln.shape, np.uint8),
    }


def flow_payload() -> Payload:
    """A record with counts of statuses in the place of single samples: (times, lengths)."""
    lengths, times = np.array(LENGTHS, np.int64), np.array([0, 5], np.int64)
    ln = -0.1 * (lengths - times[:, None])
    counts = np.zeros((2, len(LENGTHS), len(STATUSES)), np.uint32)
    counts[..., Status.ok] = SAMPLES
    share = np.broadcast_to(np.array([0, 0, 0.5, 1.0, 1.0]), ln.shape).copy()
    return {"lengths": lengths, "times": times, "ln_gradient": ln, "plain_zero": share, "statuses": counts}


def compared(change: Change, program: Program = NARROW, make: Callable[[], Payload] = payload) -> Difference:
    one, other = make(), make()
    change(other)
    measure = FLOW if make is flow_payload else H0
    forth, back = compare(measure, program, one, other), compare(measure, program, other, one)
    assert (forth.agrees, forth.share, forth.judged) == (back.agrees, back.share, back.judged), "not symmetric"
    return forth


def added(name: str, index: Any, value: float) -> Change:
    def change(payload: Payload) -> None:
        payload[name][index] += value

    return change


def put(name: str, index: Any, value: Any) -> Change:
    def change(payload: Payload) -> None:
        payload[name][index] = value

    return change


def both(*changes: Change) -> Change:
    return lambda payload: [change(payload) for change in changes]


def test_nothing_differs() -> None:
    found = compared(lambda payload: None)
    assert (found.identical, found.agrees, found.nats, found.share, found.where) == (True, True, 0.0, 0.0, "")
    assert found.judged == 5 + 4 * 15


@pytest.mark.parametrize(("program", "per_step"), [(NARROW, 2e-7), (WIDE, 1e-12)])
@pytest.mark.parametrize(("row", "steps"), [(0, 10), (1, 10), (2, 100), (4, 1000)])
@pytest.mark.parametrize("name", ["ln_h0_gradient", "ln_transport"])
def test_a_logarithm_may_be_off_by_its_steps(
    program: Program, per_step: float, row: int, steps: int, name: str
) -> None:
    small = compared(added(name, (row, 1), 0.9 * per_step * steps), program)
    assert small.agrees
    assert not small.identical
    assert small.share == pytest.approx(0.9, rel=1e-3)
    assert small.nats == pytest.approx(0.9 * per_step * steps, rel=1e-3)
    large = compared(added(name, (row, 1), -1.1 * per_step * steps), program)
    assert not large.agrees
    assert large.where == name


def test_other_floats_are_compared_with_the_largest_of_their_length() -> None:
    assert compared(lambda one: np.multiply(one["plain_h0_gradient"], 1 + 1e-6, out=one["plain_h0_gradient"])).agrees
    found = compared(put("plain_h0_gradient", (2, 0), np.exp(-10.1) * (1 + 1e-4)))
    assert not found.agrees
    assert found.relative == pytest.approx(1e-4, rel=1e-3)
    assert found.nats == 0


def test_a_small_number_is_judged_for_its_size() -> None:
    """An error bar that is itself rounding may be another one; the same number of a plain norm may not."""

    def make() -> Payload:
        return {"uncertainty": np.full(5, 1e-9), "plain_h0_gradient": np.full((5, 3), 1e-9)}

    assert compared(put("uncertainty", 2, 5e-9), make=make).agrees
    assert not compared(put("uncertainty", 2, 1e-3), make=make).agrees
    assert not compared(put("plain_h0_gradient", (2, 0), 5e-9), make=make).agrees


def test_what_plain_code_shows_has_no_last_bits_at_the_end_of_its_range() -> None:
    assert compared(put("plain_h0_gradient", (4, 0), 0.0)).agrees  # e^-100 in float32
    assert not compared(put("plain_h0_gradient", (4, 0), 0.0), WIDE).agrees
    assert not compared(put("plain_h0_gradient", (3, 0), 0.0)).agrees  # e^-30
    assert not compared(put("plain_h0_gradient", (0, 0), np.inf)).agrees  # 1 against infinity

    def large() -> Payload:
        return {"plain_h0_gradient": np.full((5, 3), 1e38)}

    assert compared(put("plain_h0_gradient", (0, 0), np.inf), make=large).agrees


NO_ROUNDING: dict[str, Change] = {
    "an integer": put("lengths", 2, 101),
    "NaN for a number": put("ln_h0_gradient", (2, 2), np.nan),
    "an exact zero for a number": put("ln_h0_gradient", (2, 2), -np.inf),
    "an array is missing": lambda one: one.pop("ln_transport"),
    "an array too many": lambda one: one.update(extra=np.zeros(2)),
    "another dtype": lambda one: one.update(ln_transport=one["ln_transport"].astype(np.float32)),
    "another shape": lambda one: one.update(ln_transport=one["ln_transport"][:, :2]),
    "a dead sample": put("status", (slice(None), 1), Status.exact_zero),
    "a status at one length": put("status", (4, 1), Status.nonfinite),
    "chaos long before": put("status", (slice(1, None), 0), Status.chaotic),
}


@pytest.mark.parametrize("name", NO_ROUNDING)
def test_what_no_rounding_explains(name: str) -> None:
    found = compared(NO_ROUNDING[name])
    assert found.faults
    assert not found.agrees


def test_saturated_is_what_plain_code_shows_and_the_value_is_compared_all_the_same() -> None:
    found = compared(put("status", slice(None), Status.saturated))
    assert found.agrees
    assert (found.judged, found.chaotic) == (5 + 4 * 15, 0)
    assert not compared(both(put("status", (2, 1), Status.saturated), added("ln_h0_gradient", (2, 1), 0.1))).agrees


def chaotic_from(row: int, sample: int = 1) -> Change:
    return put("status", (slice(row, None), sample), Status.chaotic)


def test_nothing_of_a_sample_is_judged_from_chaos_on() -> None:
    def make() -> Payload:
        one = payload()
        chaotic_from(2)(one)
        return one

    wild = added("ln_h0_gradient", (slice(2, None), 1), 3.0)
    one, other = make(), make()
    wild(other)
    found = compare(H0, NARROW, one, other)
    assert found.agrees
    assert found.chaotic == 4 * 3
    added("ln_h0_gradient", (1, 1), 3.0)(other)
    assert not compare(H0, NARROW, one, other).agrees
    other = make()
    added("ln_h0_gradient", (3, 0), 3.0)(other)  # another sample
    assert not compare(H0, NARROW, one, other).agrees


@pytest.mark.parametrize(("lengths", "allowed"), [((1, 10, 100, 300, 1000), False), ((1, 10, 100, 101, 199), True)])
def test_chaos_may_set_in_within_a_factor_of_two(lengths: tuple[int, ...], allowed: bool) -> None:
    def make() -> Payload:
        return {**payload(), "lengths": np.array(lengths, np.int64)}

    assert compared(chaotic_from(4), make=make).agrees  # at the last length, or just beyond it
    assert compared(chaotic_from(2), make=make).agrees is allowed


def test_chaos_may_set_in_elsewhere_only_where_a_twin_leaves_its_bounds() -> None:
    one, twin = payload(), payload()
    chaotic_from(1)(one)
    assert not compare(H0, NARROW, one, payload(), [twin]).agrees
    added("ln_transport", (3, 0), 1.0)(twin)  # another sample
    assert not compare(H0, NARROW, one, payload(), [payload(), twin]).agrees
    added("ln_transport", (3, 1), 1.0)(twin)
    assert compare(H0, NARROW, one, payload(), [payload(), twin]).agrees


def test_counts_of_statuses_follow_the_same_rules() -> None:
    def shifted(row: int, status: Status, count: int = 1) -> Change:
        def change(one: Payload) -> None:
            one["statuses"][:, row, Status.ok] -= count
            one["statuses"][:, row, status] += count

        return change

    def compare_flow(change: Change) -> Difference:
        return compared(change, make=flow_payload)

    assert compare_flow(shifted(2, Status.saturated)).agrees
    assert not compare_flow(shifted(4, Status.nonfinite)).agrees
    chaos = both(*(shifted(row, Status.chaotic) for row in (3, 4)))
    assert not compare_flow(chaos).agrees  # from 300 on against never within 1000
    late = both(shifted(4, Status.chaotic), added("ln_gradient", (0, 4), 5.0))
    assert compare_flow(late).agrees
    assert not compare_flow(both(shifted(4, Status.chaotic), added("ln_gradient", (0, 3), 5.0))).agrees


def test_a_share_of_zeros_may_be_as_at_the_length_beside() -> None:
    assert compared(put("plain_zero", slice(None), [0, 0, 0, 0.5, 1.0]), make=flow_payload).agrees
    assert compared(put("plain_zero", (0, 4), 0.5), make=flow_payload).agrees
    assert not compared(put("plain_zero", (0, 1), 1.0), make=flow_payload).agrees


def test_what_has_no_bounds_is_not_judged_where_a_twin_changes() -> None:
    one, other, twin = payload(), payload(), payload()
    for each in (one, twin):
        put("ln_transport", (2, 1), np.nan)(each)
        put("status", (2, 1), Status.nonfinite)(each)
        put("lengths", 3, 299)(each)
    assert not compare(H0, NARROW, one, other).agrees
    found = compare(H0, NARROW, one, other, [payload(), twin])
    assert found.agrees
    assert (found.undetermined, found.nats) == (3, 0.0)
    added("ln_transport", (2, 2), 1e-2)(one)
    assert not compare(H0, NARROW, one, other, [payload(), twin]).agrees


@pytest.mark.parametrize(("twins", "allowed"), [(0.0, 1.0), (0.03, 1.0), (0.5, 15.0), (100.0, 3000.0)])
def test_a_number_may_be_off_by_thirty_times_what_its_twin_is(twins: float, allowed: float) -> None:
    twin = payload()
    added("ln_transport", (4, 1), twins * 2e-7 * 1000)(twin)
    for share, agrees in ((0.9, True), (1.1, False)):
        one = payload()
        added("ln_transport", (4, 1), share * allowed * 2e-7 * 1000)(one)
        found = compare(H0, NARROW, one, payload(), [payload(), twin])
        assert found.agrees is agrees
        assert found.share == pytest.approx(share, rel=1e-3)
        assert found.sensitive == (allowed > 1)


def test_complex_numbers_and_booleans() -> None:
    def make() -> Payload:
        return {"roots": np.array([1 + 2j, -3j]), "flags": np.array([True, False])}

    assert compared(lambda one: np.multiply(one["roots"], 1 + 1e-7, out=one["roots"]), make=make).agrees
    assert not compared(put("roots", 0, 1 - 2j), make=make).agrees
    assert not compared(put("flags", 0, False), make=make).agrees


def test_axes_are_read_from_the_columns() -> None:
    columns = {"a": "(L, B) x", "b": "(L,) y", "c_<matrix>": "(n,) z", "d": "no shape", "e": "() one"}
    assert axes_of(columns, "a", 2) == ("L", "B")
    assert axes_of(columns, "b", 1) == ("L",)
    assert axes_of(columns, "c_recurrent_0", 1) == ("n",)
    assert axes_of(columns, "d", 2) == axes_of(columns, "unknown", 2) == axes_of(columns, "a", 3)[:2] == ("", "")
    assert axes_of(columns, "e", 0) == ()


def test_every_column_of_every_measure_says_its_shape() -> None:
    for measure in MEASURES.values():
        for name, text in measure.columns.items():
            letters = [letter for letter in text[1 : text.index(")")].split(",") if letter.strip()]
            assert text.startswith("("), f"{measure.name}.{name}"
            assert axes_of(measure.columns, name, len(letters)) == tuple(letter.strip() for letter in letters), name


def test_masks_are_spread_by_letters() -> None:
    mask = np.zeros((2, 3), bool)
    mask[1, 2] = True
    assert spread(mask, ("L", "B"), ("B", "x", "L")).shape == (3, 1, 2)
    assert spread(mask, ("L", "B"), ("B", "x", "L"))[2, 0, 1]
    assert spread(mask, ("L", "B"), ("L",)).tolist() == [False, True]
    assert spread(mask, ("L", "B"), ("q", "")).tolist() == [[True]]
    assert spread(mask, ("L", "B"), ()).item() is True
