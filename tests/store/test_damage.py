"""Whatever bytes or things stand where a record should be: DamagedRecord with a reason, and nothing else."""

import io
import json
import os
import pickle
import socket
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gru_vanish.store import DamagedRecord, MissingRecord, Store, payload_digest
from gru_vanish.store.archive import pack, unpack
from gru_vanish.store.arrays import encode_array
from gru_vanish.store.errors import Defect
from gru_vanish.store.records import decode, encode
from tests.store.examples import example_key, example_payload, example_record

KEY = example_key()


def sound() -> bytes:
    return encode(example_record())


def members() -> dict[str, bytes]:
    return unpack(sound())


def changed(**replacement: bytes | None) -> bytes:
    """The sound record with members replaced (or, by None, left out), all sums of the archive right."""
    new = {**members(), **{name.replace("__", "."): data for name, data in replacement.items()}}
    return pack({name: data for name, data in new.items() if data is not None})


def about(**change: object) -> bytes:
    return json.dumps({**json.loads(members()["about.json"]), **change}).encode()


def with_header(text: bytes, body: bytes = b"") -> bytes:
    """The sound record with this header, and these numbers, for its lengths."""
    return changed(lengths__npy=b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + body)


def declaring(descr: str, shape: str, body: bytes = b"", order: str = "False") -> bytes:
    return with_header(f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n".encode(), body)


def compressed() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, lengths=example_payload()["lengths"])
    return buffer.getvalue()


def object_array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return buffer.getvalue()


def twice_the_same_name() -> bytes:
    data = sound()
    return data.replace(b"ln_h0_gradient.npy", b"lengths.npy\x00\x00\x00\x00\x00\x00\x00")


def overstated_size() -> bytes:
    data = bytearray(sound())
    entry = data.index(b"PK\x01\x02")
    data[entry + 20 : entry + 28] = struct.pack("<II", 2**31 - 2, 2**31 - 2)
    return bytes(data)


FOREIGN = {
    "empty": (b"", "is empty"),
    "text": (b"hello", "not a whole .npz archive"),
    "pickle": (pickle.dumps([1, 2]), "not a whole .npz archive"),
    "zeros": (bytes(4096), "not a whole .npz archive"),
    "a bare array": (encode_array(np.zeros(3)), "not a whole .npz archive"),
    "an empty archive": (pack({}), "no member 'about.json'"),
    "somebody's npz": (compressed(), "compressed or encrypted"),
    "no about": (changed(about__json=None), "no member 'about.json'"),
    "about not JSON": (changed(about__json=b"{"), "is not JSON"),
    "about not UTF-8": (changed(about__json=b'{"\xff": 1}'), "is not JSON"),
    "about a list": (changed(about__json=b"[]"), "not a JSON object"),
    "about very deep": (changed(about__json=b"[" * 100_000), "is not JSON"),
    "about deep": (changed(about__json=about(extra=json.loads("[" * 90 + "]" * 90))), "nested"),
    "about with NaN": (changed(about__json=about(extra=float("nan"))), "about.extra: nan"),
    "about with a long integer": (changed(about__json=b'{"n": ' + b"9" * 5000 + b"}"), "is not JSON"),
    "no seed": (changed(about__json=b'{"setting": {}}'), "seed, measure, version, provenance missing"),
    "setting a list": (changed(about__json=about(setting=[])), "setting: must be a mapping"),
    "another seed": (changed(about__json=about(seed=8)), "holds the record"),
    "a seed of another type": (changed(about__json=about(seed=7.0)), "seed: must be"),
    "another digest": (changed(about__json=about(sha256="0" * 64)), "does not have the SHA-256"),
    "no digest": (changed(about__json=about(sha256=None)), "does not have the SHA-256"),
    "a checkpoint": (encode(example_record(), partial=True), "holds a checkpoint"),
    "an array too many": (changed(more__npy=encode_array(np.zeros(1))), "does not have the SHA-256"),
    "an array too few": (changed(lengths__npy=None), "does not have the SHA-256"),
    "other numbers": (changed(lengths__npy=encode_array(np.array([1, 11]))), "does not have the SHA-256"),
    "a path as name": (pack({**members(), "../evil.npy": b""}), "not an array of a record"),
    "a script inside": (changed(run__py=b"print()"), "not an array of a record"),
    "an object array": (changed(lengths__npy=object_array()), "a header that this program does not write"),
    "an empty array file": (changed(lengths__npy=b""), "not in .npy format"),
    "a header of nonsense": (with_header(b"(" * 500), "a header that"),
    "a header that ends early": (changed(lengths__npy=b"\x93NUMPY\x01\x00\xff\xff{"), "a header that"),
    "an array of text": (declaring("<U1", "(1,)", b"abcd"), "a header that"),
    "an array of dates": (declaring("<M8", "(1,)", bytes(8)), "a header that"),
    "an unknown width": (declaring("<f3", "(1,)", bytes(3)), "the dtype '<f3'"),
    "big-endian": (declaring(">i8", "(1,)", bytes(8)), "a header that"),
    "Fortran order": (declaring("<i8", "(1,)", bytes(8), "True"), "a header that"),
    "a huge shape": (declaring("<f8", "(9999999999999,)"), "declares 79999999999992 bytes"),
    "an impossible shape": (declaring("<f8", "(0, 9999999999999999999)"), "impossible"),
    "a short body": (declaring("<i8", "(2,)", bytes(9)), "declares 16 bytes"),
    "one name twice": (twice_the_same_name(), "not a whole .npz archive|not an array|two members"),
    "an overstated size": (overstated_size(), "more bytes than the file holds"),
}


