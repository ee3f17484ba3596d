"""Money on its way to the bank: asked once a day, confirmed by a phone, paid or returned."""

import asyncio
from typing import Any

import pytest

from tests.modules.funds.purses import ACCOUNT, NAMES, Purses
from tests.modules.funds.purses import purses as purses
from tests.platform import ask, calling, finish_work
from tongshang.kernel.refusal import Refusal
from tongshang.modules.funds import refusals
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.gateway import protocol
from tongshang.modules.payment.gateway.store import Fault

EVERYBODY = ("shop", "promoter", "agency", "sharer")


async def _books(purses: Purses) -> list[tuple[str, int]]:
    rows = await purses.opened.house.pool.fetch(
        "select kind, sum(balance_fen)::bigint as fen from accounts group by kind order by kind"
    )
    return [(row["kind"], row["fen"]) for row in rows if row["fen"]]


@pytest.mark.parametrize("who", EVERYBODY)
async def test_everybody_s_money_goes_to_the_bank_once_it_is_confirmed(
    purses: Purses, who: str
) -> None:
    told = await purses.ask(who, "withdrawal/submit", amount_fen=4_000, remark="房租")
    assert told.withdrawal.state == "INIT"
    assert told.confirmation.url.endswith(f"/sandbox/qr/{told.confirmation.ticket}")
    assert await purses.available(who) == 10_000, "nothing is taken before it is confirmed"
    await purses.confirm(told.confirmation.ticket)
    assert await purses.state(who, told) == "CREATE_SUCCESS"
    balance = await purses.ask(who, "balance")
    assert (balance.withdrawable_fen, balance.withdrawing_fen) == (6_000, 4_000)
    await finish_work(purses.opened)
    assert await purses.state(who, told) == "SUCCESS"
    balance = await purses.ask(who, "balance")
    assert (balance.withdrawable_fen, balance.withdrawing_fen) == (6_000, 0)
    of = {"withdrawal_id": told.withdrawal.withdrawal_id}
    story = await purses.ask(who, "withdrawal/get", **of)
    assert [(one.shop_name, one.available_fen) for one in story.books] == [("山里茶铺", 4_000)]
    page = await purses.ask(who, "withdrawal/list")
    assert [one.withdrawal_id for one in page.withdrawals] == [told.withdrawal.withdrawal_id]


async def test_a_shop_s_program_withdraws_and_is_told_each_step(purses: Purses) -> None:
    asked = await purses.wire("submitwithdraw", amount=10_000, remark="六月", bank_memo="货款")
    of, ticket = {"withdraw_id": asked.withdraw_id}, asked.qrcode_ticket
    detail = await purses.wire("getwithdrawdetail", **of)
    assert (detail.status, detail.amount, detail.bank_memo) == ("INIT", 10_000, "货款")
    assert detail.bank_num == "6225********6789"
    await purses.confirm(ticket)
    await finish_work(purses.opened)
    assert (await purses.wire("getwithdrawdetail", **of)).status == "SUCCESS"
    page = await purses.wire("getwithdrawlist", page_num=1, page_size=10)
    assert (page.withdraw_ids, page.total_num) == ([asked.withdraw_id], 1)
    old = await purses.wire("/shop/funds/scanwithdraw", page_num=1, page_size=10)
    assert old.out_request_nos == [asked.withdraw_id]
    same = await purses.wire("/shop/funds/getwithdrawdetail", out_request_no=asked.withdraw_id)
    assert same.withdraw_info.status == "SUCCESS"
    told = await purses.pushes("channels_ec_withdraw_notify")
    assert [one["withdraw_info"]["event"] for one in told] == [1, 2, 3]
    scans = await purses.pushes("qrcode_status")
    assert [one["qrcode_info"]["status"] for one in scans] == [4, 1]
    assert scans[0]["qrcode_info"] == {"ticket": ticket, "status": 4, "scan_user_type": 1}


async def test_the_books_with_debts_pay_last_and_debts_are_taken_off(purses: Purses) -> None:
    await purses.give("promoter", "second shop", -3_000)
    balance = await purses.ask("promoter", "balance")
    assert (balance.available_fen, balance.debt_fen) == (7_000, 3_000)
    with pytest.raises(refusals.AboveBalance):
        await purses.ask("promoter", "withdrawal/submit", amount_fen=7_001)
    told = await purses.withdraw("promoter", 7_000)
    await finish_work(purses.opened)
    assert await purses.state("promoter", told) == "SUCCESS"
    books = (await purses.ask("promoter", "balance")).books
    assert sorted(one.available_fen for one in books) == [-3_000, 3_000]


async def test_one_withdrawal_takes_book_by_book_in_one_order(purses: Purses) -> None:
    await purses.give("agency", "second shop", 5_000)
    told = await purses.withdraw("agency", 12_000)
    of = {"withdrawal_id": told.withdrawal.withdrawal_id}
    taken = (await purses.ask("agency", "withdrawal/get", **of)).books
    assert [one.available_fen for one in taken] == [10_000, 2_000]
    assert await purses.available("agency") == 3_000


