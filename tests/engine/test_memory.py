"""What is left on the device, from the files in which the system tells it."""

import resource
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gru_vanish.engine import memory

GIB = 2**30
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
V2 = ("memory.max", "memory.current", "inactive_file")


def group(folder: Path, names: tuple[str, str, str], limit: object, used: int, cache: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n", encoding="ascii")
    (folder / names[1]).write_text(f"{used}\n", encoding="ascii")
    (folder / "memory.stat").write_text(f"anon 5\n{names[2]} {cache}\nactive_file 7\n", encoding="ascii")


def process(proc: Path, groups: str) -> None:
    (proc / "self").mkdir(parents=True)
    (proc / "self" / "cgroup").write_text(groups, encoding="ascii")


def left(tmp_path: Path) -> list[int]:
    return [one.bytes for one in memory.of_groups(tmp_path / "proc", tmp_path / "groups")]


def test_every_group_above_the_process_counts(tmp_path: Path) -> None:
    process(tmp_path / "proc", "0::/a/b\n")
    group(tmp_path / "groups/a/b", V2, "max", GIB)
    group(tmp_path / "groups/a", V2, 4 * GIB, 3 * GIB, cache=GIB // 2)
    (tmp_path / "groups/memory.stat").write_text("inactive_file 1\n")
    assert left(tmp_path) == [GIB + GIB // 2]


def test_inside_a_container_the_root_has_the_limit(tmp_path: Path) -> None:
    process(tmp_path / "proc", "0::/../../somewhere/else\n")
    group(tmp_path / "groups", V2, 2 * GIB, GIB)
    assert left(tmp_path) == [GIB]


def test_version_one_and_a_mixture_of_both(tmp_path: Path) -> None:
    process(tmp_path / "proc", "4:memory:/x/y\n3:cpu,cpuacct:/x\n0::/\n")
    group(tmp_path / "groups/memory/x/y", V1, 3 * GIB, 2 * GIB, cache=7)
    group(tmp_path / "groups/memory", V1, 9223372036854771712, 5 * GIB)
    assert min(left(tmp_path)) == GIB + 7


@pytest.mark.parametrize("text", ["", "nonsense", "0::", "::::\n", "0::/a\n1"])
def test_files_that_tell_nothing(tmp_path: Path, text: str) -> None:
    process(tmp_path / "proc", text)
    assert left(tmp_path) == []
    assert list(memory.of_groups(tmp_path / "nowhere", tmp_path)) == []
    assert list(memory.of_kernel(tmp_path / "nowhere")) == []


def test_a_group_over_its_limit_leaves_nothing(tmp_path: Path) -> None:
    process(tmp_path / "proc", "0::/\n")
    group(tmp_path / "groups", V2, GIB, 2 * GIB)
    assert left(tmp_path) == [0]


def test_what_the_kernel_calls_available(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable:   5 kB\n", encoding="ascii")
    assert [(one.bytes, one.source) for one in memory.of_kernel(tmp_path)] == [(5 * 1024, "MemAvailable")]


def test_a_limit_of_the_address_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "self/statm").write_text("3 2 1 0 0 0 0\n", encoding="ascii")
    assert list(memory.of_address_space(tmp_path)) == []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (GIB, GIB))
    (one,) = memory.of_address_space(tmp_path)
    assert one.bytes == GIB - 3 * resource.getpagesize()


def test_the_least_of_all_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"of_kernel": 5, "of_groups": 3, "of_address_space": 9}
    for name, count in told.items():
        monkeypatch.setattr(memory, name, lambda *_, count=count, name=name: [memory.Available(count, name)])
    assert memory.available() == memory.Available(3, "of_groups")
    for name in told:
        monkeypatch.setattr(memory, name, lambda *_: [])
    found = memory.available()
    assert found is not None
    assert found.source == "the memory of the machine"
    assert found.bytes > 0


def test_this_machine_tells_something() -> None:
    found = memory.available()
    assert found is not None
    assert 0 < found.bytes < 2**50


STATISTICS: list[tuple[Any, int | None]] = [
    (None, None),
    ({}, None),
    ({"bytes_limit": 10 * GIB}, 10 * GIB),
    ({"bytes_limit": 10 * GIB, "bytes_in_use": 4 * GIB, "peak_bytes_in_use": 9 * GIB}, 6 * GIB),
]


@pytest.mark.parametrize(("statistics", "expected"), STATISTICS)
def test_an_accelerator_tells_what_it_has_not_given_out(statistics: Any, expected: int | None) -> None:
    used = SimpleNamespace(platform="gpu", id=0, memory_stats=lambda: statistics)
    found = memory.of_accelerator(used)
    assert (None if found is None else found.bytes) == expected
    assert found is None or found.source == "free on gpu 0"
