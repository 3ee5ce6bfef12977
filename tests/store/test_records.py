"""A record comes back as it was, byte for byte, or is refused with a reason."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest

from gru_vanish.store import Payload, Record, make_record, payload_digest
from gru_vanish.store.arrays import DTYPES
from gru_vanish.store.records import decode, encode
from tests.store.examples import SETTING, example_payload, example_record

GOLDEN_DIGEST = "8b229d47cc4757abb82f5c7349a2131abf93b7565e0c2e78bb6306acf41a10bb"
GOLDEN_FILE = "27f8dfe6fa507e08d44c54d67f4f44d0863987cccdd0f5b79349b6949af5a62c"


def record_of(payload: Payload) -> Record:
    return make_record(SETTING, 0, "any", 1, payload, {})


def test_round_trip() -> None:
    record = example_record()
    back = decode(encode(record), record.key)
    assert back.key == record.key
    assert back.about == record.about
    assert back.payload.keys() == record.payload.keys()
    for name, array in record.payload.items():
        assert back.payload[name].dtype == array.dtype
        np.testing.assert_array_equal(back.payload[name], array, strict=True)
        assert not back.payload[name].flags.writeable


def test_bytes_of_the_file_are_golden() -> None:
    """They depend on no clock, zlib or NumPy version."""
    assert example_record().about["sha256"] == GOLDEN_DIGEST
    assert hashlib.sha256(encode(example_record())).hexdigest() == GOLDEN_FILE


def test_numpy_reads_the_file_without_pickle() -> None:
    with np.load(io.BytesIO(encode(example_record())), allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["ln_h0_gradient"], example_payload()["ln_h0_gradient"])
        assert archive["about.json"].startswith(b'{"measure":')


@pytest.mark.parametrize("descr", sorted(DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (1,), (3,), (2, 3), (2, 0, 3), (1,) * 32])
def test_every_dtype_and_shape_comes_back(descr: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(descr)
    record = record_of({"a": array})
    data = encode(record)
    np.testing.assert_array_equal(decode(data, record.key).payload["a"], array, strict=True)
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["a"], array, strict=True)


def test_order_layout_and_byte_order_do_not_change_the_digest() -> None:
    array = np.arange(6.0).reshape(2, 3)
    digest = payload_digest({"a": array, "b": np.array(1)})
    assert digest == payload_digest({"a": array, "b": np.int64(1)})  # type: ignore[dict-item]
    assert digest == payload_digest({"b": np.array(1), "a": np.asfortranarray(array)})
    assert digest == payload_digest({"b": np.array(1), "a": array.astype(">f8")})
    assert digest == payload_digest({"b": np.array(1), "a": np.repeat(array, 2, axis=1)[:, ::2]})


def test_every_part_of_the_payload_enters_the_digest() -> None:
    zeros = np.zeros(4)
    digests = {
        payload_digest({}),
        payload_digest({"a": zeros}),
        payload_digest({"b": zeros}),
        payload_digest({"a": zeros, "b": zeros}),
        payload_digest({"a": zeros.reshape(2, 2)}),
        payload_digest({"a": zeros.astype(np.int64)}),
        payload_digest({"a": -zeros}),
        payload_digest({"a": np.zeros(8)}),
    }
    assert len(digests) == 8


def test_equal_records_give_equal_bytes() -> None:
    record = example_record()
    other = replace(
        record,
        payload={name: np.asfortranarray(record.payload[name]) for name in reversed(record.payload)},
        about={name: record.about[name] for name in reversed(record.about)},
    )
    assert encode(record) == encode(other)
    assert encode(record) != encode(replace(record, about={**record.about, "provenance": {"note": "other"}}))


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array(["a"]), "dtype <U1"),
        (np.array([None]), "dtype object"),
        (np.array([b"a"]), r"dtype \|S1"),
        (np.zeros(1, dtype=[("x", "f8")]), "payload.a: dtype"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "payload.a: dtype"),
        (np.zeros(1, dtype=np.longdouble), "payload.a: dtype"),
        ([1.0], "payload.a: must be a NumPy array, not list"),
    ],
)
def test_what_is_not_numeric_is_refused(array: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        record_of({"a": array})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "name", ["", "../a", "a//b", "../b", "/a", "a/", "a/b/c/d", "a.b", "1a", "about.json", "a" * 65, "ä"]
)
def test_odd_names_of_arrays_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        encode(record_of({name: np.zeros(1)}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 8}, "holds the record"),
        ({"sha256": "0" * 64}, "not the digest"),
        ({"provenance": None}, "provenance"),
        ({"extra": float("nan")}, "about.extra: nan"),
    ],
)
def test_a_record_that_contradicts_itself_is_not_written(change: dict[str, object], message: str) -> None:
    record = example_record()
    with pytest.raises(ValueError, match=message):
        encode(replace(record, about={**record.about, **change}))