@pytest.mark.parametrize("at_once", [2, 3])
async def test_of_several_withdrawals_at_once_one_is_the_day_s(
    purses: Purses, at_once: int
) -> None:
    asked = await asyncio.gather(
        *(purses.ask("shop", "withdrawal/submit", amount_fen=9_000) for _ in range(at_once)),
        return_exceptions=True,
    )
    refused = [one for one in asked if isinstance(one, refusals.OnceADay)]
    assert len(refused) == at_once - 1
    (told,) = [one for one in asked if not isinstance(one, BaseException)]
    await purses.confirm(told.confirmation.ticket)
    with pytest.raises(refusals.OnceADay):
        await purses.ask("shop", "withdrawal/submit", amount_fen=1)
    await purses.later(days=1)
    await purses.withdraw("shop", 1_000)
    assert await purses.available("shop") == 0


async def test_two_who_confirm_at_once_pay_once(purses: Purses) -> None:
    told = await purses.ask("shop", "withdrawal/submit", amount_fen=9_000)
    await purses.phone("scan", told.confirmation.ticket)
    done = await asyncio.gather(
        *(purses.phone("confirm", told.confirmation.ticket) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, refusals.CodeOver) for one in done) == 2
    await finish_work(purses.opened)
    assert await purses.available("shop") == 1_000


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"amount_fen": 10_001}, refusals.AboveBalance)],
)
async def test_what_cannot_be_withdrawn_changes_nothing(
    purses: Purses, fields: dict[str, Any], why: type[Refusal]
) -> None:
    before = await _books(purses)
    with pytest.raises(why):
        await purses.ask("shop", "withdrawal/submit", **fields)
    assert (await purses.ask("shop", "withdrawal/list")).withdrawals == []
    assert await purses.pushes("channels_ec_withdraw_notify") == []
    assert await _books(purses) == before


async def test_without_an_account_nothing_can_be_asked(purses: Purses) -> None:
    async with calling(purses.opened) as call:
        (party_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.SHOP, "新铺")])
        shop = identity.shop_caller(await identity.get_party(call.tx, party_id))
    with pytest.raises(refusals.NoBankAccount):
        await ask(purses.opened, shop, "/channels/ec/funds/submitwithdraw", amount=1)
    with pytest.raises(refusals.NoBankAccount):
        await ask(purses.opened, shop, "/channels/ec/funds/getbankacct")


async def test_what_the_balance_lost_meanwhile_is_not_confirmed(purses: Purses) -> None:
    told = await purses.ask("shop", "withdrawal/submit", amount_fen=9_000)
    await purses.give("shop", "shop", -5_000)
    await purses.phone("scan", told.confirmation.ticket)
    with pytest.raises(refusals.AboveBalance):
        await purses.phone("confirm", told.confirmation.ticket)
    assert await purses.state("shop", told) == "INIT"
    assert (await purses.phone("get", told.confirmation.ticket)).state == "scanned"
    await purses.later(minutes=11)
    assert await purses.state("shop", told) == "CLOSE"


async def test_what_never_arrives_is_the_party_s_again(purses: Purses) -> None:
    before = await _books(purses)
    await purses.fault("promoter", Fault.FAIL_TRANSFER, 3)
    told = await purses.withdraw("promoter", 4_000)
    for _ in range(3):
        await purses.later(minutes=6)
    of = {"withdrawal_id": told.withdrawal.withdrawal_id}
    story = await purses.ask("promoter", "withdrawal/get", **of)
    assert (story.withdrawal.state, story.withdrawal.reason) == ("FAIL", "银行未能入账")
    assert await purses.available("promoter") == 10_000
    assert await _books(purses) == before


async def test_what_the_bank_returns_days_later_is_the_party_s_again(purses: Purses) -> None:
    before = await _books(purses)
    await purses.fault("shop", Fault.RETURN_TRANSFER)
    told = await purses.withdraw("shop", 4_000)
    await finish_work(purses.opened)
    assert await purses.state("shop", told) == "SUCCESS"
    await purses.later(days=2)
    assert await purses.available("shop") == 6_000
    await purses.later(days=1, minutes=1)
    assert await purses.state("shop", told) == "REFUND"
    assert await purses.available("shop") == 10_000
    assert await _books(purses) == before
    told_of = await purses.pushes("channels_ec_withdraw_notify")
    assert [one["withdraw_info"]["event"] for one in told_of] == [1, 2, 3, 4]


