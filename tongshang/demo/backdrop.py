"""The rooms that things are shown in: walls, plinths, tables and cloths, drawn as SVG.

A backdrop depends on the palette and a variant only, so that a few dozen serve all pictures.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image

from tongshang.demo.colour import deep, hexadecimal, mix, pale, triple
from tongshang.demo.raster import rasterise
from tongshang.demo.recipe import PICTURE_SIZES, Scene

# Rooms are drawn at this part of their size: a little out of focus, and in a quarter of the time.
SHARPNESS: Final = 50
_PALETTES: Final = Path(__file__).with_name("data") / "palettes.json"


class Palette(msgspec.Struct, frozen=True):
    """Five colours that sit well together; six hex digits each."""

    wall: str
    glow: str
    floor: str
    plinth: str
    accent: str


@lru_cache(maxsize=1)
def read_palettes() -> dict[str, tuple[Palette, ...]]:
    """The palettes by name, four shades of mood each."""
    return msgspec.json.decode(_PALETTES.read_bytes(), type=dict[str, tuple[Palette, ...]])


def choose_palette(name: str, seed: int) -> Palette:
    """The mood of a picture: its seed decides, so that neighbours in a list differ."""
    moods = read_palettes()[name]
    return moods[seed % len(moods)]


@lru_cache(maxsize=16)
def backdrop(scene: Scene, palette: Palette, variant: int) -> Image.Image:
    """The empty room of a scene, to be copied before anything is put into it."""
    width, height = PICTURE_SIZES[scene]
    drawing = _ROOMS[scene](palette, variant)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"{_gradients(palette)}{drawing}</svg>"
    )
    small = rasterise(svg, width * SHARPNESS // 100, height * SHARPNESS // 100).convert("RGB")
    return small.resize((width, height), Image.Resampling.BICUBIC)


def _gradients(palette: Palette) -> str:
    wall, glow, floor = triple(palette.wall), triple(palette.glow), triple(palette.floor)
    plinth = triple(palette.plinth)
    shade = hexadecimal(mix(plinth, floor, 75))
    return f"""<defs>
<linearGradient id="wall" x1="0" y1="0" x2=".3" y2="1"><stop offset="0" stop-color="#{palette.glow}"/>
<stop offset="1" stop-color="#{palette.wall}"/></linearGradient>
<radialGradient id="light" cx=".5" cy=".45" r=".6"><stop offset="0" stop-color="#fff"
 stop-opacity=".62"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
<linearGradient id="floor" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="{hexadecimal(mix(floor, wall, 45))}"/>
<stop offset="1" stop-color="{hexadecimal(mix(floor, glow, 40))}"/></linearGradient>
<linearGradient id="plinth" x1="0" x2="1"><stop offset="0" stop-color="#{palette.plinth}"/>
<stop offset=".35" stop-color="{hexadecimal(mix(plinth, floor, 18))}"/>
<stop offset="1" stop-color="{shade}"/></linearGradient>
<linearGradient id="top" x1="0" x2="1"><stop offset="0" stop-color="#fff"/>
<stop offset="1" stop-color="{hexadecimal(mix(plinth, floor, 16))}"/></linearGradient>
<linearGradient id="arch" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="{hexadecimal(mix(floor, wall, 35))}"/>
<stop offset="1" stop-color="{hexadecimal(pale(wall, 55))}"/></linearGradient>
<linearGradient id="beam" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff"
 stop-opacity=".62"/><stop offset="1" stop-color="#fff" stop-opacity=".08"/></linearGradient>
