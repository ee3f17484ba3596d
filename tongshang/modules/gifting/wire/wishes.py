"""Wish lists and walls, on our own paths."""

from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.gifting.wire.buyers import PRINTABLE, MaybeId
from tongshang.modules.gifting.wire.views import Person
from tongshang.runtime.wire import Id


class WishDraft(msgspec.Struct, forbid_unknown_fields=True):
    shop_id: Id
    product_id: Id
    sku_id: MaybeId = 0
    note: Annotated[str, msgspec.Meta(max_length=100, pattern=PRINTABLE)] = ""


class WishRef(msgspec.Struct, forbid_unknown_fields=True):
    product_id: Id


class ListOf(msgspec.Struct, forbid_unknown_fields=True):
    """Whose list; without an id one's own."""

    buyer_id: MaybeId = 0


class WishView(msgspec.Struct):
    shop_id: str
    product_id: str
    sku_id: str
    title: str
    picture_url: str
    price_fen: int
    is_available: bool
    note: str
    wished_at: datetime


class WishList(msgspec.Struct):
    owner: Person
    wishes: list[WishView]


class WallGift(msgspec.Struct):
    """A gift on a wall: both sides let it be seen."""

    present_id: str
    title: str
    thumb_url: str
    giver: Person
    thanks: str
    thanks_url: str
    at: datetime


class Wall(msgspec.Struct):
    owner: Person
    gifts: list[WallGift]
