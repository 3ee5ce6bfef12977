"""What the environment may not change: every variable that JAX and XLA read, and what is done about it.

1. Settings of JAX (`NUMBERS`): set here, whatever ``JAX_*`` says.
2. Flags of XLA (`COMPILER`, `COMPILER_CPU`, `COMPILER_GPU`): given with every compilation, where they win over
   ``XLA_FLAGS``.
3. ``--xla_cpu_max_isa`` (`REFUSED`): decides once per process which instructions exist, so nothing wins over it. A run
   under it is refused.
4. All other variables of this kind, and those of the libraries below (`RECORDED`): listened to, and written into the
   provenance of every record. What is left there chooses devices, memory, logging, caches, profiles, or among
   algorithms of an accelerator. OpenBLAS alone may still move a last bit: orthogonal weights come from its QR, whose
   sums depend on its kernels and, from a few hundred units on, on its number of threads. The weights' own hash in
   the record tells.
"""

import os
import re
from typing import Any

import jax

NUMBERS: dict[str, Any] = {
    # Every array names its dtype; float64 has to exist for that.
    "jax_enable_x64": True,
    "jax_explicit_x64_dtypes": "warn",
    "jax_numpy_dtype_promotion": "standard",
    "jax_numpy_rank_promotion": "allow",
    # The same draws whatever the sharding, and whatever an older default was.
    "jax_threefry_partitionable": True,
    "jax_threefry_gpu_kernel_lowering": False,
    "jax_default_prng_impl": "threefry2x32",
    "jax_enable_custom_prng": False,
    "jax_legacy_prng_key": "allow",
    "jax_random_seed_offset": 0,
    "jax_accurate_erf_inv": False,
    "jax_high_dynamic_range_gumbel": False,
    # How a function is computed and differentiated.
    "jax_default_matmul_precision": None,
    "jax_allow_f16_reductions": True,
    "jax_use_hlo_logistic_lowering": None,
    "jax_softmax_custom_jvp": False,
    "jax_custom_jvp3": False,
    "jax_custom_vjp3": False,
    "jax_scan3": False,
    "jax_remat3": False,
    "jax_use_direct_linearize": True,
    "jax_compiler_enable_remat_pass": True,
    # How hard the compiler tries.
    "jax_disable_most_optimizations": False,
    "jax_optimization_level": "UNKNOWN",
    "jax_memory_fitting_level": "O2",
    "jax_exec_time_optimization_effort": 0.0,
    "jax_memory_fitting_effort": 0.0,
    "jax_xla_profile_version": 0,
    "jax_enable_pgle": False,
    "jax_compilation_cache_expect_pgle": False,
    # Aids to debugging that turn sound programs into errors, or compute in another way to find faults.
    "jax_disable_jit": False,
    "jax_debug_nans": False,
    "jax_debug_infs": False,
    "jax_debug_key_reuse": False,
    "jax_enable_checks": False,
    "jax_check_tracer_leaks": False,
    "jax_error_checking_behavior_nan": "ignore",
    "jax_error_checking_behavior_divide": "ignore",
    "jax_error_checking_behavior_oob": "ignore",
    "jax_no_tracing": False,
    "jax_no_execution": False,
    "jax_thread_guard": False,
    "jax_transfer_guard": None,
    "jax_transfer_guard_host_to_device": None,
    "jax_transfer_guard_device_to_device": None,
    "jax_transfer_guard_device_to_host": None,
    "jax_raise_persistent_cache_errors": False,
    # Units run on the first device; which kind comes first is asked by JAX_PLATFORMS.
    "jax_default_device": None,
}
"""Settings of JAX that change numbers, or whether there are any. Those that a version lacks are passed over."""

COMPILER: dict[str, Any] = {
    "xla_allow_excess_precision": True,
    "xla_backend_extra_options": "",
    "xla_backend_optimization_level": 3,
    "xla_disable_all_hlo_passes": False,
    "xla_disable_hlo_passes": "",
    "xla_eliminate_hlo_implicit_broadcast": True,
    "xla_enable_hlo_passes_only": "",
    "xla_llvm_disable_expensive_passes": False,
}
"""Flags of XLA that change the numbers of every device, with XLA's own defaults."""

