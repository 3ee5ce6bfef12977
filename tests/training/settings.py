"""Small settings that the tests of this folder share."""

import json
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gru_vanish.cells import CELLS, GRU
from gru_vanish.cells.intervened import intervene
from gru_vanish.cells.interventions import Interventions
from gru_vanish.contracts import Cell, Examples, Program, Setting, Task
from gru_vanish.inputs import INITIAL_STATES
from gru_vanish.losses import LOSSES
from gru_vanish.tasks import TASKS, TaskSequences
from gru_vanish.training import Training, TrainingRun
from gru_vanish.training.gradient import Batch, Weights
from gru_vanish.training.streams import drawn_evaluation

RUN = TrainingRun()
jit: Any = partial(jax.jit, compiler_options={"xla_backend_optimization_level": 0})
"""For what runs for milliseconds, once: half the time to compile."""
HIDDEN = 5


class Early(TASKS["copy_memory"]):  # type: ignore[misc]
    """Asks for some classes before its sequences end."""

    @property
    def output_steps(self) -> tuple[int, ...]:
        return (2, 4)

    def draw(self, key: Any, batch: int) -> Examples:
        drawn = super().draw(key, batch)
        return drawn._replace(target=drawn.target[-2:])


def early() -> Task:
    return Early(blanks=1, symbols=2, alphabet=2)  # type: ignore[no-any-return]


def adding(length: int = 8) -> Task:
    return TASKS["adding"](length=length)  # type: ignore[call-arg]


def copying() -> Task:
    return TASKS["copy_memory"](blanks=3, symbols=2, alphabet=3)  # type: ignore[call-arg]


def planned(**fields: Any) -> Training:
    """Give a plan from what a file would hold."""
    return Training.model_validate_json(
        json.dumps({"steps": 4, "batch": 3, "evaluate": {"samples": 6, "every": 2}, **fields})
    )


def setting(
    task: Task,
    training: dict[str, Any] | None = None,
    cell: Cell | None = None,
    *,
    precision: str = "float64",
    lengths: tuple[int, ...] | None = None,
    samples: int = 3,
    h0: str = "gaussian",
    init: Any = None,
) -> Setting:
    """Give a setting that trains a GRU for a few steps."""
    cell = cell or GRU(hidden=HIDDEN)
    plan = planned(**(training or {}))
    held = (intervene(cell, cell.Init(), Interventions(hold=(gate,)))[0] for gate in plan.ablate)
    return Setting(
        cell=cell,
        init=init or cell.Init(),
        inputs=TaskSequences.of(task, samples),
        h0=INITIAL_STATES[h0](),
        loss=LOSSES["projection"](),
        lengths=lengths or (task.steps,),
        precision=precision,  # type: ignore[arg-type]
        matmul="highest",
        task=task,
        training=plan,
        ablated=tuple(held),  # type: ignore[arg-type]
    )


def program(given: Setting) -> Program:
    return Program.of(given, "training")


def data(given: Setting, seed: int = 0) -> dict[str, Any]:
    return RUN.data(given, seed, RUN.draw(given, seed))


@lru_cache(maxsize=64)
def _evaluation(program: Program, samples: int) -> Any:
    return jit(lambda data: drawn_evaluation(program, data, samples))


def drawn_test(given: Setting, seed: int = 0, samples: int = 6) -> tuple[Batch, np.ndarray]:
    """Give the test draw, and the group of every step."""
    batch, examples = _evaluation(program(given), samples)(data(given, seed))
    return batch, np.asarray(examples.group)


@lru_cache(maxsize=64)
def _examples(task: Task) -> Examples:
    return jit(lambda: task.draw(jax.random.key(1), 3))()  # type: ignore[no-any-return]


def plain_batch(task: Task, state_size: int) -> Batch:
    """Give three samples of a task and some h_0, whatever the program."""
    examples = _examples(task)
    h0 = np.random.default_rng(2).normal(size=(3, state_size))
    return Batch(examples.x.astype(jnp.float64), examples.target, jnp.asarray(h0))


def weights_of(unit: dict[str, Any]) -> Weights:
    return jax.tree.map(jnp.asarray, Weights(unit["params"], unit["readout"]))


def cells() -> dict[str, Cell]:
    return {kind: cell(hidden=HIDDEN) for kind, cell in CELLS.items()}
