"""The rules of a sheet, each by one sheet that breaks it, and the two lifecycles."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tests.modules.catalog.goods import TREE, goods, picture, sku
from tongshang.kernel.refusal import InvalidField
from tongshang.modules.catalog import copies, domain, rules, wire
from tongshang.modules.catalog.machine import DRAFT, PRODUCT, DraftStatus, ProductStatus
from tongshang.modules.media.api import is_ours

NOW = datetime(2026, 5, 1, tzinfo=UTC)
FACTS = rules.Facts({one.cat_id: one for one in TREE}, is_ours, NOW)
_START = int(NOW.timestamp())


def check(**more: Any) -> None:
    rules.check(msgspec.convert(goods(**more), wire.ProductDraft, strict=False).as_sheet(), FACTS)


def presale(kind: int, days: int, window_days: int) -> dict[str, int]:
    return {
        "stock_type": 1,
        "presale_begin_time": _START,
        "presale_end_time": _START + window_days * 86_400,
        "full_payment_presale_delivery_type": kind,
        "full_payment_presale_delivery_time": days,
    }


def cats(*ids: int) -> list[dict[str, int]]:
    return [{"cat_id": cat_id} for cat_id in ids]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"title": "白瓷盘 White Plate 12"},
        {"title": "点" * 60},
        {"cats_v2": cats(20, 21)},
        {"cats_v2": [], "cats": cats(10, 11, 12)},
        {"cats_v2": cats(10, 11, 13), "extra_service": {"seven_day_return": 3}},
        {"deliver_method": 1, "express_info": {}},
        {"deliver_method": 3, "deliver_acct_type": [3], "express_info": {}},
        {"skus": [sku("白", 1_000_000_000, 10_000_000, market_price=0)]},
        {"skus": [sku("白", sku_deliver_info=presale(0, 4, 15))]},
        {"skus": [sku("白", sku_deliver_info=presale(1, 3, 10))]},
        {"limited_info": {"period_type": 2, "limited_buy_num": 1}},
    ],
)
def test_a_sheet_within_the_rules_passes(more: dict[str, Any]) -> None:
    check(**more)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("out_product_id", {"out_product_id": "x" * 129}),
        ("title", {"title": "iPhone 13"}),
        ("title", {"title": "Mac999"}),
        ("title", {"title": "[五元]扇子"}),
        ("title", {"title": "1234567"}),
        ("title", {"title": "点" * 61}),
        ("title", {"title": "白瓷点心架\x00"}),
        ("short_title", {"short_title": "点" * 21}),
        ("head_imgs", {"head_imgs": [picture("1"), picture("2")]}),
        ("head_imgs", {"head_imgs": [picture(str(n)) for n in range(10)]}),
        ("head_imgs", {"head_imgs": [picture("1"), picture("2"), picture("1")]}),
        ("head_imgs", {"head_imgs": ["https://mmecimage.cn/p/1", picture("2"), picture("3")]}),
        ("desc_info.imgs", {"desc_info": {"imgs": []}}),
        ("desc_info.imgs", {"desc_info": {"imgs": ["/etc/passwd"]}}),
        ("desc_info.desc", {"desc_info": {"imgs": [picture("1")], "desc": "点" * 2001}}),
        ("cats", {"cats": cats(10, 11)}),
        ("cats_v2", {"cats_v2": []}),
        ("cats_v2", {"cats_v2": cats(10, 12)}),
        ("cats_v2", {"cats_v2": cats(10, 11)}),
        ("cats_v2", {"cats_v2": cats(11, 12)}),
        ("cats_v2", {"cats_v2": cats(10**30)}),
        ("attrs", {"attrs": [{"attr_key": "", "attr_value": "x"}]}),
        ("brand_id", {"brand_id": 2**63}),
        ("product_qua_infos", {"product_qua_infos": [{"qua_id": 1, "qua_url": ["x"]}]}),
        ("deliver_method", {"deliver_method": 2}),
        ("deliver_acct_type", {"deliver_method": 3}),
        ("express_info.template_id", {"express_info": {}}),
        ("limited_info.period_type", {"limited_info": {"period_type": 5}}),
        ("limited_info.limited_buy_num", {"limited_info": {"period_type": 1}}),
        ("extra_service.seven_day_return", {"extra_service": {"seven_day_return": 4}}),
        ("extra_service.seven_day_return", {"cats_v2": cats(10, 11, 13)}),
        ("extra_service", {"extra_service": {"freight_insurance": 2}}),
        ("limited_info.limited_buy_num", {"limited_info": {"limited_buy_num": 10**30}}),
        ("release_mode", {"release_mode": 10**30}),
        ("timing_onsale_info.status", {"timing_onsale_info": {"status": 1}}),
        ("skus", {"skus": []}),
        ("skus", {"skus": [sku("白")] * 501}),
        ("skus", {"skus": [sku("白", sku_id=5), sku("蓝", sku_id=5)]}),
        ("skus[1].sale_price", {"skus": [sku("白"), sku("蓝", 0)]}),
        ("skus[0].sale_price", {"skus": [sku("白", 1_000_000_001)]}),
        ("skus[0].sale_price", {"skus": [sku("白", 99)]}),
        ("skus[0].market_price", {"skus": [sku("白", market_price=-1)]}),
        ("skus[0].stock_num", {"skus": [sku("白", stock=10_000_001)]}),
        ("skus[0].stock_num", {"skus": [sku("白", stock=-1)]}),
        ("skus[0].sku_code", {"skus": [sku("白", sku_code="x" * 101)]}),
        ("skus[0].sku_attrs", {"skus": [sku("白" * 41)]}),
        ("skus[0].out_sku_id", {"skus": [sku("白", out_sku_id="x" * 129)]}),
        ("skus[0].thumb_img", {"skus": [sku("白", thumb_img="https://a/b.png")]}),
        ("skus[0].sku_deliver_info", {"skus": [sku("白", sku_deliver_info=presale(0, 3, 5))]}),
        ("skus[0].sku_deliver_info", {"skus": [sku("白", sku_deliver_info=presale(1, 4, 5))]}),
        ("skus[0].sku_deliver_info", {"skus": [sku("白", sku_deliver_info=presale(0, 4, 16))]}),
        ("skus[0].sku_deliver_info", {"skus": [sku("白", sku_deliver_info={"stock_type": 7})]}),
        (
            "skus[0].sku_deliver_info",
            {"skus": [sku("白", sku_deliver_info={"presale_end_time": 10**30})]},
        ),
    ],
)
def test_a_breach_names_its_field(field: str, more: dict[str, Any]) -> None:
    with pytest.raises(InvalidField) as no:
        check(**more)
    assert no.value.details["field"] == field


def test_a_sheet_comes_back_from_its_bytes_as_it_went() -> None:
    draft = goods(
        brand_id="2100000000",
        size_chart={
            "enable": True,
            "specification_list": [
                {"name": "a", "unit": "b", "is_range": False, "value_list": [{"key": "1"}]}
            ],
        },
        skus=[sku("白", sku_deliver_info=presale(0, 4, 5), bar_code='"\\')],
    )
    sheet = msgspec.convert(draft, wire.ProductDraft, strict=False).as_sheet()
    sheet = domain.numbered(sheet, lambda count: range(7, 7 + count))
    product = domain.Product(
        shop_id=1,
        product_id=2,
        status=ProductStatus.NEW,
        draft_status=DraftStatus.EDITED,
        out_product_id="",
        created_at=NOW,
        shown=domain.shown(sheet),
    )
    body = copies.pack(product, sheet, NOW)
    (kept,) = copies.unpack(body).skus
    assert (
        copies.unpack(body)
        == msgspec.structs.replace(
            wire.ProductDraft(
                **msgspec.structs.asdict(msgspec.convert(draft, wire.ProductDraft, strict=False))
            ),
            skus=(kept,),
        ).as_sheet()
    )
    assert (kept.sku_id, kept.stock_num, kept.bar_code) == (7, None, '"\\')
    answer = msgspec.json.decode(copies.answer(body, 5, 4, {7: 12}))
    assert answer["create_time"] == "2026-05-01 08:00:00"
    assert answer["brand_id"] == "2100000000"
    assert answer["skus"][0]["sku_id"] == "7"
    assert answer["skus"][0]["stock_num"] == 12
    assert answer["skus"][0]["sku_deliver_info"]["spot_after_presale_end"] == 0


def test_the_lifecycles_read_as_the_reference_has_them() -> None:
    assert {move.value for move in PRODUCT.open_moves(ProductStatus.DELISTED)} == {
        "list", "take_down", "ban", "recycle", "delete",
    }  # fmt: skip
    assert {move.value for move in DRAFT.open_moves(DraftStatus.IN_AUDIT)} == {
        "withdraw", "reject", "approve",
    }  # fmt: skip
