"""The long tables of a training: its curve, and what was seen at the evaluations and checkpoints."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.long_columns import long_columns
from gru_vanish.analysis.measured import Long
from gru_vanish.analysis.payload import FloatArray
from gru_vanish.analysis.training_run import Curve, Run

Columns = Mapping[str, NDArray[Any]]

STEP = Column("step", "optimizer steps", "s, after which")
LOSS = Column("loss", "as the loss", "mean loss of the test draw; empty from where a run diverged")
ACCURACY = Column("accuracy", "", "share of right answers; empty where answers are no classes")
GROUP = Column("group", "", "kind of the steps of the sequence, as the task names it")
GATE = Column("gate", "", "the gate")
CURVE_COLUMNS = (
    STEP,
    Column("loss", "as the loss", "mean loss of the batch of this step, before its weights change"),
    ACCURACY,
    Column("gradient", "", "norm of its gradient by all weights, before clipping"),
    Column("clipped", "", "the same after clipping"),
)


def curve_entries(run: Run) -> Columns:
    """Return one row per point of the learning curve."""
    return {**of_curve(run.batch), "gradient": run.gradient, "clipped": run.clipped}


def of_curve(curve: Curve) -> dict[str, NDArray[Any]]:
    """Return one row per step."""
    return {"step": curve.steps, "loss": curve.loss, "accuracy": curve.accuracy}


def own_entries(run: Run) -> Columns:
    """Return one row per checkpoint and lag; nothing enters at t = 0."""
    length = run.own["ln_state_gradient"].shape[1] - 1
    first = np.full((run.checkpoint.steps.size, 1), np.nan)
    by_step = {
        name: values if values.shape[1] > length else np.concatenate([first, values], axis=1)
        for name, values in run.own.items()
    }
    return long_columns(
        "C T",
        step=("C", run.checkpoint.steps),
        lag=("T", length - np.arange(length + 1)),
        **{name: ("C T", values) for name, values in by_step.items()},
    )


Parts: TypeAlias = dict[tuple[str, ...], dict[str, FloatArray]]
"""By the words that name a part: its values, each (C,)."""


def by_part(words: tuple[str, ...], parts: Parts, run: Run) -> Columns:
    """Return one row per part and checkpoint; ``words`` are the columns that name a part."""
    steps = run.checkpoint.steps
    named = {
        word: np.repeat(np.asarray([names[place] for names in parts], object), steps.size)
        for place, word in enumerate(words)
    }
    values = list(parts.values())
    nothing = np.empty(0)
    found = {name: np.concatenate([nothing, *(one[name] for one in values)]) for name in (values[0] if values else ())}
    return {**named, "step": np.tile(steps, len(parts)), **found}


def filled(columns: Columns, names: tuple[Column, ...]) -> Columns:
    """Return a table that has no row with all its columns."""
    return {column.name: columns.get(column.name, np.empty(0)) for column in names}


def group_entries(run: Run) -> Columns:
    """Return one row per group and checkpoint."""
    return by_part(
        ("group",),
        {
            (name,): {
                "answer_gradient": one.answer_gradient,
                "ln_answer_gradient": one.ln_answer_gradient,
                "ln_answer_gradient_rms": one.ln_answer_gradient_rms,
                "answer_gradient_zero": one.answer_gradient_zero,
                "ln_input_gradient": one.ln_input_gradient,
                "path_shares_counted": one.counted,
            }
            for name, one in run.groups.items()
        },
        run,
    )


def gate_entries(run: Run) -> Columns:
    """Return one row per gate, group and checkpoint."""
    groups = run.groups.items()
    gates: Parts = {(gate, name): {"mean": mean} for name, one in groups for gate, mean in one.gates.items()}
    return filled(by_part(("gate", "group"), gates, run), GATES.columns)


def path_entries(run: Run) -> Columns:
    """Return one row per path, group and checkpoint."""
    groups = run.groups.items()
    paths: Parts = {(path, name): {"share": share} for name, one in groups for path, share in one.shares.items()}
    return filled(by_part(("path", "group"), paths, run), PATHS.columns)


def ablation_entries(run: Run) -> Columns:
    """Return one row per gate and checkpoint."""
    ablated: Parts = {
        (gate,): {"loss": one.loss, "accuracy": one.accuracy, "rise": run.rise(gate)}
        for gate, one in run.ablated.items()
    }
    return filled(by_part(("gate",), ablated, run), ABLATIONS.columns)


def observed_entries(run: Run) -> Columns:
    """Return one row per number and checkpoint."""
    numbers: Parts = {key: {"value": values} for key, values in run.observed.numbers.items()}
    return filled(by_part(("quantity", "part"), numbers, run), OBSERVED.columns)


def transport_entries(run: Run) -> Columns:
    """Return one row per checkpoint and length."""
    seen = run.observed.transport
    if seen is None:
        return filled({}, TRANSPORT.columns)
    return long_columns(
        "C L",
        step=("C", run.checkpoint.steps),
        length=("L", seen.lengths),
        ln_transport=("C L", seen.ln_transport),
        ln_h0_gradient=("C L", seen.ln_h0_gradient),
    )


def lag_entries(run: Run) -> Columns:
    """Return one row per weight, checkpoint and lag."""
    seen = run.observed.by_lag
    if seen is None:
        return filled({}, LAGS.columns)
    return long_columns(
        "W C K",
        weight=("W", np.asarray(list(seen.share), object)),
        step=("C", run.checkpoint.steps),
        lag=("K", seen.lags),
        share=("W C K", np.stack(list(seen.share.values()))),
        tail_ratio=("W C K", np.stack(list(seen.tail.values()))),
    )


EVALUATIONS: Long[Run] = Long(
    "one row for each series, seed and evaluation", lambda run: of_curve(run.test), (STEP, LOSS, ACCURACY)
)
CHECKPOINTS: Long[Run] = Long(
    "one row for each series, seed and checkpoint", lambda run: of_curve(run.checkpoint), (STEP, LOSS, ACCURACY)
)
OWN_LOSS: Long[Run] = Long(
    "one row for each series, seed, checkpoint and lag: the task's own loss",
    own_entries,
    (
        STEP,
        Column("lag", "steps", "T − t"),
        Column("ln_state_gradient", "nats", "ln‖∂L/∂h_t‖, mean over the samples of the test draw that are not 0"),
        Column("ln_state_gradient_rms", "nats", "ln of the root mean square over the samples"),
        Column("state_gradient_zero", "", "share of samples in which it is 0"),
        Column("ln_input_gradient", "nats", "ln‖∂L/∂x_t‖, the same mean; empty at t = 0"),
        Column("ln_input_gradient_rms", "nats", "ln of the root mean square over the samples"),
        Column("input_gradient_zero", "", "share of samples in which it is 0"),
    ),
)
GROUPS: Long[Run] = Long(
    "one row for each series, seed, kind of steps and checkpoint",
    group_entries,
    (
        GROUP,
        STEP,
        Column("answer_gradient", "", "∂ŷ/∂x_t with its sign, mean over steps and samples; only where it is a number"),
        Column("ln_answer_gradient", "nats", "ln‖∂ŷ/∂x_t‖, mean over the steps and samples that are not 0"),
        Column("ln_answer_gradient_rms", "nats", "ln of the root mean square over all of them"),
        Column("answer_gradient_zero", "", "share of steps and samples in which it is 0"),
        Column("ln_input_gradient", "nats", "ln‖∂L/∂x_t‖, mean over the steps and samples that are not 0"),
        Column("path_shares_counted", "", "share of steps and samples whose path shares count: not cancelled"),
    ),
)
GATES: Long[Run] = Long(
    "one row for each series, seed, gate, kind of steps and checkpoint",
    gate_entries,
    (GATE, GROUP, STEP, Column("mean", "", "the gate after its function, mean over units, steps and samples")),
)
PATHS: Long[Run] = Long(
    "one row for each series, seed, path, kind of steps and checkpoint",
    path_entries,
    (
        Column("path", "", "use of h_(t-1) that the gradient goes by"),
        GROUP,
        STEP,
        Column("share", "", "share of the path, mean over the steps and samples that count"),
    ),
)
ABLATIONS: Long[Run] = Long(
    "one row for each series, seed, gate and checkpoint: the gate held at its mean, unit by unit",
    ablation_entries,
    (GATE, STEP, LOSS, ACCURACY, Column("rise", "as the loss", "D: that loss minus the loss of the whole network")),
)
OBSERVED: Long[Run] = Long(
    "one row for each series, seed, number of an observed measure and checkpoint",
    observed_entries,
    (
        Column("quantity", "", "measure.column: a column of the measure's own summary, of this seed"),
        Column("part", "", "the gate, path, weight or matrix that it is about, if any"),
        STEP,
        Column("value", "as quantity", "the number, as the measure would show it of this seed alone"),
    ),
)
TRANSPORT: Long[Run] = Long(
    "one row for each series, seed, checkpoint and length",
    transport_entries,
    (
        STEP,
        Column("length", "steps", "T"),
        Column("ln_transport", "nats", "ln ‖δ_0‖ − ln ‖δ_T‖, mean over the samples with a finite value"),
        Column("ln_h0_gradient", "nats", "ln ‖dL_T/dh_0‖ of the study's loss, mean over the same"),
    ),
)
LAGS: Long[Run] = Long(
    "one row for each series, seed, weight, checkpoint and lag",
    lag_entries,
    (
        Column("weight", "", "field of the cell's weights; 'all' for all of them as one vector"),
        STEP,
        Column("lag", "steps", "k = T − t"),
        Column("share", "", "P(k): share of the update that comes from lags ≥ k; additive, may be negative"),
        Column("tail_ratio", "", "norm of the parts from lags ≥ k over the norm of all; does not add up"),
    ),
)
BESIDE: dict[str, Long[Run]] = {
    "evaluations": EVALUATIONS,
    "checkpoints": CHECKPOINTS,
    "own_loss": OWN_LOSS,
    "groups": GROUPS,
    "gates": GATES,
    "paths": PATHS,
    "ablations": ABLATIONS,
    "observed": OBSERVED,
    "transport": TRANSPORT,
    "lags": LAGS,
}
