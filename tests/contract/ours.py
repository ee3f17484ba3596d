"""Our side of the wire, and every place where it differs from the contract, with the reason."""

from collections.abc import Iterator
from typing import Final

from tests.contract.contract import Field, joined, method, response
from tests.contract.shapes import Shape, shape
from tongshang.app import ROOMS
from tongshang.modules.catalog.copies import FLAGS, IDS
from tongshang.modules.catalog.sheet import ProductSheet
from tongshang.runtime.rpc import Endpoint

WIRE: Final = tuple(endpoint for room in ROOMS for endpoint in room.all if endpoint.is_wire)

# Paths of ours that the contract does not have.
NOT_THERE: Final = {
    "/shop/ec/basics/img/upload": "the newer prefix of an upload that it has (reference 14.1)",
    "/channels/ec/funds/listorderflow": "newer than both client libraries (reference 9.3)",
    "/channels/ec/product/getproductrestrictedinfo": "likewise (reference 3.7)",
    "/channels/ec/service/product/getcardinfo": "likewise (reference 16)",
    "/channels/ec/league/headsupplier/secondheadsupplieritem/getlist": "likewise (reference 7.3)",
}
DOCUMENTED: Final = tuple(endpoint for endpoint in WIRE if endpoint.path not in NOT_THERE)

# Nothing is there yet that they could answer with.
REFUSED: Final = {
    **dict.fromkeys(
        (
            f"/channels/ec/promoter/{name}"
            for name in (
                "get_coupon_detail",
                "get_coupon_promoter_share_link",
                "get_coupon_short_link",
                "get_coupon_qr_code",
                "set_coupon_to_headsupplier",
            )
        ),
        "no shop issues coupons yet",
    ),
    **dict.fromkeys(
        (
            f"/channels/ec/promoter/get_shop_live_{name}"
            for name in ("record_qr_code", "notice_promoter_share_link", "notice_record_qr_code")
        ),
        "rooms are promoters': a shop has none",
    ),
}

# What our requests have and a client library does not, or the other way round.
REQUESTS_DIFFER: Final = {
    "/channels/ec/product/add": {
        "skus[].status: no client sends it": "product/get answers it, and what was read is sent back",
    },
    "/channels/ec/product/update": {
        "skus[].status: no client sends it": "as with product/add",
    },
    "/channels/ec/product/auditfree": {
        "skus[].status: no client sends it": "as with product/add",
    },
    "/channels/ec/product/limiteddiscounttask/add": {
        "title: no client sends it": "the re-launched interface has it (reference 3.5)",
        "is_limit_purchase: no client sends it": "likewise",
        "limit_purchase_num: no client sends it": "likewise",
    },
    "/channels/ec/product/qrcode/get": {
        "qrcode_type: no client sends it": "newer: posters, and one for giving (reference 3.7)",
    },
    "/channels/ec/league/item/headsupplier/batchadd": {
        "list[].commission_type: no client sends it": "newer (reference 7.2)",
    },
    "/channels/ec/talent/get_order_detail": {
        "special_id: no client sends it": "documented (reference 7.5): tells lines of a SKU apart",
    },
    "/channels/ec/order/list/get": {
        "openid: clients send integer, we take string": "an openid is a text; one library errs",
    },
    "/channels/ec/cooperation/unbind": {
        "sharer_id: we require it, clients may leave it out": "whom else would it unbind",
        "sharer_type: we require it, clients may leave it out": "likewise",
    },
    "/channels/ec/order/search": {
        "search_condition.present_order_id: no client sends it": "newer (reference 4.2)",
    },
    "/channels/ec/aftersale/getaftersalelist": {
        "begin_update_time: no client sends it": "ours: cases by their last change",
        "end_update_time: no client sends it": "ours: cases by their last change",
    },
}
REQUESTS_DIFFER.update(
    {
        f"/channels/ec/promoter/{call}": {
            f"{name}: no client sends it": "optional, as the family's other calls have it"
            for name in names.split()
        }
        for call, names in {
            "get_feed_list": "mini_program_appid sharer_appid",
            "get_shop_feed_list": "mini_program_appid sharer_appid",
            "get_talent_biz_article_list": "mini_program_appid",
            "get_shop_mp_article_list": "mini_program_appid",
            "get_live_commission_product_list":
                "finder_exportusername mini_program_appid sharer_appid",
            "get_shop_live_commission_product_list": "mini_program_appid sharer_appid",
            "get_live_record_qr_code": "mini_program_appid",
            "get_shop_live_record_qr_code": "mini_program_appid",
            "get_shop_live_notice_record_list": "mini_program_appid sharer_appid",
            "get_shop_live_notice_promoter_share_link": "mini_program_appid",
            "get_live_notice_record_qr_code": "mini_program_appid",
            "get_shop_live_notice_record_qr_code": "mini_program_appid",
            "get_coupon_detail": "sharer_appid sharer_openid",
            "get_coupon_promoter_share_link": "sharer_openid",
            "get_coupon_short_link": "sharer_openid",
        }.items()
    }
)  # fmt: skip
ANSWERS_DIFFER: Final = {
    "/channels/ec/promoter/get_shop_feed_list": {
        "feed_list[].talent_appid: no client reads it": "one struct with get_feed_list",
    },
    "/channels/ec/promoter/get_live_commission_product_list": {
        "product_list[].commission_rate: no client reads it": "as a shop's list has it",
    },
    "/channels/ec/promoter/get_public_coupon_list": {
        "coupons[].from_head_supplier_appid: no client reads it": "as the agency's own list has it",
    },
    "/channels/ec/promoter/get_coupon_detail": {
        "coupon.from_head_supplier_appid: no client reads it": "likewise",
    },
    "/channels/ec/cooperation/order/get": {
        "order.order_detail.product_infos[].is_discounted: no client reads it": "one struct with order/get",
    },
    "/channels/ec/funds/submitwithdraw": {
        "withdraw_id: no client reads it": "documented, and newer than both (reference 9.4)",
    },
    "/channels/ec/aftersale/rejectreason/get": {
        "reject_reason_list[].reject_scene: no client reads it": "one list under two names",
    },
}

