"""What every column of the derived tables means: the documentation prints this, a test compares it."""

from dataclasses import dataclass

from gru_vanish.analysis.payload import STATUSES


@dataclass(frozen=True)
class Column:
    """One column; an empty unit means a count, a share (0 to 1) or a word."""

    name: str
    unit: str
    meaning: str


IDENTITY = (
    Column("series", "", "number of the series in the manifest, from 0"),
    Column("label", "", "the cell's label in the config"),
    Column("short_name", "", "cell, initialisation, gate bias, and what else tells the series apart"),
)

STATUS_MEANINGS = {
    "ok": "nothing to say against it",
    "saturated": "finite here, 0 by plain autodiff in this dtype",
    "chaotic": "rounding alone moves the trajectory: only statistics mean something",
    "underflow": "an activation's derivative left the dtype's range: withheld, not a true zero",
    "exact_zero": "zero in exact arithmetic",
    "nonfinite": "the state or the adjoint is infinite or not a number",
}

SUMMARY_COLUMNS = (
    *IDENTITY,
    Column("name", "", "the series' full name"),
    Column("cell", "", "kind of the cell"),
    Column("swept", "JSON", "the swept values of this series by path"),
    Column("precision", "", "dtype of the measurement"),
    Column("seeds_planned", "", "seeds that the study asks for"),
    Column("seeds_measured", "", "seeds that have a record; every number of the row is over these"),
    Column("samples", "", "input sequences per seed"),
    Column("length_min", "steps", "shortest length"),
    Column("length_max", "steps", "longest length, T_max"),
    Column("window_from", "steps", "T_0, the first length ≥ max(10, T_max/10)"),
    Column("window_to", "steps", "end of the window, T_max"),
    Column("decay_rate", "nats/step", "−[y(T_max) − y(T_0)]/(T_max − T_0), y the transport; mean over seeds"),
    Column("decay_rate_low", "nats/step", "lower end of its 95 % Student t interval over seeds"),
    Column("decay_rate_high", "nats/step", "upper end of it"),
    Column("decay_rate_seeds", "", "seeds with a decay rate"),
    Column("decay_rate_first_half", "nats/step", "the same over the first half of the window"),
    Column("decay_rate_second_half", "nats/step", "the same over the second half"),
    Column("halves_difference", "nats/step", "first half − second half, paired by seed; mean over seeds"),
    Column("halves_difference_low", "nats/step", "lower end of its 95 % Student t interval"),
    Column("halves_difference_high", "nats/step", "upper end of it"),
    Column("shape", "", "'one exponential', 'not one exponential' (the halves differ) or 'not judged'"),
    Column("half_life", "steps", "ln 2 / decay_rate; empty where there is none"),
    Column("half_life_low", "steps", "ln 2 / decay_rate_high"),
    Column("half_life_high", "steps", "ln 2 / decay_rate_low"),
    Column("half_life_note", "", "why there is no half-life, or no interval"),
    Column("law", "", "'exponential', 'power law', 'neither', 'no trend', 'undecided' or 'not judged' (see misfits)"),
    Column("misfit_exponential", "", "(1 − R²)^½ of y = a − r T by seed over the window; mean over seeds"),
    Column("misfit_exponential_low", "", "lower end of its 95 % Student t interval over seeds"),
    Column("misfit_exponential_high", "", "upper end of it"),
    Column("misfit_power_law", "", "(1 − R²)^½ of y = a − p ln T by seed over the window; mean over seeds"),
    Column("misfit_power_law_low", "", "lower end of its 95 % Student t interval over seeds"),
    Column("misfit_power_law_high", "", "upper end of it"),
    Column("misfit_difference", "", "power law − exponential, paired by seed; positive: the exponential is closer"),
    Column("misfit_difference_low", "", "lower end of its 95 % Student t interval"),
    Column("misfit_difference_high", "", "upper end of it"),
    Column("power_law_exponent", "", "p, mean over seeds; empty where the law is no power law"),
    Column("power_law_exponent_low", "", "lower end of its 95 % Student t interval over seeds"),
    Column("power_law_exponent_high", "", "upper end of it"),
    Column("reference", "", "number of the series that the next columns compare with: the first"),
    Column("rate_difference", "nats/step", "decay rate − that of the reference, paired by seed; mean over seeds"),
    Column("rate_difference_low", "nats/step", "lower end of its 95 % Student t interval"),
    Column("rate_difference_high", "nats/step", "upper end of it"),
    Column("horizon", "steps", "largest T before the transport falls below ln 1e-6; median over seeds"),
    Column("horizon_censored", "", "true: the horizon is larger than this number"),
    Column("plain_zero_length", "steps", "first T where plain code reads 0 in half of the samples; median"),
    Column("ln_h0_gradient_at_max", "nats", "typical ln ‖dL/dh_0‖ at T_max, median over seeds"),
    Column("ln_h0_gradient_at_max_low", "nats", "lower end of its order-statistic interval"),
    Column("ln_h0_gradient_at_max_high", "nats", "upper end of it"),
    Column("ln_rms_at_max", "nats", "ln of the rms over samples at T_max, median over seeds"),
    Column("spread_at_max", "nats", "standard deviation of ln ‖dL/dh_0‖ over samples at T_max, median over seeds"),
    *(
        Column(f"share_{status}_at_max", "", f"share of all samples at T_max: {STATUS_MEANINGS[status]}")
        for status in STATUSES
    ),
    Column("remarks", "", "what a reader of the row must know"),
)