COMPILER_CPU: dict[str, Any] = {
    # The time goes into matrix products that come compiled; LLVM's costlier passes over the rest took a fifth of the
    # compile time and gave nothing back.
    "xla_backend_optimization_level": 1,
    "xla_cpu_enable_fast_math": False,
    "xla_cpu_enable_fast_min_max": True,
    "xla_cpu_enable_platform_dependent_math": True,
    "xla_cpu_experimental_onednn_fusion_type": "",
    "xla_cpu_experimental_xnn_fusion_type": "",
    "xla_cpu_experimental_xnn_graph_fusion_mode": "XNN_GRAPH_FUSION_MODE_DISABLED",
    # Single products through YNNPACK, on the thread that asks for them: Eigen's are spread over all cores whatever
    # `xla_cpu_multi_thread_eigen` says, gain nothing where every core has a unit, and take longer to compile. YNNPACK's
    # reductions, which XLA would choose too, are left out.
    "xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT",
    "xla_cpu_fast_math_honor_division": True,
    "xla_cpu_fast_math_honor_functions": True,
    "xla_cpu_fast_math_honor_infs": True,
    "xla_cpu_fast_math_honor_nans": True,
    "xla_cpu_ftz": True,
    # One core per unit: a product of these sizes does not scale over threads, and its bits must not depend on them.
    "xla_cpu_multi_thread_eigen": False,
    "xla_cpu_opt_preset": "CPU_OPT_PRESET_DEFAULT",
    "xla_cpu_parallel_codegen_split_count": 32,
    "xla_cpu_prefer_vector_width": 256,
    "xla_cpu_use_acl": False,
    "xla_cpu_use_onednn": False,
    "xla_cpu_use_xnnpack": True,
}
"""Those of a CPU; three are our own choice and say why."""

COMPILER_GPU: dict[str, Any] = {
    "xla_gpu_enable_fast_min_max": False,
    "xla_gpu_ftz": False,
}
"""Those of a GPU; what chooses among its algorithms is recorded, not fixed: one GPU needs what another lacks."""

REFUSED = ("xla_cpu_max_isa",)

RECORDED = re.compile(r"(JAX|XLA|TF|NVIDIA_TF32|CUBLAS|CUDNN|OPENBLAS|MKL|BLIS|VECLIB|OMP)_\w+")


class HostileEnvironmentError(Exception):
    """A variable changes numbers and can not be overridden; the message names it."""


def fix() -> None:
    """Fix every setting of JAX that changes numbers; raises HostileEnvironmentError for what can not be fixed."""
    for name in REFUSED:
        if name in xla_flags():
            raise HostileEnvironmentError(
                f"XLA_FLAGS has --{name}, which changes numbers and can not be overridden: take it away"
            )
    for name, value in NUMBERS.items():
        if name in jax.config.values:
            jax.config.update(name, value)


def compiler_options(platform: str) -> dict[str, Any]:
    """Return the flags that are given with every compilation for this platform."""
    own = {"cpu": COMPILER_CPU, "gpu": COMPILER_GPU}.get(platform)
    return {} if own is None else COMPILER | own


def xla_flags() -> dict[str, str]:
    """Return the flags in XLA_FLAGS by name. Text that does not begin with a dash names a file of flags."""
    text = os.environ.get("XLA_FLAGS", "").strip()
    if text and not text.startswith("-"):
        try:
            with open(text, encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            return {}
    pairs = (word.lstrip("-").partition("=") for word in text.split() if word.startswith("-"))
    return {name: value.strip("'\"") for name, _, value in pairs}


def overridden() -> dict[str, str]:
    """Return what would have changed numbers and is not listened to: variables, and flags as ``XLA_FLAGS --name``."""
    variables = {name: os.environ[name] for key in NUMBERS if (name := key.upper()) in os.environ}
    ours = COMPILER | COMPILER_CPU | COMPILER_GPU
    return variables | {f"XLA_FLAGS --{name}": value for name, value in xla_flags().items() if name in ours}


def recorded() -> str:
    """Return all variables of this kind as ``NAME=value``, and XLA's flags spelt out, for provenance."""
    found = {name: value for name, value in os.environ.items() if RECORDED.fullmatch(name)}
    if "XLA_FLAGS" in found:
        found["XLA_FLAGS"] = " ".join(f"--{name}={value}" for name, value in xla_flags().items())
    return "; ".join(f"{name}={found[name]}" for name in sorted(found))
