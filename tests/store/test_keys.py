"""A key depends on the values and on nothing else."""

import enum
import hashlib
import json
import math

import numpy as np
import pytest

from gru_vanish.store import canonical, key_of
from tests.store.examples import MEASURE, SETTING, example_key, finish, start_python

GOLDEN_KEY = "4edb38b128d7ef04dc50167b054a93185ea9284a3a8e034425f0c704a9889b19"


def reordered(value: object) -> object:
    if isinstance(value, dict):
        return {name: reordered(member) for name, member in reversed(value.items())}
    return value


def test_golden_key() -> None:
    """Changing this value makes every record that users have worthless."""
    assert key_of(SETTING, 7, MEASURE, 1) == GOLDEN_KEY


def test_canonical_text_is_what_the_standard_library_writes() -> None:
    value = {"b": [1, 1.0, -2.5e-300, 1e22, True, None], "a": {"ü": '\x00\n"\\é\U0001f600', "": []}, "c": {}}
    assert canonical(value) == json.dumps(value, sort_keys=True, separators=(",", ":"))
    whole = {"measure": MEASURE, "seed": 7, "setting": SETTING, "version": 1}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == GOLDEN_KEY


def test_order_of_a_dict_does_not_matter() -> None:
    assert key_of(reordered(SETTING), 7, MEASURE, 1) == GOLDEN_KEY  # type: ignore[arg-type]


@pytest.mark.parametrize(("hash_seed", "locale"), [("0", "C"), ("1", "de_DE.UTF-8"), ("47", "tr_TR.UTF-8")])
def test_hash_seed_and_locale_do_not_matter(hash_seed: str, locale: str) -> None:
    code = (
        "import locale, contextlib\n"
        "with contextlib.suppress(locale.Error): locale.setlocale(locale.LC_ALL, '')\n"
        "from tests.store.examples import *; print(example_key())"
    )
    assert finish(start_python(code, PYTHONHASHSEED=hash_seed, LC_ALL=locale)).strip() == GOLDEN_KEY


def test_every_part_enters_the_key() -> None:
    keys = {
        key_of(SETTING, 7, MEASURE, 1),
        key_of({**SETTING, "precision": "float32"}, 7, MEASURE, 1),
        key_of(SETTING, 8, MEASURE, 1),
        key_of(SETTING, 7, "flow_map", 1),
        key_of(SETTING, 7, MEASURE, 2),
    }
    assert len(keys) == 5


def test_the_type_of_a_number_is_kept() -> None:
    assert canonical(1) == "1"
    assert canonical(1.0) == "1.0"
    assert canonical(True) == "true"


def test_equal_zeros_are_one() -> None:
    assert canonical(-0.0) == canonical(0.0) == "0.0"


def test_floats_read_back_exactly() -> None:
    for value in (0.1, 1 / 3, 5e-324, 1.7976931348623157e308, np.nextafter(1.0, 2.0)):
        assert json.loads(canonical(value)) == value


def test_tuples_are_lists() -> None:
    assert canonical((1, (2,))) == canonical([1, [2]]) == "[1,[2]]"


def test_text_is_not_normalised_and_always_encodable() -> None:
    assert canonical("é") != canonical("e\u0301")
    assert canonical("\ud800") == '"\\ud800"'


class Colour(enum.Enum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": {"b": [0.0, math.nan]}}, r"value\.a\.b\[1\]: nan"),
        ([math.inf], r"value\[0\]: inf"),
        ([-math.inf], r"value\[0\]: -inf"),
        ({"a": {1: 2}}, r"value\.a: the key 1 is int"),
        ({"a": {"b": {1, 2}}}, r"value\.a\.b: set"),
        ({"a": b"x"}, r"value\.a: bytes"),
        ({"a": np.float32(1)}, r"value\.a: float32"),
        ({"a": np.int64(1)}, r"value\.a: int64"),
        ({"a": np.ones(2)}, r"value\.a: ndarray"),
        ({"a": Colour.RED}, r"value\.a: Colour"),
        ({"a": 1j}, r"value\.a: complex"),
        ({"a": 10**5000}, r"value\.a: an integer of \d+ bits"),
    ],
)
def test_refusals_name_the_path(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        canonical(value)


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="contains itself"):
        canonical(loop)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], 0, "m", 1), "setting: must be a mapping"),
        (({}, True, "m", 1), "seed: must be"),
        (({}, -1, "m", 1), "seed: must be"),
        (({}, 0.0, "m", 1), "seed: must be"),
        (({}, 0, "", 1), "measure: must be"),
        (({}, 0, "m", "1"), "version: must be"),
        (({"a": math.nan}, 0, "m", 1), r"setting\.a: nan"),
    ],
)
def test_key_of_refuses_wrong_arguments(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        key_of(*arguments)  # type: ignore[arg-type]


def test_example_key_is_the_golden_one() -> None:
    assert example_key() == GOLDEN_KEY