# The errcode of these is quoted in one page's samples; their tables say a number, as everywhere.
QUOTED: Final = "errcode: we say integer, clients read string"
QUOTED_SEEN: Final = "errcode: integer (0), clients read integer/string"

# Why a place of the contract's answers is not in ours, by a part of "<path> <place>"; the first
# that fits counts.
UNSENT: Final = (
    ("one-answer", ("headsupplier/shop/get next_key", "headsupplier/shop/get has_more")),
    ("express-terms", ("headsupplier/item/get item.product_info.express_info",)),
    ("qualifications", ("category/league/all ",)),
    ("branches", ("branch",)),
    ("category-applications", ("window/product/get product.banned_details.need_apply",)),
    ("links-of-owners", ("window/getdetail product_detail.product_info.product_promotion_link",)),
    ("official-accounts", ("promotion_info.mp_info",)),
    ("not-sent", ("product/add data.", "product/update data.", "product/auditfree data.")),
    ("older-name", ("pay_info.prepayId", "order_detail.source_info.")),
    ("accounts", ("unionid",)),
    ("free-gifts", ("free_gift", "gift_product")),
    ("coupons", ("coupon", "discounted_price", "deduction", "platform_discount")),
    ("members", ("wxa_vip", "vip_")),
    ("WeCoin", ("wecoin",)),
    ("vouchers", ("voucher",)),
    ("sharers", ("sharer",)),
    ("agencies", ("agency_id", "agent_info", "head_supplier", "openfinderid", "original_id")),
    ("drop-ship", ("dropship", "ds_order")),
    ("exchange", ("exchange_",)),
    ("negotiation", ("merchant_update", "order_detail.refund_info", "prove_imgs")),
    ("disputes", ("complaint", "compensation", "guarantee")),
    ("insurance", ("insurance",)),
    ("reasons", ("getpresentaftersaleorder after_sale_order.",)),
    ("withdrawals", ("withdraw",)),
    ("virtual-numbers", ("virtual", "tel_number_ext", "hash_code")),
    ("address-changes", ("address_under_review", "address_apply_time", "delivery_address")),
    ("places", (".lng", ".lat", "national_code", "house_number")),
    ("warehouses", ("warehouse", "intra_city")),
    ("e-waybills", ("ewaybill",)),
    ("inspection", ("quality_inspect",)),
    ("virtual-goods", ("recharge", "custom_info")),
    ("flash-buy-goods", ("flash_sale", "ext_info.finder_id")),
    ("scores", ("info_score", "cmp_price", "sale_limit", "audit_info", "total_sold_num")),
    ("copies", ("src_product_id", "task_id")),
    ("older-name", ("skus[].out_product_id",)),
    ("snapshot", ("delivery_deadline", "sku_deliver_info", "extra_service", "out_product_id",
                  "out_sku_id")),
    ("bookkeeping", ("related_info_list[].bookkeeping_time",)),
)  # fmt: skip


def gives(endpoint: Endpoint) -> Shape:
    """What an endpoint's answer may hold. A product's copies are written as bytes (`copies.py`)."""
    whole = shape(endpoint.gives)
    if endpoint.path != "/channels/ec/product/get":
        return whole
    return Shape(whole.kinds, {**whole.fields, "product": _COPY, "edit_product": _COPY})


def _copy() -> Shape:
    sheet = _flagged(shape(ProductSheet))
    number, text = Shape(frozenset({"integer"})), Shape(frozenset({"string"}))
    states = dict.fromkeys(("status", "edit_status", "product_type", "min_price"), number)
    times = {"create_time": text, "edit_time": number}
    return Shape(sheet.kinds, {**sheet.fields, "product_id": text, **states, **times})


def _flagged(sheet: Shape) -> Shape:
    """The shape with its flags as numbers and its ids as texts, as they are answered."""
    fields = {name: _flagged(one) for name, one in sheet.fields.items()}
    for kept, said, names in (("boolean", "integer", FLAGS), ("integer", "string", IDS)):
        for name in names & fields.keys():
            fields[name] = Shape(fields[name].kinds - {kept} | {said})
    return Shape(sheet.kinds, fields)


_COPY: Final = _copy()


def unsent(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """The places of the contract that our answer does not have, and why."""
    if method(endpoint.path) is None:
        return
    for place in _beyond(gives(endpoint), response(endpoint.path)):
        yield place, why(endpoint.path, place)


def why(path: str, place: str) -> str:
    whole = f"{path} {place}"
    return next((why for why, parts in UNSENT if any(part in whole for part in parts)), "")


def _beyond(ours: Shape, theirs: Field, at: str = "") -> Iterator[str]:
    for name, known in theirs.fields.items():
        place = joined(at, name)
        if name in ours.fields:
            yield from _beyond(ours.fields[name], known, place)
        else:
            below = known.fields.get("[]", known).fields
            yield f"{place}.*" if below and not known.is_open else place
