"""A claim lives exactly as long as its owner wants it, or lives."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from gru_vanish.store import Store, StoreUnavailable
from tests.store.examples import example_key, finish, kill, start_python

KEY, OTHER = example_key(1), example_key(2)

OWNER = """
import sys; from gru_vanish.store import Store
print(Store(sys.argv[1]).claims.acquire(sys.argv[2]), flush=True)
sys.stdin.read()
"""


def start_owner(root: Path, key: str = KEY) -> subprocess.Popen[str]:
    owner = start_python(OWNER, root, key)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "True\n"
    return owner


def others_can_claim(root: Path, key: str = KEY) -> bool:
    code = "import sys; from gru_vanish.store import Store\nprint(Store(sys.argv[1]).claims.acquire(sys.argv[2]))"
    return finish(start_python(code, root, key)).strip() == "True"


def test_acquire_and_release(tmp_path: Path) -> None:
    claims = Store(tmp_path).claims
    assert claims.acquire(KEY)
    assert not others_can_claim(tmp_path)
    assert others_can_claim(tmp_path, OTHER)
    claims.release(KEY)
    assert others_can_claim(tmp_path)
    claims.release(KEY)
    assert os.listdir(tmp_path / "store") == ["claims"]


def test_a_process_is_excluded_from_its_own_claims(tmp_path: Path) -> None:
    one, two = Store(tmp_path).claims, Store(tmp_path / "." / "x" / "..").claims
    (tmp_path / "x").mkdir()
    assert one.acquire(KEY)
    assert not one.acquire(KEY)
    assert not two.acquire(KEY)
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.append(two.acquire(KEY)))
    thread.start()
    thread.join()
    assert results == [False]
    two.release(KEY)
    assert one.acquire(KEY)
    one.release(KEY)


def test_threads_share_out_the_keys(tmp_path: Path) -> None:
    claims, won, keys = Store(tmp_path).claims, [], [example_key(seed) for seed in range(50)]

    def claim_all() -> None:
        won.extend([key for key in keys if claims.acquire(key)])

    threads = [threading.Thread(target=claim_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == sorted(keys)
    for key in keys:
        claims.release(key)


def test_another_store_of_the_process_does_not_drop_claims(tmp_path: Path) -> None:
    """Closing a second handle of the file would drop them; so would opening it through a link."""
    claims = Store(tmp_path / "results").claims
    assert claims.acquire(KEY)
    (tmp_path / "link").symlink_to(tmp_path / "results")
    for root in ("results", "link"):
        again = Store(tmp_path / root)
        assert again.claims.acquire(OTHER)
        again.claims.release(OTHER)
        again.remove_leftovers()
        list(again.keys())
    assert not others_can_claim(tmp_path / "results")
    assert Store(tmp_path / "elsewhere").claims.acquire(KEY)
    Store(tmp_path / "elsewhere").claims.release(KEY)
    assert not others_can_claim(tmp_path / "results")
    claims.release(KEY)


def test_held(tmp_path: Path) -> None:
    claims = Store(tmp_path).claims
    with claims.held(KEY) as mine:
        assert mine
        with claims.held(KEY) as again:
            assert not again
        assert not claims.acquire(KEY)
    assert claims.acquire(KEY)
    claims.release(KEY)


def test_held_ends_with_an_error(tmp_path: Path) -> None:
    claims = Store(tmp_path).claims
    with pytest.raises(RuntimeError, match="inside"), claims.held(KEY):
        raise RuntimeError("inside")
    assert claims.acquire(KEY)
    claims.release(KEY)


def test_a_killed_owner_frees_its_claim_at_once(tmp_path: Path) -> None:
    owner, claims = start_owner(tmp_path), Store(tmp_path).claims
    assert not claims.acquire(KEY)
    kill(owner)
    assert claims.acquire(KEY)
    claims.release(KEY)


def test_a_stopped_owner_keeps_its_claim(tmp_path: Path) -> None:
    owner, claims = start_owner(tmp_path), Store(tmp_path).claims
    owner.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, owner.pid, os.WSTOPPED | os.WNOWAIT)
    assert not claims.wait(KEY, timeout=0.1)
    owner.send_signal(signal.SIGCONT)
    assert not claims.acquire(KEY)
    kill(owner)


def test_wait_ends_with_the_owner(tmp_path: Path) -> None:
    owner, claims = start_owner(tmp_path), Store(tmp_path).claims
    assert not claims.wait(KEY, timeout=0)
    end = threading.Timer(0.1, owner.kill)
    end.start()
    begin = time.monotonic()
    assert claims.wait(KEY, timeout=30)
    assert time.monotonic() - begin < 5
    assert others_can_claim(tmp_path)  # waiting is not holding
    end.join()
    kill(owner)


def test_the_child_of_a_fork_holds_nothing(tmp_path: Path) -> None:
    code = """
