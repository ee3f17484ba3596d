"""An agency that has goods of the shop, passes them on, supplies another, and fills a window."""

from typing import TYPE_CHECKING, Any, Final

from tests.platform import calling
from tongshang.modules.identity.api import (
    Party,
    PartyDraft,
    PartyKind,
    add_parties,
    agency_caller,
    find_by_appids,
    find_parties,
)

if TYPE_CHECKING:
    from tests.hostile.stage import Stage

_PATH: Final = "/channels/ec/league/headsupplier"


async def furnish_agencies(stage: "Stage") -> None:
    """Let the agency work, and others ask for what it has."""
    market, pool = stage.market, stage.market.opened.house.pool
    async with calling(market.opened) as call:
        appid = stage.ids["headsupplier_appid"]
        agency = (await find_by_appids(call.tx, [appid]))[appid]
        drafts = [PartyDraft(PartyKind.AGENCY, name) for name in ("帮卖机构", "求合作机构")]
        drafts += [PartyDraft(PartyKind.SHOP, name) for name in ("未邀店", "受邀店")]
        ids = await add_parties(call, drafts)
        found = await find_parties(call.tx, ids)
    second, asking, free, invited = (found[party_id] for party_id in ids)
    plan_id = await pool.fetchval(
        "select plan_id from named_plans where agency_id = $1 and product_id = $2",
        agency.party_id, int(market.tea.product_id),
    )  # fmt: skip
    link = f"weixinstorehs/{plan_id}"
    item_id = await _take_in(stage, agency, link)
    await market.ask(
        agency_caller(agency), f"{_PATH}/subitem/add", cooperative_item_id=item_id, ratio=10
    )
    cup_link = f"weixinstorehs/{stage.ids['agency_plan']}"
    cup_id = await _take_in(stage, agency, cup_link)
    await market.ask(
        agency_caller(agency), f"{_PATH}/secondheadsupplieritem/add",
        cooperative_item_id=cup_id, plan_type=2, service_ratio=10_000,
    )  # fmt: skip
    await _ask_for_each_other(stage, agency, asking, str(invited.party_id))
    shop_appid = await pool.fetchval(
        "select appid from parties where party_id = $1", market.shop.party_id
    )
    stage.ids |= {
        "cooperative_item_id": str(item_id), "cup_item": str(cup_id), "item_link": link,
        "invited_shop": str(invited.party_id), "asking_agency": str(asking.party_id),
        "agency_id": str(agency.party_id),
    }  # fmt: skip
    code = await market.ask(agency_caller(agency), f"{_PATH}/liveprotection/getqrcode")
    stage.appids |= {
        "protection": code.qrcode_url.partition("protect=")[2],
        "second": second.appid, "free_shop": free.appid, "shop": shop_appid,
        "agency": agency.appid,
    }  # fmt: skip


async def _ask_for_each_other(
    stage: "Stage", agency: Party, asking: Party, invited_id: str
) -> None:
    """Invitations between agencies and shops, and an agency in the promoter's window."""
    market, pool = stage.market, stage.market.opened.house.pool
    for who, party_id in ((agency, int(invited_id)), (asking, market.shop.party_id)):
        appid = await pool.fetchval("select appid from parties where party_id = $1", party_id)
        await market.ask(agency_caller(who), "/v1/agency/shop/invite", appid=appid)
    finder = {"finder_id": stage.ids["finder_id"]}
    for who in (agency, asking):
        await market.ask(agency_caller(who), f"{_PATH}/windowauth/get", **finder)
    allowed = {"agency_id": str(agency.party_id)}
    await market.ask(market.promoter, "/v1/promoter/windowauth/allow", **allowed)
    tea = {"product_id": market.tea.product_id}
    await market.ask(agency_caller(agency), f"{_PATH}/window/add", **finder, **tea)


async def _take_in(stage: "Stage", agency: Party, link: str) -> int:
    taken = await stage.market.ask(
        agency_caller(agency), f"{_PATH}/cooperativeitem/add", head_supplier_item_link=link
    )
    item_id: int = taken.cooperative_item_id
    return item_id


