"""What stands on the pages of creators, shops and products."""

from collections.abc import Sequence
from typing import Final

from tongshang.modules.discovery import wire
from tongshang.modules.discovery.actions import showing
from tongshang.modules.discovery.domain import Lane, Post, PostKind
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.league import api as league
from tongshang.modules.ordering import api as ordering
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, Surface
from tongshang.runtime.call import Call

_CONTENTS_READ: Final = 30
_GOODS_READ: Final = 9
_ROOMS_READ: Final = 5
_NEWEST: Final = 2**63 - 1


async def live_of(call: Call, party_id: int) -> list[wire.Item]:
    """The party's rooms that are open now."""
    rooms = await store.list_of_authors(
        call.tx, [party_id], Lane.CONTENT, store.begin_at(call.at), _ROOMS_READ, PostKind.LIVE_ROOM
    )
    open_now = await showing.on_air(call, rooms)
    shown = [room for room in rooms if room.item_id in open_now]
    return await showing.show(call, shown, Surface.LIVE_ROOM)


async def list_carried(call: Call, party_id: int, limit: int) -> list[wire.Item]:
    """The goods in a creator's window, then those in his latest contents; each once, as his own cards."""
    shelf = await league.window_of(call.tx, party_id, _NEWEST, limit)
    deals = {item.product_id: item.deal_id for item in shelf}
    contents = await store.list_of_authors(
        call.tx, [party_id], Lane.CONTENT, store.begin_at(call.at), _CONTENTS_READ
    )
    cards = await surfaces.list_content_cards(call.tx, [post.item_id for post in contents])
    keys = dict.fromkeys(
        [
            *((item.shop_id, item.product_id) for item in shelf),
            *(card.key for post in contents for card in cards[post.item_id]),
        ]
    )
    scene = surfaces.scene_of(Surface.WINDOW)
    refs = [
        CardRef(
            shop_id,
            product_id,
            party_id,
            scene=scene,
            surface=Surface.WINDOW,
            position=position,
            deal_id=deals.get(product_id, 0),
        )
        for position, (shop_id, product_id) in enumerate(list(keys)[:limit], start=1)
    ]
    views = await surfaces.card_views(call, refs)
    nobody = wire.Author.of(0, None)
    return [
        wire.Item(view.product_id, "product", call.at, nobody, view.title, view.picture_url,
                  card=view)
        for view in views
        if view.is_available
    ]  # fmt: skip


async def list_about(call: Call, shop_id: int, product_id: int, limit: int) -> list[wire.Item]:
    """The contents in which a product, or (0) any of a shop's, stands; the newest first."""
    ids = await surfaces.contents_with(call.tx, shop_id, product_id, limit)
    posts = await store.find_posts(call.tx, ids)
    shown = [posts[i] for i in ids if i in posts]
    return await showing.show(call, shown, Surface.PRODUCT_PAGE)


async def find_around(call: Call, shop_id: int, product_id: int, limit: int) -> wire.Around:
    """A product's own card, who carries it, and what else its shop has."""
    ids = await surfaces.contents_with(call.tx, shop_id, product_id, limit)
    posts = await store.find_posts(call.tx, ids)
    carriers = [posts[i] for i in ids if i in posts]
    own = Post(product_id, Lane.PRODUCT, PostKind.PRODUCT, shop_id, "", call.at)
    goods = await store.list_of_authors(
        call.tx, [shop_id], Lane.PRODUCT, store.begin_at(call.at), _GOODS_READ
    )
    others = [post for post in goods if post.item_id != product_id]
    first, *items = await showing.show(call, [own, *carriers, *others], Surface.PRODUCT_PAGE)
    assert first.card is not None
    return wire.Around(
        first.card,
        items[: len(carriers)],
        [item for item in items[len(carriers) :] if item.is_available],
    )


async def list_entries(call: Call, order_ids: Sequence[int]) -> list[wire.OrderEntries]:
    """The order centre's cards for a buyer's own orders; others' are not there."""
    shops = await ordering.shops_of(call.tx, call.buyer_id, order_ids)
    keys = [(shops[i], i) for i in dict.fromkeys(order_ids) if i in shops]
    if not keys:
        return []
    orders = await ordering.find_orders(call.tx, keys)
    surface = Surface.ORDER_CENTER
    scene = surfaces.scene_of(surface)
    refs = [
        CardRef(shop_id, line.product_id, 0, 0, scene, surface, line.line)
        for shop_id, order_id in keys
        for line in orders[shop_id, order_id].lines
    ]
    views = iter(await surfaces.card_views(call, refs))
    cards = await surfaces.shop_card_views(call, [shop_id for shop_id, _ in keys], surface)
    return [
        wire.OrderEntries(str(key[1]), card, [next(views) for _ in orders[key].lines])
        for key, card in zip(keys, cards, strict=True)
    ]


async def set_place(call: Call, req: wire.PlaceRequest) -> wire.Place:
    """Keep where the party that calls is."""
    place = wire.Place(req.province.strip(), req.city.strip())
    await store.set_place(call.tx, call.caller.party_id, place.province, place.city, call.at)
    return place


async def place_of(call: Call) -> wire.Place:
    """Where the party that calls says it is."""
    party_id = call.caller.party_id
    found = await store.find_places(call.tx, [party_id])
    return wire.Place(*found.get(party_id, ("", "")))
