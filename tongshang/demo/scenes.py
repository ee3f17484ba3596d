"""Compositions: where the things of a recipe stand in their room, and the shadows they throw."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from tongshang.demo.backdrop import Palette, backdrop, choose_palette
from tongshang.demo.colour import deep, triple
from tongshang.demo.raster import FORM_PREFIX, Shelf
from tongshang.demo.recipe import Recipe, Scene

BLUR_MARGIN: Final = 9
HANGING: Final = frozenset({"form/bunting", "form/lights", "form/wreath", "form/sign"})


class Painter:
    """One picture in the making: the room, and things put into it from back to front."""

    def __init__(self, recipe: Recipe, shelf: Shelf) -> None:
        """Copy the empty room; it is shared by the other pictures of its palette."""
        self.recipe = recipe
        self.shelf = shelf
        self.palette: Palette = choose_palette(recipe.palette, recipe.seed)
        self.sideways = -1 if recipe.seed // 4 % 2 else 1
        self.room = recipe.seed % 4
        self.canvas = backdrop(recipe.scene, self.palette, self.room).copy()
        self.shadow_colour = deep(deep(triple(self.palette.floor), 40), 40)

    def main(self, tint: str = "") -> Image.Image:
        """The thing that the picture is about."""
        recipe = self.recipe
        return self.shelf.thing(recipe.thing, tint or recipe.tint, recipe.motif)

    def other(self, place: int, side: int) -> Image.Image | None:
        """A companion by its place; `None` where the recipe names fewer."""
        others = self.recipe.others
        return self.shelf.icon(others[place], side) if place < len(others) else None

    def stand(
        self, image: Image.Image | None, centre: int, ground: int, side: int, shade: int = 115
    ) -> None:
        """Put a thing on the ground with the shadow under its foot."""
        if image is None:
            return
        sized = _sized(image, side)
        left, _, right, bottom = sized.getbbox() or (0, 0, side, side)
        at = (centre - (left + right) // 2, ground - bottom)
        self._shadow(centre, ground, right - left, shade)
        self.canvas.paste(sized, at, sized)

    def hang(self, image: Image.Image, centre: int, middle: int, side: int) -> None:
        """Put a thing on the wall, with a soft shadow of its own shape beside it."""
        sized = _sized(image, side)
        self.cast(sized, centre - side // 2 + side // 28, middle - side // 2 + side // 20)
        self.canvas.paste(sized, (centre - side // 2, middle - side // 2), sized)

    def _shadow(self, centre: int, ground: int, width: int, shade: int) -> None:
        wide, high = width * 13 // 10, max(width // 4, 12)
        mask = _soft_ellipse().resize((wide, high), Image.Resampling.BILINEAR)
        mask = mask.point([level * shade // 255 for level in range(256)])
        at = (centre - wide // 2 + width // 30, ground - high // 2 - width // 40)
        self.canvas.paste(self.shadow_colour, at, mask)

    def cast(self, sized: Image.Image, left: int, top: int) -> None:
        """The blurred silhouette, made small and enlarged: a tenth of the work, and as soft."""
        width, height = sized.size
        small = sized.getchannel("A").resize((width // 8, height // 8))
        # A margin for the blur to run out in; without it the shadow would end in a straight line.
        roomy = Image.new("L", (small.width + 2 * BLUR_MARGIN, small.height + 2 * BLUR_MARGIN))
        roomy.paste(small, (BLUR_MARGIN, BLUR_MARGIN))
        roomy = roomy.filter(ImageFilter.GaussianBlur(3))
        mask = roomy.resize((roomy.width * 8, roomy.height * 8), Image.Resampling.BICUBIC)
        mask = mask.point([level * 80 // 255 for level in range(256)])
        at = (left - 8 * BLUR_MARGIN, top - 8 * BLUR_MARGIN)
        self.canvas.paste(self.shadow_colour, at, mask)


def _sized(image: Image.Image, side: int) -> Image.Image:
    if image.width == side:
        return image
    return image.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=2)


@lru_cache(maxsize=1)
def _soft_ellipse() -> Image.Image:
    mask = Image.new("L", (160, 60))
    ImageDraw.Draw(mask).ellipse((22, 14, 138, 46), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(8))


def _hero(painter: Painter) -> None:
    """The thing on its plinth; hanging things hang, and two small friends keep it company."""
    # Two of the rooms have a second plinth for the friend, to the right and to the left.
    sideways = {2: 1, 3: -1}.get(painter.room, painter.sideways)
    if painter.recipe.thing in HANGING:
        painter.hang(painter.main(), 400, 350, 520)
        painter.stand(painter.other(0, 150), 400, 672, 150)
        return
    corner = ((400 + sideways * 246, 614), (400 + sideways * 262, 640), (640, 618), (150, 650))
    painter.stand(painter.other(0, 150), *corner[painter.room], 150, 80)
    painter.stand(painter.main(), 400, 680, 480)
    painter.stand(painter.other(1, 118), 400 - sideways * 176, 712, 118)


def _table(painter: Painter) -> None:
    """A corner of a home: the thing to one side, its companions around it."""
    sideways = painter.sideways
    if painter.recipe.thing in HANGING:
        painter.hang(painter.main(), 400, 270, 430)
    painter.stand(painter.other(0, 224), 400 + sideways * 218, 620, 210)
    if painter.recipe.thing not in HANGING:
        painter.stand(painter.main(), 400 - sideways * 100, 690, 450)
    painter.stand(painter.other(1, 160), 400 + sideways * 170, 716, 150)
    painter.stand(painter.other(2, 120), 400 - sideways * 296, 738, 112)


def _detail(painter: Painter) -> None:
    """So near that the thing leaves the frame, with a bubble that shows it whole."""
    sideways = painter.sideways
    thing = painter.main()
    left, top, right, bottom = thing.getbbox() or (0, 0, *thing.size)
    part = max(right - left, bottom - top) * 76 // 100
    left = (left + right - part) // 2 - sideways * part // 14
    top = max(top - part // 12, (top + bottom) // 2 - part * 58 // 100)
    near = thing.crop((left, top, left + part, top + part))
    near = near.resize((800, 800), Image.Resampling.BICUBIC)
    painter.cast(near, 24, 30)
    painter.canvas.paste(near, (0, 0), near)
    centre = 400 - sideways * 250
    ring = Image.new("L", (520, 520))
    ImageDraw.Draw(ring).ellipse((8, 8, 512, 512), fill=255)
    ring = ring.resize((240, 240), Image.Resampling.LANCZOS)
    painter.canvas.paste(triple(painter.palette.plinth), (centre - 120, 520), ring)
    inner = ring.resize((220, 220), Image.Resampling.BILINEAR)
    painter.canvas.paste(triple(painter.palette.wall), (centre - 110, 530), inner)
    motif = painter.recipe.motif
    small = painter.shelf.icon(motif, 150) if motif else painter.other(0, 150)
    painter.stand(small or painter.main(), centre, 712, 150)


def _lineup(painter: Painter) -> None:
    """All colours side by side, the nearest in the middle."""
    tints = painter.recipe.tints[:4]
    side = (0, 420, 380, 320, 270)[len(tints)]
    spread = (0, 0, 330, 232, 190)[len(tints)]
    start = 400 - spread * (len(tints) - 1) // 2
    for place, tint in enumerate(tints):
        ground = 690 if place % 2 == 0 else 650
        image = painter.main(tint)
        if painter.recipe.thing in HANGING:
            painter.hang(image, start + place * spread, 340 + place % 2 * 60, side)
        else:
            painter.stand(image, start + place * spread, ground, side)


def _flatlay(painter: Painter) -> None:
    """Seen from above on a checked cloth: the thing on a plate, companions strewn about."""
    corners = ((110, 120, 150), (690, 130, 130), (120, 690, 130), (690, 690, 160))
    for place, (x, y, side) in enumerate(corners):
        if painter.recipe.others:
            name = painter.recipe.others[place % len(painter.recipe.others)]
            angle = (place * 47 + painter.recipe.seed * 13) % 50 - 25
            icon = painter.shelf.icon(name, side)
            turned = icon.rotate(angle, Image.Resampling.BICUBIC, expand=True)
            painter.hang(turned, x, y, turned.width)
    painter.hang(painter.main(), 400, 396, 390)


def _present(painter: Painter) -> None:
    """Beside a wrapped box in the palette's colours: as it would be given."""
    sideways = painter.sideways
    wrapping = f"{painter.palette.accent}/{painter.palette.glow}"
    box = painter.shelf.thing(FORM_PREFIX + "giftbox", wrapping, "")
    painter.stand(box, 400 + sideways * 142, 660, 330)
    if painter.recipe.thing in HANGING:
        painter.hang(painter.main(), 400 - sideways * 90, 300, 380)
    else:
        painter.stand(painter.main(), 400 - sideways * 116, 692, 390)
    painter.stand(painter.other(0, 130), 400 + sideways * 96, 728, 130)


