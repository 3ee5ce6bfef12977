"""The named arrays of a file: ``.safetensors`` or ``.npz``. Nothing is unpickled."""

import os
import stat
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from gru_vanish.models.errors import ModelError

Arrays = Mapping[str, np.ndarray]
MAX_BYTES = 1 << 31
PICKLES = (".pt", ".pth", ".bin", ".pkl", ".ckpt")
OTHERS = (*PICKLES, ".keras", ".h5", ".hdf5", ".eqx", ".msgpack")


def read_arrays(path: str) -> Arrays:
    """Return the arrays of a file by name, in the dtypes of the file; raises OSError or ModelError."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise ModelError("not a file")
    if status.st_size > MAX_BYTES:
        raise ModelError("larger than 2 GiB; save the recurrent layers alone")
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _read(path: str, _changed: int, _size: int) -> Arrays:
    ending = Path(path).suffix.lower()
    readers = {".safetensors": _safetensors, ".npz": _npz}
    if ending not in readers:
        why = "would be unpickled, which runs code" if ending in PICKLES else "is not read"
        said = f"a {ending} file {why}; " if ending in OTHERS else ""
        raise ModelError(f"{said}save the weights as .safetensors or .npz: gru-vanish diagnose --help shows how")
    try:
        return MappingProxyType(readers[ending](path))
    except OSError:
        raise
    except Exception as fault:  # safetensors raises a class of its own, a broken archive many
        reason = "it holds Python objects" if "pickle" in str(fault) else (str(fault).splitlines() or [""])[0][:100]
        raise ModelError(f"is no sound {ending} file ({reason or type(fault).__name__})") from fault


def _npz(path: str) -> dict[str, np.ndarray]:
    if not zipfile.is_zipfile(path):
        raise ValueError("not an archive of arrays")
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _safetensors(path: str) -> dict[str, np.ndarray]:
    import ml_dtypes  # noqa: F401  (teaches NumPy bfloat16, in which models are often saved)
    from safetensors.numpy import load_file

    return load_file(path)


def numbers(name: str, array: np.ndarray) -> np.ndarray:
    """Return an array in float64, which holds every float that models are saved in exactly."""
    if array.dtype.kind not in "fiu" and array.dtype.name not in ("bfloat16",):
        raise ModelError(f"{name} holds {array.dtype}; expected floating-point numbers")
    values = np.asarray(array, np.float64)
    if not np.isfinite(values).all():
        raise ModelError(f"{name} holds a number that is not finite: this model is broken")
    return values
