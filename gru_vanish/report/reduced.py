"""Pictures in pixels, made small for the page."""

import io

from PIL import Image

WIDTH = 1050
"""Pixels: half as many again as the page shows of them."""
COLOURS = 40


def reduced(png: bytes, colours: int = COLOURS) -> tuple[bytes, tuple[int, int]]:
    """Return a picture no wider than the page needs it and with few colours, which lines and letters bear; its size."""
    with Image.open(io.BytesIO(png)) as image:
        flat = image.convert("RGB")
    if flat.width > WIDTH:
        flat = flat.resize((WIDTH, round(WIDTH * flat.height / flat.width)), Image.Resampling.LANCZOS)
    small = io.BytesIO()
    flat.quantize(colours, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return small.getvalue(), flat.size
