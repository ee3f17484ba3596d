"""The books beside the channel's file: lost, extra and other amounts are found, and nothing else."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.market import Market
from tests.modules.statements.trade import give_back, pass_days, pass_to_noon, sell, today
from tests.platform import calling, finish_work
from tongshang.kernel.refusal import InvalidField
from tongshang.modules.statements import refusals
from tongshang.modules.statements.domain.reconciling import read_file

PATH = "/v1/platform/reconciliation/"


@pytest.fixture
async def noon(market: Market) -> Market:
    await pass_to_noon(market)
    return market


async def ask(market: Market, what: str, **fields: Any) -> Any:
    return await market.ask(market.operator, PATH + what, **fields)


async def differences(market: Market, state: str = "open") -> list[Any]:
    found: list[Any] = (await ask(market, "differences", state=state)).differences
    return found


async def change(market: Market, *statements: str) -> None:
    async with calling(market.opened) as call:
        for one in statements:
            await call.tx.execute(one)


async def test_sound_days_have_no_differences(noon: Market) -> None:
    order_id = await sell(noon, 2)
    await pass_days(noon, 1)
    await give_back(noon, order_id)
    await pass_days(noon, 8)
    await pass_days(noon, 1)
    days = (await ask(noon, "days")).days
    assert [(one.rows, one.open) for one in days] == [(0, 0), (1, 0), (1, 0)]
    assert (days[2].in_fen, days[2].out_fen) == (2 * 12_800 + 800, 0)
    assert (days[1].in_fen, days[1].out_fen) == (0, 12_800)
    assert await differences(noon, "") == []


async def test_each_kind_of_difference_is_found_and_told_in_words(noon: Market) -> None:
    day = today(noon)
    for _ in range(3):
        await sell(noon)
    await change(
        noon,
        """delete from gateway_charges
           where out_trade_no = (select min(out_trade_no) from gateway_charges)""",
        """update gateway_charges set total_fen = total_fen + 1
           where out_trade_no = (select max(out_trade_no) from gateway_charges)""",
        """insert into gateway_charges
           select shop_id, 7, 'other', 500, trade_state, 'lost', success_at
           from gateway_charges limit 1""",
    )
    await pass_days(noon, 1)
    found = {one.fault: one for one in await differences(noon)}
    assert found.keys() == {"missing", "extra", "amount"}
    assert (found["missing"].number, found["missing"].channel_fen) == ("7", 500)
    assert found["missing"].books_fen == found["extra"].channel_fen == 0
    assert found["amount"].channel_fen == found["amount"].books_fen + 1
    assert all(one.says and one.says_zh and one.day == day for one in found.values())
    assert (await ask(noon, "days")).days[0].open == 3


async def test_a_payment_booked_after_midnight_is_no_difference(noon: Market) -> None:
    clock = noon.opened.house.clock
    clock.offset += timedelta(hours=11, minutes=59, seconds=50)
    order_id = await noon.place(noon.tea)
    await noon.ask(noon.buyer, "/v1/buyer/order/pay", order_id=order_id, confirm=True)
    clock.offset += timedelta(seconds=20)
    await finish_work(noon.opened)
    await pass_days(noon, 2)
    rows = {one.day: (one.rows, one.open) for one in (await ask(noon, "days")).days}
    assert list(rows.values()) == [(0, 0), (1, 0)], "told on one day, booked on the next"
    assert await differences(noon, "") == []


async def test_what_is_made_good_vanishes_and_what_is_looked_into_is_resolved(
    noon: Market,
) -> None:
    await sell(noon)
    await change(
        noon,
        """insert into gateway_charges
           select shop_id, 7, 'a', 500, trade_state, 'a', success_at from gateway_charges limit 1""",
        """insert into gateway_charges
           select shop_id, 8, 'b', 600, trade_state, 'b', success_at from gateway_charges limit 1""",
    )
    await pass_days(noon, 1)
    second, first = await differences(noon)
    done = await ask(noon, "resolve", difference_id=first.difference_id, note=" 渠道测试单 ")
    assert (done.state, done.note) == ("resolved", "渠道测试单")
    with pytest.raises(refusals.DifferenceResolved):
        await ask(noon, "resolve", difference_id=first.difference_id, note="再来")
    await change(
        noon,
        f"""insert into entries
            select book_id, 1, 'payment', {second.number}, '', at from entries limit 1""",
        f"""insert into postings select book_id, 1, 0, 'channel', 0, 'shop_pending', 0,
            {second.channel_fen} from entries where entry_id = 1""",
    )
    await sell(noon)
    await pass_days(noon, 1)
    assert [one.number for one in await differences(noon, "vanished")] == [second.number]
    assert await differences(noon) == []


async def test_two_who_resolve_at_once_resolve_once(noon: Market) -> None:
    await sell(noon)
    await change(noon, "update gateway_charges set total_fen = total_fen + 1")
    await pass_days(noon, 1)
    (one,) = await differences(noon)
    given = await asyncio.gather(
        *(ask(noon, "resolve", difference_id=one.difference_id, note=f"说明{n}") for n in range(2)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, refusals.DifferenceResolved) for answer in given) == 1
    assert sum(isinstance(answer, BaseException) for answer in given) == 1


async def test_a_file_by_hand_is_taken_once_and_only_of_closed_days(noon: Market) -> None:
    day, shop_id = today(noon), noon.shop.party_id
    await sell(noon)
    head = "kind,sub_mchid,out_no,channel_no,amount_fen,success_time\n"
    row = f"payment,{shop_id},9,42,700,2026-11-22T04:00:00+00:00\n"
    good = head + row + "total,,1,,700,\n"
    with pytest.raises(refusals.DayNotOver):
        await ask(noon, "import", day=day, content=good, channel="bank")
    await pass_days(noon, 1)
    for wrong in (
        "", head, head + row, head + row + "total,,1,,701,\n", head + row + row + "total,,2,,1400,\n",
        good.replace("700", "-700"), good.replace("payment", "gift"), good.replace("+00:00", ""),
        good.replace(str(shop_id), "99999999999999999999"), good.replace(",42,", ",4\x002,"),
    ):  # fmt: skip
        with pytest.raises(refusals.FileUnreadable):
            await ask(noon, "import", day=day, content=wrong, channel="bank")
    with pytest.raises(refusals.FileDiffers):
        await ask(noon, "import", day=day, content=good)
    both = await asyncio.gather(
        *(ask(noon, "import", day=day, content=good, channel="bank") for _ in range(2))
    )
    assert both[0] == both[1]
    assert both[0].in_fen == 700
    found = await differences(noon)
    assert [(one.fault, one.number) for one in found] == [("missing", "9")], "none of others"


async def test_a_note_says_something(noon: Market) -> None:
    await sell(noon)
    await change(noon, "update gateway_charges set total_fen = total_fen + 1")
    await pass_days(noon, 1)
    (one,) = await differences(noon)
    for note in ("  ", "坏\0"):
        with pytest.raises(InvalidField):
            await ask(noon, "resolve", difference_id=one.difference_id, note=note)
    with pytest.raises(refusals.DifferenceNotFound):
        await ask(noon, "resolve", difference_id="5", note="好")
    assert (await differences(noon)) == [one]


def test_a_file_that_was_cut_short_is_not_taken() -> None:
    whole = "kind,sub_mchid,out_no,channel_no,amount_fen,success_time\ntotal,,0,,0,\n"
    assert read_file(whole) == []
    for end in range(1, len(whole) - 1):
        with pytest.raises(refusals.FileUnreadable):
            read_file(whole[:end])
