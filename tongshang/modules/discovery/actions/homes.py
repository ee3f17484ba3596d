"""What stands on the pages of creators, shops and products."""

from typing import Final

from tongshang.modules.discovery import wire
from tongshang.modules.discovery.actions import showing
from tongshang.modules.discovery.domain import Lane
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import CardRef, Surface
from tongshang.runtime.call import Call

_CONTENTS_READ: Final = 30


async def live_of(call: Call, party_id: int) -> list[wire.Item]:
    """The party's rooms that are open now."""
    return []


async def list_carried(call: Call, party_id: int, limit: int) -> list[wire.Item]:
    """The goods in a creator's latest contents, each once, as his own cards."""
    contents = await store.list_of_authors(
        call.tx, [party_id], Lane.CONTENT, store.begin_at(call.at), _CONTENTS_READ
    )
    cards = await surfaces.list_content_cards(call.tx, [post.item_id for post in contents])
    keys = dict.fromkeys(card.key for post in contents for card in cards[post.item_id])
    scene = surfaces.scene_of(Surface.WINDOW)
    refs = [
        CardRef(shop_id, product_id, party_id, 0, scene, Surface.WINDOW, position)
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