def _swatch(painter: Painter) -> None:
    """One colour of a thing, plain, as small as a SKU is shown."""
    if painter.recipe.thing in HANGING:
        painter.hang(painter.main(), 240, 230, 360)
    else:
        painter.stand(painter.main(), 240, 420, 336)


def _cover(painter: Painter) -> None:
    """A still life along a low horizon, with room for the eye on both sides."""
    painter.stand(painter.other(0, 200), 236, 404, 180)
    painter.stand(painter.other(1, 200), 668, 404, 180)
    painter.stand(painter.other(2, 150), 124, 444, 126)
    painter.stand(painter.other(3, 150), 784, 446, 126)
    painter.stand(painter.main(), 452, 446, 320)
    painter.stand(painter.other(4, 120), 306, 466, 104)
    painter.stand(painter.other(5, 120), 600, 468, 104)


def _poster(painter: Painter) -> None:
    """Upright, as a phone is held."""
    painter.stand(painter.other(0, 210), 150, 712, 200)
    painter.stand(painter.other(1, 210), 576, 712, 200)
    painter.stand(painter.main(), 360, 770, 450)
    painter.stand(painter.other(2, 150), 196, 830, 150)
    painter.stand(painter.other(3, 150), 540, 834, 150)


def _shop_icon(painter: Painter) -> None:
    painter.stand(painter.main(), 200, 306, 236)


def _avatar(painter: Painter) -> None:
    painter.stand(painter.main(), 120, 222, 184)


_COMPOSITIONS: Final[dict[Scene, Callable[[Painter], None]]] = {
    Scene.HERO: _hero,
    Scene.TABLE: _table,
    Scene.DETAIL: _detail,
    Scene.LINEUP: _lineup,
    Scene.FLATLAY: _flatlay,
    Scene.PRESENT: _present,
    Scene.SWATCH: _swatch,
    Scene.COVER: _cover,
    Scene.POSTER: _poster,
    Scene.SHOP_ICON: _shop_icon,
    Scene.AVATAR: _avatar,
}


def paint(recipe: Recipe, shelf: Shelf) -> Image.Image:
    """The finished picture of a recipe."""
    painter = Painter(recipe, shelf)
    _COMPOSITIONS[recipe.scene](painter)
    return painter.canvas
