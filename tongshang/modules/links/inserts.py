"""Cards to put into parcels: several on a sheet, each with the code by which one gives the same."""

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tongshang.modules.links.drawing import qr_within
from tongshang.modules.links.poster import FONT, wrapped

COLUMNS: Final = 2
ROWS: Final = 4
_CARD: Final = (1050, 742)  # pixels, of 105 mm by 74.2 mm
_SHEET_MM: Final = 210.0  # how wide it is on paper
_QR: Final = 400
_EDGE: Final = 60
_SAYS: Final = "喜欢的话，也送朋友一份"
_DO: Final = "扫一扫，填一句祝福就能送出"


def insert_sheet(title: str, source: str, url: str) -> bytes:
    """A sheet of A4 with eight of the same card, to be cut."""
    card = _card(title, source, url)
    sheet = Image.new("RGB", (COLUMNS * card.width, ROWS * card.height), "#ffffff")
    for row in range(ROWS):
        for column in range(COLUMNS):
            sheet.paste(card, (column * card.width, row * card.height))
    drawn = io.BytesIO()
    dots_per_inch = sheet.width / (_SHEET_MM / 25.4)
    sheet.save(drawn, "PDF", title=title, resolution=dots_per_inch, quality=92)
    return drawn.getvalue()


def _card(title: str, source: str, url: str) -> Image.Image:
    card = Image.new("RGB", _CARD, "#fff8ea")
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, _CARD[0] - 1, _CARD[1] - 1), outline="#e6c98a", width=2)
    pen.rectangle((0, 0, _CARD[0], 150), fill="#a51d1f")
    pen.text((_CARD[0] // 2, 75), _SAYS, "#ffe9b8", _font(60), anchor="mm")
    top, width = 210, _CARD[0] - 3 * _EDGE - _QR
    for place, line in enumerate(wrapped(title, 48, width, 3)):
        pen.text((_EDGE, top + 66 * place), line, "#4a1012", _font(48))
    pen.text((_EDGE, 470), wrapped(source, 34, width, 1)[0], "#8c5a45", _font(34))
    for place, line in enumerate(wrapped(_DO, 32, width, 2)):
        pen.text((_EDGE, 550 + 46 * place), line, "#8c5a45", _font(32))
    with Image.open(io.BytesIO(qr_within(url, _QR))) as code:
        card.paste(code.convert("RGB"), (_CARD[0] - _EDGE - code.width, 210))
    return card


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)
