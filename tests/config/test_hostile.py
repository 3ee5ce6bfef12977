"""What somebody may write to break a program: each is refused at its place, or is an ordinary text."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import environment
from tests.config.test_yaml import BOMBS
from tests.config.words import GOOD, faults, read

NAME = "it must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

# (what is replaced, by what, the place and the path, words of the sentence)
REFUSED = [
    ("seeds: 2", "seeds: [-1]", "3:9: seeds[0]", "given -1; allowed: 0 to 4294967295"),
    ("seeds: 2", "seeds: [4294967296]", "3:9: seeds[0]", "given 4294967296; allowed: 0 to 4294967295"),
    ("seeds: 2", "seeds: [0.5]", "3:9: seeds[0]", "given 0.5; expected a whole number"),
    ("seeds: 2", "seeds: true", "3:8: seeds", "given true"),
    ("seeds: 2", 'seeds: "100"', "3:8: seeds", "given '100'"),
    ("hidden: 8", 'hidden: "100"', "10:13: cells.GRU.hidden", "given the text '100'; expected a whole number"),
    ("hidden: 8", "hidden: 10000000", "10:13: cells.GRU.hidden", "given 10000000; allowed: 1 to 65536"),
    ("hidden: 8", "hidden: 1e7", "10:13: cells.GRU.hidden", "given 1e7"),
    ("hidden: 8", f"hidden: {'9' * 5000}", "10:13: cells.GRU.hidden", "a number of 5,000 characters; at most 4,000"),
    ("[1, 10]", f"[1, {'9' * 5000}]", "4:14: lengths[1]", "a number of 5,000 characters; at most 4,000"),
    ("[1, 10]", "[1, 1000000000000]", "4:14: lengths[1]", "allowed: 1 to 2147483647"),
    ("[1, 10]", "[1, -0.0]", "4:14: lengths[1]", "given -0.0"),
    ("[1, 10]", "[1, .nan]", "4:14: lengths[1]", ".nan is not a finite number"),
    ("name: trial", "name: ../../etc/passwd", "2:7: name", NAME),
    ("name: trial", "name: a\\b", "2:7: name", NAME),
    ("name: trial", "name: ..", "2:7: name", NAME),
    ("name: trial", "name: .hidden", "2:7: name", NAME),
    ("name: trial", 'name: "a\\nb"', "2:7: name", NAME),
    ("name: trial", 'name: "a\\n"', "2:7: name", NAME),
    ("name: trial", f"name: {'a' * 300}", "2:7: name", NAME),
    ("name: trial", "name: trіal", "2:7: name", NAME),  # і is Cyrillic
    ("name: trial", "name: ﬁg", "2:7: name", NAME),  # a ligature
    ("name: trial", 'name: "a\\u202eb"', "2:7: name", NAME),
    ("name: trial", "name: Store", "2:7: name", "is where the records lie"),
    ("  RNN:", "  RΝN:", "7:3: cells.RΝN", "a label is a letter"),  # Ν is Greek
    ("  RNN:", f"  {'R' * 300}:", "7:3: cells.", "a label is a letter"),
    ("  RNN:", "  R.N:", "7:3: cells.R.N", "a label is a letter"),
    ("  RNN:", "  ../R:", "7:3: cells.../R", "a label is a letter"),
    ("hidden: 8", "hidden: &a [*a]", "10:13: cells.GRU.hidden", "the anchor &a"),
    ("hidden: 8", "hidden: 8\n    <<: [{hidden: 9}, {hidden: 10}]", "11:5: cells.GRU", "the merge key <<"),
    ("hidden: 8", "hidden: !!python/object/apply:os.system [id]", "10:13: cells.GRU.hidden", "the tag "),
    ("hidden: 8", "hidden: !include other.yaml", "10:13: cells.GRU.hidden", "the tag "),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "words"), REFUSED, ids=[new[:40] for _, new, _, _ in REFUSED])
def test_it_is_refused_at_its_place(tmp_path: Path, old: str, new: str, place: str, words: str) -> None:
    assert GOOD.count(old) == 1
    found = faults(tmp_path, GOOD.replace(old, new))
    assert any(line.startswith(place) and words in line for line in found), found
    assert all(len(line) < 400 for line in found)


def test_a_file_that_extends_itself(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, f"extends: c.yaml\n{GOOD}")
    assert line.startswith("1:10: extends: ")


@pytest.mark.parametrize("name", ["2026-01-01", "0", "1e3", "a" * 64, "NaN", "true1"])
def test_names_that_look_odd_and_are_names(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, GOOD.replace("trial", f"'{name}'")).study.name == name


@pytest.mark.parametrize(
    "title", ["$\\frac{", "[bold]x[/bold", "<script>", "=1+1", "@SUM(A1)", "\\x00 {0} %s", "ß ∂ 中"]
)
def test_titles_are_text_whatever_they_look_like(tmp_path: Path, title: str) -> None:
    text = GOOD.replace("{kind: rnn, hidden: 4}", f"{{kind: rnn, hidden: 4, title: '{title}'}}")
    assert read(tmp_path, text).series[0].title == title


MERGES = "a0: &a0 {x: 1}\n" + "\n".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}" for i in range(1, 40))
ALONE = """
import resource, sys, time
from gru_vanish.config import ConfigError, load
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
try:
    load("nowhere.yaml")
except ConfigError:
    before = peak()
for path in sys.argv[1:]:
    started = time.process_time()
    try:
        load(path)
    except ConfigError as error:
        print(path, time.process_time() - started, peak() - before, len(error.problems))
"""


def test_bombs_take_less_than_a_second_and_200_megabytes(tmp_path: Path) -> None:
    """In a process of their own, beside what the interpreter and its libraries take."""
    texts = {**{name: text for name, (text, _) in BOMBS.items()}, "merges": MERGES}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = [sys.executable, "-c", ALONE, *texts]
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    told = [line.rsplit(" ", 3) for line in done.stdout.splitlines()]
    assert [name for name, *_ in told] == list(texts)
    assert all(float(seconds) < 1.0 for _, seconds, _, _ in told), told
    assert all(int(grown) < 200 * 2**20 for _, _, grown, _ in told), told
