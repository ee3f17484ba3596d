"""Requests and answers of subscriptions, categories and live protection (reference section 7.3)."""

from collections.abc import Mapping, Sequence

import msgspec

from tongshang.modules.catalog.api import Category
from tongshang.modules.league.wire.agencies import ItemPage
from tongshang.modules.league.wire.plans import Id
from tongshang.runtime.rpc import WireReply


class ProductRef(msgspec.Struct):
    product_id: Id = 0


class SubscriptionFilter(msgspec.Struct):
    appid: str = ""
    product_id: Id = 0
    product_name: str = ""


class SubscriptionQuery(msgspec.Struct):
    filter: SubscriptionFilter | None = None
    page_size: ItemPage = 10
    next_key: str = ""
    need_total_num: bool = False


class Subscription(msgspec.Struct):
    shop_appid: str
    product_id: str


class SubscriptionPage(WireReply):
    subscribe_info_list: list[Subscription] = msgspec.field(default_factory=list)
    total_num: int | msgspec.UnsetType = msgspec.UNSET
    next_key: str = ""
    has_more: bool = False


class CatNode(msgspec.Struct):
    cat_id: str
    name: str
    f_cat_id: str
    level: int
    leaf: bool


class CatEntry(msgspec.Struct):
    cat: CatNode


class CatPath(msgspec.Struct):
    cat_and_qua: list[CatEntry]


class CatsReply(WireReply):
    cats: list[CatPath] = msgspec.field(default_factory=list)
    cats_v2: list[CatPath] = msgspec.field(default_factory=list)

    @classmethod
    def of(cls, tree: Sequence[Category]) -> "CatsReply":
        """Each leaf with the way to it; the older tree has three levels."""
        by_id = {one.cat_id: one for one in tree}
        paths = [CatPath(_path(one, by_id)) for one in tree if one.is_leaf]
        return cls(cats=[one for one in paths if len(one.cat_and_qua) <= 3], cats_v2=paths)


class QrReply(WireReply):
    qrcode_url: str = ""


def _path(leaf: Category, by_id: Mapping[int, Category]) -> list[CatEntry]:
    steps = [leaf]
    while steps[-1].parent_id in by_id and len(steps) < 9:
        steps.append(by_id[steps[-1].parent_id])
    return [
        CatEntry(CatNode(str(one.cat_id), one.name, str(one.parent_id), one.level, one.is_leaf))
        for one in reversed(steps)
    ]
