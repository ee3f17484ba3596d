"""Sharers of an agency, a shop's own people and cooperating accounts on the stage."""

from typing import TYPE_CHECKING, Any, Final

from tests.platform import calling
from tongshang.modules.identity.api import (
    PartyDraft,
    PartyKind,
    add_parties,
    find_by_appids,
    get_party,
    shop_caller,
)
from tongshang.modules.identity.api import agency_caller as agency_of
from tongshang.runtime.call import Caller

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_PROMOTER: Final = "/channels/ec/promoter"
_SHARER: Final = "/channels/ec/sharer"
_COOPERATION: Final = "/channels/ec/cooperation"
_MINI: Final = 3


async def furnish_sharing(stage: "Stage") -> None:
    """The buyer shares for the agency and for the shop; accounts are invited and bound."""
    agency = await _agency(stage)
    await _bind(stage, agency)
    await _staff(stage)
    await _cooperate(stage)


async def _agency(stage: "Stage") -> Caller:
    market, appid = stage.market, stage.ids["headsupplier_appid"]
    async with calling(market.opened) as call:
        agency = agency_of((await find_by_appids(call.tx, [appid]))[appid])
        shop = await get_party(call.tx, market.shop.party_id)
        promoter = await get_party(call.tx, market.promoter.party_id)
        partner = [PartyDraft(PartyKind.SHOP, "请人的店")]
        (other_id,) = await add_parties(call, partner)
        stage.ids["asking_shop"] = str(other_id)
    stage.ids |= {"shared_shop": shop.appid, "shared_talent": promoter.appid}
    await market.ask(
        market.shop, "/channels/ec/league/item/headsupplier/batchadd", headsupplier_appid=appid,
        list=[{"product_id": market.tea.product_id, "service_ratio": 20, "commission_type": 1}],
        is_forerver=True,
    )  # fmt: skip
    path = "/v1/promoter/agency/bind"
    await market.ask(market.promoter, path, agency_appid=appid, passes_ppm=500_000)
    return agency


async def _bind(stage: "Stage", agency: Caller) -> None:
    market = stage.market
    path = f"{_PROMOTER}/get_promoter_register_and_bind_status"
    status = await market.ask(agency, path, sharer_openid=stage.ids["openid"])
    query = stage.ids["query"] = status.bind_query_string
    await market.ask(market.buyer, "/v1/sharer/register", query=query)
    await market.ask(market.buyer, "/v1/sharer/verify")
    bound = await market.ask(market.buyer, "/v1/sharer/bind", query=query)
    stage.ids["shared_sharer"] = bound.sharer_appid


async def _staff(stage: "Stage") -> None:
    market, answer = stage.market, "/v1/sharer/shop/answer"
    async with calling(market.opened) as call:
        asking = shop_caller(await get_party(call.tx, int(stage.ids["asking_shop"])))
    for shop in (market.shop, asking):
        made = await market.ask(shop, f"{_SHARER}/bind", username=stage.ids["openid"])
        stage.ids["staff_ticket"] = made.qrcode_img.partition("ticket=")[2]
        if shop is market.shop:
            ticket = stage.ids["staff_ticket"]
            await market.ask(market.buyer, answer, ticket=ticket, accepts=True)


async def _cooperate(stage: "Stage") -> None:
    market = stage.market
    for name in ("wxaccount1", "wxaccount2"):
        named = {"sharer_id": name, "sharer_type": _MINI}
        await market.ask(market.shop, f"{_COOPERATION}/invitation/qrcode/generate", "", **named)
        ticket = await market.opened.house.pool.fetchval(
            "select ticket from cooperations where sharer_id = $1", name
        )
        stage.ids[f"ticket_{name}"] = ticket
    answer = {"ticket": stage.ids["ticket_wxaccount2"], "accepts": True}
    await market.ask(market.buyer, "/v1/buyer/cooperation/answer", "", **answer)


def good_sharing(stage: "Stage") -> dict[str, dict[str, Any]]:
    """Good requests about sharing."""
    return {**_of_agencies(stage), **_of_contents(stage), **_of_shops(stage), **_of_people(stage)}


