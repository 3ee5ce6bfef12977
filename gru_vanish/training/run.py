"""The measure that trains a network on a task and looks at it on the way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import jax
import numpy as np

from gru_vanish.contracts import Call, Holding, Iterated, Outputs, Payload, Program, Setting, Streams
from gru_vanish.flow import MEASURES, sizes
from gru_vanish.flow.arithmetic import SAFE
from gru_vanish.training import checkpoint, loop, observed, own_loss
from gru_vanish.training.columns import COLUMNS
from gru_vanish.training.evaluation import evaluation_kernel
from gru_vanish.training.gathered import gathered
from gru_vanish.training.plan import Training
from gru_vanish.training.readout import readout_shapes

TRAIN, EVALUATE, OWN_LOSS, ABLATE = "train", "evaluate", "own loss", "ablate"
NETWORK = MEASURES["h0_gradient"]
"""Draws weights as all measures of one network do: training begins with the networks that they measure."""


class TrainingRun(Iterated):
    """Training of cell and readout on a task by gradient descent, with what is measured at its checkpoints.

        θ_s = θ_{s−1} − η_s · direction(∂L_s/∂θ),  L_s = mean loss of a batch that is drawn anew for step s

    from the weights that every measure of this cell and seed starts from. Plain arithmetic in the dtype of the run. At
    the checkpoints, on the present weights: every observed measure, by its own kernel on the task's sequences; the
    total derivatives of the task's own loss by h_t and x_t, and ∂ŷ/∂x_t, gates and path shares by the group of the
    step, on the test draw and log-safe; the test loss with one gate after the other held at its mean.

    A run that can not take a step, since a loss, a gradient or a new weight is not finite, has diverged: it keeps its
    last weights, and says at which step.
    """

    name: ClassVar[str] = "training"
    version: ClassVar[int] = 1
    columns: ClassVar[Mapping[str, str]] = COLUMNS

    def shapes(self, program: Program) -> dict[str, Any]:
        """Return the shapes of ``data``."""
        task, training = program.task, program.training
        assert task is not None
        assert training is not None
        number = jax.ShapeDtypeStruct((), np.float64)
        return {
            **sizes.data_shapes(program),
            "readout": readout_shapes(task.output_size, program.cell.hidden, program.dtype),
            "task": task.number_shapes(),
            "training": training.number_shapes(),
            "baseline": number,
            "solved_below": number,
        }

    def draw(self, setting: Setting, seed: int) -> dict[str, Any]:
        """Draw weights, readout and what the observed measures' loss holds fixed.

        Raises ``ValueError`` for a setting that can not be trained.
        """
        if found := next(iter(refusals(setting)), None):
            raise ValueError(found)
        task, training = setting.task, setting.training
        assert task is not None
        assert isinstance(training, Training)
        readout = training.readout.draw(task.output_size, setting.cell.hidden, Streams(seed))
        return {**NETWORK.draw(setting, seed), "readout": readout}

    def data(self, setting: Setting, seed: int, drawn: dict[str, Any]) -> dict[str, Any]:
        """Cast what was drawn, and add numbers and key."""
        task, training = setting.task, setting.training
        assert task is not None
        assert training is not None
        return {
            **NETWORK.data(setting, seed, drawn),
            "task": task.numbers(),
            "training": training.numbers(),
            "baseline": np.asarray(task.baseline, np.float64),
            "solved_below": np.asarray(task.solved_below, np.float64),
        }

    def begin(self, program: Program) -> Callable[[Any], Any]:
        """Return the drawn weights as the start of a training."""
        return loop.begin(program)

    def kernels(self, program: Program) -> dict[str, Callable[[Call], Outputs]]:
        """Return the stretch, the evaluation and what a checkpoint takes."""
        training = program.training
        assert isinstance(training, Training)
        found = {
            TRAIN: loop.stretch(program, self.plan(program), TRAIN),
            EVALUATE: evaluation_kernel(program),
            OWN_LOSS: checkpoint.own_loss_kernel(program),
            **observed.kernels(program),
        }
        return {**found, ABLATE: checkpoint.ablation_kernel(program)} if training.ablate else found

    def plan(self, program: Program) -> tuple[str, ...]:
        """Return the stretches with what is looked at between them."""
        training = program.training
        assert isinstance(training, Training)
        looks = (OWN_LOSS, *observed.calls(program), *((ABLATE,) if training.ablate else ()))
        evaluated, measured = set(training.evaluated_at), set(training.measured_at)
        calls: list[str] = []
        for step in (0, *loop.stops(program)):
            calls += [TRAIN] * (step > 0) + [EVALUATE] * (step in evaluated) + list(looks) * (step in measured)
        return tuple(calls)

    def gathered(self, program: Program, seen: Sequence[Outputs]) -> Payload:
        """Return curve, evaluations and checkpoints as arrays."""
        return gathered(program, self.plan(program), seen)

    def memory(self, program: Program) -> int:
        """Return the weights with what the optimizer keeps, and the largest of what the calls want besides."""
        task, training = program.task, program.training
        assert task is not None
        assert isinstance(training, Training)
        weights = 12 * sizes.total_bytes(self.shapes(program))
        of_sample = task.steps * (sizes.bytes_per_step(program, SAFE) // program.inputs.batch)
        samples = training.evaluate.samples
        drawn = 16 * task.steps * samples * (task.input_size + 1)
        lanes = 1 + own_loss.followed(task) * task.output_size
        row = program.cell.state_size * program.dtype.itemsize
        chunk = min(checkpoint.CHUNK, samples)
        back = 4 * chunk * (of_sample + row * (task.steps * (1 + len(program.cell.Uses._fields)) + 8 * lanes))
        numbers = 8 * task.steps * samples * (8 + len(program.cell.gate_functions) + len(program.cell.Uses._fields))
        looks = [MEASURES[name].memory(observed.program_of(program, name)) for name in training.observe]
        return weights + max(4 * training.batch * of_sample, drawn + back + 2 * numbers, *looks)


def refusals(setting: Setting) -> list[str]:
    """Return what stands against training with this setting, as sentences."""
    task, training, cell = setting.task, setting.training, setting.cell
    if task is None or not isinstance(training, Training):
        return ["training needs a task and how to train on it"]
    found = []
    if setting.inputs.size != task.input_size:
        found.append(f"the inputs have {setting.inputs.size} components, the task's x_t has {task.input_size}")
    if setting.lengths[-1] > task.steps:
        found.append(f"a length of {setting.lengths[-1]}, and the task's sequences end after {task.steps} steps")
    if isinstance(cell, Holding) and cell.held:
        found.append(f"a network whose gates ({', '.join(cell.held)}) stand at their mean can not be trained")
    if tuple(held.held for held in setting.ablated) != tuple((gate,) for gate in training.ablate):
        found.append("the ablated cells of the setting are not those that the training names")
    for name in training.observe:
        if setting.loss.summed and MEASURES[name].last_step_only:
            found.append(f"{name} is not for a loss summed over steps: {MEASURES[name].last_step_only}")
    return found
