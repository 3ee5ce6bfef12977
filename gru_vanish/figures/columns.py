"""What the columns of the CSV beside each figure mean, in the order in which they stand there."""

from gru_vanish.analysis.columns import BAND_COLUMNS, IDENTITY, Column

STUDENT = "95 % Student t interval over seeds"
SEEDS = Column("seeds", "", "seeds that have a value here")


def band(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    """Return the columns of a median over seeds with its order-statistic interval."""
    return (
        Column(f"{name}_median", unit, f"{meaning}, median over seeds"),
        Column(f"{name}_low", unit, "lower end of the order-statistic interval of that median"),
        Column(f"{name}_high", unit, "upper end of it"),
    )


def mean(name: str, unit: str, meaning: str, interval: str = STUDENT) -> tuple[Column, ...]:
    """Return the columns of a mean over seeds with its interval."""
    return (
        Column(name, unit, f"{meaning}, mean over seeds"),
        Column(f"{name}_low", unit, f"lower end of its {interval}"),
        Column(f"{name}_high", unit, "upper end of it"),
    )


BARE_BAND = (
    Column("median", "", "the quantity in its own unit, median over seeds"),
    Column("low", "", "lower end of the order-statistic interval of that median"),
    Column("high", "", "upper end of it"),
)
LENGTH = Column("length", "steps", "sequence length T")
SHARE_ZERO = Column("share_exact_zero", "", "samples in which it is exactly 0, mean over seeds")
SOLVED = mean("solved_fraction", "", "share of seeds that solve the task", "95 % Clopper-Pearson interval over seeds")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "gradient_vs_length": BAND_COLUMNS,
    "decay_rate_vs_axis": (
        Column("kind", "", "point of a sweep, level of an unswept cell (reference), or break_even"),
        Column("label", "", "the cell's label in the config"),
        Column("name", "", "short name of the series; of a break-even, what it is against"),
        Column("swept", "", "swept value; empty for a level and a break-even"),
        *mean("value", "nats/step", "decay rate; of a break-even its place on the swept axis"),
        Column("shape", "", "whether it is one exponential"),
    ),
    "phase_diagram": (
        Column("label", "", "the cell's label in the config"),
        Column("x_axis", "", "path of the value that is swept to the right"),
        Column("x", "", "its value"),
        Column("y_axis", "", "path of the value that is swept upwards"),
        Column("y", "", "its value"),
        Column("decay_rate", "nats/step", "decay rate, mean over seeds"),
        Column("half_life", "steps", "ln 2 / decay rate where the gradient decays"),
        Column("kind", "", "decays, none (interval holds 0), grows, no rate, or not measured"),
        Column("not_one_exponential", "", "whether the halves of the window differ"),
    ),
    "flow_map": (
        *IDENTITY,
        SEEDS,
        LENGTH,
        Column("step", "steps", "t"),
        Column("ln_gradient_median", "nats", "ln of the norm of dL_T/dh_t, median over seeds"),
        Column("plain_zero", "", "1 where the norm in plain code is 0 in half of the samples"),
        Column("ln_direct_median", "nats", "ln of the norm of the direct derivative, median over seeds"),
        Column("ln_total_median", "nats", "the same of the total derivative of the whole loss"),
        Column("direct_zero", "", "1 where the direct derivative is exactly 0"),
    ),
    "input_gradient": (
        *IDENTITY,
        LENGTH,
        Column("steps_back", "steps", "T - t"),
        SEEDS,
        *band("ln_input_gradient", "nats", "ln of the norm of dL_T/dx_t"),
        Column("coverage", "", "exact coverage of that interval; below 0.95 under six seeds"),
    ),
    "gradient_bound": (
        *IDENTITY,
        LENGTH,
        SEEDS,
        *band("ln_transport", "nats", "ln(|delta_0|/|delta_T|)"),
        Column("ln_transport_bound_median", "nats", "T ln(gamma sigma_max), median over seeds"),
    ),
    "gate_statistics": (
        *IDENTITY,
        Column("part", "", "state or gate"),
        Column("step", "steps", "t of the longest sequence"),
        SEEDS,
        Column("quantile_05", "", "quantile 0.05 over units and samples, median over seeds"),
        Column("quantile_50", "", "median over units and samples, median over seeds"),
        Column("quantile_95", "", "quantile 0.95 over units and samples, median over seeds"),
    ),
    "path_shares": (
        *IDENTITY,
        Column("path", "", "use of h_(t-1)"),
        SEEDS,
        Column("step_first", "steps", "first t of the bin"),
        Column("step_last", "steps", "last t of the bin"),
        Column("share", "", "share of the gradient that takes this path, mean over seeds"),
    ),
    "path_shares_vs_axis": (
        *IDENTITY,
        Column("swept", "", "swept value"),
        Column("path", "", "use of h_(t-1)"),
        *mean("share", "", "share of the gradient over all steps of the longest length"),
    ),
    "path_products": (
        *IDENTITY,
        Column("product", "", "whole, or: alone PATH, without PATH"),
        LENGTH,
        SEEDS,
        *band("ln_norm", "nats", "ln of the norm of dL/dh_0 by these paths"),
        SHARE_ZERO,
    ),
    "leak_visits": (
        *IDENTITY,
        LENGTH,
        Column("visits", "", "number k of steps off the leak; the last is all further ones"),
        SEEDS,
        *band("share", "", "signed share of the gradient with k such steps"),
        Column("cancellation", "", "kappa: norms of the parts over the norm of the whole, median over seeds"),
        Column("share_cancelled", "", "samples whose shares are withheld, mean over seeds"),
        Column("mean_visits", "", "mean number of such steps by the path shares, median over seeds"),
    ),
    "singular_values": (
        *IDENTITY,
        Column("rank", "", "i, 1 for the largest"),
        LENGTH,
        SEEDS,
        *band("ln_singular_value", "nats", "ln of the singular value of dh_T/dh_0"),
        Column("ln_lost_median", "nats", "what is computed where rounding has taken its place, median over seeds"),
    ),
    "lyapunov_spectrum": (
        *IDENTITY,
        Column("rank", "", "i, 1 for the largest"),
        SEEDS,
        *band("exponent", "nats/step", "Lyapunov exponent"),
        Column("lost_median", "nats/step", "what is computed where rounding has taken its place, median over seeds"),
        Column("dimension_median", "", "Kaplan-Yorke dimension, median over seeds; empty where nothing grows"),
    ),
    "lag_shares": (
        *IDENTITY,
        Column("weight", "", "weight matrix, or all of them"),
        Column("lag", "steps", "k"),
        SEEDS,
        *band("share", "", "P(k), share of the weight gradient from k or more steps before the end"),
        Column("rounding_lag", "steps", "first lag below 2^-24 of the whole, median over seeds"),
        Column("noise_lag", "steps", "first lag below the noise over the batch, median over seeds"),
        Column("epsilon_lag", "steps", "first lag with rms below 1e-8, median over seeds"),
    ),
    "closed_forms": (
        Column("metric", "", "measured quantity that a claim names"),
        Column("axis", "", "what it is drawn against; empty for a single value"),
        Column("curve", "", "name of the curve"),
        Column("kind", "", "measured, or the name of the closed form"),
        Column("place", "", "value on the axis"),
        Column("value", "", "the quantity in its own unit"),
        Column("low", "", "lower end of its 95 % interval over seeds; empty for a form"),
        Column("high", "", "upper end of it"),
    ),
    "training_curves": (
        *IDENTITY,
        Column("quantity", "", "loss, accuracy, gradient, clipped; diverged for the step of a divergence"),
        Column("step", "", "optimizer step"),
        *BARE_BAND,
        SEEDS,
    ),
    "transport_through_training": (
        *IDENTITY,
        Column("step", "", "optimizer step of the checkpoint"),
        LENGTH,
        *band("ln_transport", "nats", "ln(|delta_0|/|delta_T|)"),
        SEEDS,
    ),
    "paths_through_training": (
        *IDENTITY,
        Column("kind", "", "gates or shares"),
        Column("part", "", "gate or use of h_(t-1)"),
        Column("steps", "", "kind of steps: relevant, other, or all"),
        Column("step", "", "optimizer step of the checkpoint"),
        *BARE_BAND,
        SEEDS,
    ),
    "solved_vs_length": (
        Column("label", "", "the cell's label in the config"),
        Column("axis", "", "path of the swept size of the task"),
        Column("size", "steps", "its value"),
        Column("settings_tried", "", "settings of the cell at this size"),
        Column("chosen", "", "setting that the other half of the seeds has chosen"),
        Column("chosen_by", "", "these seeds"),
        Column("reported_seeds", "", "seeds that are counted in this setting"),
        Column("reported_solved", "", "how many of them solve the task"),
        Column("solved", "", "seeds of both halves that solve the task"),
        Column("seeds", "", "seeds of both halves"),
        *SOLVED,
    ),
    "solved_vs_reach": (
        *IDENTITY,
        Column("seed", "", "seed of the run"),
        Column("ln_answer_gradient", "nats", "ln of the norm of d(answer)/dx at the relevant steps before training"),
        Column("solved", "", "whether the run solved the task"),
        Column("solved_at", "", "optimizer step at which; the budget where it did not"),
        Column("diverged", "", "whether the run diverged"),
        *mean("ln_answer_gradient_mean", "nats", "ln_answer_gradient of the series"),
        *SOLVED,
    ),
    "groups_after_training": (
        *IDENTITY,
        Column("quantity", "", "effect, size, arriving, gates or paths"),
        Column("group", "", "kind of steps of the task"),
        Column("part", "", "gate or path; empty for a quantity without parts"),
        Column("planted", "", "weight that the task has planted; empty where there is none"),
        *mean("before", "", "value before training, in the unit of the axis"),
        *mean("after", "", "value at the last checkpoint"),
        *mean("change", "", "after minus before, paired by seed"),
        Column("seeds", "", "seeds of the series"),
    ),
}
