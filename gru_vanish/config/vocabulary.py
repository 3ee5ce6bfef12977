"""The words that a config may use: the tables of the other rooms, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    from gru_vanish.config.own_file import OwnFile
    from gru_vanish.contracts import Weights
    from gru_vanish.inputs import Content

DEFAULT_PRESET = "article"

Models = Mapping[str, type[BaseModel]]


@dataclass(frozen=True)
class FigureNeeds:
    """The measures that a figure is drawn from, and how many numeric axes a cell must be swept over for it."""

    measures: tuple[str, ...]
    axes: int | None = None
    last_step_only: str = ""
    """Why there is no such figure for a loss summed over steps; empty where there is one."""
    observes: tuple[str, ...] = ()
    """The measures that a training has to take at its checkpoints."""
    task_size: bool = False
    """Whether a cell must be swept over exactly one size of the task, such as its length."""
    closed_form: bool = False
    """Whether a claim must name a closed form."""


FIGURE_NEEDS: Mapping[str, FigureNeeds] = {
    "gradient_vs_length": FigureNeeds(("h0_gradient",)),
    "decay_rate_vs_axis": FigureNeeds(("h0_gradient",), axes=1),
    "phase_diagram": FigureNeeds(("h0_gradient",), axes=2),
    "flow_map": FigureNeeds(("flow_map",)),
    "input_gradient": FigureNeeds(("input_gradient",)),
    "gradient_bound": FigureNeeds(
        ("h0_gradient", "recurrent_spectrum"),
        last_step_only="the bound is one of ‖δ_0‖ by ‖δ_T‖ alone, and a sum adds a term at every step",
    ),
    "gate_statistics": FigureNeeds(("gate_statistics",)),
    "path_shares": FigureNeeds(("path_shares",)),
    "path_shares_vs_axis": FigureNeeds(("path_shares",), axes=1),
    "path_products": FigureNeeds(("path_products",)),
    "leak_visits": FigureNeeds(("leak_visits", "path_shares")),
    "singular_values": FigureNeeds(("jacobian",)),
    "lyapunov_spectrum": FigureNeeds(("lyapunov",)),
    "lag_shares": FigureNeeds(("lag_shares",)),
    "closed_forms": FigureNeeds((), closed_form=True),
    "training_curves": FigureNeeds(("training",)),
    "transport_through_training": FigureNeeds(("training",), observes=("h0_gradient",)),
    "paths_through_training": FigureNeeds(("training",)),
    "solved_vs_length": FigureNeeds(("training",), task_size=True),
    "solved_vs_reach": FigureNeeds(("training",)),
    "groups_after_training": FigureNeeds(("training",)),
}
"""Every figure; repeated here because this room draws nothing. A test holds it together with ``figures.FIGURES``."""


@dataclass(frozen=True)
class CellWords:
    """What a cell's node in YAML is made of: its structure, its ``init`` block, and its named defaults."""

    structure: type[BaseModel]
    init: type[BaseModel]
    presets: Mapping[str, Mapping[str, Any]]
    own: OwnFile | None = None
    """The user's file that the cell comes from; None for one of the table."""


@dataclass(frozen=True)
class Vocabulary:
    """The tables by which a config is judged; tests bring small ones of their own."""

    cells: Mapping[str, CellWords]
    inputs: Models
    h0: Models
    losses: Models
    measures: tuple[str, ...]
    figures: Mapping[str, FigureNeeds] = field(default_factory=lambda: FIGURE_NEEDS)
    tasks: Models = field(default_factory=dict)
    training: type[BaseModel] | None = None
    """What the block ``training`` is made of."""
    last_step_only: Mapping[str, str] = field(default_factory=dict)
    """The measures that have no meaning for a loss summed over steps, and why."""
    allow_code: bool = False
    """Whether files that a config names as cells may be executed."""
    content: Content | None = None
    """Sequences of the user's own that are at hand, for settings that know them by their hash alone."""
    weights: Weights | None = None
    """Weights of the user's own, in the same way."""

    def models(self, section: str) -> Models:
        """The table of one section."""
        return {"inputs": self.inputs, "h0": self.h0, "loss": self.losses, "task": self.tasks}[section]


@cache
def vocabulary() -> Vocabulary:
    """The program's own tables; imported here, because they bring jax with them."""
    from gru_vanish.cells import CELLS
    from gru_vanish.config.on_task import KIND as ON_TASK
    from gru_vanish.config.on_task import OnTask
    from gru_vanish.inputs import INITIAL_STATES, INPUTS
    from gru_vanish.losses import LOSSES
    from gru_vanish.measures import MEASURES
    from gru_vanish.tasks import TASKS
    from gru_vanish.training import Training

    inputs: Models = {**INPUTS, ON_TASK: OnTask}
    cells = {kind: CellWords(cell, cell.Init, cell.presets) for kind, cell in CELLS.items()}
    last_step_only = {name: one.last_step_only for name, one in MEASURES.items() if one.last_step_only}
    return Vocabulary(
        cells, inputs, INITIAL_STATES, LOSSES, tuple(MEASURES),
        tasks=TASKS, training=Training, last_step_only=last_step_only,
    )  # fmt: skip
