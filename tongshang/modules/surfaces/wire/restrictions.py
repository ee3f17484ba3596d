"""Restrictions as the wire has them (getproductrestrictedinfo), and as the operator sets them."""

from datetime import datetime
from typing import Annotated

import msgspec

from tongshang.modules.catalog.api import ProductCard
from tongshang.modules.governance.api import Restriction
from tongshang.modules.identity.api import Party
from tongshang.modules.surfaces.wire.cards import NO_NUL
from tongshang.modules.surfaces.wire.cards import Id as Id
from tongshang.runtime.rpc import WireReply

Scenes = Annotated[
    list[Annotated[int, msgspec.Meta(ge=1, le=10)]], msgspec.Meta(min_length=1, max_length=10)
]


class RestrictedRequest(msgspec.Struct):
    product_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=50)]


class SceneInfo(msgspec.Struct):
    scene: int
    source: int


class RestrictedInfo(msgspec.Struct):
    product_id: str
    scene_info: list[SceneInfo]


class RestrictedData(msgspec.Struct):
    restricted_info_list: list[RestrictedInfo] = []


class RestrictedReply(WireReply):
    data: RestrictedData = msgspec.field(default_factory=RestrictedData)


class RestrictionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Scenes: 1 live, 2 short video, 3 window, 4 search, 5 ads, 6 cards, 7 alliance, 8 feed, 9 sale,
    10 hidden information; `source` says by which rule (1 to 8, reference section 3.7).
    """

    product_id: Id
    scenes: Scenes
    source: Annotated[int, msgspec.Meta(ge=1, le=8)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=NO_NUL)]


class LiftRequest(msgspec.Struct, forbid_unknown_fields=True):
    product_id: Id
    scenes: Scenes


class RestrictionQuery(msgspec.Struct, forbid_unknown_fields=True):
    """`is_lifted`: those that ended; `product_id`: what one product is barred from now."""

    is_lifted: bool = False
    product_id: Id = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20
    next_key: str = ""


class RestrictionView(msgspec.Struct):
    shop_id: str
    shop_name: str
    product_id: str
    title: str
    picture_url: str
    scene: int
    source: int
    reason: str
    set_by: str
    set_at: datetime
    lifted_at: datetime | None

    @classmethod
    def of(
        cls, one: Restriction, product: ProductCard | None, shop: Party | None, by: Party | None
    ) -> "RestrictionView":
        """A restriction with the names of those concerned."""
        return cls(
            str(one.shop_id),
            shop.name if shop else "",
            str(one.product_id),
            product.title if product else "",
            product.picture_url if product else "",
            int(one.scene),
            int(one.source),
            one.reason,
            by.name if by else "",
            one.set_at,
            one.lifted_at,
        )


class RestrictionPage(msgspec.Struct):
    restrictions: list[RestrictionView]
    next_key: str = ""
