"""The persistent compilation cache: what was compiled once on this host is not compiled again.

Whatever lies in such a cache is run as code. So the folder belongs to the user alone (mode 0700, or it is not used),
and it is keyed by all that decides whether a compiled program fits: jaxlib, the processor's features, and the flags
that XLA was given.
"""

import hashlib
import os
import platform
import stat
from importlib import metadata
from pathlib import Path

import jax
import platformdirs


class UnsafeCacheError(Exception):
    """The cache folder is not the user's alone; the message says why. Nothing is read from it."""


def cache_folder() -> Path:
    """Return where compiled programs of this host and this jaxlib are kept."""
    return Path(platformdirs.user_cache_dir("gru-vanish")) / "compiled" / host_key()


def host_key() -> str:
    """Return the name of the folder: jaxlib's version, and a digest of the processor and of XLA's flags."""
    told = "\n".join([platform.machine(), platform.system(), _processor_features(), os.environ.get("XLA_FLAGS", "")])
    return f"jaxlib-{metadata.version('jaxlib')}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _processor_features() -> str:
    """Return model and features of the CPU, as far as the system tells them."""
    wanted = ("model name", "flags", "Features")
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            return "\n".join(sorted({line.strip() for line in lines if line.startswith(wanted)}))
    except OSError:
        return platform.processor()


def enable() -> Path:
    """Use the cache, small programs included; return its folder. Raises UnsafeCacheError, with the cache left off."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        require_private(folder)
    except OSError as fault:
        raise UnsafeCacheError(f"{folder}: {fault.strerror}; programs are compiled anew in every run") from fault
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    # Only what is under our own key: no further caches below folders of JAX's choosing.
    jax.config.update("jax_persistent_cache_enable_xla_caches", "none")
    return folder


def disable() -> None:
    """Compile everything in this process, whatever the environment says."""
    jax.config.update("jax_enable_compilation_cache", False)
    jax.config.update("jax_compilation_cache_dir", None)


def require_private(folder: Path) -> None:
    """Check that nobody else could have put anything in the folder."""
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode):
        raise UnsafeCacheError(f"{folder} is not a folder; programs are compiled anew in every run")
    if seen.st_uid != os.getuid():
        raise UnsafeCacheError(f"{folder} belongs to another user; programs are compiled anew in every run")
    if seen.st_mode & 0o077:
        raise UnsafeCacheError(f"{folder} is open to others (chmod 700 it); programs are compiled anew in every run")
