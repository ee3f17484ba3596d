"""Companies, freight templates, address books and parcels, as callers meet them."""

import asyncio
from typing import Any, Final

import pytest

from tests.platform import ask, calling
from tongshang.app import Opened
from tongshang.kernel.refusal import InvalidField, Refusal
from tongshang.modules.delivery import api
from tongshang.modules.delivery.api import AddressDraft, ParcelDraft
from tongshang.modules.delivery.refusals import (
    AddressBookFull,
    AddressNotFound,
    CompanyUnknown,
    FreightTemplateNotFound,
    WaybillMalformed,
    WeightNotKnown,
)
from tongshang.runtime.call import SHOP_SCOPES, Caller, Scope

SHOP: Final = Caller("shop", SHOP_SCOPES, party_id=101)
OTHER_SHOP: Final = Caller("other shop", SHOP_SCOPES, party_id=102)
BUYER: Final = Caller("buyer", frozenset({Scope.BUYER}), buyer_id=7)
OTHER_BUYER: Final = Caller("other", frozenset({Scope.BUYER}), buyer_id=8)

ZHANG: Final = {
    "name": "张三", "phone": "13800000001", "province": "广东省", "city": "广州市",
    "county": "海珠区", "detail": "新港中路397号",
}  # fmt: skip

# The sample of the contract (addfreighttemplate), with prices.
TEMPLATE: Final[dict[str, Any]] = {
    "name": "测试api",
    "valuation_type": "PIECE",
    "send_time": "SendTime_FOUR_HOUR",
    "address_info": {
        "user_name": "", "postal_code": "12345", "province_name": "广东省", "city_name": "广州市",
        "county_name": "海珠区", "detail_info": "新港中路", "tel_number": "12345",
    },
    "delivery_type": "EXPRESS",
    "shipping_method": "CONDITION_FREE",
    "is_default": True,
    "all_condition_free_detail": {
        "condition_free_detail_list": [{"address_infos": [], "min_amount": "9900", "amount_flag": 1}]
    },
    "all_freight_calc_method": {
        "freight_calc_method_list": [
            {"address_infos": [], "is_default": True, "first_val_amount": 1, "first_price": 800,
             "second_val_amount": 1, "second_price": 200},
            {"address_info": [{"province_name": "西藏自治区"}], "first_val_amount": 1,
             "first_price": 3000, "second_val_amount": 1, "second_price": 1000},
        ]
    },
    "not_send_area": {"address_info": [{"province_name": "台湾省"}]},
}  # fmt: skip


async def test_companies_are_listed_the_most_used_first(opened: Opened) -> None:
    every = await ask(opened, SHOP, "/channels/ec/order/deliverycompanylist/get")
    assert (every.company_list[0].delivery_id, every.company_list[0].delivery_name) == (
        "ZTO",
        "中通",
    )
    assert len(every.company_list) == 21
    path = "/channels/ec/order/deliverycompanylist/new/get"
    some = await ask(opened, SHOP, path, ewaybill_only=True)
    assert {c.delivery_id for c in every.company_list} - {c.delivery_id for c in some.company_list} == {"YMDD"}  # fmt: skip


async def test_a_template_is_kept_and_prices_the_way(opened: Opened) -> None:
    added = await ask(
        opened, SHOP, "/channels/ec/merchant/addfreighttemplate", freight_template=TEMPLATE
    )
    seen = await ask(
        opened,
        SHOP,
        "/channels/ec/merchant/getfreighttemplatedetail",
        template_id=added.template_id,
    )
    view = seen.freight_template
    assert view.address_info.detail_info == "新港中路"
    assert view.all_condition_free_detail.condition_free_detail_list[0].min_amount == 9900
    tibet = view.all_freight_calc_method.freight_calc_method_list[1]
    assert tibet.address_info == tibet.address_infos
    assert tibet.address_info[0].province_name == "西藏自治区"
    key = (101, int(added.template_id))
    async with calling(opened) as call:
        rules = await api.freight_rules(call.tx, [key, (101, 0), (102, key[1])])
    assert rules.keys() == {key, (101, 0)}
    lhasa = api.Address("卓玛", "13900000002", "西藏", "拉萨市", "城关区", "1号")
    assert api.freight_fen(rules[key], 3, 0, 5000, lhasa) == 5000
    assert api.freight_fen(rules[key], 3, 0, 5000) == 1200
    assert api.freight_fen(rules[key], 3, 0, 9900) == 0
    assert api.freight_fen(rules[101, 0], 3, 0, 1) == 0


