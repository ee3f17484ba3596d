"""Where creators and shops are at home, what stands there, and where they are."""

from typing import Final

from tongshang.kernel import page
from tongshang.kernel.refusal import CursorMismatch
from tongshang.modules.catalog import api as catalog
from tongshang.modules.discovery import wire
from tongshang.modules.discovery.actions import arranging, choosing, homes, keeping, showing
from tongshang.modules.discovery.domain import Lane, PostKind
from tongshang.modules.discovery.refusals import ItemNotFound, PartyNotHere
from tongshang.modules.discovery.store import own, shop_homes
from tongshang.modules.discovery.store import posts as store
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.surfaces.api import Surface
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing
from tongshang.runtime.wire import number

HOMES: Final = Endpoints("discovery")

_CARRIED_MAX: Final = 20
_ABOUT_MAX: Final = 12


@HOMES("GET", "/v1/buyer/home/get", needs=Scope.PUBLIC, refuses=(PartyNotHere,), reads=True)
async def get_home(call: Call, req: wire.PartyRef) -> wire.Home:
    """A creator or shop: who it is, where, how many follow it, whether you do, what is live."""
    party = await keeping.find_party(call, number(req.party_id))
    party_id = party.party_id
    standing = (await own.standings(call.tx, [party_id], call.caller.buyer_id))[party_id]
    province, city = (await store.find_places(call.tx, [party_id])).get(party_id, ("", ""))
    live = await homes.live_of(call, party_id)
    view = wire.Home(
        wire.Author.of(party_id, party), standing.followers, standing.follows, province, city, live
    )
    if party.kind is PartyKind.SHOP:
        arranged = await shop_homes.find_arrangement(call.tx, party_id)
        view.banner_url = arranged.banner_url
        view.banner = await arranging.banner(call, party_id, arranged)
        view.classes = arranging.classes_of(arranged)
    return view


@HOMES("GET", "/v1/buyer/home/contents", needs=Scope.PUBLIC, refuses=(CursorMismatch,), reads=True)
async def list_contents(call: Call, req: wire.PartyQuery) -> wire.ItemPage:
    """What a creator published, of one kind or all, the newest first."""
    party_id, kind = number(req.party_id), PostKind[req.kind.upper()] if req.kind else None
    question = ("home.contents", party_id, req.kind)
    before = choosing.place_after(question, req.next_key) or store.begin_at(call.at)
    posts = await store.list_of_authors(
        call.tx, [party_id], Lane.CONTENT, before, req.limit + 1, kind
    )
    shown = posts[: req.limit]
    key = page.cursor(question, shown[-1].place) if len(posts) > req.limit else ""
    return wire.ItemPage(await showing.show(call, shown, Surface.WINDOW), key)


@HOMES("GET", "/v1/buyer/home/goods", needs=Scope.PUBLIC, refuses=(CursorMismatch,), reads=True)
async def list_goods(call: Call, req: wire.GoodsQuery) -> wire.ItemPage:
    """A shop's goods as it arranged them, else the newest first; or what a creator carries, as
    their latest contents say.
    """
    party_id = number(req.party_id)
    question = ("home.goods", party_id)
    before = choosing.place_after(question, req.next_key) or store.begin_at(call.at)
    party = (await identity.find_parties(call.tx, [party_id])).get(party_id)
    if party is None or party.kind is not PartyKind.SHOP:
        return wire.ItemPage(await homes.list_carried(call, party_id, _CARRIED_MAX))
    arranged = await shop_homes.find_arrangement(call.tx, party_id)
    posts, more = await arranging.list_goods(call, party_id, arranged, req, before)
    key = page.cursor(question, posts[-1].place) if more else ""
    return wire.ItemPage(await arranging.shown(call, posts), key)


@HOMES("GET", "/v1/buyer/product/around", needs=Scope.PUBLIC, refuses=(ItemNotFound,), reads=True)
async def get_around(call: Call, req: wire.ProductRef) -> wire.Around:
    """Who recommends a product, what else its shop sells, and its own card as it is now."""
    product_id = number(req.product_id)
    shop_id = (await catalog.shop_of(call.tx, [product_id])).get(product_id)
    if shop_id is None:
        raise ItemNotFound(item_id=str(product_id))
    return await homes.find_around(call, shop_id, product_id, _ABOUT_MAX)


@HOMES("GET", "/v1/buyer/home/about", needs=Scope.PUBLIC, reads=True)
async def list_about_shop(call: Call, req: wire.PartyRef) -> wire.ItemPage:
    """Contents in which any of a shop's goods stands, the newest first."""
    return wire.ItemPage(await homes.list_about(call, number(req.party_id), 0, _ABOUT_MAX))


@HOMES("POST", "/v1/shop/place/set", needs=Scope.SHOP)
async def set_shop_place(call: Call, req: wire.PlaceRequest) -> wire.Place:
    """Say where your shop is: buyers of the city meet its goods under nearby."""
    return await homes.set_place(call, req)


@HOMES("POST", "/v1/promoter/place/set", needs=Scope.PROMOTER)
async def set_promoter_place(call: Call, req: wire.PlaceRequest) -> wire.Place:
    """Say where you are: buyers of the city meet your contents under nearby."""
    return await homes.set_place(call, req)


@HOMES("GET", "/v1/shop/place/get", needs=Scope.SHOP, reads=True)
async def get_shop_place(call: Call, req: Nothing) -> wire.Place:
    """Where your shop says it is; empty where it does not."""
    return await homes.place_of(call)


@HOMES("GET", "/v1/promoter/place/get", needs=Scope.PROMOTER, reads=True)
async def get_promoter_place(call: Call, req: Nothing) -> wire.Place:
    """Where you say you are; empty where you do not."""
    return await homes.place_of(call)