<linearGradient id="accent" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="{hexadecimal(pale(triple(palette.accent), 55))}"/>
<stop offset="1" stop-color="{hexadecimal(pale(triple(palette.accent), 25))}"/></linearGradient>
</defs>"""


def _cylinder(centre: int, top: int, radius: int, height: int) -> str:
    """A round plinth seen from slightly above."""
    lens = radius * 21 // 100
    left, right, foot = centre - radius, centre + radius, top + height
    return (
        f'<ellipse cx="{centre + 14}" cy="{foot + 10}" rx="{radius + 34}" ry="{lens + 12}"'
        ' fill="#3a2418" opacity=".10"/>'
        f'<path d="M{left} {top}V{foot}A{radius} {lens} 0 0 0 {right} {foot}V{top}Z"'
        ' fill="url(#plinth)"/>'
        f'<ellipse cx="{centre}" cy="{top}" rx="{radius}" ry="{lens}" fill="url(#top)"/>'
    )


def _window(left: int, top: int) -> str:
    """Sunlight through a window with four panes, leaning on the wall."""
    panes = "".join(
        f'<path d="M{left + x} {top + y}l120 -26v150l-120 26Z" fill="url(#beam)"/>'
        for x, y in ((0, 30), (136, 0), (0, 206), (136, 176))
    )
    return f"<g>{panes}</g>"


def _wall_and_floor(horizon: int, width: int = 800, height: int = 800) -> str:
    return (
        f'<rect width="{width}" height="{height}" fill="url(#wall)"/>'
        f'<rect y="{horizon}" width="{width}" height="{height - horizon}" fill="url(#floor)"/>'
    )


def _hero_room(palette: Palette, variant: int) -> str:
    behind = (
        '<path d="M190 622V330A210 210 0 0 1 610 330V622Z" fill="url(#arch)"/>',
        (
            '<circle cx="400" cy="350" r="262" fill="url(#arch)"/>'
            f'<circle cx="400" cy="350" r="288" fill="none" stroke="#{palette.plinth}"'
            ' stroke-width="3" opacity=".8"/>'
        ),
        _window(430, 90) + '<rect x="0" y="610" width="800" height="12" fill="#fff" opacity=".5"/>',
        (
            '<path d="M96 622V250Q96 190 156 190H380V622Z" fill="url(#arch)" opacity=".75"/>'
            '<path d="M420 622V170A130 130 0 0 1 680 170V622Z" fill="url(#arch)"/>'
        ),
    )[variant % 4]
    stage = (
        _cylinder(400, 664, 262, 64),
        _cylinder(400, 684, 310, 36) + _cylinder(400, 664, 236, 26),
        _cylinder(640, 610, 110, 90) + _cylinder(390, 664, 250, 64),
        _cylinder(150, 640, 100, 70) + _cylinder(410, 664, 252, 64),
    )[variant % 4]
    glow = '<rect width="800" height="800" fill="url(#light)"/>'
    return _wall_and_floor(620) + behind + glow + stage


def _table_room(palette: Palette, variant: int) -> str:
    accent = hexadecimal(deep(triple(palette.floor), 12))
    boards = "".join(
        f'<path d="M{400 + (x - 400) * 3} 800L{x} 566" stroke="{accent}" stroke-width="2"'
        ' opacity=".35"/>'
        for x in range(40, 800, 90)
    )
    cloth = (
        f'<path d="M0 668Q400 628 800 668V800H0Z" fill="#{palette.plinth}" opacity=".85"/>'
        f'<path d="M0 684Q400 644 800 684" fill="none" stroke="#{palette.accent}"'
        ' stroke-width="4" stroke-dasharray="3 11" opacity=".55"/>'
    )
    shelf = (
        f'<rect x="500" y="170" width="300" height="16" rx="4" fill="#{palette.plinth}"/>'
        '<rect x="500" y="186" width="300" height="10" fill="#3a2418" opacity=".08"/>'
    )
    light = (_window(60, 100), _window(500, 70), shelf, _window(280, 80))[variant % 4]
    table = (boards, cloth, boards, cloth)[variant % 4]
    return (
        _wall_and_floor(566)
        + light
        + table
        + '<rect y="560" width="800" height="8" fill="#fff" opacity=".55"/>'
    )


def _detail_room(palette: Palette, variant: int) -> str:
    x, y = ((520, 330), (300, 420), (420, 300), (360, 480))[variant % 4]
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="#fff" opacity=".22"/>' for r in (180, 300, 420)
    )
    return (
        '<rect width="800" height="800" fill="url(#wall)"/>'
        f'<path d="M0 620Q240 520 470 610T800 560V800H0Z" fill="#{palette.floor}" opacity=".7"/>'
        + rings
    )


def _lineup_room(palette: Palette, variant: int) -> str:
    sun = f'<circle cx="{(180, 620, 400, 400)[variant % 4]}" cy="240" r="190" fill="url(#arch)"/>'
    rail = f'<rect y="596" width="800" height="6" fill="#{palette.plinth}" opacity=".8"/>'
    return _wall_and_floor(600) + sun + '<rect width="800" height="800" fill="url(#light)"/>' + rail


def _flatlay_room(palette: Palette, variant: int) -> str:
    step = (64, 80, 100, 72)[variant % 4]
    stripes = "".join(
        f'<rect x="{at}" width="{step // 2}" height="800" fill="#{palette.accent}" opacity=".10"/>'
        f'<rect y="{at}" width="800" height="{step // 2}" fill="#{palette.accent}" opacity=".10"/>'
        for at in range(0, 800, step)
    )
    board = (
        '<ellipse cx="408" cy="420" rx="286" ry="284" fill="#3a2418" opacity=".12"/>'
        '<circle cx="400" cy="400" r="280" fill="url(#top)"/>'
        f'<circle cx="400" cy="400" r="262" fill="none" stroke="#{palette.accent}"'
        ' stroke-width="3" opacity=".55"/>'
        f'<circle cx="400" cy="400" r="218" fill="#{palette.glow}"/>'
    )
    return f'<rect width="800" height="800" fill="#{palette.glow}"/>{stripes}{board}'


def _present_room(palette: Palette, variant: int) -> str:
    dots = "".join(
        f'<circle cx="{(x * 173 + variant * 61) % 800}" cy="{(x * 97 + variant * 37) % 560}"'
        f' r="{5 + x % 4 * 3}" fill="#{(palette.accent, palette.plinth, palette.floor)[x % 3]}"'
        ' opacity=".6"/>'
        for x in range(26)
    )
    return (
        _wall_and_floor(610)
        + '<rect width="800" height="800" fill="url(#light)"/>'
        + dots
        + _cylinder(400, 668, 330, 40)
    )


def _swatch_room(_palette: Palette, _variant: int) -> str:
    return (
        '<rect width="480" height="480" fill="url(#wall)"/>'
        '<rect y="368" width="480" height="112" fill="url(#floor)"/>'
        '<rect width="480" height="480" fill="url(#light)"/>'
    )


def _cover_room(palette: Palette, variant: int) -> str:
    hills = (
        '<path d="M0 380Q180 250 420 350T900 300V500H0Z" fill="url(#floor)"/>',
        (
            '<path d="M90 400V220A150 150 0 0 1 390 220V400Z" fill="url(#arch)"/>'
            '<path d="M470 400V170A180 180 0 0 1 830 170V400Z" fill="url(#arch)"/>'
            '<rect y="392" width="900" height="108" fill="url(#floor)"/>'
        ),
        (
            '<circle cx="690" cy="210" r="170" fill="url(#arch)"/>'
            '<rect y="392" width="900" height="108" fill="url(#floor)"/>'
        ),
    )[variant % 3]
    dots = "".join(
        f'<circle cx="{(x * 211 + 40) % 900}" cy="{(x * 89 + variant * 31) % 300}" r="{4 + x % 3 * 2}"'
        f' fill="#{palette.plinth}" opacity=".8"/>'
        for x in range(14)
    )
    return (
        '<rect width="900" height="500" fill="url(#wall)"/>'
        + hills
        + '<rect width="900" height="500" fill="url(#light)"/>'
        + dots
    )


def _poster_room(palette: Palette, variant: int) -> str:
    return (
        _wall_and_floor(700, 720, 960)
        + '<path d="M110 702V330A250 250 0 0 1 610 330V702Z" fill="url(#arch)"/>'
        + (_window(60, 80) if variant % 2 else "")
        + '<rect width="720" height="960" fill="url(#light)"/>'
        + f'<rect y="696" width="720" height="8" fill="#{palette.plinth}" opacity=".7"/>'
        + _cylinder(360, 748, 270, 60)
    )


def _shop_room(_palette: Palette, _variant: int) -> str:
    return (
        '<rect width="400" height="400" fill="url(#accent)"/>'
        '<circle cx="200" cy="200" r="150" fill="#fff" opacity=".35"/>'
        '<circle cx="200" cy="200" r="122" fill="#fff" opacity=".55"/>'
    )


def _avatar_room(_palette: Palette, _variant: int) -> str:
    return (
        '<rect width="240" height="240" fill="url(#wall)"/>'
        '<circle cx="120" cy="250" r="150" fill="url(#floor)"/>'
        '<rect width="240" height="240" fill="url(#light)"/>'
    )


_ROOMS: Final = {
    Scene.HERO: _hero_room,
    Scene.TABLE: _table_room,
    Scene.DETAIL: _detail_room,
    Scene.LINEUP: _lineup_room,
    Scene.FLATLAY: _flatlay_room,
    Scene.PRESENT: _present_room,
    Scene.SWATCH: _swatch_room,
    Scene.COVER: _cover_room,
    Scene.POSTER: _poster_room,
    Scene.SHOP_ICON: _shop_room,
    Scene.AVATAR: _avatar_room,
}
