"""A good request for every endpoint: made from its types, with the stage's ids where it asks ids."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec
from msgspec import inspect

from tests.hostile.agencies import good_agencies
from tests.hostile.books import good_books
from tests.hostile.funding import good_funds
from tests.hostile.gifts import good_gifts
from tests.hostile.lives import good_lives
from tests.hostile.people import good_people
from tests.hostile.sellers import good_sellers
from tests.hostile.sharing import good_sharing
from tests.hostile.stage import Stage
from tests.market import CATS
from tongshang.runtime.rpc import Endpoint

# In which of the stage's orders a request with an `order_id` is at home.
_ORDER: Final = {
    "/v1/buyer/order/pay": "placed",
    "/v1/buyer/order/cancel": "placed",
    "/channels/ec/order/price/update": "placed",
    "/channels/ec/order/delivery/send": "paid",
    "/v1/buyer/order/confirm": "shipped",
    "/channels/ec/talent/get_order_detail": "dealt",
    "/channels/ec/league/headsupplier/order/get": "dealt",
    "/channels/ec/league/headsupplier/clue/get": "dealt",
    "/v1/promoter/order/why": "dealt",
    "/v1/agency/order/why": "dealt",
}


# In which state a content is at home that is to be moved.
_CONTENT: Final = {"publish": "draft", "schedule": "draft", "withdraw": "scheduled"}


def good(stage: Stage, endpoint: Endpoint) -> dict[str, Any]:
    """A request with every field that there is."""
    made = _sample(inspect.type_info(endpoint.takes), "", _known(stage, endpoint.path))
    return {**made, **_better(stage).get(endpoint.path, {})}


def _known(stage: Stage, path: str) -> dict[str, Any]:
    order_id = stage.orders[_ORDER.get(path, "received")]
    known = {**stage.ids, "order_id": order_id, "cat_id": 9003, "token": stage.ids["card"]}
    _, _, audience, room, *what = [*path.split("/"), "", "", ""]
    if room == "content" and audience in {"promoter", "shop"}:
        state = _CONTENT.get(what[0], "visible")
        known["content_id"] = stage.contents[f"{audience} {state}"]
    return known


def _sample(kind: inspect.Type, name: str, known: Mapping[str, Any]) -> Any:
    if name in known and not isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return known[name]
    match kind:
        case inspect.StructType() | inspect.DataclassType():
            made = {
                one.encode_name: _sample(one.type, one.encode_name, known) for one in kind.fields
            }
            if isinstance(kind, inspect.StructType) and kind.tag_field:
                made[kind.tag_field] = kind.tag
            return made
        case inspect.UnionType():
            some = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
            return _sample(some[0], name, known)
        case inspect.ListType() | inspect.VarTupleType():
            return [_sample(kind.item_type, name, known)]
        case inspect.Metadata():
            return _sample(kind.type, name, known)
        case _:
            return _plain(kind)


def _plain(kind: inspect.Type) -> Any:
    match kind:
        case inspect.IntType():
            return max(kind.ge or 0, 1)
        case inspect.BoolType():
            return False
        case inspect.EnumType():
            return next(iter(kind.cls)).value
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.DateTimeType():
            return "2026-01-01T00:00:00Z"
        case inspect.DateType():
            return "2026-01-01"
        case inspect.StrType():
            return ""
        case inspect.DictType():
            return {}
        case inspect.BytesType() | inspect.CustomType():  # files, which come otherwise
            return ""
        case _:
            raise AssertionError(f"no sample of {kind}")


def _better(stage: Stage) -> dict[str, dict[str, Any]]:
    """What the types do not tell: what has to fit together, or has a form."""
    now = int(stage.market.opened.house.clock.now().timestamp())
    return {
        **_programs(stage), **_goods(stage, now), **_cards(stage, now), **_buying(stage),
        **_orders(stage, now), **_money(now), **_links(stage), **good_people(stage),
        **_counting(stage), **good_gifts(stage), **good_lives(stage),
        **good_sellers(stage, now), **good_sharing(stage), **good_agencies(stage, now),
        **good_funds(stage), **good_books(stage),
    }  # fmt: skip


def _programs(stage: Stage) -> dict[str, dict[str, Any]]:
    app = {"grant_type": "client_credential", "appid": stage.appid, "secret": stage.secret}
    upload = {"upload_type": 0, "resp_type": 1}
    push = {"url": "http://127.0.0.1:9/push", "token": "abcdefgh", "aes_key": "a" * 43}
    return {
        "/cgi-bin/token": app,
        "/cgi-bin/stable_token": {**app, "force_refresh": False},
        "/shop/ec/basics/img/upload": upload,
        "/channels/ec/basics/img/upload": upload,
        "/v1/shop/push/configure": push,
        "/v1/agency/push/configure": push,
        "/v1/shop/push/replay": {"seq": 1, "from_seq": None, "to_seq": None},
        "/v1/agency/push/replay": {"seq": 1, "from_seq": None, "to_seq": None},
        "/v1/sandbox/clock/move": {"seconds": 1, "to": 0},
        "/v1/sandbox/buyer/add": {"nickname": "新来的"},
        "/v1/buyer/promoter/open": {"name": "阿宁写字", "intro": "", "rules": 1},
        "/v1/platform/feed/weight/set": {"part": "follow", "points": 500},
        "/v1/buyer/order/entries": {"order_ids": [stage.orders["received"]]},
        "/v1/buyer/search/recent/add": {"q": "岩茶"},
        "/v1/platform/search/synonym/add": {"words": ["岩茶", "大红袍"]},
        "/v1/platform/search/synonym/remove": {"group_id": stage.ids["synonyms"]},
    }


def _goods(stage: Stage, now: int) -> dict[str, dict[str, Any]]:
    template = {"template_id": stage.ids["template_id"]}
    return {
        "/channels/ec/product/add": _product(stage),
        "/channels/ec/product/update": {**_product(stage), "out_product_id": ""},
        "/channels/ec/product/auditfree": {
            "timing_onsale_info": {"status": 0, "onsale_time": 0, "is_hide_price": False},
            "skus": [{"sku_id": stage.ids["sku_id"], "sku_code": "T"}], "deliver_method": 0,
            "express_info": {**template, "weight": 100},
            "limited_info": {"period_type": 1, "limited_buy_num": 5},
            "extra_service": {"seven_day_return": 0, "freight_insurance": 0},
            "spu_deliver_info": {"is_spu_range": True, "sku_deliver_info": {"stock_type": 0}},
        },
        "/channels/ec/product/list/get": {"next_key": "", "status": 5},
        "/channels/ec/product/stock/update": {"diff_type": 1, "num": 5},
        "/channels/ec/product/stock/getflow": {
            "begin_time": now - 86_400, "end_time": now + 60, "stock_type": 0, "op_type_list": [1],
        },
        "/channels/ec/merchant/addfreighttemplate": {"freight_template": _freight()},
        "/channels/ec/merchant/updatefreighttemplate": {
            "freight_template": {**_freight(), **template},
        },
    }  # fmt: skip


def _cards(stage: Stage, now: int) -> dict[str, dict[str, Any]]:
    product = {"product_id": stage.ids["product_id"]}
    blocks = [
        {"kind": "paragraph", "text": "茶"},
        {"kind": "heading", "text": "山"},
        {"kind": "card", "shop_id": stage.market.shop_id, **product},
    ]
    content = {"title": "茶", "kind": "article", "blocks": blocks}
    later = {"publish_at": (stage.market.opened.house.clock.now() + timedelta(days=1)).isoformat()}
    bar = {"scenes": [8], "source": 1, "reason": "试一试"}
    times = {"begin_time": now + 60, "end_time": now + 86_400}
    return {
        "/v1/shop/home/arrange": {
            "banner_url": "", "banner_product_id": stage.market.tea.product_id,
            "first": [stage.market.tea.product_id], "hidden": [stage.market.cup.product_id],
        },
        "/v1/shop/home/classes": {
            "classes": [{"name": "茶", "product_ids": [stage.market.tea.product_id]}]
        },
        "/v1/shop/place/set": {"province": "浙江省", "city": "杭州市"},
        "/v1/promoter/place/set": {"province": "浙江省", "city": "杭州市"},
        "/channels/ec/league/item/batchadd": {
            "list": [{**product, "ratio": 10}], "type": 2, **times,
            "finder_ids": [stage.ids["promoter_id"]],
        },
        "/channels/ec/league/promoter/add": {"finder_id": stage.ids["free_finder"]},
        "/channels/ec/league/promoter/delete": {"finder_id": stage.ids["parted_finder"]},
        "/channels/ec/league/promoter/upd": {"type": 1},
        "/v1/shop/agencyplan/move": {"plan_id": stage.ids["agency_plan"], "move": "delist"},
        "/v1/promoter/invitation/end": {"shop_id": stage.ids["partner_id"]},
        "/channels/ec/league/item/headsupplier/batchadd": {
            "list": [{**product, "ratio": 10, "service_ratio": 20, "commission_type": 0}], **times,
        },
        "/channels/ec/league/item/upd": {
            "type": 1, "operate_type": 1, "ratio": 12, "exclusive_info": times,
        },
        "/v1/promoter/content/add": {**content, "publish_at": None},
        "/v1/promoter/content/update": {**content, "version": 0},
        "/v1/shop/content/add": {**content, "publish_at": None},
        "/v1/shop/content/update": {**content, "version": 0},
        "/v1/promoter/content/schedule": later,
        "/v1/shop/content/schedule": later,
        "/v1/platform/restriction/add": bar,
        "/v1/platform/restriction/lift": {"scenes": [5]},
        "/channels/ec/service/product/getcardinfo": {"article_type": "news", "card_type": 1},
    }  # fmt: skip


def _links(stage: Stage) -> dict[str, dict[str, Any]]:
    one = {"code": stage.ids["code"], "shop_id": 0, "content_id": 0}
    page = f"{stage.market.opened.house.address}/p/{stage.ids['product_id']}"
    return {
        "/channels/ec/product/scheme/get": {"from_appid": "wx1", "expire": 60},
        "/v1/buyer/link/open": {"code": stage.ids["code"]},
        "/v1/buyer/link/picture": {"code": stage.ids["code"], "form": "qr", "kind": "svg"},
        "/v1/buyer/link/read": {"text": stage.ids["taglink"]},
        "/v1/buyer/link/make": one,
        "/v1/promoter/link/make": {"shop_id": 0, "content_id": 0},
        "/v1/buyer/openlink/open": {"token": stage.ids["openlink"]},
        "/v1/buyer/oembed/get": {"url": page, "maxwidth": 400, "maxheight": 400},
    }


def _buying(stage: Stage) -> dict[str, dict[str, Any]]:
    line = {"sku_id": stage.ids["sku_id"], "count": 1, "card": stage.ids["card"]}
    draft = {
        "shop_id": stage.market.shop_id, "address_id": stage.ids["address_id"], "lines": [line],
        "expected_fen": None,
    }  # fmt: skip
    address = {
        "name": "林晓", "phone": "13800138000", "province": "浙江省", "city": "杭州市",
        "detail": "龙井路 1 号", "postcode": "310000",
    }  # fmt: skip
    return {
        "/v1/buyer/address/add": address,
        "/v1/buyer/address/update": address,
        "/v1/buyer/order/place": draft,
        "/v1/buyer/order/price": draft,
        "/v1/buyer/order/list": {"status": 0},
        "/v1/buyer/cart/remove": {"sku_ids": [stage.ids["sku_id"]]},
        "/v1/buyer/aftersale/apply": {"line": 1, "count": 1, "amount_fen": 100},
    }


def _orders(stage: Stage, now: int) -> dict[str, dict[str, Any]]:
    sku = {"product_id": stage.ids["product_id"], "sku_id": stage.ids["sku_id"]}
    parcel = {
        "delivery_id": "SF", "waybill_id": "SF1234567890123", "deliver_type": 1,
        "product_infos": [{**sku, "product_cnt": 2}],
    }  # fmt: skip
    return {
        "/channels/ec/order/list/get": {
            "create_time_range": {"start_time": now - 86_400, "end_time": now},
            "update_time_range": None, "status": 0,
        },
        "/channels/ec/order/search": {"status": 0, "on_aftersale_order_exist": None},
        "/channels/ec/order/price/update": {
            "change_express": True, "express_fee": 500,
            "change_order_infos": [{**sku, "change_price": 100}],
        },
        "/channels/ec/order/delivery/send": {"delivery_list": [parcel]},
        "/channels/ec/aftersale/getaftersalelist": {
            "begin_create_time": now - 3_600, "end_create_time": now,
        },
        "/channels/ec/aftersale/acceptapply": {"address_id": "", "accept_type": 2},
        "/channels/ec/aftersale/rejectapply": {
            "reject_reason": "已发出", "reject_reason_type": 0,
        },
    }  # fmt: skip


def _money(now: int) -> dict[str, dict[str, Any]]:
    return {
        "/channels/ec/funds/getfundsflowlist": {
            "start_time": now - 86_400, "end_time": now, "transaction_id": "", "flow_type": 0,
        },
        "/channels/ec/funds/listorderflow": {
            "order_settle_state": 1, "order_state": 0, "order_pay_method": 0,
            "create_time_range": {"begin": now - 86_400, "end": now},
        },
    }  # fmt: skip


def _counting(stage: Stage) -> dict[str, dict[str, Any]]:
    period = {"since": "2026-11-01", "until": "2026-11-30", "by": "product"}
    seen = {"kind": 1, "card": stage.ids["card"], "ago_ms": 0, "count": 1}
    subjects = {"content_id": "0", "product_id": "0", "shop_id": "0"}
    batch = "12345678-1234-1234-1234-123456789abc"
    return {
        "/v1/event/batch": {"batch": batch, "page": "p", "events": [{**seen, **subjects}]},
        "/v1/shop/funnel/get": period,
        "/v1/promoter/funnel/get": period,
        "/v1/platform/event/keep": {"days": 90},
    }


def _product(stage: Stage) -> dict[str, Any]:
    pictures = stage.pictures
    sku = {
        "thumb_img": pictures[0], "sale_price": 1_000, "market_price": 1_200, "stock_num": 100,
        "sku_code": "T", "sku_attrs": [{"attr_key": "规格", "attr_value": "单只"}],
        "sku_deliver_info": {"stock_type": 0},
    }  # fmt: skip
    return {
        "title": "武夷岩茶 手工炭焙肉桂", "short_title": "手工炭焙肉桂", "head_imgs": pictures[:3],
        "desc_info": {"imgs": pictures[:1], "desc": "茶"}, "cats": [], "cats_v2": list(CATS),
        "attrs": [{"attr_key": "产地", "attr_value": "福建武夷山"}], "deliver_method": 0,
        "express_info": {"template_id": stage.ids["template_id"], "weight": 100},
        "extra_service": {"seven_day_return": 0, "freight_insurance": 0}, "skus": [sku],
        "qualifications": [], "product_qua_infos": [], "deliver_acct_type": [],
        "aftersale_desc": "", "limited_info": {"period_type": 0, "limited_buy_num": 0},
        "after_sale_info": {"after_sale_address_id": 0}, "size_chart": None,
        "timing_onsale_info": None, "spu_deliver_info": None, "release_mode": 0, "listing": 1,
        "out_product_id": "hostile",
    }  # fmt: skip


def _freight() -> dict[str, Any]:
    price = {
        "first_val_amount": 1, "first_price": 800, "second_val_amount": 1, "second_price": 0,
        "is_default": True,
    }  # fmt: skip
    return {
        "name": "全国 8 元", "valuation_type": "PIECE", "send_time": "SendTime_TWENTYFOUR_HOUR",
        "delivery_type": "EXPRESS", "shipping_method": "NO_FREE",
        "all_freight_calc_method": {"freight_calc_method_list": [price]},
    }  # fmt: skip


def encoded(request: Mapping[str, Any]) -> bytes:
    """A request as a body."""
    return msgspec.json.encode(request)
