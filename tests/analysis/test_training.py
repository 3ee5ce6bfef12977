"""The tables of trainings whose every number follows from a formula."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims.metrics import metrics
from gru_vanish.analysis.claims.quantities import Quantities
from gru_vanish.analysis.intervals import share_interval
from gru_vanish.analysis.solved_by_length import point_of, size_axis, size_lines
from gru_vanish.analysis.training import GATES, solved_at_part
from gru_vanish.cells import CELLS
from gru_vanish.cells.interventions import functions
from tests.analysis.payloads import with_measures
from tests.analysis.spectral_payloads import lag_shares
from tests.analysis.synthetic import Study, few, reader
from tests.analysis.training_payload import (
    BASELINE,
    BUDGET,
    CHECKPOINTS,
    EVALUATED,
    LENGTH,
    LENGTHS,
    PLANTED,
    SHARE,
    SHIFT,
    STEPS,
    halving,
    rate,
    reach,
)
from tests.figures.studies import task_lengths


def made(seeds: int = 3, count: int = 3) -> Findings:
    manifest, records = with_measures(few(seeds=range(seeds), count=count), ["training"])
    return Findings(manifest, reader(records))


@pytest.fixture(scope="module")
def findings() -> Findings:
    return made()


def steps_to_solve(setting: Any, seed: int) -> int:
    """The first evaluation at which 2^(−s/halving) is at most the share of the baseline."""
    exact = -halving(setting, seed) * math.log2(SHARE)
    return int(EVALUATED[np.searchsorted(EVALUATED, exact)]) if exact <= BUDGET else -1


def test_the_summary_of_a_cell_that_learns(findings: Findings) -> None:
    table = findings.of("training")
    row, setting = table.rows()[2], table.series[2].setting  # GRU_slow, b_z = −4
    finals = [BASELINE * 2.0 ** (-BUDGET / halving(setting, seed)) for seed in range(3)]
    assert row["final_loss"] == pytest.approx(np.mean(finals))
    assert row["final_loss_high"] - row["final_loss"] == pytest.approx(
        stats.t.ppf(0.975, 2) * np.std(finals, ddof=1) / math.sqrt(3)
    )
    assert row["final_loss_share"] == pytest.approx(np.mean(finals) / BASELINE)
    assert row["seeds_solved"] == 3
    assert (row["solved_fraction"], row["solved_fraction_high"]) == (1.0, 1.0)
    assert row["solved_fraction_low"] == pytest.approx(0.025 ** (1 / 3))  # p^3 = 0.025
    expected = sorted(steps_to_solve(setting, seed) for seed in range(3))
    assert [row["solved_at_low"], row["solved_at"], row["solved_at_high"]] == expected
    assert row["solved_at_censored"] is False
    assert (row["seeds_diverged"], row["diverged_at_first"]) == (0, None)
    assert row["ln_answer_gradient_before"] == pytest.approx(-0.25 * LENGTH)  # shifts of −1, 0 and 1 cancel
    assert row["ln_answer_gradient_after"] == pytest.approx(-rate(setting, BUDGET) * LENGTH)


def test_a_run_that_diverges_is_a_result_and_is_counted(findings: Findings) -> None:
    table = findings.of("training")
    row = table.rows()[0]  # RNN: none solves it, the second seed goes at step 90
    finals = [BASELINE * 2.0 ** (-BUDGET / halving(table.series[0].setting, seed)) for seed in (0, 2)]
    assert row["seeds_measured"] == 3
    assert (row["seeds_diverged"], row["diverged_at_first"]) == (1, 90)
    assert row["final_loss"] == pytest.approx(np.mean(finals))
    assert (row["seeds_solved"], row["solved_fraction"], row["solved_fraction_low"]) == (0, 0.0, 0.0)
    assert row["solved_fraction_high"] == pytest.approx(1 - 0.025 ** (1 / 3))
    assert (row["solved_at"], row["solved_at_censored"], row["solved_at_high"]) == (BUDGET, True, None)
    assert "1 of 3 diverged at step 90" in row["remarks"]


def test_the_share_of_clipped_steps(findings: Findings) -> None:
    table = findings.of("training")
    setting = table.series[2].setting
    gradients = [10 * BASELINE * 2.0 ** (-STEPS / halving(setting, seed)) for seed in range(3)]
    assert table.rows()[2]["clipped_share"] == pytest.approx(np.mean([np.mean(each > 0.5) for each in gradients]))


def test_what_held_gates_cost_is_remarked(findings: Findings) -> None:
    """The reset gate costs 0.1 with shifts of ∓0.01, the update gate these alone."""
    half = stats.t.ppf(0.975, 2) * SHIFT / math.sqrt(3)
    remark = findings.of("training").rows()[2]["remarks"]
    assert remark == (
        f"held at their mean after step 200, gates raise the loss: update by 0.000 ± {half:.3f}, "
        f"reset by 0.100 ± {half:.3f}"
    )


def test_what_claims_may_ask_for_is_a_number_of_every_seed(findings: Findings) -> None:
    """The rise, the error against the planted weights and the rates, by seed as claims read them."""
    table = findings.of("training")
    setting, asked = table.series[2].setting, metrics()
    quantities = Quantities(lambda: findings.headline, findings.of)

    def by_seed(name: str) -> list[float]:
        sample = quantities.values(asked[f"training.{name}"], None, 2)[()]
        return [sample.values[seed] for seed in range(3)]

    shifts = SHIFT * (np.arange(3) - 1)
    np.testing.assert_allclose(by_seed("rise_reset"), 0.1 + shifts)
    left = [2.0 ** (-BUDGET / halving(setting, seed)) for seed in range(3)]
    errors = [
        math.sqrt(np.mean([(shift - weight * rest) ** 2 for weight in PLANTED.values()]))
        for shift, rest in zip(shifts, left, strict=True)
    ]
    np.testing.assert_allclose(by_seed("planted_error_after"), errors)
    np.testing.assert_allclose(by_seed("decay_rate_before"), 0.25)
    np.testing.assert_allclose(by_seed("decay_rate_after"), rate(setting, BUDGET))
    np.testing.assert_allclose(by_seed("final_loss"), BASELINE * np.asarray(left))
    assert by_seed("solved_fraction") == [1.0, 1.0, 1.0]
    assert by_seed("solved_at") == [steps_to_solve(setting, seed) for seed in range(3)]
    unsolved = quantities.values(asked["training.solved_at"], None, 0)[()]
    assert (unsolved.censored, unsolved.by_median) == (frozenset(range(3)), True)


def test_every_gate_of_every_cell_has_its_rise() -> None:
    known = {gate for cell in CELLS.values() for gate in functions(cell(hidden=4))}
    assert known == set(GATES)


def test_the_long_tables_hold_the_formulas(findings: Findings) -> None:
    table = findings.of("training")
    setting, tables = table.series[2].setting, {"training": table.columns(), **table.beside()}
    assert set(tables) == {"training", *(f"training_{name}" for name in table.analysis.beside)}
    mine = {
        name: {key: values[(each["label"] == "GRU_slow") & (each["seed"] == 2)] for key, values in each.items()}
        for name, each in tables.items()
    }
    np.testing.assert_array_equal(mine["training"]["step"], STEPS)
    np.testing.assert_allclose(mine["training"]["loss"], BASELINE * 2.0 ** (-STEPS / halving(setting, 2)))
    np.testing.assert_array_equal(mine["training_evaluations"]["step"], EVALUATED)
    groups = mine["training_groups"]
    learnt = 1 - 2.0 ** (-CHECKPOINTS / halving(setting, 2))
    physics = groups["group"] == "physics"
    np.testing.assert_allclose(groups["answer_gradient"][physics], 0.5 * learnt + SHIFT)
    np.testing.assert_allclose(groups["ln_answer_gradient"][physics], [reach(setting, 2, step) for step in CHECKPOINTS])
    paths = mine["training_paths"]
    leak = (paths["path"] == "leak") & (paths["group"] == "maths")
    np.testing.assert_allclose(paths["share"][leak], 0.9 - 0.4 * learnt)
    ablations = mine["training_ablations"]
    np.testing.assert_allclose(ablations["rise"][ablations["gate"] == "reset"], np.asarray([0, 0.1, 0.1]) + SHIFT)
    own = mine["training_own_loss"]
    assert own["lag"].tolist() == [*range(LENGTH, -1, -1)] * CHECKPOINTS.size
    np.testing.assert_allclose(own["ln_state_gradient"][: LENGTH + 1], -0.25 * own["lag"][: LENGTH + 1] + SHIFT)
    assert np.isnan(own["ln_input_gradient"][own["lag"] == LENGTH]).all()
    assert np.isfinite(own["ln_input_gradient"][own["lag"] < LENGTH]).all()


def test_observed_measures_are_reduced_as_if_they_stood_alone(findings: Findings) -> None:
    table = findings.of("training")
    setting = table.series[2].setting
    run = table.series[2].seeds[1]
    rates = [rate(setting, step) for step in CHECKPOINTS]
    np.testing.assert_allclose(run.observed.numbers["h0_gradient.decay_rate", ""], rates)
    transport = table.beside()["training_transport"]
    mine = (transport["label"] == "GRU_slow") & (transport["seed"] == 1) & (transport["step"] == 20)
    assert transport["length"][mine].tolist() == LENGTHS.tolist()
    np.testing.assert_allclose(transport["ln_transport"][mine], -rates[1] * LENGTHS)
    manifest, records = with_measures(few(seeds=[1], count=3), ["gate_statistics"])
    alone = {row["part"]: row for row in Findings(manifest, reader(records)).of("gate_statistics").rows()[-4:]}
    for part, row in alone.items():
        np.testing.assert_allclose(run.observed.numbers["gate_statistics.mean", part], row["mean"])
    lags = table.beside()["training_lags"]
    tail = lag_shares(setting, 1)["tail_all"]
    mine = (lags["label"] == "GRU_slow") & (lags["seed"] == 1) & (lags["step"] == 200) & (lags["weight"] == "all")
    np.testing.assert_array_equal(lags["tail_ratio"][mine], tail)


def test_an_array_of_an_observed_measure_is_named_as_it_stands_in_the_record() -> None:
    manifest, records = with_measures(few(seeds=[0], count=1), ["training"])
    payload = records["training:RNN/{}/0"].payload
    payload["h0_gradient/status"] = payload["h0_gradient/status"][:2]
    with pytest.raises(ValueError, match=r"h0_gradient/status has shape \(2, 4, 2\), not \(3, …\)"):
        Findings(manifest, reader(records)).of("training")


def test_without_the_tasks_words_the_reach_is_not_guessed() -> None:
    manifest, records = with_measures(few(seeds=range(2), count=1), ["training"])
    manifest["series"] = [{key: value for key, value in one.items() if key != "task"} for one in manifest["series"]]
    row = Findings(manifest, reader(records)).of("training").rows()[0]
    assert row["ln_answer_gradient_before"] is None
    assert "the manifest does not say which steps are relevant" in row["remarks"]


def test_a_training_without_a_look_before_it_has_no_reach() -> None:
    manifest, records = with_measures(few(seeds=range(2), count=1), ["training"])
    for key, record in records.items():
        if key.startswith("training:"):
            record.payload["checkpoints"] = CHECKPOINTS + 1
    row = Findings(manifest, reader(records)).of("training").rows()[0]
    assert row["ln_answer_gradient_before"] is None
    assert "no checkpoint before training" in row["remarks"]


@pytest.mark.parametrize(("count", "of"), [(0, 5), (2, 5), (5, 5), (7, 20)])
def test_the_interval_of_a_share_is_where_the_binomial_tails_are(count: int, of: int) -> None:
    """Clopper & Pearson by their definition: solved from the binomial's own distribution function."""
    found = share_interval(count, of)
    assert found is not None
    low = optimize.brentq(lambda p: stats.binom.sf(count - 1, of, p) - 0.025, 1e-9, 1 - 1e-9) if count else 0.0
    high = optimize.brentq(lambda p: stats.binom.cdf(count, of, p) - 0.025, 1e-9, 1 - 1e-9) if count < of else 1.0
    assert (found.mean, found.low, found.high) == (count / of, pytest.approx(low), pytest.approx(high))


