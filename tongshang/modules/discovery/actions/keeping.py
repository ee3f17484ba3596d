"""What buyers keep and look at, and the lists of it."""

from typing import Any

from tongshang.kernel import page
from tongshang.modules.catalog import api as catalog
from tongshang.modules.compass import api as compass
from tongshang.modules.compass.api import EventDraft, EventKind
from tongshang.modules.discovery import domain, wire
from tongshang.modules.discovery.actions import choosing, showing
from tongshang.modules.discovery.domain import Lane, Post, PostKind
from tongshang.modules.discovery.refusals import ItemNotFound, PartyNotHere
from tongshang.modules.discovery.store import own
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.discovery.store.own import Choices
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyKind
from tongshang.modules.surfaces import api as surfaces
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime.call import Call


async def find_party(call: Call, party_id: int) -> Party:
    """A creator or shop; anybody else is not found."""
    party = (await identity.find_parties(call.tx, [party_id])).get(party_id)
    if party is None or party.kind not in wire.IS_PARTY:
        raise PartyNotHere(party_id=str(party_id))
    return party


async def find_post(call: Call, item_id: int) -> Post:
    """An item, if it can be found; creators, too, may be kept."""
    post = (await store.find_posts(call.tx, [item_id])).get(item_id)
    if post is None:
        raise ItemNotFound(item_id=str(item_id))
    return post


async def note_follow(call: Call, party: Party) -> None:
    """Count that somebody follows a creator or shop now; whose event it is is not kept."""
    if party.kind is PartyKind.SHOP:
        event = EventDraft(call.at, EventKind.FOLLOW, Surface.SHOP_HOME, shop_id=party.party_id)
    else:
        event = EventDraft(call.at, EventKind.FOLLOW, Surface.WINDOW, carrier_id=party.party_id)
    await compass.record(call, [event])


async def note_like(call: Call, post: Post) -> None:
    """Count that somebody keeps an item, which is how things are liked here."""
    place: dict[str, Any] = {}
    match post.lane:
        case Lane.CONTENT:
            content = (await surfaces.get_contents(call.tx, [post.item_id])).get(post.item_id)
            if content is None:
                return
            place = {"surface": content.surface, "carrier_id": content.promoter_id}
            place["content_id"] = post.item_id
        case Lane.PRODUCT:
            place = {"surface": Surface.PRODUCT_PAGE, "shop_id": post.author_id}
            place["product_id"] = post.item_id
        case Lane.SHOP:
            place = {"surface": Surface.SHOP_HOME, "shop_id": post.item_id}
    await compass.record(call, [EventDraft(call.at, EventKind.LIKE, **place)])


async def choices_of(call: Call) -> Choices:
    """What the buyer who calls allows."""
    return (await own.find_choices(call.tx, [call.buyer_id])).get(call.buyer_id, Choices())


async def note_look(call: Call, item_id: int) -> bool:
    """Note a look, where the buyer keeps a history and there is such an item."""
    post = (await store.find_posts(call.tx, [item_id])).get(item_id)
    if post is None or not (await choices_of(call)).keeps_history:
        return False
    await own.look(call.tx, [(call.buyer_id, item_id, post.lane, call.at)])
    await own.tidy_looks(call.tx, call.buyer_id, domain.LOOKS_MAX)
    return True


async def list_kept(call: Call, req: wire.KeptQuery, *, looked: bool) -> wire.KeptPage:
    """A page of what was kept, or looked at; what is gone meanwhile is shown as gone."""
    buyer_id, lane = call.buyer_id, wire.lane(req.kind)
    question = ("looks" if looked else "saved", buyer_id, req.kind)
    before = choosing.place_after(question, req.next_key) or store.begin_at(call.at)
    found = await own.list_kept(call.tx, buyer_id, lane, before, req.limit + 1, looked=looked)
    shown = found[: req.limit]
    known = await store.find_posts(call.tx, [item_id for item_id, _ in shown])
    gone = [item_id for item_id, _ in shown if item_id not in known]
    shops = await catalog.shop_of(call.tx, gone) if gone else {}
    posts = [known.get(i) or _gone(i, shops.get(i, 0), call) for i, _ in shown]
    items = await showing.show(call, posts, Surface.SAVED)
    for item, (_, at) in zip(items, shown, strict=True):
        item.at = at
    key = ""
    if len(found) > req.limit:
        item_id, at = shown[-1]
        key = page.cursor(question, (domain.micros(at), item_id))
    keeps = (await choices_of(call)).keeps_history if looked else True
    return wire.KeptPage(items, key, keeps)


def _gone(item_id: int, author_id: int, call: Call) -> Post:
    """What may be found no more: a product off sale still has its name."""
    lane = domain.lane_of(item_id) or Lane.CONTENT
    kind = {Lane.PRODUCT: PostKind.PRODUCT, Lane.SHOP: PostKind.SHOP}.get(lane, PostKind.ARTICLE)
    return Post(item_id, lane, kind, author_id, "", call.at)
