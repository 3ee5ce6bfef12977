"""Free places beside a curve: where a name touches no other curve, no other name and not the frame."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox

APART, OWN = 5.0, 1.5  # pixels at 100 dpi: least distance of a name to another curve, and to its own
PLACES = 40  # along a curve that are tried


def in_pixels(line: Line2D) -> Path:
    """Return where a line runs on the canvas; breaks where it is not finite stay breaks."""
    return line.get_transform().transform_path(line.get_path())


def boxes(axes: Axes, path: Path, size: Bbox) -> Iterator[Bbox]:
    """Give places for a name of this size, from the end of the visible part of its curve on back."""
    gap, width, height = OWN + 1.5, size.width, size.height
    for x, y in reversed(spots(path, axes.bbox)):
        for left, low in (
            (x + gap, y - height / 2),
            (x - width, y + gap), (x - width, y - gap - height),
            (x - width / 2, y + gap), (x - width / 2, y - gap - height),
            (x, y + gap), (x, y - gap - height),
            (x - gap - width, y - height / 2),
        ):  # fmt: skip
            yield Bbox.from_bounds(left, low, width, height)


def spots(path: Path, frame: Bbox) -> list[tuple[float, float]]:
    """Return points spread evenly over the part of a curve that lies in the frame."""
    clip = (frame.x0, frame.y0, frame.x1, frame.y1)
    pieces = [vertex for vertex, code in path.iter_segments(clip=clip, simplify=False) if code <= Path.LINETO]
    vertices = np.reshape(np.asarray(pieces, np.float64), (-1, 2))
    if len(vertices) < 2:
        return [(float(x), float(y)) for x, y in vertices]
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])
    at = np.linspace(0.0, way[-1], PLACES)
    return list(
        zip(np.interp(at, way, vertices[:, 0]).tolist(), np.interp(at, way, vertices[:, 1]).tolist(), strict=True)
    )


def free(box: Bbox, axes: Axes, own: Path, others: Sequence[Path], taken: Sequence[Bbox]) -> bool:
    """Say whether a name has this place for itself, well away from every other curve."""
    return clear(box, axes, others, taken) and not own.intersects_bbox(box.padded(OWN), filled=False)


def clear(box: Bbox, axes: Axes, others: Sequence[Path], taken: Sequence[Bbox], apart: float = APART) -> bool:
    """Say whether a place lies in the frame, away from every other name and by ``apart`` from every other curve."""
    frame = axes.bbox
    if box.x0 < frame.x0 + 1 or box.x1 > frame.x1 - 2 or box.y0 < frame.y0 + 1 or box.y1 > frame.y1:
        return False
    if any(box.padded(2.0).overlaps(other) for other in taken):
        return False
    return not any(other.intersects_bbox(box.padded(apart), filled=False) for other in others)
