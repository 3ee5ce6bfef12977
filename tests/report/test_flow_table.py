"""The thinned flow map: cells without gaps, whose values are the medians of what they cover."""

import numpy as np
import pytest

from gru_vanish.analysis.flow_map import FLOW_MAP
from gru_vanish.report import flow_table
from gru_vanish.report.compiled import rows
from gru_vanish.report.flow_table import FlowTables, flow_tables
from tests.analysis import synthetic
from tests.figures.studies import findings

DECADE = np.log(10.0)


def tables(count: int = 2) -> FlowTables:
    made = synthetic.few(seeds=range(3), count=count)
    found = flow_tables(findings(made, ["flow_map"]).of("flow_map").series)
    assert found is not None
    return found


def test_cells_of_a_length_touch_each_other_and_reach_from_the_loss_to_the_first_state() -> None:
    found = tables()
    cells = rows(found.cells)
    for length in {cell["length"] for cell in cells}:
        own = sorted((cell for cell in cells if cell["length"] == length), key=lambda cell: cell["low"])
        assert [cell["high"] for cell in own[:-1]] == [cell["low"] for cell in own[1:]]
        assert own[0]["low"] == pytest.approx(np.log10(0.5), abs=1e-4)
        assert own[-1]["high"] == pytest.approx(np.log10(length + 1.5), abs=1e-3)
        assert len({(cell["left"], cell["right"]) for cell in own}) == 1
        assert len(own) <= flow_table.MOST_ROWS + 1


def test_values_are_the_medians_over_seeds_of_the_means_over_a_cell() -> None:
    """By hand, from the records themselves: the long table of the measure."""
    made = findings(synthetic.few(seeds=range(3), count=2), ["flow_map"])
    found = flow_tables(made.of("flow_map").series)
    assert found is not None
    assert found.thinned
    long = {name: np.asarray(values) for name, values in made.of("flow_map").columns().items()}
    first, values = found.flows["first"][1], found.flows["decades"][1]
    cells = rows(found.cells)
    for at in range(0, len(values), 17):
        cell = cells[first + at]
        steps = [int(step) for step in cell["steps"].split(" … ")]
        inside = (long["series"] == 1) & (long["length"] == cell["length"])
        inside &= (long["step"] >= steps[0]) & (long["step"] <= steps[-1])
        by_seed = [long["ln_gradient"][inside & (long["seed"] == seed)].mean() / DECADE for seed in range(3)]
        assert values[at] == pytest.approx(np.median(by_seed), rel=6e-4)


def test_equal_grids_are_told_once() -> None:
    found = tables(4)
    assert len(found.flows["series"]) == 4
    assert set(found.flows["first"]) == {0}
    assert {len(values) for values in found.flows["decades"]} == {len(found.cells["cell"])}


def test_many_series_get_fewer_cells_each(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tables()
    monkeypatch.setattr(flow_table, "MOST_CELLS", 24 * 2 * 10)
    fewer = tables()
    assert len(fewer.cells["cell"]) < 0.6 * len(whole.cells["cell"])


def test_nothing_measured_gives_no_map() -> None:
    manifest, _ = synthetic.few(seeds=range(2), count=1)
    series = [{**one, "keys": {"flow_map": {"0": "a", "1": "b"}}} for one in manifest["series"]]
    empty = FLOW_MAP({**manifest, "measures": ["flow_map"], "series": series}, {}.__getitem__)
    assert flow_tables(empty.series) is None
