"""A shop's program at work over HTTP: every call of the wire, and what was really answered."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx

from tests.market import Market, png
from tests.platform import calling, finish_work
from tongshang.modules.identity.api import (
    PartyDraft,
    PartyKind,
    add_app,
    add_parties,
    get_party,
)

_DAY: Final = 86_400


@dataclass(slots=True)
class Program:
    """The program of a shop, or another's. `answers` are what it got, by path."""

    market: Market
    client: httpx.AsyncClient
    party_id: int = 0  # the market's shop
    appid: str = ""
    token: str = ""
    answers: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def now(self) -> int:
        return int(self.market.opened.house.clock.now().timestamp())

    async def enter(self, name: str) -> None:
        """Get tokens, by both calls; the older one's serves."""
        async with calling(self.market.opened) as call:
            app = await add_app(call, self.party_id or self.market.shop.party_id, f"wx{name}")
        asked = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
        self.note(
            "/cgi-bin/stable_token", await self.client.post("/cgi-bin/stable_token", json=asked)
        )
        answer = await self.client.get("/cgi-bin/token", params=asked)
        self.appid, self.token = app.appid, self.note("/cgi-bin/token", answer)["access_token"]

    async def wait(self, time: timedelta, name: str) -> None:
        """Let time pass, and get a new token: those of two hours ago have expired."""
        self.market.opened.house.clock.offset += time
        await finish_work(self.market.opened)
        await self.enter(name)

    async def call(self, path: str, **body: object) -> Any:
        """One call, as client libraries make it."""
        full = path if path.startswith("/") else f"/channels/ec/{path}"
        answer = await self.client.post(full, params={"access_token": self.token}, json=body)
        return self.note(full, answer)

    async def upload(self, path: str, colour: int) -> str:
        """A picture, as a form; its address."""
        answer = await self.client.post(
            path,
            params={"access_token": self.token, "upload_type": 0, "resp_type": 1},
            files={"media": ("tea.png", png(colour, 120, 60), "image/png")},
        )
        return str(self.note(path, answer)["pic_file"]["img_url"])

    def note(self, path: str, answer: httpx.Response) -> Any:
        """What was answered, kept under the path it came from."""
        told = answer.json()
        assert answer.status_code == 200, (path, told)
        assert told.get("errcode", 0) == 0, (path, told)
        self.answers.setdefault(path, []).append(told)
        return told


async def day_of_a_shop(program: Program) -> None:
    """Goods, stock, plans, freight, an order to its settlement and back in part, and its money."""
    await program.enter("program")
    await _goods(program)
    await _stock(program)
    await _plans(program)
    await _freight(program)
    order_id = await _orders(program)
    await _settled(program, order_id)
    await _aftersales(program, order_id)
    await _money(program, order_id)


async def _goods(program: Program) -> None:
    pictures = [
        await program.upload("/channels/ec/basics/img/upload", colour=90),
        await program.upload("/shop/ec/basics/img/upload", colour=91),
    ]
    copy = (await program.call("product/get", product_id=program.market.tea.product_id))["product"]
    draft: dict[str, Any] = {
        "title": "正山小种 桐木关烟熏红茶",
        "short_title": "正山小种",
        "out_product_id": "OUT-7",
        "head_imgs": [*pictures, *copy["head_imgs"][1:3]],
        "desc_info": {"imgs": pictures[:1], "desc": "松烟香。"},
        "cats_v2": copy["cats_v2"],
        "attrs": copy["attrs"],
        "express_info": {**copy["express_info"], "weight": 300},
        "extra_service": {"seven_day_return": 1, "freight_insurance": 0},
        "skus": [
            {
                "out_sku_id": "OUT-7-1", "thumb_img": pictures[0], "sale_price": "8800",
                "market_price": 9900, "stock_num": 12, "sku_code": "LS-1", "bar_code": "690",
                "sku_attrs": [{"attr_key": "规格", "attr_value": "50 克"}],
                "sku_deliver_info": {"stock_type": 0},
            }
        ],
        "size_chart": {"enable": False, "specification_list": []},
        "timing_onsale_info": {"status": 0},
        "spu_deliver_info": {"is_spu_range": False},
    }  # fmt: skip
    await program.call("product/add", **{**draft, "title": "全网第一的正山小种"}, listing=1)
    await finish_work(program.market.opened)  # and the audit says no
    product_id = (await program.call("product/add", **draft, listing=0))["data"]["product_id"]
    await program.call("product/listing", product_id=product_id)
    await program.call("product/audit/cancel", product_id=product_id)
    draft["head_imgs"] = draft["head_imgs"][::-1]
    await program.call("product/update", product_id=product_id, **draft, listing=1)
    await finish_work(program.market.opened)
    got = await program.call("product/get", product_id=product_id, data_type=3)
    sku_id = got["product"]["skus"][0]["sku_id"]
    await program.call(
        "product/auditfree",
        product_id=product_id,
        limited_info={"period_type": 1, "limited_buy_num": 5},
        skus=[{"sku_id": sku_id, "sale_price": 8_700, "stock_info": {"diff_type": 1, "num": 3}}],
    )
    await program.call("product/list/get", page_size=2)
    await program.call("product/delisting", product_id=product_id)
    await program.call("product/delete", product_id=product_id)


