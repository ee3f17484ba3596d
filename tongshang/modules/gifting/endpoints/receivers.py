"""Gifts as those who receive them ask for them."""

from collections.abc import Sequence
from typing import Final

from tongshang.kernel.page import after_number, cursor
from tongshang.kernel.refusal import CursorMismatch, Refusal
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import claiming, donating, drawing, reading, thanking, token
from tongshang.modules.gifting.domain.claiming import Claim
from tongshang.modules.gifting.domain.present import Portion, Role
from tongshang.modules.gifting.endpoints import views
from tongshang.modules.gifting.store import people, settings
from tongshang.modules.gifting.wire import buyers as wire
from tongshang.modules.gifting.wire import views as sights
from tongshang.modules.media import api as media
from tongshang.modules.ordering.api import ACCEPTING_REFUSES
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Asked, Done, Endpoints
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("gifting")

_TAKING: Final = (
    refusals.PresentNotFound,
    refusals.OwnGift,
    refusals.NotTheReceiver,
    refusals.GiftNotSent,
    refusals.GiftDeclined,
    refusals.GiftDonated,
    refusals.GiftExpired,
    refusals.AllTaken,
    refusals.NotDrawn,
    refusals.NotWon,
)


@ENDPOINTS(
    "GET",
    "/v1/buyer/gifts/open",
    needs=Scope.BUYER,
    refuses=(refusals.PresentNotFound,),
    reads=True,
)
async def open_gift(call: Call, req: wire.TokenRef) -> sights.ReceiverView:
    """What is in a gift that somebody sent you, and whether you may have it."""
    key = reading.read_token(call, req.token)
    found = await reading.open_link(call, key, call.buyer_id)
    rules = await settings.get_rules(call.tx)
    charity = await reading.charity_of(call, rules)
    return views.receiver_view(call, found, call.buyer_id, rules, charity)


@ENDPOINTS("POST", "/v1/buyer/gifts/cards", needs=Scope.BUYER, reads=True)
async def show_cards(call: Call, req: wire.GiftIds) -> sights.GiftCards:
    """Gifts as your chats show them; those that were not sent to you are left out."""
    ids = [number(one) for one in req.present_ids]
    found = (token.read(call.house.secret, one) for one in req.tokens)
    linked = [key for key in found if key is not None]
    return await views.gift_cards(call, ids, linked, call.buyer_id)


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/claim",
    needs=Scope.BUYER,
    refuses=(
        *_TAKING,
        refusals.AddressNotFound,
        refusals.AlreadyYours,
        refusals.MovedMeanwhile,
        *ACCEPTING_REFUSES,
    ),
    lane="gifts",
)
async def claim_gifts(
    call: Call, asked: Sequence[Asked[wire.GiftClaim]]
) -> Sequence[wire.GiftTaken | Refusal]:
    """Accept a gift: with an address it is on its way, without one it is yours until it ends."""
    answers: dict[int, wire.GiftTaken | Refusal] = {}
    claims: dict[int, Claim] = {}
    for place, one in enumerate(asked):
        try:
            key = reading.read_token(call, one.request.token)
        except Refusal as refusal:
            answers[place] = refusal
            continue
        claims[place] = Claim(
            *key,
            one.caller.buyer_id,
            wire.maybe(one.request.address_id),
            wire.maybe(one.request.sku_id),
            one.request.is_on_wall,
        )
    given = await claiming.claim(call, list(claims.values())) if claims else []
    for place, taken in zip(claims, given, strict=True):
        answers[place] = wire.GiftTaken.of(taken) if isinstance(taken, Portion) else taken
    return [answers[place] for place in range(len(asked))]


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/decline",
    needs=Scope.BUYER,
    refuses=(*_TAKING, refusals.AlreadyOrdered, refusals.MovedMeanwhile),
)
async def decline_gift(call: Call, req: wire.TokenRef) -> Done:
    """Say that you do not want a gift: what was paid goes back to who gave it."""
    await claiming.decline(call, reading.read_token(call, req.token), call.buyer_id)
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/donate",
    needs=Scope.BUYER,
    refuses=(
        refusals.NotDonatable,
        *_TAKING,
        refusals.AlreadyOrdered,
        refusals.MovedMeanwhile,
    ),
)
async def donate_gift(call: Call, req: wire.TokenRef) -> wire.GiftDonated:
    """Give a gift that is yours to take to the platform's charity, where it has one."""
    key = reading.read_token(call, req.token)
    return wire.GiftDonated(await donating.donate(call, key, call.buyer_id))


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/pass",
    needs=Scope.BUYER,
    refuses=(
        refusals.MayNotPassOn,
        *_TAKING,
        refusals.AlreadyOrdered,
        refusals.ReceiverIsGiver,
        refusals.AlreadyYours,
        refusals.GiverNotFriend,
        refusals.MovedMeanwhile,
    ),
)
async def pass_gift_on(call: Call, req: wire.GiftPass) -> Done:
    """Pass a gift that you accepted on to a friend, where the platform allows it."""
    key = reading.read_token(call, req.token)
    await claiming.pass_on(call, key, call.buyer_id, number(req.to_buyer_id))
    return Done()


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/join",
    needs=Scope.BUYER,
    refuses=(
        refusals.PresentNotFound,
        refusals.NotADraw,
        refusals.OwnGift,
        refusals.NotTheReceiver,
        refusals.GiftNotSent,
        refusals.DrawOver,
        refusals.DrawFull,
    ),
)
async def join_draw(call: Call, req: wire.TokenRef) -> wire.GiftJoined:
    """Take part in a draw; the answer is the number that is drawn by."""
    key = reading.read_token(call, req.token)
    return wire.GiftJoined(await drawing.join(call, key, call.buyer_id))


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/draw",
    needs=Scope.BUYER,
    refuses=(refusals.PresentNotFound, refusals.NotADraw, refusals.DrawOver),
)
async def make_draw(call: Call, req: wire.GiftRef) -> sights.GiverView:
    """Draw the winners of your gift now, before its time."""
    key = await reading.own_key(call, number(req.present_id))
    await drawing.draw_now(call, key)
    rules = await settings.get_rules(call.tx)
    return views.giver_view(call, await reading.get_dossier(call, key), rules)


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/thank",
    needs=Scope.BUYER,
    refuses=(
        refusals.PresentNotFound,
        refusals.WordsForbidden,
        refusals.PictureNotOurs,
        media.PictureRefused,
        refusals.NotOrdered,
        refusals.ThankedBefore,
    ),
)
async def thank_giver(call: Call, req: wire.GiftThanks) -> Done:
    """Thank who gave you a gift, with words and, if you like, a picture."""
    key = await reading.own_key(call, number(req.present_id), Role.RECEIVER)
    picture_url = req.picture_url
    if req.media:
        (picture_url,) = await media.keep_pictures(call, call.buyer_id, [req.media])
    await thanking.thank(call, key, call.buyer_id, req.text, picture_url)
    return Done()


