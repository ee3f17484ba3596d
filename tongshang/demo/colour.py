"""Colours in whole numbers: hex strings in, hex strings and triples out."""

from __future__ import annotations

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (24, 20, 24)


def triple(text: str) -> Rgb:
    """`e8b4a0` or `#e8b4a0` as red, green, blue."""
    digits = text.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def hexadecimal(colour: Rgb) -> str:
    """A colour as SVG writes it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mix(one: Rgb, other: Rgb, percent: int) -> Rgb:
    """`one` with so many per cent of `other` in it."""
    red, green, blue = (
        (a * (100 - percent) + b * percent) // 100 for a, b in zip(one, other, strict=True)
    )
    return red, green, blue


def pale(colour: Rgb, percent: int = 45) -> Rgb:
    """A lighter shade, for the side that the light falls on."""
    return mix(colour, WHITE, percent)


def deep(colour: Rgb, percent: int = 28) -> Rgb:
    """A darker shade that keeps the hue: grey shadows make pastel things look dirty."""
    hue = tuple(part * part // 255 for part in colour)
    return mix(mix(colour, (hue[0], hue[1], hue[2]), percent * 2), BLACK, percent // 3)
