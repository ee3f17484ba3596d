"""What keeps money from being withdrawn: cases that run, and the operator's no."""

from collections.abc import AsyncIterator

import pytest

from tests.modules.funds.purses import ACCOUNT, Purses
from tests.modules.funds.purses import purses as purses
from tests.modules.settlement.money import Books, open_books
from tests.platform import ask, calling, finish_work, sent_statements
from tongshang.app import Opened
from tongshang.modules.funds import refusals
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.prove import examine


@pytest.fixture
async def books(opened: Opened) -> AsyncIterator[Books]:
    offset = opened.house.clock.offset
    opened.house.demo = True
    yield await open_books(opened)
    opened.house.clock.offset = offset
    opened.house.demo = False


async def test_what_a_buyer_asks_back_stays_until_the_case_has_ended(books: Books) -> None:
    shop, funds = books.market.shop, "/v1/shop/funds"
    order_id = await books.buy((0, 3), (1, 2))
    await books.market.send(order_id, [(0, 3), (1, 2)])
    waiting = await books.buy((0, 1))
    await books.apply(waiting, 1, 1)  # its money waits for the settlement and is no matter here
    await books.market.as_buyer("confirm", order_id=order_id)
    books.market.later(days=7, hours=1)
    await finish_work(books.opened)
    await ask(books.opened, shop, f"{funds}/bankaccount/set", **ACCOUNT)
    whole = (await ask(books.opened, shop, f"{funds}/balance")).withdrawable_fen
    assert whole > 3_333

    case = await books.apply(order_id, 1, 1)
    balance = await ask(books.opened, shop, f"{funds}/balance")
    assert (balance.available_fen, balance.disputed_fen) == (whole, 3_333)
    assert balance.withdrawable_fen == whole - 3_333
    path = "/channels/ec/funds/submitwithdraw"
    with pytest.raises(refusals.HeldForDisputes) as held:
        await ask(books.opened, shop, path, amount=whole)
    assert "3333" in held.value.message().replace(",", "")
    with pytest.raises(refusals.AboveBalance):
        await ask(books.opened, shop, path, amount=whole + 1)
    assert (await ask(books.opened, shop, f"{funds}/withdrawal/list")).withdrawals == []

    await books.accept(case.aftersale_id)
    after = await ask(books.opened, shop, f"{funds}/balance")
    assert after.disputed_fen == 0
    asked = await ask(books.opened, shop, path, amount=after.withdrawable_fen)
    for what in ("scan", "confirm"):
        ticket = {"ticket": asked.qrcode_ticket}
        await ask(books.opened, shop, f"/v1/sandbox/qr/{what}", **ticket)
    await finish_work(books.opened)
    assert (await ask(books.opened, shop, f"{funds}/balance")).available_fen == 0
    async with books.opened.house.pool.acquire() as connection:
        broken = [one.check.name async for one in examine(connection) if one.breaches]
    assert not set(broken) & {"withdrawals_are_booked", "banks_got_what_was_withdrawn"}


async def test_a_party_whose_money_the_operator_holds_withdraws_nothing(purses: Purses) -> None:
    async with calling(purses.opened) as call:
        (operator_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.PLATFORM, "通商")])
        operator = identity.operator_caller(await identity.get_party(call.tx, operator_id))
    waits = await purses.ask("promoter", "withdrawal/submit", amount_fen=1_000)
    of = {"party_id": str(purses.parties["promoter"])}
    reason = {"standing": "frozen", "reason": "涉嫌刷单，核实中"}
    await ask(purses.opened, operator, "/v1/platform/suspense/set", **of, **reason)
    balance = await purses.ask("promoter", "balance")
    assert (balance.withdrawable_fen, balance.suspended_for) == (0, "涉嫌刷单，核实中")
    await purses.phone("scan", waits.confirmation.ticket)
    with pytest.raises(refusals.FundsSuspended):
        await purses.phone("confirm", waits.confirmation.ticket)
    await purses.later(days=1)
    with pytest.raises(refusals.FundsSuspended):
        await purses.ask("promoter", "withdrawal/submit", amount_fen=1_000)
    await ask(purses.opened, operator, "/v1/platform/suspense/release", **of)
    await purses.withdraw("promoter", 1_000)


async def test_a_withdrawal_of_many_books_sends_as_many_statements_as_one_of_few(
    purses: Purses,
) -> None:
    counts = []
    for books in (2, 12):
        async with calling(purses.opened) as call:
            drafts = [PartyDraft(PartyKind.SHOP, f"铺{number}") for number in range(books)]
            ids = await identity.add_parties(call, drafts)
        for number, shop_id in enumerate(ids):
            purses.parties[f"book {number}"] = shop_id
            await purses.give("agency", f"book {number}", 100)
        fen = await purses.available("agency")
        told = await purses.ask("agency", "withdrawal/submit", amount_fen=fen)
        await purses.phone("scan", told.confirmation.ticket)
        with sent_statements(purses.opened) as sent:
            await purses.phone("confirm", told.confirmation.ticket)
        counts.append(len(sent))
        await finish_work(purses.opened)
        assert await purses.state("agency", told) == "SUCCESS"
        assert await purses.available("agency") == 0
        await purses.later(days=1)
    assert counts[0] == counts[1] <= 40
