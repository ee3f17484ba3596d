"""Wish lists that friends see and give from, and walls of what one received."""

from typing import Final

from tongshang.modules.catalog import api as catalog
from tongshang.modules.catalog.api import ProductStatus
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.store import lists, wishes
from tongshang.modules.gifting.store.wishes import WISHES_MAX, Wish
from tongshang.modules.gifting.wire import wishes as wire
from tongshang.modules.gifting.wire.buyers import maybe
from tongshang.modules.gifting.wire.views import Person
from tongshang.modules.identity import api as identity
from tongshang.modules.social import api as social
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints
from tongshang.runtime.wire import number

ENDPOINTS: Final = Endpoints("gifting")

_WALL_SHOWN: Final = 50


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/wish/add",
    needs=Scope.BUYER,
    refuses=(refusals.WishNotFound, refusals.WishListFull),
)
async def add_wish(call: Call, req: wire.WishDraft) -> Done:
    """Put a product on your wish list, or change what you say of it; your friends see it."""
    shop_id, product_id = number(req.shop_id), number(req.product_id)
    if product_id not in await catalog.cards(call.tx, [(shop_id, product_id)]):
        raise refusals.WishNotFound
    wish = Wish(call.buyer_id, product_id, shop_id, maybe(req.sku_id), req.note, call.at)
    if not await wishes.add_wish(call.tx, wish):
        raise refusals.WishListFull(limit=WISHES_MAX)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/wish/remove",
    needs=Scope.BUYER,
    refuses=(refusals.WishNotFound,),
)
async def remove_wish(call: Call, req: wire.WishRef) -> Done:
    """Take a product off your wish list."""
    if not await wishes.remove_wish(call.tx, call.buyer_id, number(req.product_id)):
        raise refusals.WishNotFound
    return Done()


@ENDPOINTS(
    "GET",
    "/v1/buyer/gifts/wish/list",
    needs=Scope.BUYER,
    refuses=(refusals.WishNotFound,),
    reads=True,
)
async def list_wishes(call: Call, req: wire.ListOf) -> wire.WishList:
    """Your wish list, or a friend's, with today's prices."""
    owner = await _owner(call, maybe(req.buyer_id))
    kept = await wishes.list_wishes(call.tx, int(owner.buyer_id))
    cards = await catalog.cards(call.tx, [(one.shop_id, one.product_id) for one in kept])
    return wire.WishList(
        owner,
        [
            wire.WishView(
                str(one.shop_id),
                str(one.product_id),
                str(one.sku_id) if one.sku_id else "",
                cards[one.product_id].title,
                cards[one.product_id].picture_url,
                cards[one.product_id].price_fen,
                cards[one.product_id].status is ProductStatus.LISTED,
                one.note,
                one.wished_at,
            )
            for one in kept
            if one.product_id in cards
        ],
    )


@ENDPOINTS(
    "GET",
    "/v1/buyer/gifts/wall",
    needs=Scope.BUYER,
    refuses=(refusals.WishNotFound,),
    reads=True,
)
async def show_wall(call: Call, req: wire.ListOf) -> wire.Wall:
    """What you, or a friend, received and shows: where both giver and receiver let it be seen."""
    owner = await _owner(call, maybe(req.buyer_id))
    shown = await lists.list_wall(call.tx, int(owner.buyer_id), _WALL_SHOWN)
    givers = await identity.find_buyers(call.tx, sorted({one.giver_id for one in shown} - {0}))
    return wire.Wall(
        owner,
        [
            wire.WallGift(
                str(one.present_id),
                one.title,
                one.thumb_url,
                Person.of(givers.get(one.giver_id)),
                one.thanks,
                one.thanks_url,
                one.at,
            )
            for one in shown
        ],
    )


async def _owner(call: Call, asked: int) -> Person:
    """Whose list it is: one's own, or a friend's who does not block one."""
    buyer_id = asked or call.buyer_id
    if buyer_id != call.buyer_id:
        pair = (buyer_id, call.buyer_id)
        if not await social.are_friends(call.tx, [pair]):
            raise refusals.WishNotFound
    return Person.of((await identity.find_buyers(call.tx, [buyer_id])).get(buyer_id))