@ENDPOINTS(
    "POST", "/v1/buyer/gifts/wall/show", needs=Scope.BUYER, refuses=(refusals.PresentNotFound,)
)
async def show_on_wall(call: Call, req: wire.GiftWall) -> Done:
    """Let your friends see on your wall that you received a gift, or not any more."""
    key = await reading.own_key(call, number(req.present_id), Role.RECEIVER)
    await thanking.show_on_wall(call, key, call.buyer_id, is_shown=req.is_shown)
    return Done()


@ENDPOINTS(
    "GET",
    "/v1/buyer/gifts/received/list",
    needs=Scope.BUYER,
    refuses=(CursorMismatch,),
    reads=True,
)
async def list_received(call: Call, req: sights.GiftPageQuery) -> sights.ReceivedPage:
    """Gifts that you received, or that wait for you, the newest first."""
    question = ["gifts.received", call.buyer_id]
    before = after_number(question, req.next_key, ID_MAX)
    parts = await people.list_parts(
        call.tx, call.buyer_id, Role.RECEIVER, before, req.page_size + 1
    )
    page, more = parts[: req.page_size], len(parts) > req.page_size
    keys = [(shop_id, present_id) for shop_id, present_id, _ in page]
    shown = await views.received_gifts(call, call.buyer_id, keys)
    return sights.ReceivedPage(shown, cursor(question, (page[-1][1],)) if more else "", more)


@ENDPOINTS(
    "GET", "/v1/buyer/gifts/news/list", needs=Scope.BUYER, refuses=(CursorMismatch,), reads=True
)
async def list_news(call: Call, req: sights.GiftPageQuery) -> sights.NewsPage:
    """What you were told of gifts, the newest first."""
    question = ["gifts.news", call.buyer_id]
    before = after_number(question, req.next_key, ID_MAX)
    shown, last = await views.news_page(call, call.buyer_id, before, req.page_size)
    return sights.NewsPage(shown, cursor(question, (last,)) if last else "", bool(last))
