"""Settings that every test runs under: x64 as in the program, and JAX at its strictest."""

import os
from collections.abc import Iterator

import jax
import pytest

# What tests compile in this process runs for milliseconds, so the compiler shall not try hard: it took half of the time
# that all tests take. (At level 0 it would no longer fuse products and sums, as it does for the program.) What goes
# through the engine, in this process or in a command's, has the program's own options.
_asked = os.environ.pop("XLA_FLAGS", None)
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=1 --xla_llvm_disable_expensive_passes=true"
jax.jit(lambda: 0)()  # now XLA has read them
del os.environ["XLA_FLAGS"]
if _asked is not None:
    os.environ["XLA_FLAGS"] = _asked

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")


@pytest.fixture(autouse=True, scope="session")
def _nothing_from_the_users_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache folder of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield
