"""Every measured quantity can be claimed about: the vocabulary, and what is read off the tables."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate

from gru_vanish.analysis import Findings
from gru_vanish.analysis.claims.closed_forms import CLOSED_FORMS, mean_field_exponent
from gru_vanish.analysis.claims.metrics import further_metrics, metrics, split
from gru_vanish.analysis.claims.quantities import NotMeasuredError, Quantities
from tests.analysis.claims.made import judged, linear_study, measured, two, zero_gru
from tests.analysis.claims.test_closed_forms import ORACLES
from tests.analysis.payloads import PAYLOADS
from tests.analysis.synthetic import reader
from tests.analysis.test_measured import LEVEL


@pytest.fixture(scope="module")
def findings() -> Findings:
    manifest, records = measured(*PAYLOADS)
    return Findings(manifest, reader(records))


@pytest.fixture(scope="module")
def quantities(findings: Findings) -> Quantities:
    return Quantities(lambda: findings.headline, findings.of)


@pytest.mark.parametrize("name", [one.name for one in metrics().values() if one.measure in ("h0_gradient", *PAYLOADS)])
def test_every_quantity_is_there_in_every_seed(name: str, quantities: Quantities, findings: Findings) -> None:
    metric = metrics()[name]
    assert metric.meaning
    part = None
    if metric.part is not None:
        with pytest.raises(NotMeasuredError, match="there is: ") as caught:
            quantities.values(metric, "nothing", 1)
        part = str(caught.value).split("there is: ")[1].split(", ")[0]
        assert split(f"{name}[{part}]") == (name, part)
    found = quantities.values(metric, part, 1)
    assert found
    assert all(tuple(column for column, _ in index) == metric.index for index in found)
    numbers = [value for sample in found.values() for value in sample.values.values()]
    assert all(isinstance(value, float) for value in numbers)


def test_a_number_of_the_summary_is_what_each_seed_has(quantities: Quantities, findings: Findings) -> None:
    """The mean over seeds of what is read by seed is the row of the table."""
    for measure, column, part in (
        ("path_shares", "share", "leak"),
        ("recurrent_spectrum", "spectral_radius", None),
        ("lyapunov", "largest", None),
        ("gate_statistics", "mean", "update"),
    ):
        table = findings.of(measure)
        metric = metrics()[f"{measure}.{column}"]
        rows = [row for row in table.rows() if row["series"] == 1]
        row = rows[0] if metric.part is None else next((r for r in rows if r[metric.part] == part), rows[0])
        part = None if metric.part is None else str(row[metric.part])
        (sample,) = quantities.values(metric, part, 1).values()
        assert np.mean(list(sample.values.values())) == pytest.approx(row[column], rel=1e-12)


def test_a_number_of_the_long_table_is_what_stands_there(quantities: Quantities, findings: Findings) -> None:
    columns = findings.of("lag_shares").columns()
    found = quantities.values(metrics()["lag_shares.entries.share"], "all", 0)
    for place in np.flatnonzero((columns["series"] == 0) & (columns["weight"] == "all")):
        sample = found[(("lag", int(columns["lag"][place])),)]
        assert sample.values[int(columns["seed"][place])] == columns["share"][place]


def test_a_new_measure_brings_its_quantities_with_it() -> None:
    found = list(further_metrics({"level": LEVEL}))
    assert [one.written for one in found] == ["level.last", "level.entries.level"]
    assert [one.index for one in found] == [(), ("length",)]


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_every_closed_form_says_its_equation_and_is_tried(name: str) -> None:
    form = CLOSED_FORMS[name]
    text = form.value.__doc__ or ""
    assert "=" in text or "≤" in text
    assert set(form.metrics) <= set(metrics())
    assert name in ORACLES


def by_iteration(gain: float) -> float:
    """λ₁ by iterating q to its fixed point, with adaptive quadrature; the program solves for q, on a grid."""

    def mean(of: Callable[[float], float]) -> float:
        whole = integrate.quad(lambda z: of(z) * np.exp(-z * z / 2), -10, 10, points=[0.0], limit=200, epsabs=1e-10)
        return float(whole[0]) / np.sqrt(2 * np.pi)

    q = gain**2
    for _ in range(60):
        q = gain**2 * mean(lambda z, q=q: np.tanh(np.sqrt(q) * z) ** 2)
    return float(0.5 * np.log(gain**2 * mean(lambda z: np.cosh(np.sqrt(q) * z) ** -4)))


@pytest.mark.parametrize(("gain", "measured"), [(2.0, 0.1505), (3.0, 0.3055), (5.0, 0.5216)])
def test_the_exponent_of_a_random_network(gain: float, measured: float) -> None:
    """Beside it what 500 units measured: the limit of large networks lies a little above."""
    assert mean_field_exponent(gain) == pytest.approx(by_iteration(gain), abs=1e-6)
    assert 0.0 < mean_field_exponent(gain) - measured < 0.012


def test_below_the_critical_gain_a_random_network_is_linear() -> None:
    assert mean_field_exponent(0.5) == pytest.approx(-0.693147, abs=1e-6)


@pytest.mark.parametrize(("way", "kept"), [("replaces", 1 / (1 + np.exp(1.5))), ("keeps", 1 / (1 + np.exp(-1.5)))])
def test_a_gru_without_weights(way: str, kept: float) -> None:
    made = zero_gru(1.5, way, -float(np.log(kept)))
    claims = [
        {"metric": metric, "of": "GRU", "equals": {"form": "gru_zero_weights", "within": 1e-6}}
        for metric in ("transport", "decay_rate")
    ]
    assert [one.verdict for one in judged(made, *claims)] == ["holds", "holds"]
    off = zero_gru(1.5, way, -float(np.log(kept)) + 1e-4)
    assert [one.verdict for one in judged(off, *claims)] == ["contradicted", "contradicted"]


def test_the_bound_of_the_largest_singular_value() -> None:
    """The synthetic spectrum's bound stands in its own table; a transport above it contradicts."""
    claim = {"metric": "transport", "of": "RNN", "below": "pascanu_bound"}
    made = measured("recurrent_spectrum")
    (found,) = judged(made, claim)
    manifest, records = made
    table = Findings(manifest, reader(records)).of("recurrent_spectrum")
    per_step = [seed.ln_bound_per_step for seed in table.series[0].seeds.values()]
    assert found.verdict == ("holds" if max(per_step) > -0.5 else "contradicted")
    against = found.findings[-1].against
    assert against is not None
    assert against.value == pytest.approx(100 * np.mean(per_step))


def test_a_form_that_does_not_fit_is_refused() -> None:
    """Whatever a form can not be asked for it says itself, before anything is computed."""
    (entry, *_) = two(0.6, 0.4)[0]["series"]
    fits = {name for name, form in CLOSED_FORMS.items() if form.misfit(entry["setting"]) is None}
    assert fits == {"pascanu_bound", "spectral_edges"}
    (entry, *_) = linear_study(1.0)[0]["series"]
    assert CLOSED_FORMS["linear_orthogonal"].misfit(entry["setting"]) is None
