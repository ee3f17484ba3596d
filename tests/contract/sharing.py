"""An agency's program and its sharers, a shop's own people, and accounts that cooperate."""

import io
from datetime import timedelta
from typing import Any, Final

from tests.contract.session import Program
from tests.market import png
from tests.modules.media.films import mp4
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import (
    BuyerDraft,
    PartyDraft,
    PartyKind,
    add_buyers,
    add_parties,
    buyer_caller,
    find_buyers,
    find_parties,
)
from tongshang.runtime.call import AGENCY_SCOPES, Caller
from tongshang.runtime.files import SentFile

_FAMILY: Final = "promoter/get_"
_MINI: Final = {"sharer_id": "wxmini1", "sharer_type": 3}


async def shared(program: Program) -> None:
    """Everything by which somebody shares: links of agencies' sharers, and of the shop's own."""
    market = program.market
    async with calling(market.opened) as call:
        (agency_id,) = await add_parties(call, [PartyDraft(PartyKind.AGENCY, "众选机构")])
        ids = [agency_id, market.shop.party_id, market.promoter.party_id]
        parties = await find_parties(call.tx, ids)
        (buyer_id,) = await add_buyers(call, [BuyerDraft("阿雯")])
        person = (await find_buyers(call.tx, [buyer_id]))[buyer_id]
    agency = Program(market, program.client, agency_id, answers=program.answers)
    await agency.enter("sharersagency")
    appids = {one.kind: one.appid for one in parties.values()}
    await _work_together(program, agency, appids)
    sharer = await bind_sharer(agency, buyer_caller(person), person.openid)
    await _goods(agency, sharer, appids)
    await _contents(agency, sharer, appids)
    await _lives(agency, sharer, appids)
    await _let_go(agency, sharer)
    await _staff(program, buyer_caller(person), person.openid)
    await _accounts(program, appids[PartyKind.SHOP])


async def _work_together(program: Program, agency: Program, appids: dict[PartyKind, str]) -> None:
    market = program.market
    tea, cup = market.tea.product_id, market.cup.product_id
    invite = {"appid": appids[PartyKind.SHOP]}
    await market.ask(agency_caller(agency), "/v1/agency/shop/invite", "", **invite)
    path, agency_id = "/v1/shop/agency/accept", str(agency.party_id)
    await market.ask(market.shop, path, "", agency_id=agency_id)
    await program.call(
        "league/item/headsupplier/batchadd",
        headsupplier_appid=appids[PartyKind.AGENCY],
        list=[{"product_id": one, "service_ratio": 20, "commission_type": 1} for one in (tea, cup)],
        is_forerver=True,
    )
    bind = {"agency_appid": appids[PartyKind.AGENCY], "passes_ppm": 500_000}
    await market.ask(market.promoter, "/v1/promoter/agency/bind", "", **bind)


def agency_caller(agency: Program) -> Caller:
    """The agency as who asks our own endpoints."""
    return Caller("agency", AGENCY_SCOPES, agency.party_id)


async def bind_sharer(agency: Program, person: Caller, openid: str) -> str:
    """A person becomes an agency's sharer; his appid."""
    status = f"{_FAMILY}promoter_register_and_bind_status"
    asked = await agency.call(status, sharer_openid=openid, is_simple_register=False)
    query = asked["bind_query_string"]
    for step, fields in (
        ("register", {"query": query}),
        ("verify", {}),
        ("bind", {"query": query}),
    ):
        await agency.market.ask(person, f"/v1/sharer/{step}", "", **fields)
    known = await agency.call(status, sharer_openid=openid, is_simple_register=False)
    await agency.call(f"{_FAMILY}bind_sharer_list", page_size=10)
    return str(known["sharer_appid"])