def test_one_seed_has_a_share_and_no_interval() -> None:
    found = share_interval(1, 1)
    assert found is not None
    assert (found.mean, found.low, found.high) == (1.0, None, None)
    assert share_interval(0, 0) is None


def test_the_median_of_steps_to_solve_knows_what_is_beyond_the_budget() -> None:
    """Of 100, 150 and > 200 it is 150; of 100 and > 200 it is more than their smallest middle."""
    runs = list(made(seeds=3).of("training").series[2].seeds.values())
    solved, slower = runs[0], runs[2]
    never = made(seeds=1).of("training").series[0].seeds[0]
    both = [solved.solved_at, slower.solved_at]
    assert None not in both
    row = solved_at_part([solved, slower, never])
    assert (row["solved_at"], row["solved_at_high"], row["solved_at_censored"]) == (both[1], None, False)
    row = solved_at_part([solved, never])
    assert (row["solved_at"], row["solved_at_censored"]) == ((both[0] + BUDGET) / 2, True)  # type: ignore[operator]


class TestChoice:
    """Two cells, two lengths, two initialisations, four seeds; losses are set so that the choice is known."""

    @pytest.fixture
    def study(self) -> Study:
        manifest, records = with_measures(task_lengths(), ["training"])
        return manifest, records

    def set_losses(self, study: Study, label: str, length: int, losses: dict[str, list[float]]) -> None:
        manifest, records = study
        for one in manifest["series"]:
            swept = one["swept"]
            if one["label"] != label or swept["task.length"] != length:
                continue
            for seed, loss in enumerate(losses[swept[f"cells.{label}.init.recurrent"]]):
                payload = records[one["keys"]["training"][str(seed)]].payload
                payload["evaluation_loss"] = np.append(payload["evaluation_loss"][:-1], loss)
                payload["solved_at"] = np.asarray(BUDGET if loss <= SHARE * BASELINE else -1)

    def test_no_seed_is_reported_in_a_setting_that_it_has_chosen(self, study: Study) -> None:
        """Seeds 0 and 2 do better in one setting, 1 and 3 in the other: each half gets what it would not take."""
        losses = {"uniform": [0.01, 0.5, 0.01, 0.5], "orthogonal": [0.5, 0.01, 0.5, 0.01]}
        self.set_losses(study, "GRU", 10, losses)
        series = [one for one in Findings(study[0], reader(study[1])).of("training").series if one.label == "GRU"]
        (line,) = size_lines(series)
        assert size_axis(series) == "task.length"
        point = line.points[0]
        assert (point.size, point.candidates, point.solved, point.seeds) == (10.0, 2, 0, 4)
        assert [(choice.chosen_by, choice.seeds) for choice in point.choices] == [((0, 2), (1, 3)), ((1, 3), (0, 2))]
        chosen = [choice.series.swept["cells.GRU.init.recurrent"] for choice in point.choices]
        assert chosen == ["uniform", "orthogonal"]

    def test_a_setting_that_suits_all_is_chosen_by_all(self, study: Study) -> None:
        """One diverged run counts with the baseline, and is still better on the mean."""
        losses = {"uniform": [0.3, 0.4, 0.7, 0.7], "orthogonal": [0.01, 0.02, math.nan, 0.01]}
        self.set_losses(study, "RNN", 40, losses)
        series = [one for one in Findings(study[0], reader(study[1])).of("training").series if one.label == "RNN"]
        point = size_lines(series)[0].points[1]
        chosen = {choice.series.swept["cells.RNN.init.recurrent"] for choice in point.choices}
        assert chosen == {"orthogonal"}
        assert (point.solved, point.seeds) == (3, 4)
        share = point.share
        assert share is not None
        assert share.low == pytest.approx(stats.beta.ppf(0.025, 3, 2))

    def test_a_single_setting_is_reported_with_all_its_seeds(self, study: Study) -> None:
        series = Findings(study[0], reader(study[1])).of("training").series
        point = point_of(10.0, series[:1])
        assert (point.candidates, point.seeds, len(point.choices)) == (1, 4, 1)
        assert point.choices[0].chosen_by == ()