async def _stock(program: Program) -> None:
    tea = program.market.tea
    sku = {"product_id": tea.product_id, "sku_id": tea.sku_ids[0]}
    await program.call("product/stock/get", **sku)
    await program.call("product/stock/batchget", product_id=[tea.product_id])
    await program.call("product/stock/update", **sku, diff_type=1, num=5)
    span = {"begin_time": program.now - _DAY, "end_time": program.now + 60}
    await program.call("product/stock/getflow", **sku, **span)


async def _plans(program: Program) -> None:
    cup = {"type": 1, "product_id": program.market.cup.product_id}
    await program.call("league/item/upd", **cup, operate_type=1, ratio=20)
    await program.call("league/item/get", **cup)
    await program.call("league/item/list/get", type=1, need_total_num=True)
    await program.call("league/item/delete", **cup)
    plan = {"product_id": cup["product_id"], "ratio": 15}
    await program.call("league/item/batchadd", type=1, list=[plan], is_forerver=True)
    await _named_plans(program, plan)


async def _named_plans(program: Program, plan: dict[str, Any]) -> None:
    finder = str(program.market.promoter.party_id)
    named = {"type": 2, "finder_ids": [finder, "sph404"], "is_forerver": True}
    added = await program.call("league/item/batchadd", **named, list=[plan])
    info = {"type": 2, "info_id": added["result_info_list"][0]["info_id"]}
    await program.call("league/item/get", **info, need_relation=True, need_total_num=True)
    await program.call("league/item/list/get", type=2, finder_id=finder)
    await program.call("league/item/upd", **info, operate_type=1, ratio=20)
    await program.call("league/item/delete", **info)
    async with calling(program.market.opened) as call:
        (agency_id,) = await add_parties(call, [PartyDraft(PartyKind.AGENCY, "好物机构")])
        appid = (await get_party(call.tx, agency_id)).appid
    path, supplied = "league/item/headsupplier/batchadd", {**plan, "service_ratio": 20}
    await program.call(path, headsupplier_appid=appid, list=[supplied], is_forerver=True)
    for path, more in (
        ("add", {}), ("get", {}), ("list/get", {"status": 1}), ("upd", {"type": "1"}), ("delete", {}),
    ):  # fmt: skip
        await program.call(f"league/promoter/{path}", finder_id=finder, **more)


async def _freight(program: Program) -> None:
    await program.call("order/deliverycompanylist/get")
    await program.call("order/deliverycompanylist/new/get", ewaybill_only=False)
    place = {"province_name": "浙江省", "city_name": "杭州市", "county_name": "西湖区"}
    price = {
        "first_val_amount": 1, "first_price": 600, "second_val_amount": 1, "second_price": 100,
    }  # fmt: skip
    template = {
        "name": "江浙沪", "valuation_type": "PIECE", "send_time": "SendTime_FOUTYEIGHT_HOUR",
        "delivery_type": "EXPRESS", "shipping_method": "CONDITION_FREE", "address_info": place,
        "delivery_id": ["SF"], "not_send_area": {"address_info": [place]},
        "all_condition_free_detail": {
            "condition_free_detail_list": [
                {"address_infos": [place], "min_amount": 9_900, "amount_flag": 1}
            ]
        },
        "all_freight_calc_method": {
            "freight_calc_method_list": [
                {**price, "is_default": True}, {**price, "address_infos": [place]}
            ]
        },
    }  # fmt: skip
    path = "merchant/addfreighttemplate"
    template_id = (await program.call(path, freight_template=template))["template_id"]
    await program.call("merchant/getfreighttemplatelist", offset=0, limit=10)
    await program.call("merchant/getfreighttemplatedetail", template_id=template_id)
    changed = {**template, "name": "江浙沪皖", "template_id": template_id}
    await program.call("merchant/updatefreighttemplate", freight_template=changed)


