"""A disk that stops to serve in the middle of a run: exit code 4, a sentence, and no traceback."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import digests, environment
from tests.faults.programs import DISTURBED, UNITS, counts, disturbed, study

DISTURBANCES = {
    "a limit on file sizes": (
        "def disturb(count):\n if count == 3: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))",
        "A limit on file sizes was met",
        3,
    ),
    "read-only": (
        """
opened = os.open
def refused(path, flags, *more, **named):
    if flags & os.O_CREAT and 'results' in str(path): raise OSError(30, 'Read-only file system', str(path))
    return opened(path, flags, *more, **named)
def disturb(count):
    if count == 3: os.open = refused
""",
        "The file system is read-only: choose another results folder",
        3,
    ),
    "deleted": ("def disturb(count):\n if count == 3: shutil.rmtree('results')", "The folder is gone: was it moved", 0),
    "moved": ("def disturb(count):\n if count == 3: os.rename('results', 'elsewhere')", "The folder is gone", 0),
    "deleted after the last unit": (
        f"def disturb(count):\n if count == {UNITS}: shutil.rmtree('results')",
        "The folder is gone",
        0,
    ),
}


@pytest.mark.parametrize("name", DISTURBANCES)
def test_a_disk_that_fails_in_mid_run(name: str, sound: Path, tmp_path: Path) -> None:
    disturb, sentence, kept = DISTURBANCES[name]
    study(tmp_path)
    done = disturbed(tmp_path, disturb)
    assert done.returncode == 4, done.stderr
    assert sentence in done.stderr
    assert "then give the same command again: finished records are kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    left = digests(tmp_path / "results")
    assert len(left) == kept
    assert left.items() <= digests(sound / "results").items()
    assert not list(tmp_path.rglob("*.tmp"))
    assert (tmp_path / "results").exists() == bool(kept), "a folder that has vanished was made anew"
    if name == "a limit on file sizes":
        found = counts(tmp_path)
        assert (found["found"], found["computed"]) == (kept, UNITS - kept)
        assert digests(tmp_path / "results") == digests(sound / "results")


MOUNT = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]


def can_mount() -> bool:
    """Whether this user may mount a file system in a namespace of their own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*MOUNT, "mount -t tmpfs none /mnt"], capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="no mounts in this place")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    study(tmp_path)
    (tmp_path / "results").mkdir()
    # Room for the manifest and a few records; outside of the namespace nothing is seen of it.
    script = 'mount -t tmpfs -o size=60k none results && "$@"; code=$?; ls -A results/store/*; exit $code'
    run = DISTURBED.format(disturb="def disturb(count): pass", more=[])
    words = [*MOUNT, script, "sh", sys.executable, "-c", run]
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 4, done.stderr
    assert "The disk is full: free some space" in done.stderr
    assert "Traceback" not in done.stderr
    assert ".npz" in done.stdout
    assert ".tmp" not in done.stdout
