"""Agencies supply agencies: what one has of a shop, offered on to another or to all."""

from typing import Final

from tongshang.kernel import page
from tongshang.kernel.ids import Named as Ids
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyKind
from tongshang.modules.league.actions import goods, supplying
from tongshang.modules.league.domain import supply
from tongshang.modules.league.domain.plans import period
from tongshang.modules.league.domain.supply import Item, LinkKind, Resale, ResaleState
from tongshang.modules.league.refusals import (
    BadAgencyRequest,
    BadAppid,
    BadLink,
    BadPeriod,
    CannotResell,
    NoAgencyProduct,
    NoResale,
    NotSubmitted,
    ResaleStands,
)
from tongshang.modules.league.store import items
from tongshang.modules.league.store import resales as store
from tongshang.modules.league.wire import agencies as wire
from tongshang.modules.league.wire.plans import moment
from tongshang.runtime.call import Call, Scope
from tongshang.runtime.rpc import Endpoints, WireReply

ENDPOINTS = Endpoints("league")

_PATH: Final = "/channels/ec/league/headsupplier/secondheadsupplieritem"
_NAMED, _TO_ALL = 1, 2  # plan_type of these calls
_SET, _END = 1, 2  # update_type


@ENDPOINTS(
    "POST",
    f"{_PATH}/add",
    needs=Scope.AGENCY,
    refuses=(
        BadAgencyRequest,
        BadAppid,
        NoAgencyProduct,
        BadLink,
        CannotResell,
        NotSubmitted,
        BadPeriod,
        ResaleStands,
    ),
)
async def add_resale(call: Call, req: wire.ResaleDraft) -> WireReply:
    """Supply an agency by name (plan_type 1) or every agency (2) with an item of one's own.

    `service_ratio` in parts per million of the goods' price, at most what comes to the agency
    itself. What another agency supplies is not supplied on: two stand on a sale at most.
    """
    to_agency_id = await _whom(call, req.plan_type, req.to_head_supplier_appid)
    item = await _item(call, req.cooperative_item_id, req.head_supplier_item_link)
    if item.resale_id:
        raise CannotResell
    offer = await supplying.offer_of(call, item)
    if not offer.runs(call.at):
        raise NotSubmitted
    ratio = supply.resold_ppm(req.service_ratio, offer.arrives_ppm)
    resale = Resale(
        item.agency_id,
        call.take_id(Ids.PLAN),
        item.item_id,
        item.shop_id,
        item.product_id,
        item.plan_id,
        to_agency_id,
        ratio,
        ResaleState.RUNS,
        *period(moment(req.start_time), moment(req.end_time), call.at),
    )
    if not await store.add_resale(call.tx, resale, call.at):
        raise ResaleStands
    await items.add_links(call.tx, {resale.resale_id: item.agency_id}, LinkKind.RESALE)
    key = [(item.shop_id, item.product_id)]
    fields = ("service_ratio", "active_time")
    if to_agency_id:
        await goods.tell_agencies(call, key, fields, kind=goods.NEW, only=to_agency_id)
    return WireReply()


@ENDPOINTS(
    "POST",
    f"{_PATH}/update",
    needs=Scope.AGENCY,
    refuses=(BadAgencyRequest, BadAppid, NoAgencyProduct, BadLink, NoResale),
)
async def update_resale(call: Call, req: wire.ResalePatch) -> WireReply:
    """Change what another agency gets (update_type 1), for links made from now on, or end it (2).

    A link that promises more than is offered now is paid no longer by this plan.
    """
    if req.update_type not in {_SET, _END}:
        raise BadAgencyRequest(field="update_type", rule="is 1 or 2")
    to_agency_id = await _whom(call, req.plan_type, req.to_head_supplier_appid)
    item = await _item(call, req.cooperative_item_id, req.head_supplier_item_link)
    held = await store.hold_resale(call.tx, item.agency_id, item.item_id, to_agency_id)
    if held is None:
        raise NoResale
    if req.update_type == _END:
        changed = supply.ended(held)
    else:
        arrives = (await supplying.offer_of(call, item)).arrives_ppm
        changed = supply.resold_at(held, supply.resold_ppm(req.service_ratio, arrives))
    await store.save_resale(call.tx, changed)
    field = "status" if req.update_type == _END else "service_ratio"
    key = [(item.shop_id, item.product_id)]
    if to_agency_id:
        await goods.tell_agencies(call, key, (field,), only=to_agency_id)
    return WireReply()


@ENDPOINTS(
    "POST",
    f"{_PATH}/getlist",
    needs=Scope.AGENCY,
    refuses=(BadAgencyRequest,),
    reads=True,
)
async def list_resales(call: Call, req: wire.ResaleQuery) -> wire.ResalePage:
    """What the agency supplies: to agencies by name (plan_type 1), to all (2), or both (0)."""
    if req.plan_type not in {0, _NAMED, _TO_ALL}:
        raise BadAgencyRequest(field="plan_type", rule="is 1 or 2")
    agency_id = call.caller.party_id
    question = ("league.resales", agency_id, req.plan_type)
    after = page.after_number(question, req.next_key, 0)
    limit = req.page_size + 1
    found = await store.list_resales(call.tx, agency_id, after, limit, whom=req.plan_type)
    shown = found[: req.page_size]
    agencies = await identity.find_parties(call.tx, sorted({one.to_agency_id for one in shown}))
    views = [wire.ResaleView.of(one, agencies) for one in shown]
    key = page.cursor(question, (shown[-1].resale_id,)) if len(found) > len(shown) else ""
    return wire.ResalePage(items=views, next_key=key)


async def _whom(call: Call, plan_type: int, appid: str) -> int:
    if plan_type not in {_NAMED, _TO_ALL}:
        raise BadAgencyRequest(field="plan_type", rule="is 1, with to_head_supplier_appid, or 2")
    if plan_type == _TO_ALL:
        return 0
    party_id = (await supplying.party_of(call, appid, PartyKind.AGENCY)).party_id
    if party_id == call.caller.party_id:
        raise BadAppid(appid=appid)
    return party_id


async def _item(call: Call, item_id: int, link: str) -> Item:
    """The item that is meant: by its id, else by the link of the offer or of what is supplied."""
    if item_id:
        return await supplying.own_item(call, item_id)
    found = await supplying.follow_own(call, link)
    if found is None:
        raise NoAgencyProduct
    return found