async def test_one_template_is_the_default_and_a_changed_one_is_replaced(opened: Opened) -> None:
    add, detail = "addfreighttemplate", "getfreighttemplatedetail"
    ids = [
        (
            await ask(opened, SHOP, f"/channels/ec/merchant/{add}", freight_template=TEMPLATE)
        ).template_id
        for _ in range(2)
    ]
    free = {**TEMPLATE, "template_id": ids[0], "shipping_method": "FREE", "name": "包邮"}
    await ask(opened, SHOP, "/channels/ec/merchant/updatefreighttemplate", freight_template=free)
    seen = [
        (
            await ask(opened, SHOP, f"/channels/ec/merchant/{detail}", template_id=one)
        ).freight_template
        for one in ids
    ]
    assert [(one.name, one.is_default) for one in seen] == [("包邮", True), ("测试api", False)]
    listed = await ask(opened, SHOP, "/channels/ec/merchant/getfreighttemplatelist", limit="1")
    assert listed.template_id_list == (ids[1],)
    with pytest.raises(FreightTemplateNotFound):
        await ask(opened, OTHER_SHOP, f"/channels/ec/merchant/{detail}", template_id=ids[0])
    with pytest.raises(FreightTemplateNotFound):
        await ask(opened, OTHER_SHOP, "/channels/ec/merchant/updatefreighttemplate", freight_template=free)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"valuation_type": "WEIGHT"}, WeightNotKnown),
        ({"delivery_id": ["NOBODY"]}, CompanyUnknown),
        ({"name": "\x00"}, InvalidField),
        ({"all_freight_calc_method": {}}, InvalidField),
        ({"not_send_area": {"address_info": [{"city_name": "广州市"}]}}, InvalidField),
    ],
)
async def test_a_template_without_sense_is_refused(
    opened: Opened, change: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await ask(opened, SHOP, "/channels/ec/merchant/addfreighttemplate", freight_template={**TEMPLATE, **change})  # fmt: skip
    listed = await ask(opened, SHOP, "/channels/ec/merchant/getfreighttemplatelist")
    assert listed.template_id_list == ()


async def _book(opened: Opened, caller: Caller = BUYER) -> list[tuple[str, str, bool]]:
    book = await ask(opened, caller, "/v1/buyer/address/list")
    return [(one.address_id, one.detail, one.is_default) for one in book.addresses]


async def _add(opened: Opened, caller: Caller = BUYER, **fields: object) -> str:
    kept = await ask(opened, caller, "/v1/buyer/address/add", **{**ZHANG, **fields})  # type: ignore[arg-type] # fields, not the key
    return str(kept.address_id)


async def test_a_book_has_one_default_through_all_changes(opened: Opened) -> None:
    one = await _add(opened, detail="1号")
    two = await _add(opened, detail="2号")
    assert await _book(opened) == [(one, "1号", True), (two, "2号", False)]
    await ask(opened, BUYER, "/v1/buyer/address/update", **{**ZHANG, "address_id": two, "detail": "3号", "is_default": True})  # type: ignore[arg-type] # fmt: skip
    assert await _book(opened) == [(two, "3号", True), (one, "1号", False)]
    await ask(opened, BUYER, "/v1/buyer/address/remove", address_id=two)
    assert await _book(opened) == [(one, "1号", True)]
    await ask(opened, BUYER, "/v1/buyer/address/remove", address_id=one)
    assert await _book(opened) == []


async def test_other_peoples_addresses_are_not_found(opened: Opened) -> None:
    mine = await _add(opened, detail="1号")
    with pytest.raises(AddressNotFound):
        await ask(opened, OTHER_BUYER, "/v1/buyer/address/remove", address_id=mine)
    with pytest.raises(AddressNotFound):
        await ask(opened, OTHER_BUYER, "/v1/buyer/address/update", **{**ZHANG, "address_id": mine})
    assert await _book(opened, OTHER_BUYER) == []
    assert await _book(opened) == [(mine, "1号", True)]
    async with calling(opened) as call:
        assert await api.addresses(call.tx, [(8, int(mine))]) == {}
        assert (await api.addresses(call.tx, [(7, int(mine))]))[int(mine)].phone == "13800000001"


async def test_of_many_added_at_once_twenty_are_kept(opened: Opened) -> None:
    given = await asyncio.gather(
        *(_add(opened, is_default=True) for _ in range(25)), return_exceptions=True
    )
    assert sum(isinstance(one, AddressBookFull) for one in given) == 5
    book = await _book(opened)
    assert (len(book), sum(is_default for _, _, is_default in book)) == (20, 1)


async def test_addresses_of_many_buyers_are_kept_together(opened: Opened) -> None:
    drafts = [AddressDraft(buyer, api.Address(**ZHANG)) for buyer in range(1, 301)]
    async with calling(opened) as call:
        ids = await api.add_addresses(call, drafts)
        found = await api.addresses_of(call.tx, list(zip(range(1, 301), ids, strict=True)))
    assert len(found) == 300


def parcel(order_id: int, waybill_id: str, *lines: tuple[int, int], by: str = "SF") -> ParcelDraft:
    return ParcelDraft(101, order_id, by, waybill_id, lines or ((1, 1),))


async def test_an_order_goes_in_several_parcels(opened: Opened) -> None:
    async with calling(opened) as call:
        await api.send(
            call, [parcel(1, "SF-1", (1, 2), (2, 1)), parcel(2, "SF-2"), parcel(1, "SF-3")]
        )
        await api.send(call, [parcel(1, "ZT4", (3, 5), by="ZTO")])
        sent = await api.parcels_of(call.tx, 101, [1, 2, 3])
        assert await api.parcels_of(call.tx, 102, [1, 2]) == {}
    assert [(one.number, one.waybill_id, one.lines) for one in sent[1]] == [
        (1, "SF-1", ((1, 2), (2, 1))), (2, "SF-3", ((1, 1),)), (3, "ZT4", ((3, 5),)),
    ]  # fmt: skip
    assert sent[1][2].delivery_name == "中通"
    assert sent.keys() == {1, 2}


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (parcel(1, "1", by="YD"), CompanyUnknown),
        (parcel(1, ""), WaybillMalformed),
        (parcel(1, "S F"), WaybillMalformed),
        (parcel(1, "１２３"), WaybillMalformed),
        (parcel(1, "S" * 41), WaybillMalformed),
    ],
)
async def test_a_parcel_nobody_could_follow_is_refused_with_all_others(
    opened: Opened, draft: ParcelDraft, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        async with calling(opened) as call:
            await api.send(call, [parcel(1, "good"), draft])
    assert await opened.house.pool.fetchval("select count(*) from parcels") == 0