@pytest.mark.parametrize("fault", [Fault.DOUBLE_NOTICE, Fault.LATE_NOTICE, Fault.LOSE_NOTICE])
async def test_notices_that_are_double_late_or_lost_pay_once(purses: Purses, fault: Fault) -> None:
    await purses.fault("agency", fault)
    told = await purses.withdraw("agency", 4_000)
    await purses.later(minutes=11)
    await purses.later(minutes=1)
    assert await purses.state("agency", told) == "SUCCESS"
    assert await purses.available("agency") == 6_000


async def test_a_return_that_overtakes_the_arrival_is_the_end(purses: Purses) -> None:
    await purses.fault("shop", Fault.LOSE_NOTICE)
    told = await purses.withdraw("shop", 4_000)
    house, at = purses.opened.house, purses.opened.house.clock.now()
    row = await house.pool.fetchrow("select * from gateway_transfers")
    assert row is not None
    bill = protocol.TransferBill(
        str(row["owner_id"]), str(row["out_bill_no"]), 1, row["transfer_bill_no"], "RETURNED",
        4_000, at,
    )  # fmt: skip
    arrived = protocol.TransferBill(
        str(row["owner_id"]), str(row["out_bill_no"]), 1, row["transfer_bill_no"], "SUCCESS",
        4_000, at,
    )  # fmt: skip
    key = protocol.key_of(house.secret)
    returned = protocol.compose(key, at, protocol.RETURNED, bill)
    late = protocol.compose(key, at, protocol.TRANSFERRED, arrived)
    for notice in (returned, late, returned):
        async with calling(purses.opened) as call:
            await payment.receive_notices(call, [notice])
    assert await purses.state("shop", told) == "REFUND"
    assert await purses.available("shop") == 10_000


async def test_only_a_sharer_has_a_sharer_s_funds(purses: Purses) -> None:
    async with calling(purses.opened) as call:
        (buyer_id,) = await identity.add_buyers(call, [identity.BuyerDraft("路人")])
        buyer = identity.buyer_caller(await identity.get_buyer(call.tx, buyer_id))
    with pytest.raises(refusals.NoSharer):
        await ask(purses.opened, buyer, "/v1/sharer/funds/balance")


async def test_others_withdrawals_are_not_there(purses: Purses) -> None:
    told = await purses.withdraw("promoter", 1_000)
    of = {"withdrawal_id": told.withdrawal.withdrawal_id}
    with pytest.raises(refusals.WithdrawalNotFound):
        await purses.ask("agency", "withdrawal/get", **of)
    with pytest.raises(refusals.WithdrawalNotFound):
        await purses.ask("agency", "withdrawal/cancel", **of)
    with pytest.raises(refusals.CodeNotFound):
        await purses.wire("/shop/funds/qrcode/check", qrcode_ticket=told.confirmation.ticket)
    assert set(NAMES) >= set(EVERYBODY)


@pytest.mark.parametrize("who", EVERYBODY)
async def test_everybody_reads_what_came_and_went_newest_first(purses: Purses, who: str) -> None:
    told = await purses.withdraw(who, 4_000)
    await purses.fault(who, Fault.RETURN_TRANSFER)
    await purses.later(days=1)
    again = await purses.withdraw(who, 1_000)
    await purses.later(days=3, minutes=1)
    page = await purses.ask(who, "flow/list", page_size=2)
    kinds = [(one.funds_type, one.change_fen, one.withdrawal_id) for one in page.flows]
    second = again.withdrawal.withdrawal_id
    assert kinds == [(5, 1_000, second), (4, -1_000, second)]
    assert page.flows[0].shop_name == "山里茶铺"
    rest = await purses.ask(who, "flow/list", page_size=2, next_key=page.next_key)
    assert [one.withdrawal_id for one in rest.flows] == [told.withdrawal.withdrawal_id]
    assert (page.has_more, rest.has_more) == (True, False)


async def test_two_accounts_set_at_once_leave_one(purses: Purses) -> None:
    numbers = ("6225880000000001", "6225880000000002", "6225880000000003")
    await asyncio.gather(
        *(
            purses.ask("shop", "bankaccount/set", **{**ACCOUNT, "number": number})
            for number in numbers
        )
    )
    rows = await purses.opened.house.pool.fetch(
        "select masked from bank_accounts where party_id = $1 and ended_at is null",
        purses.parties["shop"],
    )
    account = (await purses.ask("shop", "bankaccount/get")).account
    assert [row["masked"] for row in rows] == [account.number]


async def test_a_return_whose_notice_got_lost_is_found_by_asking(purses: Purses) -> None:
    await purses.fault("promoter", Fault.RETURN_TRANSFER)
    told = await purses.withdraw("promoter", 4_000)
    await finish_work(purses.opened)
    await purses.opened.house.pool.execute("delete from jobs where kind = 'payment.notice'")
    for days in (2, 1):
        await purses.later(days=days, minutes=1)
        assert await purses.state("promoter", told) == "SUCCESS"
    await purses.later(days=1)
    assert await purses.state("promoter", told) == "REFUND"
    assert await purses.available("promoter") == 10_000
