"""gru-vanish's own training: one compiled stretch of steps, called from one thread per core, one seed each."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from training_contestant import LEARNING_RATE, Shared, norms
from work import side_by_side

from gru_vanish.cells import GRU, RNN
from gru_vanish.contracts import Call, Cell, Program, Setting
from gru_vanish.engine import device, environment, prepare
from gru_vanish.inputs import INITIAL_STATES
from gru_vanish.losses import LOSSES
from gru_vanish.tasks import TASKS, TaskSequences
from gru_vanish.training import Training, TrainingRun
from gru_vanish.training.gradient import Batch, Weights, loss_and_gradient

SEEDS = 4
measure = TrainingRun()


def _cell(label: str, hidden: int) -> tuple[Cell, Any]:
    """Return the cell in PyTorch's conventions, and its initialisation."""
    if label == "RNN":
        return RNN(hidden=hidden), RNN.Init.model_validate({"bias": "uniform"})
    preset = dict(GRU.presets["torch"])
    init = GRU.Init.model_validate(preset.pop("init"))
    return GRU(hidden=hidden, **preset), init


def setting_of(label: str, hidden: int, batch: int, length: int, steps: int) -> Setting:
    """Return the setting: the adding problem, Adam, and nothing looked at before the last step."""
    cell, init = _cell(label, hidden)
    task = TASKS["adding"](length=length)  # type: ignore[call-arg]
    plan = {
        "steps": steps,
        "batch": batch,
        "optimizer": {"kind": "adam", "learning_rate": LEARNING_RATE},
        "evaluate": {"samples": 1, "every": steps},
        "checkpoints": [steps],
    }
    return Setting(
        cell=cell,
        init=init,
        inputs=TaskSequences.of(task, 1),
        h0=INITIAL_STATES["zeros"](),
        loss=LOSSES["projection"](),
        lengths=(length,),
        precision="float32",
        matmul="highest",
        task=task,
        training=Training.model_validate_json(json.dumps(plan)),
    )


def contestant(
    shared: Shared, label: str, steps: int
) -> tuple[Callable[[], Any], Callable[[], np.ndarray], dict[str, Any]]:
    """Return what is timed, what gives the numbers, and what to tell. Batches are drawn inside that time."""
    prepare()
    setting = setting_of(label, shared.hidden, shared.batch, shared.length, steps)
    program = Program.of(setting, measure.name)
    units = [measure.data(setting, seed, measure.draw(setting, seed)) for seed in range(shared.seeds)]
    starts = [jax.jit(measure.begin(program))(unit) for unit in units]
    plan = measure.plan(program)
    index = np.int32(plan.index("train"))
    assert plan.count("train") == 1
    started = time.perf_counter()
    options = environment.compiler_options("cpu")
    with jax.default_matmul_precision(program.matmul):
        train = jax.jit(measure.kernels(program)["train"], compiler_options=options)
        compiled = train.lower(Call(units[0], starts[0], index)).compile()
    seconds = time.perf_counter() - started
    pool = ThreadPoolExecutor(device.cores())

    def run(unit_and_start: tuple[Any, Any]) -> Any:
        return jax.block_until_ready(compiled(Call(*unit_and_start, index)))

    def once() -> None:
        for outputs in pool.map(run, zip(units, starts, strict=True)):
            assert int(outputs["diverged_at"]) < 0

    def gradients() -> np.ndarray:
        h0 = jnp.zeros((shared.batch, shared.hidden), jnp.float32)
        batch = Batch(jnp.asarray(shared.x), jnp.asarray(shared.target)[None, :, None], h0)
        gradient = jax.jit(lambda weights: loss_and_gradient(program.cell, setting.task, weights, batch)[1])
        found = []
        for unit in units:
            own = gradient(Weights(unit["params"], unit["readout"]))
            packed = side_by_side({name: np.asarray(value) for name, value in own.cell._asdict().items()})
            found.append(norms({**packed, **{f"readout_{name}": each for name, each in own.readout._asdict().items()}}))
        return np.stack(found)

    return once, gradients, {"version": f"gru-vanish, {device.cores()} threads", "compile": seconds}