@pytest.mark.parametrize(("data", "reason"), FOREIGN.values(), ids=FOREIGN)
def test_foreign_bytes(tmp_path: Path, data: bytes, reason: str) -> None:
    store = Store(tmp_path)
    path = store.path(KEY)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    with pytest.raises(DamagedRecord, match=reason) as caught:
        store.read(KEY)
    assert caught.value.path == path
    assert store.state(KEY).kind == "damaged"
    assert store.state(KEY).reason == caught.value.reason


def test_two_members_of_one_name() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("about.json", members()["about.json"])
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("about.json", members()["about.json"])
    with pytest.raises(Defect, match="two members of one name"):
        decode(buffer.getvalue(), KEY)


def test_every_truncation_is_found() -> None:
    data = sound()
    for length in range(len(data)):
        with pytest.raises(Defect):
            decode(data[:length], KEY)


def test_every_flipped_bit_is_found_or_harmless() -> None:
    """Some bits mean nothing (a time stamp); then the record must be exactly what it was."""
    data, expected, found = sound(), example_record(), 0
    for position in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[position // 8] ^= 1 << position % 8
        try:
            record = decode(bytes(flipped), KEY)
        except Defect:
            found += 1
        else:
            assert payload_digest(record.payload) == expected.about["sha256"]
            assert record.about == expected.about
    assert found > 0.8 * 8 * len(data)


def test_random_bytes_never_raise_anything_else() -> None:
    random, data = np.random.default_rng(0), sound()
    for _ in range(1500):
        bad = bytearray(data)
        start = int(random.integers(len(data)))
        bad[start : start + int(random.integers(40))] = random.bytes(int(random.integers(40)))
        try:
            record = decode(bytes(bad), KEY)
        except Defect:
            continue
        assert record.about == example_record().about


def test_two_records_exchanged_are_both_found(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one, two = (store.write(example_record(seed)) for seed in (1, 2))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    for seed in (1, 2):
        with pytest.raises(DamagedRecord, match=f"holds the record {example_key(3 - seed)[:12]}"):
            store.read(example_key(seed))


def link_outside(path: Path) -> None:
    outside = path.parents[3] / "outside.npz"  # a sound record, but not in the store
    outside.write_bytes(sound())
    path.symlink_to(outside)


def listening_socket(path: Path) -> None:
    os.chdir(path.parent)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


THINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (Path.mkdir, "is a folder"),
    "pipe": (os.mkfifo, "is a named pipe"),
    "socket": (listening_socket, "is a socket"),
    "link": (link_outside, "is a symbolic link"),
    "dead link": (lambda path: path.symlink_to("nowhere"), "is a symbolic link"),
    "link to itself": (lambda path: path.symlink_to(path.name), "is a symbolic link"),
    "bytes": (lambda path: path.write_bytes(b"x"), "not a whole"),
}


@pytest.mark.parametrize("thing", THINGS)
def test_foreign_things_are_found_and_set_aside(tmp_path: Path, thing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make, reason = THINGS[thing]
    store = Store(tmp_path / "results")
    path = store.path(KEY)
    path.parent.mkdir(parents=True)
    for number in (1, 2):
        make(path)
        before = os.lstat(path)
        with pytest.raises(DamagedRecord, match=reason):
            store.read(KEY)
        aside = store.set_aside(KEY)
        assert aside == path.with_name(f"{KEY}.damaged-{number}")
        assert os.lstat(aside).st_ino == before.st_ino
        assert store.state(KEY).kind == "missing"
    store.write(example_record())
    assert store.state(KEY).kind == "present"


@pytest.mark.parametrize("thing", [os.mkfifo, Path.mkdir])
def test_a_thing_exchanged_under_our_hands_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thing: Callable[[Path], object]
) -> None:
    """It was a file when it was looked at, and no longer when it was opened."""
    store = Store(tmp_path)
    path = store.write(example_record())
    before = os.lstat(path)
    path.unlink()
    thing(path)
    monkeypatch.setattr(os, "lstat", lambda _: before)
    with pytest.raises(DamagedRecord, match="not a regular file"):
        store.read(KEY)


def test_nothing_to_set_aside(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.set_aside(KEY) is None
    store.write(example_record())
    assert store.set_aside(KEY) is None
    assert store.state(KEY).kind == "present"


def test_setting_aside_never_overwrites(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.write(example_record())
    taken = path.with_name(f"{KEY}.damaged-1")
    taken.write_bytes(b"earlier")
    path.write_bytes(b"later")
    assert store.set_aside(KEY) == path.with_name(f"{KEY}.damaged-2")
    assert taken.read_bytes() == b"earlier"
    assert path.with_name(f"{KEY}.damaged-2").read_bytes() == b"later"


def test_writing_over_damage_keeps_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.path(KEY)
    path.mkdir(parents=True)
    (path / "inside").write_bytes(b"kept")
    store.write(example_record())
    assert store.state(KEY).kind == "present"
    assert (path.with_name(f"{KEY}.damaged-1") / "inside").read_bytes() == b"kept"


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.write(example_record())
    os.truncate(path, 2**40)  # sparse: takes no space
    with pytest.raises(DamagedRecord, match="more than the limit"):
        store.read(KEY)


def test_a_missing_record_is_not_damaged(tmp_path: Path) -> None:
    with pytest.raises(MissingRecord, match="no such record"):
        Store(tmp_path).read(KEY)
