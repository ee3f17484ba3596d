"""Cases as buyers open them and shops answer them."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.modules.settlement.money import Books, open_books
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.aftersale import api, refusals, store
from tongshang.modules.aftersale.api import AftersaleDraft, AftersaleState
from tongshang.modules.identity import api as identity
from tongshang.modules.ordering.api import OrderNotFound
from tongshang.runtime.call import Caller

WIRE = "/channels/ec/aftersale/"
OWN = "/v1/buyer/aftersale/"
SAMPLES = Path(__file__).parents[4] / "shared" / "contract" / "samples"


@pytest.fixture
async def books(opened: Opened) -> AsyncIterator[Books]:
    offset = opened.house.clock.offset
    yield await open_books(opened)
    opened.house.clock.offset = offset


async def _shipped(books: Books, count: int = 3) -> str:
    order_id = await books.buy((0, count))
    await books.market.send(order_id, [(0, count)])
    return order_id


async def _as_buyer(books: Books, what: str, buyer: int = 0, **fields: Any) -> Any:
    return await ask(books.opened, books.market.buyers[buyer], OWN + what, **fields)


async def _read(books: Books, aftersale_id: str) -> dict[str, Any]:
    path = WIRE + "getaftersaleorder"
    reply = await books.ask_shop(path, after_sale_order_id=aftersale_id)
    case: dict[str, Any] = json.loads(msgspec.json.encode(reply))["after_sale_order"]
    return case


async def _written(books: Books) -> list[Any]:
    pool = books.opened.house.pool
    tables = ("aftersales", "aftersale_moves", "buyer_aftersales", "order_lines", "refunds", "jobs")
    return [sorted(map(repr, await pool.fetch(f"select * from {table}"))) for table in tables]


async def test_a_shop_sees_at_once_what_waits_for_it(books: Books) -> None:
    pool = books.opened.house.pool
    quiet = await books.ask_shop("/v1/shop/today")
    assert (quiet.to_ship, quiet.unpaid, quiet.cases_count, quiet.low_count) == (0, 0, 0, 0)
    order_id = await _shipped(books)
    await books.buy((0, 2))
    await books.market.place((1, 1))
    first = await books.apply(order_id, 1, 1, reason_text="有划痕")
    sku_id, product_id = books.market.skus[0], books.market.product_of(0)
    await pool.execute("update stocks set available = 2 where sku_id = $1", sku_id)
    today = await books.ask_shop("/v1/shop/today")
    assert (today.to_ship, today.unpaid, today.cases_count, today.low_count) == (1, 1, 1, 1)
    (case,), (low,) = today.cases, today.low_stock
    assert (case.aftersale_id, case.order_id) == (first.aftersale_id, order_id)
    assert (case.amount_fen, case.reason_text) == (3_333, "有划痕")
    assert case.deadline > books.opened.house.clock.now().timestamp()
    assert (low.product_id, low.sku_id, low.left) == (str(product_id), str(sku_id), 2)
    assert low.title
    await pool.execute("update products set status = 11 where product_id = $1", product_id)
    await books.accept(first.aftersale_id)
    after = await books.ask_shop("/v1/shop/today")
    assert (after.cases_count, after.cases, after.low_count) == (0, [], 0)


async def test_a_shop_agrees_and_the_money_goes_back(books: Books) -> None:
    order_id = await _shipped(books)
    case = await books.apply(order_id, 1, 2, reason="QUALITY_ISSUE", reason_text="裂了")
    assert (case.status, case.amount_fen, case.open_moves) == (
        "MERCHANT_PROCESSING", 6_666, ["cancel"],
    )  # fmt: skip
    shown = await _read(books, case.aftersale_id)
    assert shown["deadline"] - shown["create_time"] == 48 * 3_600
    assert (await books.market.order(order_id))["aftersale_detail"]["on_aftersale_order_cnt"] == 1
    await books.accept(case.aftersale_id)
    shown = await _read(books, case.aftersale_id)
    assert (shown["status"], shown["refund_info"]) == (
        "MERCHANT_REFUND_SUCCESS", {"amount": 6_666, "refund_reason": 3},
    )  # fmt: skip
    assert (shown["deadline"], shown["complete_time"] > 0) == (0, True)
    line = (await books.market.order(order_id))["order_detail"]["product_infos"][0]
    assert (line["on_aftersale_sku_cnt"], line["finish_aftersale_sku_cnt"]) == (0, 2)
    sample = SAMPLES / "channels.ec.aftersale.getaftersaleorder.response.json"
    if sample.exists():
        shape = json.loads(sample.read_text(encoding="utf-8"))["after_sale_order"]
        _same_types(shape, shown)


def _same_types(sample: Any, ours: Any) -> None:
    assert type(sample) is type(ours)
    if isinstance(sample, dict):
        for name in sample.keys() & ours.keys():
            _same_types(sample[name], ours[name])


async def test_a_shop_refuses_and_the_buyer_may_ask_again(books: Books) -> None:
    order_id = await _shipped(books)
    case = await books.apply(order_id, 1, 1)
    await books.ask_shop(
        WIRE + "rejectapply", after_sale_order_id=case.aftersale_id, reject_reason_type=1
    )
    own = await _as_buyer(books, "get", aftersale_id=case.aftersale_id)
    assert (own.status, own.reject_reason[:2]) == ("MERCHANT_REJECT_REFUND", "商品")
    with pytest.raises(refusals.AftersaleRunning):
        await books.apply(order_id, 1, 1)
    await _as_buyer(books, "cancel", aftersale_id=case.aftersale_id)
    for _ in range(4):
        case = await books.apply(order_id, 1, 1)
        await _as_buyer(books, "cancel", aftersale_id=case.aftersale_id)
    with pytest.raises(refusals.TooManyApplications):
        await books.apply(order_id, 1, 1)


async def test_time_answers_for_a_silent_shop_and_closes_what_was_refused(books: Books) -> None:
    order_id = await _shipped(books)
    silent = await books.apply(order_id, 1, 1)
    books.market.later(hours=48)
    await finish_work(books.opened)
    shown = await _read(books, silent.aftersale_id)
    assert shown["status"] == "MERCHANT_REFUND_SUCCESS"
    assert shown["refund_info"]["refund_reason"] == 9
    refused = await books.apply(order_id, 1, 1)
    await books.ask_shop(
        WIRE + "rejectapply", after_sale_order_id=refused.aftersale_id, reject_reason="已使用"
    )
    books.market.later(days=7)
    await finish_work(books.opened)
    shown = await _read(books, refused.aftersale_id)
    assert (shown["status"], shown["merchant_upload_info"]["reject_reason"]) == (
        "MERCHANT_FAIL", "已使用",
    )  # fmt: skip
    line = (await books.market.order(order_id))["order_detail"]["product_infos"][0]
    assert (line["on_aftersale_sku_cnt"], line["finish_aftersale_sku_cnt"]) == (0, 1)


async def test_a_refund_that_fails_is_tried_anew_by_the_shop(books: Books) -> None:
    order_id = await _shipped(books)
    case = await books.apply(order_id, 1, 1)
    books.opened.house.demo = True  # only there things go wrong on demand
    fault = "insert into gateway_faults (shop_id, kind, times) values ($1, 'fail_refund', 1)"
    await books.opened.house.pool.execute(fault, books.market.shop_id)
    await books.accept(case.aftersale_id)
    assert (await _read(books, case.aftersale_id))["status"] == "PLATFORM_REFUND_FAIL"
    await books.accept(case.aftersale_id)
    assert (await _read(books, case.aftersale_id))["status"] == "MERCHANT_REFUND_SUCCESS"
    assert (await books.balances())["channel"] == -6_666


async def test_of_two_who_apply_for_one_line_at_once_one_does(books: Books) -> None:
    order_id = await _shipped(books)
    given = await asyncio.gather(
        *(books.apply(order_id, 1, 1) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in given) == ["AftersaleRunning"] * 3 + ["CaseView"]
    pool = books.opened.house.pool
    assert await pool.fetchval("select count(*) from aftersales") == 1
    async with books.opened.house.pool.acquire() as connection:
        key = (books.market.shop_id, int(order_id))
        (case,) = (await api.list_of_orders(connection, [key]))[key]
        twin = replace(case, aftersale_id=case.aftersale_id + 1)
        with pytest.raises(refusals.AftersaleRunning):  # the table says the same
            await store.add_aftersales(connection, [twin])


async def test_of_an_acceptance_and_a_cancel_at_once_one_is_done(books: Books) -> None:
    order_id = await _shipped(books)
    case = await books.apply(order_id, 1, 1)
    given = await asyncio.gather(
        books.ask_shop(WIRE + "acceptapply", after_sale_order_id=case.aftersale_id),
        _as_buyer(books, "cancel", aftersale_id=case.aftersale_id),
        return_exceptions=True,
    )
    assert sum(isinstance(one, refusals.WrongState) for one in given) == 1
    assert sum(isinstance(one, Exception) for one in given) == 1


async def test_a_refusal_names_its_reason_and_changes_nothing(books: Books) -> None:
    order_id = await _shipped(books)
    case = await books.apply(order_id, 1, 1)
    unpaid = (await books.market.place((0, 1))).order_id
    two = await books.buy((0, 1), (1, 1))
    other = await books.buy((0, 1), buyer=1)
    stranger = await _stranger(books)
    before = await _written(books)
    wire: list[tuple[type[Refusal], str, dict[str, Any]]] = [
        (refusals.AftersaleNotFound, "acceptapply", {"after_sale_order_id": "20"}),
        (refusals.AftersaleNotFound, "getaftersaleorder", {"after_sale_order_id": 2**63 - 1}),
        (refusals.BadQuery, "rejectapply", {"after_sale_order_id": case.aftersale_id}),
        (
            refusals.BadQuery,
            "rejectapply",
            {"after_sale_order_id": case.aftersale_id, "reject_reason_type": 99},
        ),
        (
            refusals.BadCharacters,
            "rejectapply",
            {"after_sale_order_id": case.aftersale_id, "reject_reason": "\x00"},
        ),
        (
            refusals.NotSupported,
            "acceptapply",
            {"after_sale_order_id": case.aftersale_id, "accept_type": 1},
        ),
        (refusals.BadQuery, "getaftersalelist", {}),
        (
            refusals.BadQuery,
            "getaftersalelist",
            {"begin_create_time": 1_000, "end_create_time": 1_000 + 86_401},
        ),
    ]
    for refusal, what, fields in wire:
        with pytest.raises(refusal):
            await books.ask_shop(WIRE + what, **fields)
    own: list[tuple[type[Refusal], tuple[str, int, int], dict[str, Any]]] = [
        (refusals.NotRefundable, (unpaid, 1, 1), {}),
        (OrderNotFound, (other, 1, 1), {}),
        (refusals.LineNotFound, (two, 3, 1), {}),
        (refusals.LineNotFound, (two, 0, 1), {}),
        (refusals.CountTooHigh, (two, 1, 2), {}),
        (refusals.AmountTooHigh, (two, 1, 1), {"amount_fen": 3_334}),
        (refusals.BadCharacters, (two, 1, 1), {"reason_text": "长" * 501}),
    ]
    for refusal, asked, fields in own:
        with pytest.raises(refusal):
            await books.apply(*asked, **fields)
    with pytest.raises(refusals.AftersaleNotFound):
        await _as_buyer(books, "cancel", 1, aftersale_id=case.aftersale_id)
    accept = WIRE + "acceptapply"
    with pytest.raises(refusals.AftersaleNotFound):
        await ask(books.opened, stranger, accept, after_sale_order_id=case.aftersale_id)
    assert await _written(books) == before


async def _stranger(books: Books) -> Caller:
    async with calling(books.opened) as call:
        drafts = [identity.PartyDraft(identity.PartyKind.SHOP, "别家")]
        (shop_id,) = await identity.add_parties(call, drafts)
        return identity.shop_caller(await identity.get_party(call.tx, shop_id))


async def test_an_order_is_refunded_once_a_minute_over_the_wire(books: Books) -> None:
    order_id = await books.buy((0, 1), (1, 1))
    await books.market.send(order_id, [(0, 1), (1, 1)])
    first, second = [await books.apply(order_id, line, 1) for line in (1, 2)]
    await books.accept(first.aftersale_id)
    with pytest.raises(refusals.TooFrequent):
        await books.ask_shop(WIRE + "acceptapply", after_sale_order_id=second.aftersale_id)
    await books.accept(second.aftersale_id)
    assert (await books.market.order(order_id))["status"] == 200


async def test_cases_are_listed_for_both_sides(books: Books) -> None:
    ids = []
    for buyer in (0, 1, 0):
        order_id = await books.buy((0, 1), buyer=buyer)
        ids.append((await books.apply(order_id, 1, 1, buyer)).aftersale_id)
    now = int(books.opened.house.clock.now().timestamp())
    by_creation = {"begin_create_time": now - 60, "end_create_time": now + 60}
    page = await books.ask_shop(WIRE + "getaftersalelist", **by_creation)
    assert (page.after_sale_order_id_list, page.has_more) == (ids, False)
    end = await books.ask_shop(WIRE + "getaftersalelist", **by_creation, next_key=page.next_key)
    assert end.after_sale_order_id_list == []
    by_change = {"begin_update_time": now - 60, "end_update_time": now + 60}
    page = await books.ask_shop(WIRE + "getaftersalelist", **by_change)
    assert sorted(page.after_sale_order_id_list) == sorted(ids)
    first = await _as_buyer(books, "list", page_size=1)
    rest = await _as_buyer(books, "list", next_key=first.next_key)
    assert [one.aftersale_id for one in (*first.aftersales, *rest.aftersales)] == [ids[2], ids[0]]


async def test_reasons_are_listed(books: Books) -> None:
    reasons = (await books.ask_shop(WIRE + "reason/get")).reason_list
    assert ("QUALITY_ISSUE", "质量问题") in [(one.reason, one.reason_text) for one in reasons]
    refused = (await books.ask_shop(WIRE + "rejectreason/get")).reason_list
    assert all(one.reject_scene == 1 and one.reject_reason for one in refused)


async def test_many_apply_together_each_with_its_own_answer(books: Books) -> None:
    order_id = int(await _shipped(books))
    await books.market.as_buyer("confirm", order_id=str(order_id))
    buyer_id, shop_id = books.market.buyers[0].buyer_id, books.market.shop_id
    draft = AftersaleDraft(buyer_id, shop_id, order_id, 1, line=1)
    books.market.later(days=100)
    async with calling(books.opened) as call:
        late = await api.apply(call, [draft])
        given = await api.apply(call, [draft, draft], window=timedelta(days=400))
        ids = [one for one in given if isinstance(one, int)]
        await api.accept(call, [(shop_id, one) for one in ids], api.RefundReason.BY_SHOP)
    assert isinstance(late[0], refusals.TooLate)
    assert isinstance(given[1], refusals.AftersaleRunning)
    async with calling(books.opened) as call:
        assert await api.running(call.tx, [(shop_id, order_id), (shop_id, 1)]) == {
            (shop_id, order_id)
        }
    await finish_work(books.opened)
    async with calling(books.opened) as call:
        assert await api.running(call.tx, [(shop_id, order_id)]) == set()
        found = await api.get_aftersales(call.tx, [(shop_id, one) for one in ids])
    assert [one.state for one in found.values()] == [AftersaleState.MERCHANT_REFUND_SUCCESS]


async def test_bad_input_over_http(books: Books, client: httpx.AsyncClient) -> None:
    answer = (await client.post(WIRE + "acceptapply", json={"after_sale_order_id": "1"})).json()
    assert answer["errcode"] == 41001
    answer = (await client.post(OWN + "apply", json={})).json()
    assert answer["code"] == 41001
