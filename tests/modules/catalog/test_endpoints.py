"""Products through the endpoints: two copies, the audit, lists, and who may see what."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.json import encode

from tests.modules.catalog.goods import (
    OTHER_SELLER,
    OTHER_SHOP,
    SELLER,
    SHOP,
    add,
    add_listed,
    goods,
    picture,
    plant,
    sku,
)
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.kernel import page
from tongshang.kernel.machine import IllegalMove
from tongshang.kernel.refusal import CursorMismatch, InvalidField, Refusal
from tongshang.modules.catalog import api
from tongshang.modules.catalog.events import ProductAudited, ProductChanged, ProductListed
from tongshang.modules.catalog.refusals import (
    DraftInAudit,
    DraftNotInAudit,
    NeverListed,
    ProductGone,
    ProductNotFound,
    SkuNotFound,
    WrongParameter,
)
from tongshang.modules.governance import api as governance
from tongshang.modules.governance.refusals import HourQuotaUsedUp
from tongshang.runtime.call import NOBODY, Call, Caller, Fact, Tells
from tongshang.runtime.jobs import tell_listeners
from tongshang.runtime.rpc import decode, perform

PATH = "/channels/ec/product/"


@pytest.fixture(autouse=True)
async def _tree(opened: Opened) -> None:
    await plant(opened)


@pytest.fixture
def told(opened: Opened) -> list[Fact]:
    heard: list[Fact] = []

    async def hear(_call: Call, facts: Any) -> None:
        heard.extend(facts)

    kinds = (ProductAudited, ProductListed, ProductChanged)
    opened.house.tells = Tells(tell_listeners, dict.fromkeys(kinds, (hear,)))
    return heard


async def do(opened: Opened, name: str, caller: Caller = SELLER, **fields: Any) -> Any:
    return await ask(opened, caller, PATH + name, **fields)


async def get(opened: Opened, product_id: int, data_type: int = 3) -> dict[str, Any]:
    found = await do(opened, "get", product_id=product_id, data_type=data_type)
    answer: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return answer


async def refused(refusal: type[Refusal], opened: Opened, name: str, **fields: Any) -> None:
    """The call is refused, and the product (if any) is as it was."""
    product_id = fields.get("product_id")
    before = await get(opened, product_id) if product_id else None
    with pytest.raises(refusal):
        await do(opened, name, **fields)
    assert (await get(opened, product_id) if product_id else None) == before


async def test_a_product_is_written_as_a_draft_judged_and_then_online(
    opened: Opened, told: list[Fact]
) -> None:
    product_id = await add(opened, out_product_id="shelf-1")
    both = await get(opened, product_id)
    assert "product" not in both
    draft = both["edit_product"]
    assert (draft["status"], draft["edit_status"]) == (0, 1)
    assert draft["product_id"] == str(product_id)
    assert draft["cats_v2"] == [{"cat_id": "10"}, {"cat_id": "11"}, {"cat_id": "12"}]
    assert draft["min_price"] == 1_000
    assert [one["stock_num"] for one in draft["skus"]] == [5, 3]
    assert [one["sku_code"] for one in draft["skus"]] == ["code-白", "code-蓝"]
    assert all(one["sku_id"].isdigit() for one in draft["skus"])

    await do(opened, "listing", product_id=product_id)
    assert (await get(opened, product_id))["edit_product"]["edit_status"] == 2
    assert told == []
    await finish_work(opened)
    both = await get(opened, product_id)
    assert (both["product"]["status"], both["product"]["edit_status"]) == (5, 4)
    assert both["product"] == both["edit_product"]
    audited, listed = told
    assert isinstance(audited, ProductAudited)
    assert (audited.product_id, audited.passed) == (product_id, True)
    assert listed == ProductListed(SHOP, product_id, "shelf-1", 5, "")


async def test_an_update_changes_the_draft_alone_until_it_is_listed_again(
    opened: Opened, told: list[Fact]
) -> None:
    product_id = await add_listed(opened, out_product_id="p")
    online = (await get(opened, product_id))["product"]
    kept, gone = online["skus"]
    told.clear()

    changed = goods(
        "四层点心架 下午茶", skus=[{**sku("白", 1_100), "sku_id": kept["sku_id"]}, sku("红")]
    )
    updated = await do(opened, "update", product_id=str(product_id), **changed)
    assert updated.data.product_id == str(product_id)
    both = await get(opened, product_id)
    assert both["product"]["title"] == "三层点心架 下午茶"
    assert [one["sku_id"] for one in both["product"]["skus"]] == [kept["sku_id"], gone["sku_id"]]
    assert both["edit_product"]["out_product_id"] == "p"
    assert both["edit_product"]["edit_status"] == 1

    await do(opened, "listing", product_id=product_id)
    await finish_work(opened)
    online = (await get(opened, product_id))["product"]
    assert online["title"] == "四层点心架 下午茶"
    assert [one["sale_price"] for one in online["skus"]] == [1_100, 1_000]
    assert online["skus"][0]["sku_id"] == kept["sku_id"]
    assert online["skus"][1]["sku_id"] not in {kept["sku_id"], gone["sku_id"]}
    assert [type(fact) for fact in told] == [ProductAudited, ProductChanged]
    async with calling(opened) as call:
        keys = [(SHOP, int(kept["sku_id"])), (SHOP, int(gone["sku_id"]))]
        offers = await api.offers(call.tx, keys)
    assert list(offers) == keys[:1]
    assert offers[keys[0]].price_fen == 1_100


async def test_forbidden_words_fail_the_audit_and_leave_what_is_online(
    opened: Opened, told: list[Fact]
) -> None:
    product_id = await add_listed(opened)
    told.clear()
    await do(opened, "update", product_id=product_id, **goods("全网第一 国家级点心架"), listing=1)
    await finish_work(opened)
    both = await get(opened, product_id)
    assert (both["product"]["status"], both["edit_product"]["edit_status"]) == (5, 3)
    assert both["product"]["title"] == "三层点心架 下午茶"
    (audited,) = told
    assert not audited.passed
    assert "国家级" in audited.reason
    await do(opened, "update", product_id=product_id, **goods("普通的点心架"), listing=1)
    await finish_work(opened)
    assert (await get(opened, product_id))["product"]["title"] == "普通的点心架"


async def test_while_in_audit_a_draft_rests_until_it_is_withdrawn(opened: Opened) -> None:
    product_id = await add(opened)
    await refused(DraftNotInAudit, opened, "audit/cancel", product_id=product_id)
    await do(opened, "listing", product_id=product_id)
    await refused(DraftInAudit, opened, "update", product_id=product_id, **goods())
    await refused(DraftInAudit, opened, "listing", product_id=product_id)
    await refused(DraftInAudit, opened, "delete", product_id=product_id)
    await do(opened, "audit/cancel", product_id=product_id)
    await finish_work(opened)  # the audit's job finds nothing to judge
    both = await get(opened, product_id)
    assert "product" not in both
    assert both["edit_product"]["edit_status"] == 1
    await do(opened, "delete", product_id=product_id)
    with pytest.raises(ProductNotFound):
        await do(opened, "listing", product_id=product_id)


async def test_of_a_withdrawal_and_the_audit_at_once_one_wins(opened: Opened) -> None:
    for _ in range(8):
        product_id = await add(opened, listing=1)
        await asyncio.gather(
            do(opened, "audit/cancel", product_id=product_id),
            finish_work(opened),
            return_exceptions=True,
        )
        both = await get(opened, product_id)
        status, draft = both["edit_product"]["status"], both["edit_product"]["edit_status"]
        assert (status, draft) in {(0, 1), (5, 4)}


async def test_of_two_listings_at_once_one_hands_the_draft_in(opened: Opened) -> None:
    product_id = await add(opened)
    given = await asyncio.gather(
        *(do(opened, "listing", product_id=product_id) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(one, DraftInAudit) for one in given) == 7
    assert await opened.house.pool.fetchval("select count(*) from audits") == 1


async def test_changes_of_two_skus_at_once_are_both_kept(opened: Opened) -> None:
    product_id = await add_listed(opened)
    before = (await get(opened, product_id))["product"]["skus"]
    await asyncio.gather(
        *(
            do(
                opened,
                "auditfree",
                product_id=product_id,
                skus=[{"sku_id": one["sku_id"], "sale_price": 2_000 + n}],
            )
            for n, one in enumerate(before)
        )
    )
    online = (await get(opened, product_id))["product"]
    assert [one["sale_price"] for one in online["skus"]] == [2_000, 2_001]
    assert online["min_price"] == 2_000


async def test_a_product_taken_off_sale_is_back_without_an_audit(
    opened: Opened, told: list[Fact]
) -> None:
    product_id = await add_listed(opened)
    await do(opened, "delisting", product_id=product_id)
    await do(opened, "delisting", product_id=product_id)
    assert (await get(opened, product_id))["product"]["status"] == 11
    await do(opened, "listing", product_id=product_id)
    assert (await get(opened, product_id))["product"]["status"] == 5
    await do(opened, "listing", product_id=product_id)
    assert [fact.status for fact in told if isinstance(fact, ProductListed)] == [5, 11, 5]


async def test_off_sale_while_in_audit_stays_off_sale(opened: Opened) -> None:
    product_id = await add_listed(opened)
    await do(opened, "update", product_id=product_id, **goods("又一个点心架"), listing=1)
    await do(opened, "delisting", product_id=product_id)
    await finish_work(opened)
    both = await get(opened, product_id)
    assert (both["product"]["status"], both["product"]["edit_status"]) == (11, 1)


async def test_what_needs_no_audit_changes_online_at_once_and_stays(
    opened: Opened, told: list[Fact]
) -> None:
    product_id = await add_listed(opened)
    white, blue = (await get(opened, product_id))["product"]["skus"]
    told.clear()
    change = {"sku_id": white["sku_id"], "sale_price": 900, "sku_code": "W", "sku_deliver_info": {}}
    await do(
        opened,
        "auditfree",
        product_id=product_id,
        skus=[
            {**change, "stock_info": {"diff_type": 1, "num": 2}},
            {"sku_id": blue["sku_id"], "is_delete": True},
        ],
        spu_code="SPU",
        limited_info={},
        extra_service={"seven_day_return": 1},
    )
    both = await get(opened, product_id)
    for copy in (both["product"], both["edit_product"]):
        assert [(s["sku_id"], s["sale_price"], s["stock_num"]) for s in copy["skus"]] == [
            (white["sku_id"], 900, 7)
        ]
        assert (copy["spu_code"], copy["min_price"]) == ("SPU", 900)
        assert copy["extra_service"]["seven_day_return"] == 1
        assert copy["title"] == "三层点心架 下午茶"
    assert told == [ProductChanged(SHOP, product_id, 5)]
    async with calling(opened) as call:
        (card,) = (await api.cards(call.tx, [(SHOP, product_id)])).values()
    assert (card.price_fen, card.sku_count) == (900, 1)

    bad = {"product_id": product_id, "skus": [{**change, "sale_price": 99}]}
    await refused(InvalidField, opened, "auditfree", **bad)  # below the floor of the category
    last = {"product_id": product_id, "skus": [{"sku_id": white["sku_id"], "is_delete": True}]}
    await refused(InvalidField, opened, "auditfree", **last)
    none = {"product_id": product_id, "skus": [{"sku_id": "12", "sale_price": 900}]}
    await refused(SkuNotFound, opened, "auditfree", **none)
    await refused(NeverListed, opened, "auditfree", product_id=await add(opened), spu_code="x")


async def test_a_sku_off_sale_is_no_offer(opened: Opened) -> None:
    product_id = await add_listed(opened)
    white, blue = (await get(opened, product_id))["product"]["skus"]
    off = [{"sku_id": white["sku_id"], "status": 11}]
    await do(opened, "auditfree", product_id=product_id, skus=off)
    async with calling(opened) as call:
        keys = [(SHOP, int(white["sku_id"])), (SHOP, int(blue["sku_id"]))]
        offers = await api.offers(call.tx, keys)
    assert [offers[key].on_sale for key in keys] == [False, True]
    assert offers[keys[1]].fee_ppm == 50_000
    assert offers[keys[1]].attrs == (("颜色", "蓝"),)
    assert offers[keys[1]].freight_template_id == 18


async def test_what_cannot_change_is_refused(opened: Opened) -> None:
    product_id = await add_listed(opened, out_product_id="p", skus=[sku("白", out_sku_id="s")])
    (white,) = (await get(opened, product_id))["product"]["skus"]
    wine = [{"cat_id": 20}, {"cat_id": 21}]
    other = {**sku("白"), "sku_id": white["sku_id"], "out_sku_id": "t"}
    for change in (
        {"out_product_id": "q"},
        {"cats_v2": wine},
        {"skus": [other]},
        {"skus": [{**sku("白"), "sku_id": "12"}]},
    ):
        fields = {**goods(), **change, "product_id": product_id}
        await refused(InvalidField, opened, "update", **fields)


async def test_stock_given_again_counts_only_for_skus_that_are_not_online(opened: Opened) -> None:
    product_id = await add(opened)
    skus = (await get(opened, product_id))["edit_product"]["skus"]
    again = [{**sku("白", stock=50), "sku_id": skus[0]["sku_id"]}]
    await do(opened, "update", product_id=product_id, **goods(skus=again), listing=1)
    await finish_work(opened)
    assert (await get(opened, product_id))["product"]["skus"][0]["stock_num"] == 50
    again[0]["stock_num"] = 9
    await do(opened, "update", product_id=product_id, **goods(skus=again), listing=1)
    await finish_work(opened)
    assert (await get(opened, product_id))["product"]["skus"][0]["stock_num"] == 50


async def test_another_shops_product_is_not_found(opened: Opened) -> None:
    product_id = await add_listed(opened)
    ref: dict[str, Any] = {"product_id": product_id}
    for name in ("get", "listing", "delisting", "delete", "audit/cancel", "auditfree"):
        with pytest.raises(ProductNotFound):
            await do(opened, name, OTHER_SELLER, **ref)
    with pytest.raises(ProductNotFound):
        await do(opened, "update", OTHER_SELLER, **ref, **goods())
    assert (await get(opened, product_id))["product"]["status"] == 5
    with pytest.raises(WrongParameter):
        await do(opened, "get", product_id=product_id, data_type=4)


async def test_lists_are_paged_by_key_and_status(opened: Opened) -> None:
    ids = [str(await add(opened)) for _ in range(4)]
    ids.append(str(await add_listed(opened)))
    await do(opened, "delete", product_id=ids[0])
    await add(opened, OTHER_SELLER)
    first = await do(opened, "list/get", page_size=2)
    assert (first.product_ids, first.total_num) == (ids[1:3], 4)
    second = await do(opened, "list/get", page_size=2, next_key=first.next_key)
    assert second.product_ids == ids[3:]
    assert (await do(opened, "list/get", next_key=second.next_key)).product_ids == []
    assert (await do(opened, "list/get", status=5)).product_ids == ids[4:]
    assert (await do(opened, "list/get", status=9)).product_ids == ids[:1]
    forged = [page.cursor(("product.list", SHOP, None), key) for key in (("x",), (2**64,), (1, 2))]
    for key in forged:
        with pytest.raises(CursorMismatch):
            await do(opened, "list/get", next_key=key)
    with pytest.raises(CursorMismatch):
        await do(opened, "list/get", status=5, next_key=first.next_key)
    wrongs: list[dict[str, Any]] = [{"page_size": 31}, {"page_size": 0}, {"status": 4}]
    for wrong in wrongs:
        with pytest.raises(WrongParameter):
            await do(opened, "list/get", **wrong)


async def test_numbers_may_come_as_strings_and_pictures_must_be_ours(opened: Opened) -> None:
    endpoint = opened.house.registry.find(PATH + "add")
    given = goods(skus=[sku("白", "1000", "5")], brand_id="2100000000", listing="1")
    added = await perform(opened.house, endpoint, SELLER, decode(endpoint, encode(given)))
    draft = (await get(opened, int(added.data.product_id)))["edit_product"]
    assert (draft["brand_id"], draft["edit_status"]) == ("2100000000", 2)
    foreign = decode(endpoint, encode({**goods(), "head_imgs": ["https://a/b"] * 3}))
    with pytest.raises(InvalidField) as no:
        await perform(opened.house, endpoint, SELLER, foreign)
    assert no.value.details["field"] == "head_imgs"


async def test_buyers_see_what_is_on_sale_and_what_is_left(
    opened: Opened, client: httpx.AsyncClient
) -> None:
    product_id = await add_listed(opened)
    answer = (await client.get(f"/v1/buyer/product/get?product_id={product_id}")).json()
    assert answer["shop_id"] == str(SHOP)
    assert answer["pictures"][0] == picture("head 0")
    assert [(one["price_fen"], one["stock"]) for one in answer["skus"]] == [(1_000, 5), (1_200, 3)]
    assert answer["skus"][0]["attrs"] == [{"key": "颜色", "value": "白"}]
    assert (await client.get("/v1/buyer/product/get?product_id=12")).status_code == 404
    draft = await add(opened)
    assert (await client.get(f"/v1/buyer/product/get?product_id={draft}")).status_code == 404
    await do(opened, "delisting", product_id=product_id)
    gone = await client.get(f"/v1/buyer/product/get?product_id={product_id}")
    assert (gone.status_code, gone.json()["code"]) == (410, ProductGone.code)


async def test_buyers_browse_by_shop_and_category_the_newest_first(opened: Opened) -> None:
    wine = [{"cat_id": 20}, {"cat_id": 21}]
    plate = str(await add_listed(opened))
    bottle = str(await add_listed(opened, cats_v2=wine))
    others = str(await add_listed(opened, OTHER_SELLER))
    await add(opened)

    async def browse(**fields: Any) -> list[str]:
        seen: list[str] = []
        key = ""
        while True:
            asked = {**fields, "page_size": 1, "next_key": key}
            found = await ask(opened, NOBODY, "/v1/buyer/product/list", **asked)
            seen += [one.product_id for one in found.products]
            key = found.next_key
            if not key:
                return seen

    assert await browse() == [others, bottle, plate]
    assert await browse(cat_id=10) == [others, plate]
    assert await browse(cat_id=12) == [others, plate]
    assert await browse(shop_id=SHOP) == [bottle, plate]
    assert await browse(shop_id=SHOP, cat_id=20) == [bottle]
    await do(opened, "delisting", product_id=bottle)
    assert await browse(shop_id=SHOP) == [plate]
    assert await browse(cat_id=20) == []
    async with calling(opened) as call:
        shops = await api.shop_of(call.tx, [int(plate), int(others), 12])
        assert shops == {int(plate): SHOP, int(others): OTHER_SHOP}
        assert await api.shop_of(call.tx, [int(plate), 12]) == {int(plate): SHOP}


async def test_a_banned_status_cannot_be_listed(opened: Opened) -> None:
    product_id = await add_listed(opened)
    await opened.house.pool.execute("update products set status = 20")
    await refused(IllegalMove, opened, "listing", product_id=product_id)


async def test_adding_updating_and_listing_count_together(opened: Opened) -> None:
    async with calling(opened) as call:
        await governance.use_quota(call, SHOP, "product", 198)
    product_id = await add(opened)
    await do(opened, "listing", product_id=product_id)
    await finish_work(opened)
    for name, fields in (("update", goods()), ("listing", {}), ("add", goods())):
        given = fields if name == "add" else {**fields, "product_id": product_id}
        with pytest.raises(HourQuotaUsedUp):
            await do(opened, name, **given)
    await do(opened, "auditfree", product_id=product_id, spu_code="free")
    await do(opened, "delisting", product_id=product_id)
    assert (await do(opened, "list/get")).total_num == 1
