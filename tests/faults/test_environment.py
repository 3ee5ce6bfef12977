"""Variables that change numbers: each is overridden, or the run is refused; what is left is in the provenance."""

from pathlib import Path

import jax
import pytest

from gru_vanish.engine import environment
from gru_vanish.store import Store
from tests.cli.commands import digests, gru_vanish
from tests.faults.programs import study

# Each alone has changed digests, failed units or crashed XLA, or is asked for by a document of JAX as changing numbers.
JAX_VARIABLES = {
    "JAX_ENABLE_X64": "0",
    "JAX_EXPLICIT_X64_DTYPES": "error",
    "JAX_NUMPY_DTYPE_PROMOTION": "strict",
    "JAX_NUMPY_RANK_PROMOTION": "raise",
    "JAX_THREEFRY_PARTITIONABLE": "0",
    "JAX_DEFAULT_PRNG_IMPL": "rbg",
    "JAX_ENABLE_CUSTOM_PRNG": "1",
    "JAX_LEGACY_PRNG_KEY": "error",
    "JAX_RANDOM_SEED_OFFSET": "7",
    "JAX_ACCURATE_ERF_INV": "1",
    "JAX_DEFAULT_MATMUL_PRECISION": "bfloat16",
    "JAX_USE_HLO_LOGISTIC_LOWERING": "1",
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
    "JAX_OPTIMIZATION_LEVEL": "O0",
    "JAX_DISABLE_JIT": "1",
    "JAX_DEBUG_NANS": "1",
    "JAX_DEBUG_INFS": "1",
    "JAX_ENABLE_CHECKS": "1",
    "JAX_NO_EXECUTION": "1",
    "JAX_TRANSFER_GUARD": "disallow",
    "JAX_ERROR_CHECKING_BEHAVIOR_NAN": "raise",
    "JAX_RAISE_PERSISTENT_CACHE_ERRORS": "1",
}
XLA_FLAGS = {
    "xla_allow_excess_precision": "false",
    "xla_backend_optimization_level": "0",
    "xla_cpu_enable_fast_math": "true",
    "xla_cpu_enable_fast_min_max": "true",
    "xla_cpu_fast_math_honor_nans": "false",
    "xla_cpu_multi_thread_eigen": "true",
    "xla_cpu_prefer_vector_width": "128",
    "xla_disable_all_hlo_passes": "true",
    "xla_disable_hlo_passes": "algsimp,fusion,dot_decomposer",
    "xla_llvm_disable_expensive_passes": "true",
}
HARMLESS = "--xla_force_host_platform_device_count=2"


def test_every_hostile_variable_is_overridden(sound: Path, tmp_path: Path) -> None:
    study(tmp_path)
    flags = " ".join([*(f"--{name}={value}" for name, value in XLA_FLAGS.items()), HARMLESS])
    variables = {**JAX_VARIABLES, "XLA_FLAGS": flags, "JAX_LOG_COMPILES": "0"}
    done = gru_vanish("run", "small.yaml", cwd=tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "results") == digests(sound / "results")
    said = [line for line in done.stderr.splitlines() if "is not listened to" in line]
    for name, value in JAX_VARIABLES.items():
        assert any(line.startswith(f"gru-vanish: {name}={value} ") for line in said), name
    for name, value in XLA_FLAGS.items():
        assert any(line.startswith(f"gru-vanish: XLA_FLAGS --{name}={value} ") for line in said), name
    store = Store(tmp_path / "results")
    recorded = store.read(next(store.keys())).about["provenance"]["device"]["environment"]
    assert HARMLESS in recorded
    assert "JAX_LOG_COMPILES=0" in recorded


def test_a_flag_that_nothing_overrides_is_refused(tmp_path: Path) -> None:
    study(tmp_path)
    done = gru_vanish("run", "small.yaml", cwd=tmp_path, XLA_FLAGS="--xla_cpu_max_isa=SSE4_2")
    assert done.returncode == 4
    assert (
        "XLA_FLAGS has --xla_cpu_max_isa, which changes numbers and can not be overridden: take it away" in done.stderr
    )
    assert not (tmp_path / "results").exists()


def test_flags_in_a_file_are_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flags").write_text("--xla_cpu_max_isa=AVX2\n--xla_dump_to=/tmp\n", encoding="utf-8")
    monkeypatch.setenv("XLA_FLAGS", str(tmp_path / "flags"))
    assert environment.xla_flags() == {"xla_cpu_max_isa": "AVX2", "xla_dump_to": "/tmp"}
    with pytest.raises(environment.HostileEnvironmentError, match="max_isa"):
        environment.fix()
    assert environment.recorded().endswith("XLA_FLAGS=--xla_cpu_max_isa=AVX2 --xla_dump_to=/tmp")
    monkeypatch.setenv("XLA_FLAGS", str(tmp_path / "not there"))
    assert environment.xla_flags() == {}


def test_this_version_of_jax_knows_nearly_all_of_the_settings() -> None:
    """A name that is misspelt would be passed over in silence."""
    unknown = {name for name in environment.NUMBERS if name not in jax.config.values}
    removed_or_new = {
        *("jax_accurate_erf_inv", "jax_custom_jvp3", "jax_use_hlo_logistic_lowering"),
        *("jax_exec_time_optimization_effort", "jax_memory_fitting_effort"),
    }
    assert unknown <= removed_or_new


@pytest.mark.parametrize("platform", ["cpu", "gpu"])
def test_the_compiler_knows_every_flag(platform: str) -> None:
    options = environment.compiler_options(platform)
    assert float(jax.jit(lambda x: x + x, compiler_options=options)(1.0)) == 2.0
    assert environment.compiler_options("tpu") == {}