async def _goods(agency: Program, sharer: str, appids: dict[PartyKind, str]) -> None:
    tea = agency.market.tea.product_id
    who = {"sharer_appid": sharer}
    pay = {**who, "commission_type": 0, "commission_ratio": 400_000}
    await agency.call("promoter/set_sharer_commission_info", **pay)
    own = {**who, "product_id": tea, "commission_ratio": 300_000}
    await agency.call("promoter/set_sharer_product_commission_info", **own)
    await agency.call(f"{_FAMILY}sharer_product_commission_info", **who, product_id=tea)
    await agency.call(f"{_FAMILY}promote_product_list", plan_type=1, page_size=1)
    shop = {"shop_appid": appids[PartyKind.SHOP], "product_id": tea}
    await agency.call(
        f"{_FAMILY}promote_product_detail", **shop, plan_type=1, get_available_coupon=True
    )
    for name in (
        "product_promotion_link_info",
        "product_promotion_qrcode_info",
        "promoter_single_product_promotion_info",
    ):
        await agency.call(_FAMILY + name, **shop, **who)
    for name in ("public_coupon_list", "cooperative_coupon_list"):
        await agency.call(_FAMILY + name, page_size=10)
    await agency.call(f"{_FAMILY}coupon_to_headsupplier", to_head_supplier_appid="wx1", limit=9)
    await agency.call(f"{_FAMILY}bind_shop_list", page_size=10)
    shop_appid = appids[PartyKind.SHOP]
    await agency.call(f"{_FAMILY}bind_shop_promoter_list", shop_appid=shop_appid, page_size=10)
    await agency.call(f"{_FAMILY}bind_talent_list", page_size=10)


def _accounts_of(agency: Program, appids: dict[PartyKind, str]) -> tuple[Any, Any]:
    talent = {"talent_appid": appids[PartyKind.PROMOTER]}
    shop = {"shop_appid": appids[PartyKind.SHOP], "promoter_type": 1}
    return talent, {**shop, "promoter_id": agency.market.shop_id}


async def _contents(agency: Program, sharer: str, appids: dict[PartyKind, str]) -> None:
    market = agency.market
    talent, shop = _accounts_of(agency, appids)
    goods = [
        {"kind": "card", "shop_id": market.shop_id, "product_id": one.product_id}
        for one in (market.tea, market.cup)
    ]
    for audience, named, name in (("promoter", talent, "feed"), ("shop", shop, "shop_feed")):
        caller = getattr(market, audience)
        film = SentFile(io.BytesIO(mp4()), len(mp4()))
        video: Any = await market.ask(caller, f"/v1/{audience}/video/upload", media=film)
        made = await market.ask(
            caller, f"/v1/{audience}/content/add", title="一分钟", kind="short_video",
            media={"url": video.url}, blocks=goods,
        )  # fmt: skip
        await agency.call(f"{_FAMILY}{name}_list", **named, page_size=1)
        feeds = [{"export_id": made.content_id}]
        asked = {**named, "sharer_appid": sharer, "mini_program_appid": "wx1", "feed_list": feeds}
        await agency.call(f"{_FAMILY}{name}_promotion_info", **asked)
    await market.ask(market.shop, "/v1/shop/content/add", title="山里的茶", blocks=goods)
    await agency.call(f"{_FAMILY}talent_biz_article_list", **talent, page_size=1)
    await agency.call(f"{_FAMILY}shop_mp_article_list", **{**shop, "promoter_type": 4}, page_size=1)


async def _lives(agency: Program, sharer: str, appids: dict[PartyKind, str]) -> None:
    market, host = agency.market, "/v1/promoter/live/"
    talent, shop = _accounts_of(agency, appids)
    who = {"sharer_appid": sharer, "mini_program_appid": "wx1"}
    room = (await market.ask(market.promoter, host + "schedule", title="茶山夜话")).content_id
    goods = [{"shop_id": market.shop_id, "product_id": market.tea.product_id}]
    await market.ask(market.promoter, host + "bag/add", content_id=room, products=goods)
    await agency.call(f"{_FAMILY}live_notice_record_list", **talent, **who)
    for name in ("live_notice_promoter_share_link", "live_notice_record_qr_code"):
        await agency.call(_FAMILY + name, **talent, **who, notice_id=room)
    reserved = {"sharer_appid": sharer, "live_notice_id": room}
    await agency.call(f"{_FAMILY}live_notice_reservation_info", **reserved)
    await market.ask(market.promoter, host + "start", content_id=room)
    await agency.call(f"{_FAMILY}live_record_list", **talent, **who)
    await agency.call(f"{_FAMILY}live_record_qr_code", **talent, **who, export_id=room)
    await agency.call(f"{_FAMILY}live_commission_product_list", **talent, page_size=10)
    for name in ("live_record_list", "live_notice_record_list", "live_commission_product_list"):
        await agency.call(f"{_FAMILY}shop_{name}", **shop, page_size=10)


async def _let_go(agency: Program, sharer: str) -> None:
    await agency.call("promoter/headsupplier_unbind_promoter", sharer_appid=sharer)


