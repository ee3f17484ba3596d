"""Commission orders of promoters and agencies, as their programs read them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from tongshang.kernel.page import after, cursor
from tongshang.kernel.refusal import CursorMismatch, InvalidField
from tongshang.modules.identity import api as identity
from tongshang.modules.settlement.actions.seeing import see
from tongshang.modules.settlement.domain.values import Commission
from tongshang.modules.settlement.refusals import CommissionOrderNotFound
from tongshang.modules.settlement.store import commissions as store
from tongshang.modules.settlement.store.commissions import Sought
from tongshang.modules.settlement.wire import agency_orders as agency
from tongshang.modules.settlement.wire import orders as wire
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints
from tongshang.runtime.wire import ID_MAX, number

ENDPOINTS: Final = Endpoints("settlement")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NOBODY: Final = ID_MAX


@ENDPOINTS(
    "POST",
    "/channels/ec/talent/get_order_list",
    needs=Scope.COMMISSION,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_talent_orders(call: Call, req: wire.TalentListQuery) -> wire.TalentListReply:
    """The promoter's commission orders, by payment or (with an update range) by change."""
    sought = Sought(
        party_id=call.caller.party_id,
        paid=req.paid(),
        updated=req.updated(),
        by_update=(req.update_time_gt, req.update_time_lt) != (None, None),
        order_id=number(req.order_id) if req.order_id else 0,
        product_id=number(req.spu_id) if req.spu_id else 0,
        line=req.special_id or 0,
    )
    page, more, next_key = await _page(call, sought, req.page_size, req.next_key)
    return wire.TalentListReply(
        order_list=[
            wire.TalentOrder(str(one.order_id), str(one.line), str(one.sku_id)) for one in page
        ],
        has_more=more,
        next_key=next_key,
    )


@ENDPOINTS(
    "POST",
    "/channels/ec/talent/get_order_detail",
    needs=Scope.COMMISSION,
    refuses=(CommissionOrderNotFound,),
    reads=True,
)
async def get_talent_order(call: Call, req: wire.TalentQuery) -> wire.TalentReply:
    """One commission order of the promoter: its state, what it brings and when."""
    found = await see(
        call.tx, call.caller.party_id, number(req.order_id), number(req.sku_id), req.special_id
    )
    return wire.TalentReply.of(found)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/headsupplier/order/list/get",
    needs=Scope.AGENCY,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_agency_orders(call: Call, req: agency.AgencyListQuery) -> agency.AgencyListReply:
    """The agency's commission orders, by payment or (with an update range) by change."""
    paid, updated = req.create_time_range, req.update_time_range
    sought = Sought(
        party_id=call.caller.party_id,
        paid=paid.span("create_time_range") if paid else wire.EVER,
        updated=updated.span("update_time_range") if updated else wire.EVER,
        by_update=updated is not None,
        order_id=number(req.order_id) if req.order_id else 0,
    )
    finder = req.finder_id or req.openfinderid
    sought = await _narrowed(call, sought, req.appid, req.sharer_appid, finder)
    return await _agency_page(call, sought, req.page_size, req.next_key)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/headsupplier/order/get",
    needs=Scope.AGENCY,
    refuses=(CommissionOrderNotFound,),
    reads=True,
)
async def get_agency_order(call: Call, req: agency.AgencyQuery) -> agency.AgencyReply:
    """One commission order: what came to the agency, and whom it pays of that."""
    party_id = call.caller.party_id
    found = await see(call.tx, party_id, number(req.order_id), number(req.sku_id))
    return agency.AgencyReply.of(found)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/headsupplier/clue/list/get",
    needs=Scope.AGENCY,
    refuses=(InvalidField, CursorMismatch),
    reads=True,
)
async def list_clues(call: Call, req: agency.ClueListQuery) -> agency.AgencyListReply:
    """Sales that the agency or its sharers brought, the earliest first."""
    paid = req.create_time_range
    sought = Sought(
        party_id=call.caller.party_id,
        paid=paid.span("create_time_range") if paid else wire.EVER,
        updated=wire.EVER,
    )
    sought = await _narrowed(call, sought, req.appid, req.sharer_appid, "")
    return await _agency_page(call, sought, req.page_size, req.next_key)


@ENDPOINTS(
    "POST",
    "/channels/ec/league/headsupplier/clue/get",
    needs=Scope.AGENCY,
    refuses=(CommissionOrderNotFound,),
    reads=True,
)
async def get_clue(call: Call, req: agency.AgencyQuery) -> agency.ClueReply:
    """One such sale: what was sold, and who brought it."""
    party_id = call.caller.party_id
    found = await see(call.tx, party_id, number(req.order_id), number(req.sku_id))
    return agency.ClueReply.of(found)


async def _narrowed(call: Call, sought: Sought, shop: str, sharer: str, finder: str) -> Sought:
    """The question for one shop, sharer or promoter only; nothing is of one whom nobody knows."""
    known = await identity.find_by_appids(call.tx, [one for one in (shop, sharer) if one])
    ids = {appid: party.party_id for appid, party in known.items()}
    finder_id = number(finder) if finder.isascii() and finder.isdigit() else 0
    return replace(
        sought,
        shop_id=ids.get(shop, _NOBODY) if shop else 0,
        sharer_id=ids.get(sharer, _NOBODY) if sharer else 0,
        carrier_id=(finder_id or _NOBODY) if finder else 0,
    )


async def _agency_page(
    call: Call, sought: Sought, page_size: int, next_key: str
) -> agency.AgencyListReply:
    page, more, next_key = await _page(call, sought, page_size, next_key)
    return agency.AgencyListReply(
        list=[agency.AgencyOrder(str(one.order_id), str(one.sku_id)) for one in page],
        has_more=more,
        next_key=next_key,
    )


async def _page(
    call: Call, sought: Sought, page_size: int, next_key: str
) -> tuple[Sequence[Commission], bool, str]:
    question = ("settlement.commissions", sought)
    last = after(question, next_key)
    place = (_EPOCH, 0, 0)
    if last is not None:
        place = (_EPOCH + int(last[0]) * _MICROSECOND, int(last[1]), int(last[2]))
    found = await store.seek(call.tx, sought, place, page_size + 1)
    page = found[:page_size]
    if not page:
        return page, False, ""
    end = page[-1]
    at = end.updated_at if sought.by_update else end.paid_at
    key = cursor(question, ((at - _EPOCH) // _MICROSECOND, end.order_id, end.line))
    return page, len(found) > len(page), key