def _of_agencies(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids, tea = stage.ids, stage.market.tea.product_id
    who = {"sharer_appid": ids["shared_sharer"], "sharer_openid": "", "next_key": ""}
    product = {**who, "shop_appid": ids["shared_shop"], "product_id": tea}
    product |= {"head_supplier_appid": "", "product_short_link": ""}
    ratio = {"commission_ratio": 300_000, "commission_type": 0, "product_id": tea}
    shop = {"shop_appid": ids["shared_shop"], "next_key": "", "page_size": 5}
    coupon = {"coupon_id": "1", "sharer_appid": "", "to_head_supplier_appid": ""}
    calls: dict[str, dict[str, Any]] = {
        "get_promoter_register_and_bind_status": {**who, "is_simple_register": False},
        "get_bind_sharer_list": who,
        "headsupplier_unbind_promoter": who,
        "set_sharer_commission_info": {**who, **ratio},
        "set_sharer_product_commission_info": {**who, **ratio},
        "get_sharer_product_commission_info": {**who, "product_id": tea},
        "get_bind_shop_list": {"next_key": "", "page_size": 5},
        "get_bind_shop_promoter_list": shop,
        "get_bind_talent_list": {**shop, "talent_appid": ids["shared_talent"]},
        "get_promote_product_list": {
            "shop_appid": ids["shared_shop"], "keyword": "", "plan_type": 1, "page_size": 5,
            "next_key": "", "category": {"category_id": 9003},
            "spu_item_condition": {"selling_price_range": {"min": 1, "max": 10**6}},
        },
        "get_promote_product_detail": {**product, "plan_type": 1, "get_available_coupon": False},
        "get_product_promotion_link_info": product,
        "get_product_promotion_qrcode_info": product,
        "get_promoter_single_product_promotion_info": product,
        "get_public_coupon_list": shop,
        "get_cooperative_coupon_list": {**shop, "from_head_supplier_appid": ""},
        "get_coupon_to_headsupplier": {"to_head_supplier_appid": "", "limit": 5},
        "get_coupon_detail": coupon,
        "get_coupon_promoter_share_link": coupon,
        "get_coupon_short_link": coupon,
        "get_coupon_qr_code": coupon,
        "set_coupon_to_headsupplier": coupon,
    }  # fmt: skip
    return {f"{_PROMOTER}/{name}": fields for name, fields in calls.items()}


def _of_contents(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids = stage.ids
    talent = {"talent_appid": ids["shared_talent"], "sharer_appid": ids["shared_sharer"]}
    talent |= {"mini_program_appid": "wx1", "next_key": "", "page_size": "5"}
    talent |= {"finder_exportusername": "", "biz_appid": ""}
    shop = {"shop_appid": ids["shared_shop"], "promoter_id": ids["shop_id"], "promoter_type": 1}
    shop |= {"sharer_appid": ids["shared_sharer"], "next_key": "", "page_size": "5"}
    on_air, soon = {"export_id": ids["live_air"]}, {"notice_id": ids["live_soon"]}
    plain: dict[str, dict[str, Any]] = {
        "feed_list": {}, "live_record_list": {}, "live_notice_record_list": {},
        "live_commission_product_list": {}, "live_record_qr_code": on_air,
        "live_notice_promoter_share_link": soon, "live_notice_record_qr_code": soon,
        "feed_promotion_info": {"feed_list": []},
    }  # fmt: skip
    made = {f"{_PROMOTER}/get_{name}": {**talent, **more} for name, more in plain.items()}
    made |= {f"{_PROMOTER}/get_shop_{name}": {**shop, **more} for name, more in plain.items()}
    reserved = {"sharer_appid": ids["shared_sharer"], "live_notice_id": ids["live_soon"]}
    return {
        **made,
        f"{_PROMOTER}/get_talent_biz_article_list": talent,
        f"{_PROMOTER}/get_shop_mp_article_list": {**shop, "promoter_type": 4},
        f"{_PROMOTER}/get_live_notice_reservation_info": reserved,
    }


def _of_shops(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids = stage.ids
    person = {"openid": ids["openid"], "product_id": stage.market.tea.product_id}
    finder = {"finder_id": str(stage.market.promoter.party_id)}
    invited = {"sharer_id": "wxaccount1", "sharer_type": _MINI}
    bound = {"sharer_id": "wxaccount2", "sharer_type": _MINI}
    own = {"shop_appid": ids["shared_shop"], "product_id": stage.market.tea.product_id}
    own |= {"order_id": stage.orders["paid"], "page_size": "5", "next_key": ""}
    return {
        f"{_SHARER}/bind": {"username": "nobody"},
        f"{_SHARER}/unbind": {"openid_list": [ids["openid"]]},
        f"{_SHARER}/get_sharer_list": {"page": 1, "page_size": 5, "sharer_type": 1},
        f"{_SHARER}/search_sharer": {"openid": ids["openid"], "username": ""},
        **{f"{_SHARER}/get_sharer_product_{one}": person for one in ("h5url", "taglink", "qrcode")},
        f"{_SHARER}/get_shop_finder_live_sharer_url": {**finder, "export_id": ids["live_air"]},
        f"{_SHARER}/get_shop_finder_live_notice_sharer_url": {
            **finder, "notice_id": ids["live_soon"],
        },
        f"{_SHARER}/get_sharer_order_list": {"openid": ids["openid"], "share_scene": 7},
        f"{_COOPERATION}/invitation/qrcode/generate": {**invited, "sharer_id": "wxaccount3"},
        f"{_COOPERATION}/invitation/get": invited,
        f"{_COOPERATION}/invitation/cancel": invited,
        f"{_COOPERATION}/invitation/unbind": bound,
        f"{_COOPERATION}/unbind": bound,
        f"{_COOPERATION}/list": {"sharer_type": _MINI},
        f"{_COOPERATION}/product/list": own,
        f"{_COOPERATION}/product/get": own,
        f"{_COOPERATION}/order/get": own,
        "/channels/ec/open/upload": {"openid": ids["openid"], "upload_type": 0, "file_url": ""},
        "/channels/ec/open/get_download_url": {
            "openid": ids["openid"], "order_id": stage.orders["paid"],
        },
    }  # fmt: skip


def _of_people(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids = stage.ids
    ticket = {"ticket": ids["ticket_wxaccount1"]}
    return {
        "/v1/sharer/invitation": {"query": ids["query"]},
        "/v1/sharer/register": {"query": ids["query"]},
        "/v1/sharer/bind": {"query": ids["query"]},
        "/v1/sharer/shop/get": {"ticket": ids["staff_ticket"]},
        "/v1/sharer/shop/answer": {"ticket": ids["staff_ticket"], "accepts": True},
        "/v1/sharer/product/list": {"keyword": "", "limit": 5, "next_key": ""},
        "/v1/sharer/link/make": {"product_id": stage.market.tea.product_id},
        "/v1/sharer/order/list": {"status": 0, "limit": 5, "next_key": ""},
        "/v1/promoter/agency/bind": {
            "agency_appid": ids["headsupplier_appid"], "passes_ppm": 100_000,
        },
        "/v1/promoter/agency/unbind": {"agency_appid": ids["headsupplier_appid"]},
        "/v1/buyer/cooperation/get": ticket,
        "/v1/buyer/cooperation/answer": {**ticket, "accepts": True},
        "/v1/buyer/file/get": {"token": "x"},
    }  # fmt: skip
