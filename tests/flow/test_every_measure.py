"""The laws of a measure, for every member of the table and every cell. Programs are traced here, not compiled."""

import jax
import numpy as np
import pytest

from gru_vanish.cells import CELLS
from gru_vanish.contracts import Program, Setting
from gru_vanish.flow import MEASURES
from tests.flow import settings

every_measure = pytest.mark.parametrize("measure", MEASURES)


def setting(kind: str, seed_scale: float = 1.0) -> Setting:
    cell = CELLS[kind](hidden=6)
    return settings.setting(cell, (5,), init=cell.Init(), precision="float32", batch=2, scale=seed_scale)


@every_measure
def test_the_table_names_each_measure_as_it_names_itself(measure: str) -> None:
    member = MEASURES[measure]
    assert member.name == measure
    assert member.version >= 1
    assert all(member.columns.values())
    assert member.stages
    assert len({stage.name for stage in member.stages}) == len(member.stages)


@every_measure
@pytest.mark.parametrize("kind", CELLS)
def test_every_stage_of_every_measure_can_be_traced_with_every_cell(measure: str, kind: str) -> None:
    member, program = MEASURES[measure], Program.of(setting(kind), measure)
    shapes = member.shapes(program)
    for stage in member.stages:
        found = jax.eval_shape(stage.kernel(program), shapes)
        assert isinstance(found, dict)
    assert member.memory(program) > 0


@every_measure
def test_what_differs_in_data_only_is_one_program_and_draws_what_it_promised(measure: str) -> None:
    member, given = MEASURES[measure], setting("gru")
    assert Program.of(given, measure) == Program.of(setting("gru", 3.0), measure)
    shapes = member.shapes(Program.of(given, measure))
    for seed in (0, 7):
        data = member.data(given, seed, member.draw(given, seed))
        told = jax.tree.map(lambda leaf: (leaf.shape, np.dtype(leaf.dtype)), shapes)
        assert jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), data) == told
