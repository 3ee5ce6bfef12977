"""The environment and the device, set up before anything is traced, or a refusal that says what stands in the way."""

import os

from gru_vanish import engine
from gru_vanish.engine import compile_cache, device, environment
from gru_vanish.interface.host import Host
from gru_vanish.interface.refusals import Exit, RefusalError


def prepare_environment() -> None:
    """Fix what variables may change, before anything is traced: a config with interventions already is."""
    try:
        engine.prepare()
    except environment.HostileEnvironmentError as fault:
        raise RefusalError(Exit.environment, str(fault)) from fault


def prepare_device(host: Host) -> None:
    """Set the device up; raise `RefusalError` where JAX finds none, or the environment would change numbers."""
    prepare_environment()
    try:
        device.device()
    except Exception as fault:  # JAX raises RuntimeError, or asserts, by the way in which a device is missing
        asked = os.environ.get("JAX_PLATFORMS")
        why = f"{fault or type(fault).__name__}" + (f" (JAX_PLATFORMS is {asked!r})" if asked else "")
        raise RefusalError(Exit.environment, f"no device to compute on: {why}") from fault
    for name, value in environment.overridden().items():
        host.say_once(f"{name}={value} is not listened to: a study alone decides its numbers")


def prepare_compiler(cached: bool, host: Host) -> None:
    """Keep compiled programs from run to run, or not; say where that can not be done safely."""
    if not cached:
        compile_cache.disable()
        return
    try:
        compile_cache.enable()
    except compile_cache.UnsafeCacheError as fault:
        compile_cache.disable()
        host.say(str(fault))
