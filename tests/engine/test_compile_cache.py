"""The persistent cache: private, keyed, and harmless to bits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gru_vanish.engine import compile_cache

RUN = """
import sys, threading
from gru_vanish import engine
from gru_vanish.engine import compile_cache
from gru_vanish.store import Store, payload_digest
from tests.flow import settings
engine.prepare()
print(compile_cache.enable())
import jax
hits = []
jax.monitoring.register_event_listener(lambda name, **_: hits.append(name))
case = settings.setting(settings.CELLS["gru before replaces"], (1, 5, 20), precision="float32")
unit = engine.unit(case, 0, "h0_gradient")
store = Store(sys.argv[1])
for event in engine.execute([unit], store, threading.Event()):
    pass
print(sum("cache_hits" in name for name in hits), payload_digest(store.read(unit.key).payload))
"""


def run(cache: Path, results: Path) -> list[str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(results)], capture_output=True, text=True, env=environment, check=True
    )
    return done.stdout.split()


def test_second_process_compiles_nothing_and_gives_the_same_bytes(tmp_path: Path) -> None:
    folder, hits, first = run(tmp_path / "cache", tmp_path / "a")
    assert hits == "0"
    assert Path(folder).stat().st_mode & 0o777 == 0o700
    _, hits, second = run(tmp_path / "cache", tmp_path / "b")
    assert int(hits) >= 1
    assert second == first


def test_keyed_by_jaxlib_processor_and_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = compile_cache.host_key()
    assert plain == compile_cache.host_key()
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=true")
    assert compile_cache.host_key() != plain
    monkeypatch.delenv("XLA_FLAGS")
    monkeypatch.setattr(compile_cache.metadata, "version", lambda _: "99.0")
    assert compile_cache.host_key() != plain


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o702])
def test_a_folder_open_to_others_is_not_used(mode: int, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(mode)
    with pytest.raises(compile_cache.UnsafeCacheError, match="open to others"):
        compile_cache.require_private(tmp_path / "cache")


def test_a_link_or_another_users_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(compile_cache.UnsafeCacheError, match="not a folder"):
        compile_cache.require_private(tmp_path / "link")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(compile_cache.UnsafeCacheError, match="another user"):
        compile_cache.require_private(tmp_path / "real")
