"""Ctrl-C, threads, a loop of asyncio, settings of JAX: a call from Python is a guest in somebody's process."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from gru_vanish import Progress, RefusalError, StoppedError, Store, run, verify
from gru_vanish.engine import Done, Failed
from gru_vanish.engine.environment import NUMBERS
from gru_vanish.engine.executors import work
from tests.cli.commands import TINY

STUDY = TINY.replace("seeds: 2", "seeds: 6").replace("figures: [gradient_vs_length]", "figures: []")
UNITS = 18


def after(count: int, then: Any) -> Any:
    """A callback that does something once so many units are done."""
    done: list[Progress] = []

    def heard(news: Progress) -> None:
        done.extend([news] if isinstance(news.event, Done) else [])
        if len(done) == count:
            then()

    return heard


@pytest.fixture
def as_in_a_terminal() -> Iterator[None]:
    """A process that a shell has started in the background ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("as_in_a_terminal")
def test_ctrl_c_keeps_what_is_done_and_the_same_call_goes_on(tmp_path: Path) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    threads = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        run(STUDY, results=tmp_path, workers=1, progress=after(2, lambda: signal.raise_signal(signal.SIGINT)))
    kept = len(list(Store(tmp_path).keys()))
    assert 2 <= kept < UNITS
    assert not any(one.name == "gru-vanish" for one in threading.enumerate())
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
    again = run(STUDY, results=tmp_path)
    assert (again.found, again.computed, again.finished) == (kept, UNITS - kept, True)
    assert threading.active_count() <= threads + 8


def test_another_thread_may_stop_a_run_in_a_thread(tmp_path: Path) -> None:
    stop = threading.Event()
    ended: list[BaseException] = []

    def target() -> None:
        try:
            run(STUDY, results=tmp_path, workers=1, progress=after(1, stop.set), stop=stop)
        except StoppedError as fault:
            ended.append(fault)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join(60)
    (fault,) = ended
    assert str(fault).startswith("stopped with ")
    assert str(fault).endswith(f" of {UNITS} units done; the same call resumes")


def test_a_callback_that_fails_ends_the_run_with_its_own_fault(tmp_path: Path) -> None:
    def heard(_: Progress) -> None:
        assert threading.current_thread() is threading.main_thread()
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        run(TINY, results=tmp_path, progress=heard)


def test_it_runs_within_a_loop_of_asyncio_and_in_a_thread_of_it(tmp_path: Path, capfd: Any) -> None:
    async def cell() -> tuple[int, int]:
        here = run(TINY, results=tmp_path)
        there = await asyncio.to_thread(run, TINY, results=tmp_path)
        checked = await asyncio.to_thread(verify, here, sample=1)
        assert checked.verified
        return here.computed, there.found

    assert asyncio.run(cell()) == (6, 6)
    assert capfd.readouterr() == ("", "")


def test_dask_runs_within_a_loop_of_asyncio(tmp_path: Path, capfd: Any) -> None:
    async def cell() -> Any:
        return run(TINY, results=tmp_path, executor="dask", workers=1)

    assert asyncio.run(cell()).computed == 6
    assert capfd.readouterr() == ("", "")


def settings() -> dict[str, Any]:
    cache = [name for name in jax.config.values if "cache" in name]
    return {name: jax.config.values[name] for name in (*NUMBERS, *cache) if name in jax.config.values}


def test_settings_of_jax_are_as_they_were(tmp_path: Path) -> None:
    with_x64 = run(TINY, results=tmp_path / "a")
    jax.config.update("jax_enable_x64", False)
    try:
        before = settings()
        assert jnp.zeros(1).dtype == "float32"
        without = run(TINY, results=tmp_path / "b")
        assert settings() == before
        assert jnp.ones(1).dtype == "float32"
    finally:
        jax.config.update("jax_enable_x64", True)
    assert without.curves() == with_x64.curves()


def test_settings_are_put_back_by_the_last_of_several_runs(tmp_path: Path) -> None:
    before, faults = settings(), []

    def one(index: int) -> None:
        try:
            run(TINY, results=tmp_path / str(index))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=one, args=(index,)) for index in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert not faults
    assert settings() == before
    digests = {tuple(Store(tmp_path / str(index)).read(key).about["sha256"] for key in sorted(Store(tmp_path / str(index)).keys())) for index in range(3)}  # fmt: skip  # noqa: E501
    assert len(digests) == 1


def test_units_that_fail_are_in_the_result_or_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = work.compute

    def broken(units: Any, *others: Any) -> Any:
        if units[0].seed == 1:
            raise ZeroDivisionError("by nought")
        return whole(units, *others)

    monkeypatch.setattr(work, "compute", broken)
    heard: list[Progress] = []
    found = run(TINY, results=tmp_path, only="RNN", progress=heard.append)
    assert [(one.seed, one.error.partition(" (")[0]) for one in found.failures] == [(1, "ZeroDivisionError: by nought")]
    assert not found.finished
    assert [one.units for one in heard if isinstance(one.event, Failed)] == [2]
    assert "1 failed" in repr(found)
    with pytest.raises(
        RefusalError, match=r"failed: .*RNN.*, seed 1: ZeroDivisionError(.|\n)*the same call resumes"
    ) as gave:
        run(TINY, results=tmp_path, only=["RNN"], fail_fast=True)
    assert gave.value.code == 3


def test_a_strict_run_asks_for_the_claims(tmp_path: Path) -> None:
    claim = (
        "{id: K1, says: x, metric: decay_rate, of: GRU, at: {update_bias: -4}, less_than: RNN, expect: contradicted}"
    )
    with pytest.raises(RefusalError, match="1 of 1 claims not as expected: K1") as fault:
        run(f"{TINY}\nclaims:\n  - {claim}\n", results=tmp_path, strict=True)
    assert fault.value.code == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"executor": "ray"}, "no executor 'ray'; there is: local, dask"),
        ({"scheduler": "tcp://a:1"}, "scheduler is for workers: say executor dask with it"),
        ({"executor": "dask", "slurm": {"partition": "gpu"}}, "slurm: jobs on other machines can not reach 127.0.0.1"),
        ({"only": ["GRO"]}, "only GRO: no series has this label; did you mean 'GRU'?"),
    ],
)
def test_what_contradicts_itself_is_refused(arguments: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(RefusalError) as fault:
        run(TINY, results=tmp_path, **arguments)
    assert str(fault.value).startswith(words)
    assert fault.value.code == 2
    assert not (tmp_path / "tiny").exists()