async def _staff(program: Program, person: Caller, openid: str) -> None:
    market = program.market
    asked = await program.call("sharer/bind", username=openid)
    ticket = asked["qrcode_img"].partition("ticket=")[2]
    await market.ask(person, "/v1/sharer/shop/answer", ticket=ticket, accepts=True)
    await program.call("sharer/get_sharer_list", sharer_type=1)
    await program.call("sharer/search_sharer", openid=openid)
    named = {"openid": openid, "product_id": market.tea.product_id}
    made = await program.call("sharer/get_sharer_product_h5url", **named)
    await program.call("sharer/get_sharer_product_taglink", **named)
    await program.call("sharer/get_sharer_product_qrcode", **named)
    code = made["product_h5url"].rpartition("/")[2]
    target = await market.ask(market.buyer, "/v1/buyer/link/open", code=code)
    await market.pay(await market.place(market.tea, card=target.token))
    await finish_work(market.opened)
    await program.call("sharer/get_sharer_order_list", openid=openid)
    finder, host = {"finder_id": str(market.promoter.party_id)}, "/v1/promoter/live/"
    room = (await market.ask(market.promoter, host + "schedule", title="晨茶")).content_id
    goods = [{"shop_id": market.shop_id, "product_id": market.tea.product_id}]
    await market.ask(market.promoter, host + "bag/add", content_id=room, products=goods)
    path = "sharer/get_shop_finder_live_notice_sharer_url"
    await program.call(path, **finder, notice_id=room)
    await market.ask(market.promoter, host + "start", content_id=room)
    await program.call("sharer/get_shop_finder_live_sharer_url", **finder, export_id=room)
    for _ in range(2):  # again, who is no longer bound is refused
        await program.call("sharer/unbind", openid_list=[openid, "nobody"])


async def _accounts(program: Program, shop_appid: str) -> None:
    market, path = program.market, "cooperation/invitation/"
    await program.call(path + "qrcode/generate", **_MINI)
    await program.call(path + "get", **_MINI)
    await program.call(path + "cancel", **_MINI)
    for ending in (path + "unbind", "cooperation/unbind"):
        market.opened.house.clock.offset += timedelta(seconds=1)
        await program.call(path + "qrcode/generate", **_MINI)
        ticket = await market.opened.house.pool.fetchval("select ticket from cooperations")
        answer = "/v1/buyer/cooperation/answer"
        await market.ask(market.buyer, answer, ticket=ticket, accepts=True)
        await program.call("cooperation/list", sharer_type=3)
        await program.call(ending, **_MINI)
    await _other_account(program, shop_appid)
    await program.call("cooperation/product/list", shop_appid=shop_appid, page_size=1)
    tea = market.tea.product_id
    await program.call("cooperation/product/get", shop_appid=shop_appid, product_id=tea)
    order_id = await market.place(market.tea)
    asked = {"shop_appid": shop_appid, "order_id": order_id}
    await program.call("cooperation/order/get", **asked)
    seen = await program.call("order/get", order_id=order_id)
    openid = seen["order"]["openid"]
    sent = await program.client.post(
        "/channels/ec/open/upload",
        params={"access_token": program.token, "openid": openid, "upload_type": 0},
        files={"file": ("word.png", png(1, 2, 3), "image/png")},
    )
    program.note("/channels/ec/open/upload", sent)
    await program.call("open/get_download_url", openid=openid, order_id=order_id)


async def _other_account(program: Program, shop_appid: str) -> None:
    """An account refuses, then works with the shop, and reads of it what it may."""
    market, path = program.market, "cooperation/"
    async with calling(market.opened) as call:
        (party_id,) = await add_parties(call, [PartyDraft(PartyKind.SHOP, "茶友小程序")])
        appid = (await find_parties(call.tx, [party_id]))[party_id].appid
    account = Program(market, program.client, party_id, answers=program.answers)
    await account.enter("accountcooperates")
    named = {"sharer_id": appid, "sharer_type": 3}
    for accepts in (False, True):
        market.opened.house.clock.offset += timedelta(seconds=1)
        await program.call(path + "invitation/qrcode/generate", **named)
        ticket = await market.opened.house.pool.fetchval(
            "select ticket from cooperations where sharer_id = $1", appid
        )
        answer = "/v1/buyer/cooperation/answer"
        await market.ask(market.buyer, answer, ticket=ticket, accepts=accepts)
        await program.call(path + "list", sharer_type=3)
    await account.call(path + "shop/list")
    page = await account.call(path + "product/list", shop_appid=shop_appid, page_size=1)
    asked = {"shop_appid": shop_appid, "product_id": page["products"][0]["product_id"]}
    await account.call(path + "product/get", **asked)
    await program.call(path + "unbind", **named)
    await account.call(path + "shop/list")
