"""What a picture shows, as a value: the same recipe is the same picture, under the same name."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Final

import msgspec


class Scene(StrEnum):
    """The ways a thing is shown; a product's head pictures use several of them."""

    HERO = "hero"
    TABLE = "table"
    DETAIL = "detail"
    LINEUP = "lineup"
    FLATLAY = "flatlay"
    PRESENT = "present"
    SWATCH = "swatch"
    COVER = "cover"
    POSTER = "poster"
    SHOP_ICON = "shop_icon"
    AVATAR = "avatar"


# fmt: off
PICTURE_SIZES: Final[dict[Scene, tuple[int, int]]] = {
    Scene.HERO:      (800, 800),
    Scene.TABLE:     (800, 800),
    Scene.DETAIL:    (800, 800),
    Scene.LINEUP:    (800, 800),
    Scene.FLATLAY:   (800, 800),
    Scene.PRESENT:   (800, 800),
    Scene.SWATCH:    (480, 480),
    Scene.COVER:     (900, 500),
    Scene.POSTER:    (720, 960),
    Scene.SHOP_ICON: (400, 400),
    Scene.AVATAR:    (240, 240),
}
# fmt: on


class Recipe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One picture: a thing (a drawn form or an icon) in a scene, with companions."""

    scene: Scene
    palette: str
    thing: str
    tint: str = ""
    motif: str = ""
    others: tuple[str, ...] = ()
    tints: tuple[str, ...] = ()
    seed: int = 0


def picture_name(recipe: Recipe) -> str:
    """The file name of a picture; it changes whenever anything in the recipe does."""
    digest = hashlib.sha256(msgspec.json.encode(recipe)).hexdigest()
    return f"{recipe.scene}-{digest[:16]}.webp"
