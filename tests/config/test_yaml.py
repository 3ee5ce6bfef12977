"""What is YAML and still no config, what is no text at all, and what each scalar means."""

# ruff: noqa: E501 - a row of a table is a line

import math
import time
import tracemalloc
from pathlib import Path

import pytest

from gru_vanish.config import ConfigError, load
from gru_vanish.config.composer import MAX_DEPTH, compose
from gru_vanish.config.marks import Source, plain
from gru_vanish.config.reader import decode
from gru_vanish.config.scalars import ScalarRefusedError, resolve
from tests.config.words import GOOD, faults

BYTES = [
    (b"", "1:1: empty: there is nothing to read here"),
    (b"# only a comment\n", "1:1: empty: there is nothing to read here"),
    (b"\xef\xbb\xbfschema: 1\n", "the file begins with a byte order mark; save it as UTF-8 without BOM"),
    ("schema: 1".encode("utf-16"), "this is UTF-16 (or UTF-32); save it as UTF-8"),
    ("schema: 1".encode("utf-16-be"), "1:1: a NUL byte: this is not a text file (or it is UTF-16)"),
    (b"schema: 1\nname: a\x00b\n", "2:8: a NUL byte: this is not a text file (or it is UTF-16)"),
    (b"schema: 1\nname: \xe9t\xe9\n", "2:7: byte 0xe9 is not UTF-8; save the file as UTF-8"),
    (b"a: " + b"x" * (1 << 20), "larger than 1 MiB: this is not a config"),
    (b"schema: 1\n\tname: a\n", "2:1: a tab; indent and separate with spaces"),
    (b"schema: 1\nname: a\x07\n", "2:8: the control character U+0007; remove it"),
    ("schema: 1\nname: a\u2028b\n".encode(), "2:8: the control character U+2028; remove it"),
    (b"- 1\n- 2\n", "1:1: a config is a mapping of keys to values"),
    (b"hello\n", "1:1: a config is a mapping of keys to values"),
    (b"schema: 1\n---\nname: a\n", "2:1: a second document; a config is one document"),
    (b"name: 'x\n", "2:1: not valid YAML: found unexpected end of stream, while scanning a quoted scalar that "
     "began at line 1"),
    (b"name: a: b\n", "1:8: not valid YAML: mapping values are not allowed here"),
    (b'name: "\\UFFFFFFFF"\n', "1:1: not valid YAML after this: an escape that names no character"),
]  # fmt: skip

STRUCTURE = [
    ("hidden: 8", "hidden: &n 8", "10:13: cells.GRU.hidden: the anchor &n; a config is plain YAML, write the value out"),
    ("hidden: 8", "hidden: *n", "10:13: cells.GRU.hidden: the alias *n; a config is plain YAML, write the value out"),
    ("hidden: 8", "hidden: !!int 8",
     "10:13: cells.GRU.hidden: the tag tag:yaml.org,2002:int; a config is plain YAML, write the value out"),
    ("hidden: 8", "hidden: 8\n    <<: {}",
     "11:5: cells.GRU: the merge key <<; a config is plain YAML, write the value out"),
    ("hidden: 8", "hidden: 8\n    hidden: 9", "11:5: cells.GRU.hidden: duplicate key; first at line 10, column 5"),
    ("hidden: 8", "hidden: 8\n    1: 9", "11:5: cells.GRU: a key must be text; put it in quotes"),
    ("hidden: 8", "hidden: 8\n    [a]: 9", "11:5: cells.GRU: a key must be text; put it in quotes"),
    ("hidden: 8", "hidden: .nan", "10:13: cells.GRU.hidden: .nan is not a finite number"),
    ("hidden: 8", "hidden: -.inf", "10:13: cells.GRU.hidden: -.inf is not a finite number"),
    ("0.5", "1e400", "11:25: cells.GRU.init.update_bias: 1e400 is too large for a float64 (at most about 1.8e308)"),
    ("0.5", "1e-400", "11:25: cells.GRU.init.update_bias: 1e-400 is too small for a float64 and would become 0"),
    ("hidden: 8", "hidden: " + "9" * 4001, "10:13: cells.GRU.hidden: a number of 4,001 characters; at most 4,000"),
    ("hidden: 8", "hidden: " + "9" * 4000, "10:13: cells.GRU.hidden: a whole number of 4000 digits is too large"),
    ("name: trial", 'name: "a\\0b"', "2:7: name: the control character U+0000 in a text"),
    ("name: trial", 'name: "a\\ud800b"', "2:7: name: the control character U+D800 in a text"),
    ("schema: 1", "%YAML 1.1\n---\nschema: 1", "1:1: a % directive; a config is plain YAML, write the value out"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), BYTES, ids=[expected[:40] for _, expected in BYTES])