def good_agencies(stage: "Stage", now: int) -> dict[str, dict[str, Any]]:
    """Requests about an agency's goods, shops and windows."""
    ids = stage.ids
    shop, link = {"appid": stage.appids["shop"]}, {"head_supplier_item_link": ids["item_link"]}
    times = {"start_time": now - 60, "end_time": now + 86_400}
    item = {"cooperative_item_id": int(ids["cooperative_item_id"])}
    cup = {"cooperative_item_id": int(ids["cup_item"]), "head_supplier_item_link": ""}
    named = {"plan_type": 1, "to_head_supplier_appid": stage.appids["second"]}
    opened = {"product_id": ids["product_id"], "service_ratio": 5, "ratio": 5, "kind": 0}
    everything = {"min": 0, "max": 2**62}
    condition = {
        "selling_price_range": everything, "monthly_sales_range": everything,
        "service_fee_rate_range": everything, "commission_rate_range": everything,
        "promote_time_range": {"min": 0, "max": now}, "flags": [0],
        "create_time_range": {"min": 0, "max": now},
    }  # fmt: skip
    return {
        f"{_PATH}/shop/get": shop,
        f"{_PATH}/item/list/get": shop,
        f"{_PATH}/item/get": shop,
        f"{_PATH}/item/upd": {**shop, "type": 3},
        f"{_PATH}/item/promotiondetail/get": link,
        f"{_PATH}/cooperativeitem/add": {**link, "hidden_flag": 0},
        f"{_PATH}/subitem/add": {**item, "ratio": 5, "ratio_ext": None},
        f"{_PATH}/subitem/list/get": item,
        f"{_PATH}/secondheadsupplieritem/add": {**cup, **named, **times, "service_ratio": 5},
        f"{_PATH}/secondheadsupplieritem/update": {
            **cup, "plan_type": 2, "update_type": 1, "service_ratio": 5,
            "to_head_supplier_appid": "",
        },
        f"{_PATH}/selectionproducts/list/get": {
            "plan_type": 1, "keyword": "", "spu_source": 1, "spu_item_condition": condition,
        },
        f"{_PATH}/productdetail/get": {"shop_appid": stage.appids["shop"], "plan_type": 1},
        f"{_PATH}/subscription/getsubscribe": {"filter": {**shop, "product_name": ""}},
        "/v1/agency/shop/list": {"state": 0},
        "/v1/agency/shop/invite": {"appid": stage.appids["free_shop"]},
        "/v1/agency/shop/withdraw": {"shop_id": ids["invited_shop"]},
        "/v1/shop/agency/accept": {"agency_id": ids["asking_agency"]},
        "/v1/shop/agency/refuse": {"agency_id": ids["asking_agency"]},
        "/v1/shop/agencyplan/open": {"items": [opened], "begins_at": None, "ends_at": None},
        "/v1/shop/promoter/list": {"state": 0},
        **_windows(stage),
    }  # fmt: skip


def _windows(stage: "Stage") -> dict[str, dict[str, Any]]:
    ids, shop = stage.ids, {"appid": stage.appids["shop"]}
    auth = {"finder_id": ids["finder_id"], "openid": "", "talent_appid": ""}
    window = {
        "appid": stage.appids["agency"], "finder_id": ids["finder_id"], "openfinderid": "",
        "opentalentid": "",
    }  # fmt: skip
    return {
        f"{_PATH}/windowauth/get": {**auth, "finder_id": ids["free_finder"]},
        f"{_PATH}/windowauth/status/get": {**auth, "openfinderid": ""},
        f"{_PATH}/window/add": {
            **window, "product_link": ids["item_link"], "plan_type": None,
            "is_hide_for_window": False,
        },
        f"{_PATH}/window/getall": window,
        f"{_PATH}/window/getdetail": window,
        f"{_PATH}/window/remove": window,
        "/v1/promoter/windowauth/allow": {"agency_id": ids["asking_agency"]},
        "/v1/promoter/windowauth/scan": {"code": stage.appids["protection"]},
        "/v1/promoter/window/add": {"link": ids["item_link"]},
        "/channels/ec/talent/window/product/list/get": {"page_index": None},
        "/channels/ec/window/product/add": {**shop, "product_id": stage.market.cup.product_id},
        "/channels/ec/window/product/get": shop,
        "/channels/ec/window/product/list/get": {**shop, "branch_id": 0},
        "/channels/ec/window/product/off": shop,
        "/v1/promoter/plan/list": {
            "keyword": "", "shop_id": 0, "cat_id": 0, "fen_least": 0, "fen_most": 10**9,
            "ppm_least": 0, "ppm_most": 10**6, "sold_least": 0,
        },
        "/v1/promoter/card/make": {"link": ""},
    }  # fmt: skip
