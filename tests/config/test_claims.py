"""The block ``claims``: what it binds to, and every fault at its place."""

import json
from pathlib import Path

import pytest

from gru_vanish.analysis.claims import CLOSED_FORMS, PREDICATES, bound_claims, metrics
from gru_vanish.config import json_schema, load, resolved_lines
from gru_vanish.config.claim_schema import claims_schema
from gru_vanish.engine.manifest import entries
from tests.config.words import GOOD, WORDS, faults, read

SWEPT = GOOD + "sweep:\n  grid: {cells.GRU.init.update_bias: [-1, 0, 1], inputs.scale: [0.5, 1.0]}\n"


def claim(text: str, base: str = SWEPT) -> str:
    return f"{base}claims:\n  - {{id: C1, says: It is so, {text}}}\n"


def line(text: str) -> str:
    """The claim's own line in a config."""
    return claim(text).splitlines()[-1]


def test_points_are_bound_to_series(tmp_path: Path) -> None:
    text = claim("metric: decay_rate, of: GRU, at: {update_bias: 0}, less_than: RNN")
    loaded = read(tmp_path, text)
    swept = [(one.label, dict(one.swept)) for one in loaded.series]
    (found,) = loaded.claims
    assert found.axis is None
    for bound in found.lines:
        (own,), (other,) = bound.series, bound.against
        assert swept[own] == ("GRU", {"cells.GRU.init.update_bias": 0, "inputs.scale": swept[own][1]["inputs.scale"]})
        assert swept[other] == ("RNN", {"inputs.scale": swept[own][1]["inputs.scale"]})
    assert len(found.lines) == 2


def test_lines_follow_their_axis(tmp_path: Path) -> None:
    text = claim("metric: decay_rate, of: cells.GRU, over: update_bias, break_even: {series: RNN, between: [-1, 1]}")
    loaded = read(tmp_path, text)
    (found,) = loaded.claims
    assert (found.axis, found.axis_is_swept) == ("cells.GRU.init.update_bias", True)
    biases = [[dict(loaded.series[place].swept)[found.axis] for place in one.series] for one in found.lines]
    assert biases == [[-1, 0, 1], [-1, 0, 1]]
    assert {loaded.series[place].label for one in found.lines for place in one.against} == {"RNN"}
    assert found.claim.of == "GRU"


def test_the_axis_may_be_left_out_where_there_is_one(tmp_path: Path) -> None:
    loaded = read(tmp_path, claim("metric: transport, of: RNN, law: exponential"))
    assert (loaded.claims[0].axis, loaded.claims[0].axis_is_swept) == ("length", False)
    text = claim("metric: decay_rate, of: GRU, at: {scale: 1.0}, over: {update_bias: [0, 1]}, monotone: increasing")
    (bound,) = read(tmp_path, text).claims[0].lines
    assert len(bound.series) == 2


def test_a_manifest_holds_them_whole(tmp_path: Path) -> None:
    text = claim("metric: horizon, of: GRU, expect: contradicted, greater_than: {series: RNN, factor: 2}")
    loaded = read(tmp_path, text)
    manifest = {"series": list(loaded.series), "claims": [one.as_json() for one in loaded.claims]}
    assert bound_claims(json.loads(json.dumps({**manifest, "series": [0] * len(loaded.series)}))) == loaded.claims
    broken = json.loads(json.dumps(manifest["claims"]))
    with pytest.raises(ValueError, match="does not have"):
        bound_claims({"series": [0], "claims": broken})


def test_the_resolved_study_holds_them_by_line(tmp_path: Path) -> None:
    loaded = read(tmp_path, claim("metric: decay_rate, of: GRU, greater_than: 0.25"))
    (found,) = [one for one in resolved_lines(loaded) if one[0].startswith("claims")]
    path, value, origin = found
    assert path == "claims[0]"
    assert value["greater_than"] == {"number": 0.25}
    assert value["expect"] == "holds"
    assert origin.endswith("c.yaml:15")
    assert "claims" not in read(tmp_path, SWEPT).study.resolved()