def test_a_file_that_is_no_config(tmp_path: Path, data: bytes, expected: str) -> None:
    assert faults(tmp_path, data) == [expected]


@pytest.mark.parametrize(("old", "new", "expected"), STRUCTURE, ids=[new[:40] for _, new, _ in STRUCTURE])
def test_yaml_that_a_config_may_not_use(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert faults(tmp_path, GOOD.replace(old, new)) == [expected]


def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").mkdir()
    for path, reason in (
        (tmp_path / "c.yaml", "a folder"),
        (tmp_path / "none", "No such file"),
        ("a\0b", "null"),
    ):
        with pytest.raises(ConfigError, match=reason):
            load(path)


SCALARS = [
    ("", None), ("~", None), ("null", None), ("true", True), ("False", False), ("yes", "yes"), ("on", "on"),
    ("0", 0), ("-7", -7), ("+7", 7), ("010", 10), ("0o17", 15), ("0xFf", 255), ("1_000", "1_000"), ("0b1", "0b1"),
    ("1e-3", 1e-3), ("1E3", 1e3), (".5", 0.5), ("5.", 5.0), ("-1.5e+2", -150.0), ("1e", "1e"), (".", "."),
    ("0e400", 0.0), ("2026-01-01", "2026-01-01"), ("12:30", "12:30"), ("inf", "inf"), ("nan", "nan"), ("١", "١"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_core_scalars(text: str, value: object) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".NaN", "1e309", "1e-999999", "9" * 309])
def test_numbers_that_are_refused(text: str) -> None:
    with pytest.raises(ScalarRefusedError):
        resolve(text)


def test_quoted_scalars_are_text() -> None:
    tree = compose(decode(b"a: '1'\nb: \"true\"\nc: |\n  1\n", "c"), [])
    assert plain(tree) == {"a": "1", "b": "true", "c": "1\n"}


def test_every_node_knows_its_key_and_its_value() -> None:
    tree = compose(Source("c", ("a:", "  bé: [x, {c: 2}]")), [])
    node = tree.at(("a", "bé", 1, "c"))
    assert node is not None
    assert node.key is not None
    assert (node.place.line, node.place.column) == (2, 15)
    assert (node.key.line, node.key.column) == (2, 12)


def test_windows_line_ends_are_line_ends() -> None:
    assert plain(compose(decode(b"a: 1\r\nb: [2,\r\n 3]\r\n", "c"), [])) == {"a": 1, "b": [2, 3]}


def _anchors(depth: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, depth)]
    return "\n".join(lines)


BOMBS = {
    "aliases": (_anchors(30), "the anchor &a0"),
    "brackets": ("a: " + "[" * 3000, f"nested more than {MAX_DEPTH} levels deep"),
    "closed brackets": ("a: " + "[" * 3000 + "]" * 3000, "levels deep"),
    "braces": ("a: " + "{a: " * 3000, "levels deep"),
    "dashes": ("- " * 3000 + "1", "levels deep"),
    "questions": ("? " * 3000 + "1", "levels deep"),
    "half a million brackets": ("[" * 500_000, "levels deep"),
    "many anchors": ("\n".join(f"k{i}: &a{i} 1" for i in range(20_000)), "the anchor &a0"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_soon_and_in_little_memory(tmp_path: Path, name: str) -> None:
    text, expected = BOMBS[name]
    tracemalloc.start()
    start = time.process_time()
    found = faults(tmp_path, text)
    seconds, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert any(expected in line for line in found)
    assert seconds < 5.0  # a tenth of that on an idle machine without tracing
    assert peak < 64 * 2**20


def test_nesting_up_to_the_limit_is_read() -> None:
    depth = MAX_DEPTH - 1
    tree = compose(Source("c", ("a: " + "[" * depth + "]" * depth,)), [])
    assert isinstance(plain(tree)["a"], list)


def test_float_texts_are_read_as_python_reads_them() -> None:
    for text in ("0.1", "1e22", "123456789.123456789", "5e-324", "1.7976931348623157e308"):
        assert math.isclose(float(text), resolve(text), rel_tol=0.0)  # type: ignore[arg-type]