CURVE_COLUMNS = (
    *IDENTITY,
    Column("seed", "", "the seed"),
    Column("length", "steps", "T"),
    Column("ln_h0_gradient", "nats", "ln ‖dL_T/dh_0‖, mean over the samples with a finite value"),
    Column("ln_rms", "nats", "ln of the root mean square over samples; an exact zero counts as 0"),
    Column("spread", "nats", "standard deviation of ln ‖dL_T/dh_0‖ over samples"),
    Column("ln_transport", "nats", "ln ‖δ_0‖ − ln ‖δ_T‖, mean over the samples with a finite value"),
    Column("samples", "", "samples of this seed"),
    Column("finite_samples", "", "samples with a finite ln ‖dL_T/dh_0‖"),
    Column("share_exact_zero", "", "share of samples whose gradient is exactly zero"),
    Column("share_plain_zero", "", "share of samples where plain code in this dtype reads 0"),
    Column("share_plain_nonfinite", "", "share of samples where plain code reads inf or nan"),
    *(Column(f"count_{status}", "", f"samples: {STATUS_MEANINGS[status]}") for status in STATUSES),
)

BAND_COLUMNS = (
    *IDENTITY,
    Column("length", "steps", "T"),
    Column("seeds", "", "seeds with a finite value at this length"),
    Column("ln_h0_gradient_median", "nats", "typical ln ‖dL_T/dh_0‖, median over seeds"),
    Column("ln_h0_gradient_low", "nats", "lower end of the order-statistic interval of the median"),
    Column("ln_h0_gradient_high", "nats", "upper end of it"),
    Column("coverage", "", "exact coverage of that interval; below 0.95 under six seeds"),
    Column("ln_rms_median", "nats", "ln of the rms over samples, median over seeds"),
    Column("ln_transport_median", "nats", "transport, median over seeds"),
    Column("share_exact_zero", "", "share of exactly zero gradients, mean over seeds"),
)

BREAK_EVEN_COLUMNS = (
    Column("label", "", "the cell whose number is swept"),
    Column("axis", "", "path of that number"),
    Column("others", "JSON", "the values of the cell's other swept axes"),
    Column("reference", "", "label of the series that it is compared with"),
    Column("reference_name", "", "its short name, or its label where it is swept along the same axis"),
    Column("break_even", "as axis", "value at which both decay equally fast, by seed; mean over seeds"),
    Column("break_even_low", "as axis", "lower end of its 95 % Student t interval over seeds"),
    Column("break_even_high", "as axis", "upper end of it"),
    Column("between_low", "as axis", "largest swept value that all the seeds' crossings are above or at"),
    Column("between_high", "as axis", "smallest swept value that they are below or at"),
    Column("faster_above", "", "true: the cell decays faster than the reference above the value"),
    Column("seeds", "", "seeds with a decay rate of both at two swept values at least"),
    Column("seeds_crossing", "", "those of them whose difference is 0 exactly once"),
    Column("note", "", "why there is no value, or no interval"),
)
