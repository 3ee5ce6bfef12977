"""Training on a task: what was learnt, how soon and by how many seeds, and how far the gradient reached before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from gru_vanish.analysis.columns import Column
from gru_vanish.analysis.horizon import Horizon, median_horizon
from gru_vanish.analysis.intervals import Estimate, median_rank, share_interval, student_interval
from gru_vanish.analysis.measured import Analysis, MeasuredSeries, Shown, interval_columns
from gru_vanish.analysis.rows import Row, estimate, known
from gru_vanish.analysis.selectivity import gate_contrast, input_gradient_contrast
from gru_vanish.analysis.training_run import Run, mean_over_groups, reduce
from gru_vanish.analysis.training_tables import BESIDE, CURVE_COLUMNS, curve_entries

Series = MeasuredSeries[Run]

GATES = (
    "update", "reset", "input", "forget", "output", "candidate", "cell",
    "step_z", "step_y", "candidate_z", "candidate_y",
)  # fmt: skip
"""The gates of the cells of this package, which have a column each; those of a user's cell are in the long table."""


def rows(one: Series) -> Iterator[Row]:
    """Give the row of a series."""
    runs = list(one.seeds.values())
    gone = [run.diverged_at for run in runs if run.diverged_at is not None]
    yield {
        "task": one.setting.get("task", {}).get("kind"),
        "optimizer_steps": runs[0].last_step,
        "baseline": runs[0].baseline,
        "solved_below": runs[0].solved_below,
        **estimate("final_loss", one.mean(lambda run: run.final_loss)),
        **estimate("final_loss_share", one.mean(lambda run: run.final_loss / run.baseline)),
        **estimate("final_accuracy", one.mean(lambda run: float(run.test.accuracy[-1]))),
        "seeds_solved": sum(run.solved_at is not None for run in runs),
        **estimate("solved_fraction", solved_fraction(runs)),
        **solved_at_part(runs),
        "seeds_diverged": len(gone),
        "diverged_at_first": min(gone, default=None),
        **estimate("clipped_share", one.mean(clipped_share)),
        **estimate("ln_answer_gradient_before", reach(one, 0)),
        **estimate("ln_answer_gradient_after", reach(one, -1)),
        **estimate("planted_error_after", one.mean(lambda run: planted_error(run, one.task.get("planted", {})))),
        **estimate("decay_rate_before", one.mean(lambda run: decay_rate(run, 0))),
        **estimate("decay_rate_after", one.mean(lambda run: decay_rate(run, -1))),
        **{name: value for gate in GATES for name, value in estimate(f"rise_{gate}", rise(one, gate)).items()},
        **contrasts(one),
    }


def solved_fraction(runs: Sequence[Run]) -> Estimate | None:
    """Return the share of seeds that solved the task within the budget; one that diverged first did not."""
    return share_interval(sum(run.solved_at is not None for run in runs), len(runs))


def solved_at_part(runs: Sequence[Run]) -> Row:
    """Return the median of the steps to solve, each unsolved seed somewhere above the budget, and its interval."""
    times = [Horizon(float(run.last_step if run.solved_at is None else run.solved_at), run.solved_at is None)
             for run in runs]  # fmt: skip
    middle = median_horizon(times)
    assert middle is not None
    least = sorted(time.steps for time in times)
    most = sorted(np.inf if time.censored else time.steps for time in times)
    rank = median_rank(len(times))
    return {
        "solved_at": middle.steps,
        "solved_at_low": least[rank - 1] if len(times) > 1 else None,
        "solved_at_high": known(float(most[-rank])) if len(times) > 1 else None,
        "solved_at_censored": middle.censored,
    }


def clipped_share(run: Run) -> float:
    """Return the share of the recorded steps whose gradient was clipped; nan without a recorded step."""
    there = np.isfinite(run.gradient)
    return float((run.clipped[there] < run.gradient[there]).mean()) if there.any() else np.nan


def relevant(one: Series) -> tuple[str, ...]:
    """Return the groups whose content the answer depends on; none where the manifest does not say."""
    return tuple(one.task.get("relevant", ()))


def reach(one: Series, place: int) -> Estimate | None:
    """Return ln‖∂ŷ/∂x‖ at the relevant steps of the first (0: only before training) or last (−1) checkpoint."""
    return one.mean(lambda run: reach_of(run, relevant(one), place))


def reach_of(run: Run, groups: Sequence[str], place: int) -> float:
    """Return the same of one seed, mean over the groups; nan where it was not taken."""
    if place == 0 and run.before() is None:
        return np.nan
    return float(mean_over_groups(run, groups, "ln_answer_gradient")[place])


def planted_error(run: Run, planted: Mapping[str, float]) -> float:
    """Return the root mean square over groups of ∂ŷ/∂x − planted weight at the last checkpoint; nan without weights."""
    there = {name: weight for name, weight in planted.items() if name in run.groups}
    errors = np.asarray([run.groups[name].answer_gradient[-1] - weight for name, weight in there.items()], np.float64)
    known = errors[np.isfinite(errors)]  # a group of which the task has no step has no gradient
    return float(np.sqrt(np.mean(known**2))) if known.size else np.nan


def decay_rate(run: Run, place: int) -> float:
    """Return the decay rate of the first (0: only before training) or last (−1) checkpoint; nan where not observed."""
    rates = run.observed.numbers.get(("h0_gradient.decay_rate", ""))
    return np.nan if rates is None or (place == 0 and run.before() is None) else float(rates[place])


