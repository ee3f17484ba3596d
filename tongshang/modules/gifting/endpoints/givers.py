"""Gifts as those who give them ask for them."""

from typing import Final

from tongshang.kernel.page import after_number, cursor
from tongshang.kernel.refusal import CursorMismatch, Refusal
from tongshang.modules.gifting import refusals
from tongshang.modules.gifting.actions import linking, making, nudging, reading, sending
from tongshang.modules.gifting.domain.present import Role
from tongshang.modules.gifting.endpoints import views
from tongshang.modules.gifting.store import people, settings
from tongshang.modules.gifting.wire import buyers as wire
from tongshang.modules.gifting.wire import views as sights
from tongshang.modules.ordering.api import PLACING_GIFTS_REFUSES
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Done, Endpoints, Nothing
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("gifting")

_MAKING: Final = (
    refusals.ReceiverIsGiver,
    refusals.SameReceiver,
    refusals.FormDoesNotFit,
    refusals.TimeOutOfRange,
    refusals.WordsForbidden,
    refusals.NotGivable,
    refusals.GiftTooDear,
    refusals.GiverNotFriend,
)


@ENDPOINTS(
    "POST", "/v1/buyer/gifts/make", needs=Scope.BUYER, refuses=(*_MAKING, *PLACING_GIFTS_REFUSES)
)
async def make_gift(call: Call, req: wire.GiftDraft) -> wire.GiftMade:
    """Make a gift; its pieces are yours to give until the time to pay is over."""
    (made,) = await making.make(call, [req.draft(call.buyer_id)])
    if isinstance(made, Refusal):
        raise made
    return wire.GiftMade.of(made, reading.token_of(call, made))


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/price",
    needs=Scope.BUYER,
    refuses=(*_MAKING, refusals.NotSellable),
    reads=True,
)
async def price_gift(call: Call, req: wire.GiftDraft) -> wire.GiftQuote:
    """What a gift would cost now; the shop bears the way to whoever takes it."""
    draft = req.draft(call.buyer_id)
    offer = await making.price(call, draft)
    amount = offer.price_fen * draft.portions
    return wire.GiftQuote(offer.price_fen, amount, 0, offer.title, offer.thumb_url)


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/pay",
    needs=Scope.BUYER,
    refuses=(refusals.PresentNotFound, refusals.NotUnpaid),
)
async def pay_gift(call: Call, req: wire.GiftPay) -> wire.GiftCharge:
    """Begin to pay your gift; the answer says where the cashier is."""
    key = await reading.own_key(call, number(req.present_id))
    (charge,) = await sending.ask_payment(call, [key], confirm=req.confirm)
    return wire.GiftCharge(str(charge.payment_id), charge.prepay_id, f"/cashier/{charge.prepay_id}")


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/cancel",
    needs=Scope.BUYER,
    refuses=(refusals.PresentNotFound, refusals.CannotCallBack),
)
async def cancel_gift(call: Call, req: wire.GiftRef) -> Done:
    """Cancel a gift that is not paid, or call one back that was paid ahead and not sent yet."""
    await sending.recall(call, await reading.own_key(call, number(req.present_id)))
    return Done()


@ENDPOINTS(
    "GET",
    "/v1/buyer/gifts/get",
    needs=Scope.BUYER,
    refuses=(refusals.PresentNotFound,),
    reads=True,
)
async def get_gift(call: Call, req: wire.GiftRef) -> sights.GiverView:
    """A gift of yours: who took what, and how far it is; never where it goes."""
    key = await reading.own_key(call, number(req.present_id))
    rules = await settings.get_rules(call.tx)
    return views.giver_view(call, await reading.get_dossier(call, key), rules)


@ENDPOINTS(
    "GET", "/v1/buyer/gifts/sent/list", needs=Scope.BUYER, refuses=(CursorMismatch,), reads=True
)
async def list_sent(call: Call, req: sights.GiftPageQuery) -> sights.SentPage:
    """Gifts that you gave, the newest first."""
    question = ["gifts.sent", call.buyer_id]
    before = after_number(question, req.next_key, ID_MAX)
    parts = await people.list_parts(call.tx, call.buyer_id, Role.GIVER, before, req.page_size + 1)
    page, more = parts[: req.page_size], len(parts) > req.page_size
    shown = await views.sent_gifts(call, [(shop, present) for shop, present, _ in page])
    return sights.SentPage(shown, cursor(question, (page[-1][1],)) if more else "", more)


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/extend",
    needs=Scope.BUYER,
    refuses=(refusals.PresentNotFound, refusals.ExtendedBefore),
)
async def extend_gift(call: Call, req: wire.GiftRef) -> wire.GiftExtended:
    """Give those who have not accepted yet more time: once, before it is over."""
    key = await reading.own_key(call, number(req.present_id))
    until = await sending.extend(call, key)
    return wire.GiftExtended(until)


@ENDPOINTS(
    "POST",
    "/v1/buyer/gifts/remind",
    needs=Scope.BUYER,
    refuses=(refusals.PresentNotFound, refusals.NobodyToRemind, refusals.NudgedLately),
)
async def remind_of_gift(call: Call, req: wire.GiftRef) -> wire.GiftReminded:
    """Remind those who have not said yes, once in a while; a group reads it in its chat."""
    key = await reading.own_key(call, number(req.present_id))
    told = await nudging.remind(call, key)
    rules = await settings.get_rules(call.tx)
    return wire.GiftReminded(told, call.at + rules.nudge_after)


@ENDPOINTS("POST", "/v1/buyer/gifts/links", needs=Scope.BUYER, refuses=(refusals.PresentNotFound,))
async def make_links(call: Call, req: wire.GiftRef) -> wire.GiftLinks:
    """Your gift as a link, a short link and a 口令: whoever you give one to can open it."""
    key = await reading.own_key(call, number(req.present_id))
    return await linking.links_of(call, key)


@ENDPOINTS("GET", "/v1/buyer/gifts/rules", needs=Scope.BUYER, reads=True)
async def show_rules(call: Call, req: Nothing) -> sights.GivingRules:
    """How dear, how many, how long: the rules of giving."""
    return sights.GivingRules.of(await settings.get_rules(call.tx))
