"""One array as the bytes of a .npy file, read back without trust.

The header is written and read here, not by `numpy.lib.format`, for two reasons: the bytes do not change with
NumPy's version, and reading never evaluates text, never unpickles and never allocates by a declared shape.
"""

import hashlib
import math
import re
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from gru_vanish.store.errors import Defect
from gru_vanish.store.keys import canonical

Payload = dict[str, npt.NDArray[Any]]

_SIGNED_AND_UNSIGNED = ("|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8")
DTYPES = frozenset(("|b1", *_SIGNED_AND_UNSIGNED, "<f2", "<f4", "<f8", "<c8", "<c16"))

_MAGIC = b"\x93NUMPY\x01\x00"
_ALIGNMENT = 64
_HEADER = re.compile(
    rb"\{'descr': '([<|][biufc]\d{1,2})', 'fortran_order': False, "
    rb"'shape': \((|\d{1,19},|\d{1,19}(?:, \d{1,19}){1,31})\), \} *\n"
)


def normalised(array: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    """Give the array in C order and little-endian; ValueError, naming it, where its dtype is not numeric."""
    if not isinstance(array, np.ndarray | np.generic):  # x.sum() is a number, not an array
        raise ValueError(f"payload.{name}: must be a NumPy array, not {type(array).__name__}")
    little = array.dtype.newbyteorder("<")
    if little.str not in DTYPES:
        raise ValueError(f"payload.{name}: dtype {array.dtype} cannot be stored; use a plain numeric dtype")
    return np.asarray(array, dtype=little, order="C")


def encode_array(array: npt.NDArray[Any]) -> bytes:
    """Give the .npy bytes (format 1.0) of a normalised array."""
    text = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {array.shape!r}, }}"
    padding = -(len(_MAGIC) + 2 + len(text) + 1) % _ALIGNMENT
    header = text.encode("ascii") + b" " * padding + b"\n"
    return _MAGIC + struct.pack("<H", len(header)) + header + array.tobytes()


def decode_array(data: bytes, name: str) -> npt.NDArray[Any]:
    """Give back a read-only array; raises Defect unless the bytes are exactly what `encode_array` writes."""
    start = len(_MAGIC) + 2
    if len(data) < start or not data.startswith(_MAGIC):
        raise Defect(f"the array {name!r} is not in .npy format 1.0")
    end = start + struct.unpack_from("<H", data, len(_MAGIC))[0]
    header = _HEADER.fullmatch(data[start:end])
    if header is None:
        raise Defect(f"the array {name!r} has a header that this program does not write")
    descr = header[1].decode("ascii")
    if descr not in DTYPES:
        raise Defect(f"the array {name!r} has the dtype {descr!r}, which is not stored here")
    dtype, shape = np.dtype(descr), tuple(int(size) for size in re.findall(rb"\d+", header[2]))
    declared, there = math.prod(shape) * dtype.itemsize, len(data) - end
    if declared != there:
        raise Defect(f"the array {name!r} declares {declared} bytes of numbers but holds {there}")
    try:
        return np.frombuffer(data, dtype=dtype, offset=end).reshape(shape)
    except (ValueError, OverflowError) as fault:  # empty, yet as wide as no array can be
        raise Defect(f"the array {name!r} has an impossible shape ({fault})") from fault


def payload_digest(payload: Mapping[str, npt.NDArray[Any]]) -> str:
    """Give the SHA-256 over the sorted names, with the dtype, shape and bytes of each array.

    Byte order and memory layout do not matter: arrays with equal values in equal dtypes give one digest.
    Raises ValueError for an array that cannot be stored.
    """
    digest = hashlib.sha256()
    for name in sorted(payload):
        array = normalised(payload[name], name)
        # The line before the bytes fixes how many bytes follow, so no two payloads give one stream.
        digest.update(canonical([name, array.dtype.str, list(array.shape)]).encode("ascii") + b"\n")
        digest.update(array.tobytes())
    return digest.hexdigest()
