"""Named members in one zip file, written the same way every time and opened without trust.

Members are stored, never compressed: the same members give the same bytes whatever the zlib, and a member
can never be larger than the file that holds it, so no small file unpacks into a large one.
"""

import io
import zipfile
from collections.abc import Mapping

from gru_vanish.store.errors import Defect

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o644 << 16
_ENCRYPTED = 0x1


def pack(members: Mapping[str, bytes]) -> bytes:
    """Give the bytes of a zip file with these members in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.create_system = _UNIX
            info.external_attr = _READABLE
            archive.writestr(info, data)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Give the members back, each checked against its CRC; raises Defect whatever else the bytes are."""
    if not data:
        raise Defect("the file is empty")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _require_plain(infos, len(data))
            return {info.filename: archive.read(info) for info in infos}
    except (Defect, MemoryError):
        raise
    except Exception as fault:  # zipfile answers damaged bytes with a dozen types of exception
        raise Defect(f"not a whole .npz archive ({fault or type(fault).__name__})") from fault


def _require_plain(infos: list[zipfile.ZipInfo], available: int) -> None:
    """Refuse, before anything is read, members that `pack` does not write or that cannot fit in the file."""
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise Defect("the archive holds two members of one name")
    for info in infos:
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & _ENCRYPTED:
            raise Defect(f"the member {info.filename!r} is compressed or encrypted")
        if info.file_size != info.compress_size:
            raise Defect(f"the member {info.filename!r} declares two sizes")
    if sum(info.file_size for info in infos) > available:
        raise Defect("the members declare more bytes than the file holds")
