"""QR codes and posters, drawn from values."""

import io
from functools import lru_cache
from typing import Final

import segno

_KEPT: Final = 256
_DARK: Final = "#1a1b1a"


@lru_cache(maxsize=_KEPT)
def qr_svg(text: str) -> bytes:
    """A QR code as SVG, of whatever size its place gives it."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", border=2, scale=4, dark=_DARK, light="#fff", xmldecl=False, omitsize=True
    )
    return drawn.getvalue()


@lru_cache(maxsize=_KEPT)
def qr_png(text: str, scale: int = 12) -> bytes:
    """A QR code as PNG, `scale` pixels a module."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="png", border=4, scale=scale, dark=_DARK, light="#fff"
    )
    return drawn.getvalue()


def qr_within(text: str, side: int) -> bytes:
    """A QR code as PNG, as large as whole pixels a module let it be within `side`."""
    code = segno.make(text, error="m", micro=False)
    scale = max(1, side // code.symbol_size(border=3)[0])
    drawn = io.BytesIO()
    code.save(drawn, kind="png", border=3, scale=scale, dark=_DARK, light="#fff")
    return drawn.getvalue()
