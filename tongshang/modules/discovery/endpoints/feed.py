"""The feed, why something is in it, and how much each part of the ranking weighs."""

from typing import Final

from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.discovery import domain, wire
from tongshang.modules.discovery.actions import choosing, showing
from tongshang.modules.discovery.domain import Part, Tab
from tongshang.modules.discovery.refusals import ItemNotFound, WeightUnknown
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.identity import api as identity
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing
from tongshang.runtime.wire import number

FEED: Final = Endpoints("discovery")


@FEED("GET", "/v1/buyer/feed/list", needs=Scope.PUBLIC, refuses=(CursorMismatch,), reads=True)
async def list_feed(call: Call, req: wire.FeedQuery) -> wire.FeedPage:
    """A page of what there is to find, each with the reason why it is here.

    One reading shows nothing twice: what comes out meanwhile is for the next reading.
    """
    chosen = await choosing.choose(call, req.tab, req.limit, req.next_key)
    items = await showing.show_chosen(call, chosen.posts, chosen.facts, Surface.FEED, req.tab)
    city = chosen.facts.city if req.tab is Tab.NEARBY else ""
    return wire.FeedPage(req.tab, items, chosen.next_key, chosen.note, city)


@FEED("GET", "/v1/buyer/feed/why", needs=Scope.PUBLIC, refuses=(ItemNotFound,), reads=True)
async def explain_item(call: Call, req: wire.ItemRef) -> wire.Why:
    """What an item gets points for when you look, part by part (docs/feed.md)."""
    item_id = number(req.item_id)
    post = (await store.find_posts(call.tx, [item_id])).get(item_id)
    if post is None:
        raise ItemNotFound(item_id=str(item_id))
    facts, weights = await choosing.facts_of(call, post), await choosing.weights_of(call)
    parties = await identity.find_parties(call.tx, [post.author_id])
    author = wire.Author.of(post.author_id, parties.get(post.author_id))
    scored = domain.score(post, facts, weights)
    parts = [
        wire.WhyPart(part, points, *showing.told(part, post, facts, author))
        for part, points in scored.parts
    ]
    return wire.Why(str(item_id), scored.total, parts, _plain(weights))


def _plain(weights: domain.Weights) -> dict[str, int]:
    return {part.value: weights[part] for part in Part}


@FEED("GET", "/v1/platform/feed/weights", needs=Scope.OPERATOR, reads=True)
async def get_weights(call: Call, req: Nothing) -> wire.Weights:
    """How much each part of the ranking weighs."""
    return wire.Weights(_plain(await store.find_weights(call.tx)))


@FEED("POST", "/v1/platform/feed/weight/set", needs=Scope.OPERATOR, refuses=(WeightUnknown,))
async def set_weight(call: Call, req: wire.WeightPatch) -> wire.Weights:
    """Weigh a part anew; every reader's next page is ranked by it within ten seconds."""
    if req.part not in set(Part) or not await store.set_weight(call.tx, Part(req.part), req.points):
        raise WeightUnknown(part=req.part)
    choosing.forget_weights(call)
    return wire.Weights(_plain(await store.find_weights(call.tx)))
