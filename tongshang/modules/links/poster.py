"""Posters: a product or shop on paper, with the QR code that leads to it."""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFont, ImageOps

from tongshang.modules.links.drawing import qr_within

# `make setup` brings it (tools/parts.py); Pillow draws nothing for a letter that it lacks.
FONT: Final = Path(__file__).parents[2] / "sites" / "static" / "parts" / "xiaowei.ttf"

WIDTH: Final = 1080
HEIGHT: Final = 1620
_PLAIN_HEIGHT: Final = 1470
_EDGE: Final = 72
_PICTURE: Final = WIDTH - 2 * _EDGE
_QR: Final = 280
_MILLIMETRES: Final = 180  # how wide it is on paper
_PIXELS_MAX: Final = 50_000_000  # as the media room keeps them

Colour: TypeAlias = str
Box: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster. `price` is as people read it; `is_gift`: it is for giving."""

    title: str
    price: str
    source: str
    url: str
    picture: bytes = b""
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    paper: Colour
    card: Colour
    ink: Colour
    soft: Colour
    accent: Colour
    line: Colour
    say: str
    do: str


_PLAIN: Final = _Look(
    "#f4f2ec", "#ffffff", "#1a1b1a", "#6b6c67", "#0a8f4c", "#e4e0d6",
    "", "长按或扫码，打开看看",
)  # fmt: skip
_GIFT: Final = _Look(
    "#a51d1f", "#fff8ea", "#4a1012", "#8c5a45", "#a51d1f", "#e6c98a",
    "送你一份心意", "扫码，把它送给想念的人",
)  # fmt: skip


def poster_png(poster: Poster) -> bytes:
    """The poster as PNG."""
    drawn = io.BytesIO()
    _draw(poster).save(drawn, "PNG", optimize=False, compress_level=6)
    return drawn.getvalue()


def poster_pdf(poster: Poster) -> bytes:
    """The poster as a PDF of one page, 180 mm wide."""
    drawn = io.BytesIO()
    dots_per_inch = WIDTH / (_MILLIMETRES / 25.4)
    _draw(poster).save(drawn, "PDF", title=poster.title, resolution=dots_per_inch, quality=92)
    return drawn.getvalue()


def _draw(poster: Poster) -> Image.Image:
    look = _GIFT if poster.is_gift else _PLAIN
    height = HEIGHT if poster.is_gift else _PLAIN_HEIGHT
    paper = Image.new("RGB", (WIDTH, height), look.paper)
    pen = ImageDraw.Draw(paper)
    top = _EDGE
    if look.say:
        _centred(pen, look.say, 44, 84, look.line)
        top = 176
        bottom = height - _EDGE // 2
        pen.rounded_rectangle((36, top - 4, WIDTH - 36, bottom), 36, look.card, look.line, 3)
        top += 36
    size = _PICTURE if not look.say else _PICTURE - 72
    left = (WIDTH - size) // 2
    _place_picture(paper, poster, (left, top, left + size, top + size), look)
    _tell(paper, pen, poster, look, top + size + 36)
    return paper


def _place_picture(paper: Image.Image, poster: Poster, box: Box, look: _Look) -> None:
    size = box[2] - box[0]
    mask = Image.new("L", (size, size), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size - 1, size - 1), 28, 255)
    shown = _picture(poster.picture, size)
    if shown is None:  # no picture, or one that cannot be opened: its first letter
        shown = Image.new("RGB", (size, size), look.line)
        pen = ImageDraw.Draw(shown)
        pen.text((size // 2, size // 2), poster.title[:1], look.soft, _font(320), anchor="mm")
    paper.paste(shown, box[:2], mask)


def _picture(content: bytes, size: int) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _PIXELS_MAX:
                return None
            opened.draft("RGB", (size, size))
            return ImageOps.fit(opened.convert("RGB"), (size, size), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError):
        return None


def _tell(
    paper: Image.Image, pen: ImageDraw.ImageDraw, poster: Poster, look: _Look, top: int
) -> None:
    """Title, price and source on the left; the code on the right."""
    edge = _EDGE + (36 if look.say else 0)
    code_left = WIDTH - edge - _QR
    width = code_left - edge - 40
    y = top
    for line in wrapped(poster.title, 52, width, 3):
        pen.text((edge, y), line, look.ink, _font(52))
        y += 70
    if poster.price:
        pen.text((edge, y + 10), poster.price, look.accent, _font(68))
        y += 100
    pen.text((edge, y + 14), wrapped(poster.source, 34, width, 1)[0], look.soft, _font(34))
    pen.rounded_rectangle((code_left, top, code_left + _QR, top + _QR), 16, "#ffffff")
    with Image.open(io.BytesIO(qr_within(poster.url, _QR))) as code:
        inset = (_QR - code.width) // 2
        paper.paste(code.convert("RGB"), (code_left + inset, top + inset))
    _centred(pen, look.do, top + _QR + 18, 26, look.soft, code_left + _QR // 2)


def _centred(
    pen: ImageDraw.ImageDraw, text: str, y: int, size: int, ink: Colour, x: int = WIDTH // 2
) -> None:
    pen.text((x, y), text, ink, _font(size), anchor="ma")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


def wrapped(text: str, size: int, width: int, lines_max: int) -> list[str]:
    """Lines no wider than `width`; what does not fit into so many ends in an ellipsis."""
    font, line = _font(size), ""
    lines: list[str] = []
    for char in " ".join(text.split()):
        if font.getlength(line + char) <= width:
            line += char
            continue
        if len(lines) == lines_max - 1:
            while line and font.getlength(line + "…") > width:
                line = line[:-1]
            return [*lines, line + "…"]
        lines.append(line)
        line = char.strip()
    return [*lines, line]
