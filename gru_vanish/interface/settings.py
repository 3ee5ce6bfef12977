"""JAX's settings in a process that is not ours: set for as long as something computes, then as they were.

The settings are those of the whole process: what another thread of the user's computes meanwhile sees them too.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CACHE = (
    "jax_compilation_cache_dir",
    "jax_enable_compilation_cache",
    "jax_persistent_cache_enable_xla_caches",
    "jax_persistent_cache_min_compile_time_secs",
    "jax_persistent_cache_min_entry_size_bytes",
)
_lock = threading.Lock()
_inside = 0
_before: dict[str, Any] = {}


@contextmanager
def kept() -> Iterator[None]:
    """Put JAX's settings back at the end; where several threads are inside, the last one does it."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside
    import jax

    from gru_vanish.engine.environment import NUMBERS

    with _lock:
        if _inside == 0:
            names = (*NUMBERS, *CACHE, "jax_platforms")
            _before.update({name: jax.config.values[name] for name in names if name in jax.config.values})
            _forget_cache()
        _inside += 1


def _leave() -> None:
    global _inside
    import jax

    with _lock:
        _inside -= 1
        if _inside:
            return
        for name, value in _before.items():
            if jax.config.values[name] != value:
                jax.config.update(name, value)
        _before.clear()
        _forget_cache()


def _forget_cache() -> None:
    """Let JAX look again which folder keeps compiled programs: it does so once, and ours is not the user's."""
    from jax.experimental.compilation_cache import compilation_cache

    compilation_cache.reset_cache()