def test_keys_do_not_know_of_claims(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    keys = []
    for text in ("", "claims:\n- {id: C1, says: so, metric: decay_rate, of: RNN, less_than: 1}\n"):
        path.write_text(f"{GOOD.replace('size: 3', 'size: 3, batch: 2')}{text}")
        loaded = load(path)
        keys.append(entries(loaded.series, loaded.study.seeds, loaded.study.measure))
    assert keys[0] == keys[1]


FAULTS = {
    "metric: decay_rat, of: GRU, less_than: RNN": ("metric", "did you mean 'decay_rate'?"),
    "metric: decay_rate, of: GUR, less_than: RNN": ("of", "given 'GUR'; allowed: RNN, GRU; did you mean 'GRU'?"),
    "metric: decay_rate, of: GRU, less_than: RNM": ("less_than.series", "given 'RNM'; allowed: RNN, GRU; did you mean"),
    "metric: decay_rate, of: GRU, les_than: RNN": ("les_than", "unknown key; did you mean 'less_than'?"),
    "metric: decay_rate, of: GRU": ("", "missing; a claim states one of: less_than, greater_than"),
    "metric: decay_rate, of: GRU, below: 0, above: 1": ("", "below and above: a claim states one predicate"),
    "metric: decay_rate, of: GRU, at: {updat_bias: 0}, less_than: 1": ("at.updat_bias", "did you mean 'update_bias'?"),
    "metric: decay_rate, of: GRU, at: {update_bias: 3}, less_than: 1": ("at.update_bias", "the sweep has: -1, 0, 1"),
    "metric: transport, of: GRU, at: {length: 7}, less_than: 1": ("at.length", "the nearest one is 10"),
    "metric: decay_rate, of: GRU, over: updat_bias, monotone: increasing": ("over", "did you mean 'update_bias'?"),
    "metric: decay_rate, of: GRU, monotone: increasing": ("", "write over: with one of: update_bias, scale"),
    "metric: decay_rate, of: GRU, over: scale, below: 1": ("over", "said of single points"),
    "metric: decay_rate, of: RNN, law: exponential": ("", "is said along an axis"),
    "metric: transport, of: RNN, law: exponetial": ("law.law", "did you mean 'exponential'?"),
    "metric: transport, of: RNN, below: pascanu_bond": ("below.form", "did you mean 'pascanu_bound'?"),
    "metric: transport, of: RNN, below: pascanu_bound": ("form", "read off recurrent_spectrum, which this study does"),
    "metric: horizon, of: RNN, below: pascanu_bound": ("form", "is a closed form of transport, not of horizon"),
    "metric: transport, of: GRU, below: gru_zero_weights": ("form", "does not fit GRU"),
    "metric: 'path_shares.share[leak]', of: GRU, less_than: 1": ("metric", "write measure: [h0_gradient, path_shares]"),
    "metric: flow_map.reach_tenth, of: GRU, less_than: 1": ("metric", "write measure: [h0_gradient, flow_map]"),
    "metric: path_shares.share, of: GRU, less_than: 1": ("metric", "write path_shares.share[path]"),
    "metric: 'decay_rate[x]', of: GRU, less_than: 1": ("metric", "has no parts"),
    "metric: decay_rate, of: RNN, less_than: GRU": ("less_than", "3 series of GRU fit; say at which point"),
    "metric: decay_rate, of: RNN, less_than: RNN": ("less_than", "held against itself"),
    "metric: decay_rate, of: GRU, equals: 1": ("equals", "exactly one margin is required"),
    "metric: decay_rate, of: GRU, equals: {number: 1, series: RNN, within: 1}": ("equals", "exactly one of number"),
    "metric: decay_rate, of: GRU, equals: {number: 1, within: -1}": ("equals.within", "allowed: above 0"),
    "metric: decay_rate, of: GRU, over: update_bias, break_even: {series: RNN, between: [2, 1]}": (
        "break_even.between",
        "the range must rise",
    ),
    "metric: decay_rate, of: GRU, expect: hold, less_than: 1": ("expect", "did you mean 'holds'?"),
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_at_its_place(tmp_path: Path, text: str) -> None:
    path, message = FAULTS[text]
    found = faults(tmp_path, claim(text))
    told = [one for one in found if message in one]
    assert told, found
    where, _, rest = told[0].partition(": ")
    row, column = (int(number) for number in where.split(":")[:2])
    assert row == 15
    assert 1 <= column <= len(line(text))
    assert rest.startswith(f"claims[0].{path}" if path else "claims[0]"), rest
    key = f"{path.rpartition('.')[2]}: "
    if path and key in text:
        at = line(text).rindex(key) + 1
        assert column in (at, at + len(key), at + len(key) + 1)  # the key, its value, or the word inside its quotes


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = SWEPT + (
        "claims:\n"
        "  - {id: C1, says: one, metric: decay_rat, of: GRU, less_than: RNN}\n"
        "  - {id: C1, says: two, metric: decay_rate, of: GUR, less_than: RNN}\n"
        "  - just a word\n"
        "  - {id: 1x, says: '', metric: transport, of: RNN, law: cubic}\n"
    )
    found = faults(tmp_path, text)
    rows = [int(one.split(":")[0]) for one in found]
    assert set(rows) == {15, 16, 17, 18}
    assert sum("C1 is named twice" in one for one in found) == 1
    assert sum(row == 18 for row in rows) == 3


def test_a_block_that_is_no_list(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, SWEPT + "claims: {C1: so}\n")
    assert "expected a list of claims" in found


def test_another_fault_hides_none_of_a_claim(tmp_path: Path) -> None:
    text = claim("metric: decay_rat, of: GRU, less_than: RNN").replace("hidden: 4", "hiden: 4")
    found = faults(tmp_path, text)
    assert any("hiden" in one for one in found)
    assert any("decay_rat" in one for one in found)


def test_the_schema_knows_the_words() -> None:
    schema = json_schema(WORDS)
    assert schema["properties"]["claims"] == claims_schema()
    claims = claims_schema()["anyOf"][0]["items"]
    assert set(PREDICATES) <= set(claims["properties"])
    assert "decay_rate" in claims["properties"]["metric"]["anyOf"][0]["enum"]
    below = claims["properties"]["below"]["anyOf"][-1]["properties"]["form"]["anyOf"][0]["enum"]
    assert below == list(CLOSED_FORMS)
    whole = claims["properties"]["metric"]["anyOf"][0]["enum"]
    assert set(whole) == {one.name for one in metrics().values() if one.part is None}


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[2].glob("configs/claims/*.yaml")), ids=lambda one: one.stem
)
def test_the_shipped_studies_are_sound(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    loaded = load(path)
    number, *_ = path.stem.upper().split("-")
    assert first.startswith(f"# {number}")
    # Nothing is trained in the first four, which can afford more.
    assert len(loaded.study.seeds) >= (10 if number <= "C4" else 5)
    assert len(loaded.claims) >= 2
    assert all(claim.claim.id.startswith(f"{number}.") for claim in loaded.claims)
