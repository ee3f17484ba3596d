"""Icons and drawn forms as pixels, each worked out once.

The icons are soft because their drawings are full of blurs, and blurs are dear: an icon takes a
tenth of a second. So they are rasterised ahead, by all processes, into plain files of pixels that
the painters share; a drawn form (a tote, a kettle) has gradients only, and is made on the spot.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Final

import msgspec
import resvg_py
from PIL import Image

from tongshang.demo.colour import deep, hexadecimal, pale, triple

FORMS: Final = Path(__file__).with_name("data") / "forms"
FORM_PREFIX: Final = "form/"
ICON_PX: Final = 192
LARGE_ICON_PX: Final = 400
FORM_PX: Final = 480
_FORM_UNITS: Final = 200

_MOTIF_BOXES: Final = re.compile(r'data-motif="([^"]*)"')
_OPENING: Final = re.compile(r"<svg[^>]*>")

_GRADIENTS: Final = Template(
    """<defs>
<linearGradient id="side" x1="0" x2="1" y1="0" y2=".12"><stop offset="0" stop-color="$base"/>
<stop offset=".22" stop-color="$pale"/><stop offset=".6" stop-color="$base"/>
<stop offset="1" stop-color="$deep"/></linearGradient>
<linearGradient id="flat" x1="0" x2=".5" y1="0" y2="1"><stop offset="0" stop-color="$pale"/>
<stop offset=".5" stop-color="$base"/><stop offset="1" stop-color="$base"/></linearGradient>
<linearGradient id="trim" x1="0" x2="1" y1="0" y2=".1"><stop offset="0" stop-color="$trim"/>
<stop offset=".25" stop-color="$trim_pale"/><stop offset=".65" stop-color="$trim"/>
<stop offset="1" stop-color="$trim_deep"/></linearGradient>
<linearGradient id="metal" x1="0" x2="1" y1="0" y2=".3"><stop offset="0" stop-color="#b8c0ca"/>
<stop offset=".3" stop-color="#f6f8fa"/><stop offset=".6" stop-color="#c6cdd6"/>
<stop offset="1" stop-color="#8f99a6"/></linearGradient>
<linearGradient id="dark" x1="0" x2=".4" y1="0" y2="1"><stop offset="0" stop-color="#566071"/>
<stop offset="1" stop-color="#22272f"/></linearGradient>
</defs>"""
)


class _Icon(msgspec.Struct):
    body: str
    width: int | None = None
    height: int | None = None


class _IconSet(msgspec.Struct):
    icons: dict[str, _Icon]
    width: int = 32
    height: int = 32


def read_icons(icons_json: Path, names: frozenset[str]) -> dict[str, str]:
    """The SVG of each named icon of an Iconify package; the whole package is a hundred megabytes."""
    icon_set = msgspec.json.decode(icons_json.read_bytes(), type=_IconSet)
    drawings = {}
    for name in names:
        icon = icon_set.icons[name]
        width, height = icon.width or icon_set.width, icon.height or icon_set.height
        side = max(width, height)
        # A few icons are not square; they are put in the middle of a square that holds them.
        left, top = (width - side) // 2, (height - side) // 2
        drawings[name] = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {side} {side}">'
            f"{icon.body}</svg>"
        )
    return drawings


def rasterise(svg: str, width: int, height: int | None = None) -> Image.Image:
    """An SVG as pixels; without the machine's fonts, so that it looks the same everywhere."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg, width=width, height=height or width, skip_system_fonts=True
    )
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def icon_file(folder: Path, name: str, pixels: int) -> Path:
    """Where the pixels of an icon are kept between the two rounds of work."""
    return folder / f"{name}-{pixels}.rgba"


def form_svg(form: str, tint: str) -> str:
    """The drawing of a form in its colours; `tint` is `body/trim`, both hex."""
    body_colour, _, trim_colour = tint.partition("/")
    base, trim = triple(body_colour), triple(trim_colour or "fff4e6")
    colours = {
        "base": hexadecimal(base),
        "pale": hexadecimal(pale(base)),
        "deep": hexadecimal(deep(base)),
        "trim": hexadecimal(trim),
        "trim_pale": hexadecimal(pale(trim)),
        "trim_deep": hexadecimal(deep(trim)),
    }
    drawing = (FORMS / f"{form}.svg").read_text(encoding="utf-8")
    opening = _OPENING.search(drawing)
    if opening is None:
        raise ValueError(form)
    end = opening.end()
    return Template(drawing[:end] + _GRADIENTS.template + drawing[end:]).substitute(colours)


class Shelf:
    """The things a painter can reach for: icons from the folder of pixels, forms drawn on demand."""

    def __init__(self, folder: Path) -> None:
        """Every process has its own shelf, over the one folder."""
        self._folder = folder
        self.icon = lru_cache(maxsize=160)(self._icon)
        self.thing = lru_cache(maxsize=12)(self._thing)

    def _icon(self, name: str, pixels: int) -> Image.Image:
        kept, side = icon_file(self._folder, name, LARGE_ICON_PX), LARGE_ICON_PX
        if not kept.exists():
            kept, side = icon_file(self._folder, name, ICON_PX), ICON_PX
        image = Image.frombytes("RGBA", (side, side), kept.read_bytes())
        return image.resize((pixels, pixels), Image.Resampling.BICUBIC, reducing_gap=2)

    def _thing(self, name: str, tint: str, motif: str) -> Image.Image:
        """A form with its motif printed on it, or a bare icon; square, `FORM_PX` wide."""
        if not name.startswith(FORM_PREFIX):
            return self._icon(name, FORM_PX)
        svg = form_svg(name.removeprefix(FORM_PREFIX), tint)
        form = rasterise(svg, FORM_PX)
        boxes = _MOTIF_BOXES.search(svg)
        if not motif or boxes is None:
            return form
        print_layer = Image.new("RGBA", form.size)
        for box in boxes[1].split(";"):
            left, top, side = (int(part) * FORM_PX // _FORM_UNITS for part in box.split())
            mark = self.icon(motif, side)
            layer = Image.new("RGBA", form.size)
            layer.paste(mark, (left, top))
            print_layer.alpha_composite(layer)
        lower, upper = (print_layer, form) if 'data-layer="under"' in svg else (form, print_layer)
        lower = lower.copy()
        lower.alpha_composite(upper)
        return lower