import os, sys; from gru_vanish.store import Store
claims = Store(sys.argv[1]).claims
assert claims.acquire(sys.argv[2])
assert claims.acquire(sys.argv[3])
released, signal = os.pipe()
child = os.fork()
if child == 0:
    refused = not claims.acquire(sys.argv[2])    # the parent has it
    claims.release(sys.argv[2])                  # nothing of the child's, nothing of the parent's
    os.read(released, 1)
    own = claims.acquire(sys.argv[3])            # the parent has it no longer
    os._exit(0 if refused and own else 1)
claims.release(sys.argv[3])
os.write(signal, b"x")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
sys.stdin.read()
"""
    parent = start_python(code, tmp_path, KEY, OTHER)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "0\n"
    assert not Store(tmp_path).claims.acquire(KEY)
    kill(parent)


def test_a_started_program_does_not_inherit_the_file(tmp_path: Path) -> None:
    code = """
import subprocess, sys; from gru_vanish.store import Store
assert Store(sys.argv[1]).claims.acquire(sys.argv[2])
subprocess.run(["true"], close_fds=False)
print(subprocess.run(["ls", "-l", "/proc/self/fd"], close_fds=False, capture_output=True, text=True).stdout)
print(Store(sys.argv[1]).claims.acquire(sys.argv[2]))
"""
    output = finish(start_python(code, tmp_path, KEY))
    assert "claims" not in output
    assert output.splitlines()[-1] == "False"


def test_a_deleted_file_is_made_again(tmp_path: Path) -> None:
    claims = Store(tmp_path).claims
    assert claims.acquire(KEY)
    claims.path.unlink()
    assert not claims.acquire(KEY)  # this process still knows
    assert claims.acquire(OTHER)  # in the new file, where others see it
    assert claims.path.exists()
    assert not others_can_claim(tmp_path, OTHER)
    claims.release(KEY)
    assert claims.acquire(KEY)
    assert not others_can_claim(tmp_path, KEY)
    assert not others_can_claim(tmp_path, OTHER)
    claims.release(KEY)
    claims.release(OTHER)


def test_deleted_files_do_not_stay_open(tmp_path: Path) -> None:
    claims = Store(tmp_path).claims
    before = len(os.listdir("/dev/fd"))
    for _ in range(5):
        assert claims.acquire(KEY)
        claims.path.unlink()
        claims.release(KEY)
    assert len(os.listdir("/dev/fd")) <= before


@pytest.mark.parametrize("thing", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("x")])
def test_something_else_in_the_place_of_the_file(tmp_path: Path, thing: object) -> None:
    claims = Store(tmp_path).claims
    claims.path.parent.mkdir()
    thing(claims.path)  # type: ignore[operator]
    with pytest.raises(StoreUnavailable, match="claims"):
        claims.acquire(KEY)


CONTEND = """
import os, random, sys, time
import numpy as np
from gru_vanish.store import *
store = Store(sys.argv[1])
log = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND)
records = [make_record({}, seed, "m", 1, {"a": np.full(100, seed)}, {}) for seed in range(25)]
random.Random(int(sys.argv[3])).shuffle(records)

def compute(record):
    with store.claims.held(record.key) as mine:
        if mine and store.state(record.key).kind == "missing":
            os.write(log, (record.key + "\\n").encode())
            time.sleep(0.005)
            store.write(record)

print("ready", flush=True)
sys.stdin.readline()
for record in records:
    compute(record)
for record in records:
    while store.state(record.key).kind == "missing":
        assert store.claims.wait(record.key, 30)
        compute(record)
    store.read(record.key)
"""


def test_eight_processes_compute_each_key_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"")
    workers = [start_python(CONTEND, tmp_path / "results", log, seed) for seed in range(8)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        finish(worker)
    computed = log.read_text().split()
    assert len(computed) == len(set(computed)) == 25
    assert sorted(computed) == sorted(Store(tmp_path / "results").keys())