async def _orders(program: Program) -> str:
    """Three orders: one cancelled, one sent and refunded before its receipt, one received."""
    market = program.market
    cancelled = await market.place(market.cup)
    await market.ask(market.buyer, "/v1/buyer/order/cancel", order_id=cancelled)
    order_id = await market.place(market.tea, 3, card=await market.card(market.tea))
    sku = {"product_id": market.tea.product_id, "sku_id": market.tea.sku_ids[0]}
    await program.call(
        "order/price/update", order_id=order_id, change_express=True, express_fee=500,
        change_order_infos=[{**sku, "change_price": 36_000}],
    )  # fmt: skip
    await program.call("order/get", order_id=order_id)
    await market.pay(order_id)
    await program.call("order/merchantnotes/update", order_id=order_id, merchant_notes="送茶匙")
    for count in (1, 2):
        parcel = {
            "delivery_id": "SF", "waybill_id": f"SF100000000000{count}", "deliver_type": 1,
            "product_infos": [{**sku, "product_cnt": count}],
        }  # fmt: skip
        await program.call("order/delivery/send", order_id=order_id, delivery_list=[parcel])
    await market.receive(order_id)
    await program.call("order/get", order_id=int(order_id))
    span = {"start_time": program.now - _DAY, "end_time": program.now + 60}
    await program.call("order/list/get", create_time_range=span, page_size=1)
    await program.call("order/search", search_condition={"title": "大红袍"}, page_size=1)
    return order_id


async def _settled(program: Program, order_id: str) -> None:
    await program.wait(timedelta(days=7, minutes=1), "later")
    await program.call("order/get", order_id=order_id)


async def _aftersales(program: Program, order_id: str) -> None:
    market = program.market
    await program.call("aftersale/reason/get")
    await program.call("aftersale/rejectreason/get")
    asked: dict[str, Any] = {
        "order_id": order_id,
        "sku_id": market.tea.sku_ids[0],
        "count": 1,
        "reason": "OTHERS",
    }
    path = "/v1/buyer/aftersale/apply"
    first = (await market.ask(market.buyer, path, **asked, reason_text="不合口味")).aftersale_id
    case = {"after_sale_order_id": first}
    await program.call("aftersale/getaftersaleorder", **case)
    await program.call("aftersale/rejectapply", **case, reject_reason="茶已拆封")
    await program.call("aftersale/getaftersaleorder", **case)
    await market.ask(market.buyer, "/v1/buyer/aftersale/cancel", aftersale_id=first)
    second = (await market.ask(market.buyer, path, **asked)).aftersale_id
    case = {"after_sale_order_id": second}
    await program.call("aftersale/acceptapply", **case, accept_type=2, address_id="123")
    await finish_work(market.opened)
    await program.call("aftersale/getaftersaleorder", **case)
    span = {"begin_create_time": program.now - 3_600, "end_create_time": program.now + 60}
    await program.call("aftersale/getaftersalelist", **span)
    await program.call("order/get", order_id=order_id)


async def _money(program: Program, order_id: str) -> None:
    await program.wait(
        timedelta(days=2), "last"
    )  # a day's flows are told in the next one's evening
    await program.call("funds/getbalance")
    span = {"start_time": program.now - 5 * _DAY, "end_time": program.now + 60}
    flows = await program.call("funds/getfundsflowlist", **span, page=1, page_size=10)
    for flow_id in flows["flow_ids"]:
        await program.call("funds/getfundsflowdetail", flow_id=flow_id)
    await program.call("funds/listorderflow", order_settle_state=0, order_id=order_id)
