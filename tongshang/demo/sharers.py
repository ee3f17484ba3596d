"""The demo's sharers: three people who share an agency's goods, and what friends bought of them."""

import contextlib
from datetime import datetime, timedelta
from typing import Any, Final

from tongshang.demo.furnish import Furnished
from tongshang.demo.goods import Market
from tongshang.demo.stage import Stage
from tongshang.kernel.refusal import Refusal
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import Party, PartyDraft, PartyKind
from tongshang.modules.sandbox import api as sandbox
from tongshang.runtime.call import Caller

AGENCY: Final = PartyDraft(
    PartyKind.AGENCY, "拾光选品", "Found Light", "替小店找会讲故事的人，也替爱分享的人挑好东西"
)
_PROMOTER: Final = "/channels/ec/promoter/"
_SHOPS: Final = 2
_OFFERED: Final = 6  # products of each
_SERVICE_PERCENT: Final = 18
_SHARERS: Final = slice(4, 7)
_FRIENDS: Final = slice(7, 10)
_BIG_PART: Final = 700_000
_PASSES: Final = 300_000
_BEGAN: Final = timedelta(days=12)
_STEP: Final = timedelta(hours=5)
_WAY: Final = timedelta(days=2)


async def share(stage: Stage, market: Market, made: Furnished, now: datetime) -> None:
    """Two are paid by the platform, one by the agency; each link of theirs found a buyer."""
    stage.go_to(now - _BEGAN)
    agency = await _agency(stage)
    await _offer(stage, market, made, agency)
    caller = identity.agency_caller(agency)
    people = [made.callers[one.key] for one in market.buyers[_SHARERS]]
    for number, person in enumerate(people):
        await _bind(stage, caller, person, is_simple=number == 2)
    await _pay_more(stage, caller, people[1])
    promoter = made.callers[market.promoters[0].key]
    path = "/v1/promoter/agency/bind"
    await stage.ask(promoter, path, agency_appid=agency.appid, passes_ppm=_PASSES)
    friends = [one.key for one in market.buyers[_FRIENDS]]
    at = now - _BEGAN + _STEP
    for number, person in enumerate(people):
        at += _STEP
        await _sell(stage, made, person, (friends[number], number), at, now)
    stage.return_to_now()
    await stage.finish_work()


async def _agency(stage: Stage) -> Party:
    """The first of the demo's agencies; where there is none, one of our own."""
    async with stage.calling() as call:
        found = await identity.list_parties(call.tx, PartyKind.AGENCY)
        if found:
            return found[0]
        (party_id,) = await identity.add_parties(call, [AGENCY])
        await sandbox.furnish_app(call, party_id)
        return await identity.get_party(call.tx, party_id)


async def _offer(stage: Stage, market: Market, made: Furnished, agency: Party) -> None:
    """Two shops work with the agency, which says itself what it passes on of their fee."""
    caller = identity.agency_caller(agency)
    for shop in market.shops[:_SHOPS]:
        owner = made.callers[shop.key]
        with contextlib.suppress(Refusal):  # they may work together already
            appid = await _appid(stage, owner)
            await stage.ask(caller, "/v1/agency/shop/invite", appid=appid)
            agency_id = str(agency.party_id)
            await stage.ask(owner, "/v1/shop/agency/accept", agency_id=agency_id)
        goods = [made.products[one.code][1] for one in market.products if one.shop == shop.key]
        items = [
            {"product_id": one, "service_ratio": _SERVICE_PERCENT, "commission_type": 1}
            for one in goods[:_OFFERED]
        ]
        await stage.ask(
            owner,
            "/channels/ec/league/item/headsupplier/batchadd",
            headsupplier_appid=agency.appid,
            list=items,
            is_forerver=True,
        )


async def _appid(stage: Stage, owner: Caller) -> str:
    async with stage.calling() as call:
        return (await identity.get_party(call.tx, owner.party_id)).appid


async def _bind(stage: Stage, agency: Caller, person: Caller, *, is_simple: bool) -> None:
    openid = (await stage.ask(person, "/v1/sharer/get")).openid
    status = await stage.ask(
        agency,
        _PROMOTER + "get_promoter_register_and_bind_status",
        sharer_openid=openid,
        is_simple_register=is_simple,
    )
    query = status.bind_query_string
    await stage.ask(person, "/v1/sharer/register", query=query)
    if not is_simple:
        await stage.ask(person, "/v1/sharer/verify")
    await stage.ask(person, "/v1/sharer/bind", query=query)


async def _pay_more(stage: Stage, agency: Caller, person: Caller) -> None:
    appid = (await stage.ask(person, "/v1/sharer/get")).sharer_appid
    await stage.ask(
        agency,
        _PROMOTER + "set_sharer_commission_info",
        sharer_appid=appid,
        commission_type=0,
        commission_ratio=_BIG_PART,
    )


async def _sell(
    stage: Stage,
    made: Furnished,
    person: Caller,
    who: tuple[str, int],
    at: datetime,
    now: datetime,
) -> None:
    """A friend opens the link, buys and, but for the last, has the goods."""
    friend, number = who
    stage.go_to(at)
    goods = (await stage.ask(person, "/v1/sharer/product/list", limit=10)).goods
    wanted = goods[number % len(goods)]
    link = await stage.ask(person, "/v1/sharer/link/make", product_id=wanted.product_id)
    buyer = made.callers[friend]
    target = await stage.ask(buyer, "/v1/buyer/link/open", code=link.forms.link_code)
    product = await stage.ask(buyer, "/v1/buyer/product/get", product_id=wanted.product_id)
    line = {"sku_id": product.skus[0].sku_id, "count": 1, "card": target.token}
    placed = await stage.ask(
        buyer,
        "/v1/buyer/order/place",
        shop_id=wanted.shop_id,
        address_id=made.addresses[friend],
        lines=[line],
    )
    await stage.ask(buyer, "/v1/buyer/order/pay", order_id=placed.order_id, confirm=True)
    await stage.finish_tasks()
    owner = next(c for c in made.callers.values() if str(c.party_id) == wanted.shop_id)
    await _send(stage, owner, placed.order_id, wanted.product_id, line["sku_id"])
    if number < 2:
        stage.go_to(min(at + _WAY, now))
        await stage.ask(buyer, "/v1/buyer/order/confirm", order_id=placed.order_id)
        await stage.finish_tasks()


async def _send(stage: Stage, owner: Caller, order_id: str, product_id: str, sku_id: Any) -> None:
    sent = [{"product_id": product_id, "sku_id": sku_id, "product_cnt": 1}]
    parcel = {
        "delivery_id": "SF",
        "waybill_id": f"SF{order_id[-13:]}",
        "product_infos": sent,
        "deliver_type": 1,
    }
    await stage.ask(
        owner, "/channels/ec/order/delivery/send", order_id=order_id, delivery_list=[parcel]
    )