def contrasts(one: Series) -> Row:
    """Return by how much more is seen at relevant steps than at the others: the level, and its change in training."""
    found: Row = {}
    for gate in GATES:
        read = partial(gate_contrast, task=one.task, gate=gate)
        found |= estimate(f"contrast_{gate}", one.mean(partial(read, place=-1)))
        found |= estimate(f"contrast_change_{gate}", one.mean(partial(_change, read=read)))
    gradient = partial(input_gradient_contrast, task=one.task)
    found |= estimate("contrast_ln_input_gradient", one.mean(partial(gradient, place=-1)))
    return found | estimate("contrast_change_ln_input_gradient", one.mean(partial(_change, read=gradient)))


def _change(run: Run, read: Callable[..., float]) -> float:
    return read(run, place=-1) - read(run, place=0)


def rise(one: Series, gate: str) -> Estimate | None:
    """Return by how much the loss rises after training where a gate is held at its mean, over runs that went on."""
    whole = [run for run in one.seeds.values() if run.diverged_at is None and gate in run.ablated]
    return student_interval([float(run.rise(gate)[-1]) for run in whole])


def remarks(one: Series) -> Iterator[str]:
    """Say what diverged, what is not known, and what the gates carried."""
    runs = list(one.seeds.values())
    gone = sorted(run.diverged_at for run in runs if run.diverged_at is not None)
    if gone:
        yield f"{len(gone)} of {len(runs)} diverged at step {', '.join(str(step) for step in gone)}"
    if not relevant(one):
        yield "the manifest does not say which steps are relevant"
    elif runs[0].before() is None:
        yield "no checkpoint before training"
    told = [f"{gate} by {found.text()}" for gate in runs[0].ablated if (found := rise(one, gate)) is not None]
    if told:
        yield f"held at their mean after step {runs[0].checkpoint.steps[-1]}, gates raise the loss: {', '.join(told)}"


ROW_COLUMNS = (
    Column("task", "", "kind of the task"),
    Column("optimizer_steps", "steps", "the budget"),
    Column("baseline", "as the loss", "the loss that means: nothing learnt"),
    Column("solved_below", "as the loss", "the loss at which the task counts as solved"),
    *interval_columns("final_loss", "as the loss", "test loss after the last step; runs that diverged have none"),
    *interval_columns("final_loss_share", "", "the same as a share of the baseline"),
    *interval_columns("final_accuracy", "", "share of right answers after the last step, where answers are classes"),
    Column("seeds_solved", "", "seeds that solved the task within the budget"),
    Column("solved_fraction", "", "their share; a run that diverged before did not"),
    Column("solved_fraction_low", "", "lower end of its 95 % Clopper–Pearson interval over seeds"),
    Column("solved_fraction_high", "", "upper end of it"),
    Column("solved_at", "steps", "first evaluated step at which the task was solved; median over all seeds"),
    Column("solved_at_low", "steps", "lower end of its order-statistic interval over seeds"),
    Column("solved_at_high", "steps", "upper end of it; empty where it is beyond the budget"),
    Column("solved_at_censored", "", "true: solved_at is larger than this number, for seeds did not solve the task"),
    Column("seeds_diverged", "", "seeds whose loss, gradient or weights were not finite; results, counted above"),
    Column("diverged_at_first", "steps", "the first step that could not be taken, of any seed"),
    *interval_columns("clipped_share", "", "share of the recorded steps whose gradient was clipped"),
    *interval_columns("ln_answer_gradient_before", "nats", "ln‖∂ŷ/∂x_t‖ at relevant steps before training"),
    *interval_columns("ln_answer_gradient_after", "nats", "the same at the last checkpoint"),
    *interval_columns("planted_error_after", "", "rms over groups of ∂ŷ/∂x_t minus the planted weight"),
    *interval_columns("decay_rate_before", "nats/step", "decay rate before training; only if observed"),
    *interval_columns("decay_rate_after", "nats/step", "the same at the last checkpoint"),
    *(
        column
        for gate in GATES
        for column in interval_columns(f"rise_{gate}", "as the loss", f"rise of the test loss with {gate} at its mean")
    ),
    *(
        column
        for gate in GATES
        for column in (
            *interval_columns(f"contrast_{gate}", "", f"{gate} at relevant steps minus {gate} at the others, trained"),
            *interval_columns(f"contrast_change_{gate}", "", "the same minus that before training"),
        )
    ),
    *interval_columns("contrast_ln_input_gradient", "nats", "ln‖∂L/∂x_t‖ at relevant steps minus others, trained"),
    *interval_columns("contrast_change_ln_input_gradient", "nats", "the same minus that before training"),
)


def training(observable: Mapping[str, Analysis[Any]]) -> Analysis[Run]:
    """Return the analysis of a training that may observe these measures at its checkpoints."""
    return Analysis(
        measure="training",
        reduce=partial(reduce, observable=observable),
        entries=curve_entries,
        columns=CURVE_COLUMNS,
        rows=rows,
        row_columns=ROW_COLUMNS,
        shown=(
            Shown("final_loss", "final loss", "95 %"),
            Shown("baseline", "baseline"),
            Shown("seeds_solved", "solved", "seeds"),
            Shown("solved_at", "solved at", "step, median"),
            Shown("ln_answer_gradient_before", "ln‖∂ŷ/∂x‖", "before, 95 %"),
            Shown("seeds_diverged", "diverged", "seeds"),
        ),
        remarks=remarks,
        beside=BESIDE,
    )
