"""Posts follow what the rooms below tell; what is hot is counted on the clock."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from tongshang.modules.catalog.api import ProductStatus
from tongshang.modules.catalog.events import ProductListed
from tongshang.modules.discovery.actions.heating import count_heat
from tongshang.modules.discovery.domain import Lane, Post, PostKind
from tongshang.modules.discovery.store import own
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.events import OrderReceived
from tongshang.modules.surfaces.events import ContentPublished, ContentRemoved
from tongshang.runtime import jobs
from tongshang.runtime.call import Call

FACTS: Final = (ProductListed, ContentPublished, ContentRemoved, OrderReceived)


async def _hear(call: Call, facts: Sequence[Any]) -> None:
    """Facts in the order they were told: the last word on an item counts."""
    added: dict[int, Post] = {}
    gone: set[int] = set()
    for fact in facts:
        for post in _come(call, fact):
            added.setdefault(post.item_id, post)
            gone.discard(post.item_id)
        if item_id := _went(fact):
            added.pop(item_id, None)
            gone.add(item_id)
    if gone:
        await store.drop_posts(call.tx, gone)
    if added:
        await store.add_posts(call.tx, list(added.values()))
    received = {(f.shop_id, f.order_id) for f in facts if isinstance(f, OrderReceived)}
    if received:
        await _show_purchases(call, sorted(received))


def _come(call: Call, fact: Any) -> tuple[Post, ...]:
    """What a fact lets people find: a content; a product on sale, and with the first its shop."""
    match fact:
        case ContentPublished():
            kind = PostKind(fact.kind)
            return (Post(fact.content_id, Lane.CONTENT, kind, fact.author_id, "", fact.at),)
        case ProductListed(status=ProductStatus.LISTED):
            shop_id = fact.shop_id
            return (
                Post(fact.product_id, Lane.PRODUCT, PostKind.PRODUCT, shop_id, "", call.at),
                Post(shop_id, Lane.SHOP, PostKind.SHOP, shop_id, "", call.at),
            )
    return ()


def _went(fact: Any) -> int:
    """What a fact takes away."""
    match fact:
        case ContentRemoved(content_id=item_id):
            return item_id
        case ProductListed(product_id=item_id, status=status) if status != ProductStatus.LISTED:
            return item_id
    return 0


async def _show_purchases(call: Call, keys: Sequence[tuple[int, int]]) -> None:
    """What buyers have in hand and kept, for friends of those who allow it. No presents: what
    somebody was given is not told by us.
    """
    found = await ordering.find_orders(call.tx, keys)
    bought = [
        (order.buyer_id, line.product_id, order.shop_id, call.at)
        for order in found.values()
        if order.gift is None
        for line in order.lines
        if line.refunded_count < line.count
    ]
    if bought:
        await own.show_purchases(call.tx, bought)


async def _count_heat(call: Call) -> bool:
    await count_heat(call)
    return False


POSTS: Final = jobs.listener("discovery.posts", FACTS, _hear)
HEAT: Final = jobs.Periodic("discovery.heat", timedelta(minutes=5), _count_heat)
