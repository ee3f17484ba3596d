"""Aftersale: for shops over the wire, for buyers over our own paths."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import PAGE_SIZE_MAX, after, cursor
from tongshang.kernel.refusal import CursorMismatch, InvalidField, Refusal
from tongshang.modules.aftersale import actions, refusals, store, wire
from tongshang.modules.aftersale.domain import Aftersale
from tongshang.modules.catalog import api as catalog
from tongshang.modules.identity import api as identity
from tongshang.modules.inventory import api as inventory
from tongshang.modules.ordering import api as ordering
from tongshang.modules.ordering.api import GiftAmountFixed, OrderNotFound
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, Nothing, WireNothing, WireReply
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("aftersale")

_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


# --- shops -------------------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    "/channels/ec/aftersale/getaftersaleorder",
    needs=Scope.ORDER,
    refuses=(refusals.AftersaleNotFound,),
    reads=True,
)
async def get_case(call: Call, req: wire.CaseRef) -> wire.CaseReply:
    """One aftersale case of the shop."""
    case = await _find(call, (call.shop_id, number(req.after_sale_order_id)))
    people = await identity.find_buyers(call.tx, sorted({case.buyer_id, case.giver_id} - {0}))
    buyer, giver = people.get(case.buyer_id), people.get(case.giver_id)
    shown = wire.WireCase.of(case, buyer.openid if buyer else "", giver.openid if giver else "")
    return wire.CaseReply(after_sale_order=shown)


@ENDPOINTS(
    "POST",
    "/channels/ec/aftersale/getaftersalelist",
    needs=Scope.ORDER,
    refuses=(refusals.BadQuery, CursorMismatch),
    reads=True,
)
async def list_cases(call: Call, req: wire.CaseQuery) -> wire.CaseIdPage:
    """Ids of the shop's cases created, or changed, within at most 24 hours."""
    since, until = req.span()
    question = (call.shop_id, since, until, req.by_change)
    last = after(question, req.next_key)
    place = (since, 0) if last is None else (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1]))
    found = await store.list_by_time(
        call.tx, call.shop_id, since, until, place, PAGE_SIZE_MAX + 1, by_change=req.by_change
    )
    page, more = found[:PAGE_SIZE_MAX], len(found) > PAGE_SIZE_MAX
    next_key = ""
    if page:
        next_key = cursor(question, ((page[-1][1] - _EPOCH) // _MICROSECOND, page[-1][0]))
    ids = [str(aftersale_id) for aftersale_id, _ in page]
    return wire.CaseIdPage(after_sale_order_id_list=ids, next_key=next_key, has_more=more)


@ENDPOINTS(
    "POST",
    "/channels/ec/aftersale/acceptapply",
    needs=Scope.ORDER,
    refuses=(
        refusals.NotSupported,
        refusals.AftersaleNotFound,
        refusals.WrongState,
        refusals.TooFrequent,
    ),
)
async def accept_case(call: Call, req: wire.AcceptRequest) -> WireReply:
    """Agree to a case: its money goes back. A refund that failed is tried anew."""
    if req.accept_type == 1:
        raise refusals.NotSupported(what="accept_type 1")
    await actions.accept_by_api(call, (call.shop_id, number(req.after_sale_order_id)))
    return WireReply()


@ENDPOINTS(
    "POST",
    "/channels/ec/aftersale/rejectapply",
    needs=Scope.ORDER,
    refuses=(
        refusals.BadCharacters,
        refusals.BadQuery,
        refusals.AftersaleNotFound,
        refusals.WrongState,
    ),
)
async def reject_case(call: Call, req: wire.RejectRequest) -> WireReply:
    """Refuse a case, with a reason of the list or words of your own."""
    kind, sentence = req.chosen()
    key = (call.shop_id, number(req.after_sale_order_id))
    await actions.reject(call, key, kind, sentence)
    return WireReply()


@ENDPOINTS("POST", "/channels/ec/aftersale/reason/get", needs=Scope.ORDER, reads=True)
async def list_reasons(call: Call, req: WireNothing) -> wire.ReasonsReply:
    """The reasons that buyers may give."""
    return wire.ReasonsReply.known()


@ENDPOINTS("POST", "/channels/ec/aftersale/rejectreason/get", needs=Scope.ORDER, reads=True)
async def list_reject_reasons(call: Call, req: WireNothing) -> wire.RejectReasonsReply:
    """The reasons that shops may give to refuse."""
    return wire.RejectReasonsReply.known()


@ENDPOINTS("GET", "/v1/shop/today", needs=Scope.SHOP, reads=True)
async def show_today(call: Call, req: Nothing) -> wire.Today:
    """What waits for the shop now: orders, refunds with their deadlines, SKUs that run out."""
    to_ship, unpaid = await ordering.count_waiting(call.tx, call.shop_id)
    cases, in_all = await store.list_waiting(call.tx, call.shop_id, wire.TODAY_SHOWN)
    left = await inventory.lowest(call.tx, call.shop_id, wire.LOW_STOCK, wire.LOW_LOOKED_AT)
    offers = await catalog.offers(call.tx, [(call.shop_id, sku_id) for sku_id in left])
    low = [
        wire.LowSku.of(offers[call.shop_id, sku_id], number_left)
        for sku_id, number_left in left.items()
        if (call.shop_id, sku_id) in offers and offers[call.shop_id, sku_id].on_sale
    ]
    return wire.Today(
        to_ship=to_ship,
        unpaid=unpaid,
        cases_count=in_all,
        cases=[wire.WaitingCase.of(case) for case in cases],
        low_count=len(low),
        low_stock=low[: wire.TODAY_SHOWN],
    )


# --- buyers ------------------------------------------------------------------------------------


@ENDPOINTS(
    "POST",
    "/v1/buyer/aftersale/apply",
    needs=Scope.BUYER,
    refuses=(
        OrderNotFound,
        refusals.BadCharacters,
        refusals.LineNotFound,
        refusals.NotRefundable,
        refusals.TooLate,
        refusals.AftersaleRunning,
        refusals.TooManyApplications,
        refusals.CountTooHigh,
        GiftAmountFixed,
        refusals.AmountTooHigh,
    ),
)
async def apply_for_refund(call: Call, req: wire.Application) -> wire.CaseView:
    """Ask money back of a line of your order; what was not shipped is refunded at once."""
    order_id = number(req.order_id)
    shop_id = (await ordering.shops_of(call.tx, call.buyer_id, [order_id])).get(order_id)
    if shop_id is None:
        raise OrderNotFound(order_id=str(order_id))
    (answer,) = await actions.apply(call, [req.draft(call.buyer_id, shop_id)])
    if isinstance(answer, Refusal):
        raise answer
    return wire.CaseView.of(await _find(call, (shop_id, answer)))


@ENDPOINTS(
    "POST",
    "/v1/buyer/aftersale/cancel",
    needs=Scope.BUYER,
    refuses=(refusals.AftersaleNotFound, refusals.WrongState),
)
async def cancel_case(call: Call, req: wire.OwnCaseRef) -> wire.CaseView:
    """Take your case back, while the shop has not agreed."""
    key = await _own(call, req)
    await actions.cancel(call, key)
    return wire.CaseView.of(await _find(call, key))


@ENDPOINTS(
    "GET",
    "/v1/buyer/aftersale/get",
    needs=Scope.BUYER,
    refuses=(refusals.AftersaleNotFound,),
    reads=True,
)
async def get_own_case(call: Call, req: wire.OwnCaseRef) -> wire.CaseView:
    """Your case."""
    return wire.CaseView.of(await _find(call, await _own(call, req)))


@ENDPOINTS(
    "GET",
    "/v1/buyer/aftersale/list",
    needs=Scope.BUYER,
    refuses=(CursorMismatch, InvalidField),
    reads=True,
)
async def list_own_cases(call: Call, req: wire.OwnCaseQuery) -> wire.CasePage:
    """Your cases, the newest first."""
    question = (call.buyer_id,)
    last = after(question, req.next_key)
    before = int(last[0]) if last else ID_MAX
    keys = await store.list_of_buyer(call.tx, call.buyer_id, before, req.page_size + 1)
    page = keys[: req.page_size]
    found = await store.find_aftersales(call.tx, page)
    return wire.CasePage(
        aftersales=[wire.CaseView.of(found[key]) for key in page],
        next_key=cursor(question, (page[-1][1],)) if page else "",
        has_more=len(keys) > len(page),
    )


async def _find(call: Call, key: tuple[int, int]) -> Aftersale:
    case = (await store.find_aftersales(call.tx, [key])).get(key)
    if case is None:
        raise refusals.AftersaleNotFound(aftersale_id=str(key[1]))
    return case


async def _own(call: Call, ref: wire.OwnCaseRef) -> tuple[int, int]:
    """The key of the caller's own case; somebody else's does not exist."""
    aftersale_id = number(ref.aftersale_id)
    shop_id = await store.find_shop(call.tx, call.buyer_id, aftersale_id)
    if shop_id is None:
        raise refusals.AftersaleNotFound(aftersale_id=str(aftersale_id))
    return shop_id, aftersale_id
