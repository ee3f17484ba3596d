"""What is a buyer's own: whom he follows, what he keeps, what he looked at, what he allows."""

from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.discovery import domain, wire
from tongshang.modules.discovery.actions import choosing, homes, keeping
from tongshang.modules.discovery.refusals import (
    ItemNotFound,
    PartyNotHere,
    TooManyFollowed,
    TooManySaved,
)
from tongshang.modules.discovery.store import own
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.discovery.store.own import Choices
from tongshang.modules.identity import api as identity
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing
from tongshang.runtime.wire import number

OWN: Final = Endpoints("discovery")


@OWN(
    "POST",
    "/v1/buyer/follow/set",
    needs=Scope.BUYER,
    refuses=(PartyNotHere, TooManyFollowed),
)
async def set_follow(call: Call, req: wire.FollowRequest) -> wire.Standing:
    """Follow a creator or shop, or follow it no more; twice is as once."""
    party_id = number(req.party_id)
    party = await keeping.find_party(call, party_id)
    if req.follows:
        before = (await own.standings(call.tx, [party_id], call.buyer_id))[party_id]
        most = domain.FOLLOWS_MAX
        if not before.follows and await own.count_follows(call.tx, call.buyer_id) >= most:
            raise TooManyFollowed(limit=most)
        await own.follow(call.tx, [(call.buyer_id, party_id, call.at)])
        if not before.follows:
            await keeping.note_follow(call, party)
    else:
        await own.unfollow(call.tx, call.buyer_id, party_id)
    now = (await own.standings(call.tx, [party_id], call.buyer_id))[party_id]
    return wire.Standing(now.follows, now.followers)


@OWN("GET", "/v1/buyer/follow/list", needs=Scope.BUYER, refuses=(CursorMismatch,), reads=True)
async def list_follows(call: Call, req: wire.KeptQuery) -> wire.FollowPage:
    """Whom you follow, the latest first."""
    question = ("follows", call.buyer_id)
    before = choosing.place_after(question, req.next_key) or store.begin_at(call.at)
    found = await own.list_follows(call.tx, call.buyer_id, before, req.limit + 1)
    ids = [party_id for party_id, _ in found[: req.limit]]
    parties = await identity.find_parties(call.tx, ids)
    standings = await own.standings(call.tx, ids, call.buyer_id)
    shown = [
        wire.Followed(wire.Author.of(i, parties.get(i)), standings[i].followers, since)
        for i, since in found[: req.limit]
    ]
    more = len(found) > req.limit
    last = (domain.micros(shown[-1].since), ids[-1]) if more else ()
    count = await own.count_follows(call.tx, call.buyer_id)
    return wire.FollowPage(shown, count, page.cursor(question, last) if more else "")


@OWN("POST", "/v1/buyer/saved/set", needs=Scope.BUYER, refuses=(ItemNotFound, TooManySaved))
async def set_saved(call: Call, req: wire.SaveRequest) -> wire.SavedState:
    """Keep a content, product or shop, or let it go; twice is as once."""
    item_id = number(req.item_id)
    if not req.saved:
        await own.unsave(call.tx, call.buyer_id, item_id)
        return wire.SavedState(saved=False)
    post = await keeping.find_post(call, item_id)
    is_kept = item_id in await own.which_saved(call.tx, call.buyer_id, [item_id])
    if await own.count_saved(call.tx, call.buyer_id) >= domain.SAVED_MAX:
        raise TooManySaved(limit=domain.SAVED_MAX)
    await own.save(call.tx, [(call.buyer_id, item_id, post.lane, call.at)])
    if not is_kept:
        await keeping.note_like(call, post)
    return wire.SavedState(saved=True)


@OWN("GET", "/v1/buyer/saved/get", needs=Scope.BUYER, reads=True)
async def get_saved(call: Call, req: wire.ItemRef) -> wire.SavedState:
    """Whether you keep an item."""
    item_id = number(req.item_id)
    return wire.SavedState(item_id in await own.which_saved(call.tx, call.buyer_id, [item_id]))


@OWN("GET", "/v1/buyer/saved/list", needs=Scope.BUYER, refuses=(CursorMismatch,), reads=True)
async def list_saved(call: Call, req: wire.KeptQuery) -> wire.KeptPage:
    """What you keep, the latest first; what is gone or off sale since says so."""
    return await keeping.list_kept(call, req, looked=False)


@OWN("POST", "/v1/buyer/history/add", needs=Scope.BUYER)
async def note_look(call: Call, req: wire.ItemRef) -> Done:
    """Note that you looked at something, unless you keep no history; unknown things are not."""
    return Done(await keeping.note_look(call, number(req.item_id)))


@OWN("GET", "/v1/buyer/history/list", needs=Scope.BUYER, refuses=(CursorMismatch,), reads=True)
async def list_history(call: Call, req: wire.KeptQuery) -> wire.KeptPage:
    """What you looked at, the latest first."""
    return await keeping.list_kept(call, req, looked=True)


@OWN("POST", "/v1/buyer/history/clear", needs=Scope.BUYER)
async def clear_history(call: Call, req: wire.ForgetRequest) -> Done:
    """Forget one item of your history, or all of it."""
    await own.clear_looks(call.tx, call.buyer_id, number(req.item_id) if req.item_id else 0)
    return Done()


@OWN("POST", "/v1/buyer/order/entries", needs=Scope.BUYER, reads=True)
async def list_entries(call: Call, req: wire.OrdersRequest) -> wire.EntriesPage:
    """Cards of the order centre for your orders: to their shops, and to buy or give again."""
    return wire.EntriesPage(await homes.list_entries(call, [number(i) for i in req.order_ids]))


@OWN("GET", "/v1/buyer/choices/get", needs=Scope.BUYER, reads=True)
async def get_choices(call: Call, req: Nothing) -> wire.ChoicesView:
    """What you allow: a history of your own, friends who see what you bought."""
    mine = await keeping.choices_of(call)
    return wire.ChoicesView(mine.keeps_history, mine.shows_purchases)


@OWN("POST", "/v1/buyer/choices/set", needs=Scope.BUYER)
async def set_choices(call: Call, req: wire.ChoicesPatch) -> wire.ChoicesView:
    """Allow or forbid. What is forbidden is forgotten at once; what is allowed begins now."""
    mine = await keeping.choices_of(call)
    keeps = mine.keeps_history if req.keeps_history is None else req.keeps_history
    shows = mine.shows_purchases if req.shows_purchases is None else req.shows_purchases
    await own.set_choices(call.tx, [call.buyer_id], Choices(keeps, shows), call.at)
    if not keeps:
        await own.clear_looks(call.tx, call.buyer_id)
    if not shows:
        await own.hide_purchases(call.tx, call.buyer_id)
    return wire.ChoicesView(keeps, shows)
