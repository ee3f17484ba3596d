"""Red packets among friends: paid, opened by whoever comes first, and back after a day."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.modules.payment.gateway import moved_clock
from tests.modules.social.people import People, people_on
from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.refusal import Refusal
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind
from tongshang.modules.packets import actions, domain, refusals
from tongshang.modules.payment.actions import SANDBOX_GATEWAY
from tongshang.modules.payment.gateway.store import Fault
from tongshang.modules.social.api import ChatNotFound
from tongshang.modules.social.refusals import MoneyStays
from tongshang.prove import examine

DAY = timedelta(hours=24, seconds=1)


@pytest.fixture
async def people(opened: Opened) -> People:
    people = await people_on(opened, "小林", "阿茶", "老周", "路人")
    await people.befriend("小林", "阿茶")
    await people.befriend("小林", "老周")
    return people


async def send(people: People, *, is_paid: bool = True, **draft: Any) -> str:
    made = await people.ask("小林", "packets/make", **draft)
    if is_paid:
        await people.ask("小林", "packets/pay", packet_id=made.packet_id, confirm=True)
        await finish_work(people.opened)
    return str(made.packet_id)


async def group_packet(people: People, fen: int = 600, portions: int = 2, kind: int = 3) -> str:
    chat_id = await people.group("小林", "阿茶", "老周")
    return await send(people, chat_id=chat_id, kind=kind, amount_fen=fen, portions=portions)


async def held(people: People) -> int:
    async with calling(people.opened) as call:
        sender_id = people["小林"].buyer_id
        return await ledger.balance(call.tx, Account(sender_id, AccountKind.PACKETS))


async def proven(opened: Opened) -> None:
    async with opened.house.pool.acquire() as connection:
        wrong = [v.check.name async for v in examine(connection) if v.breaches]
    assert wrong == []


async def open_all(people: People, packet_id: str, *names: str) -> list[Any]:
    asked = (people.ask(name, "packets/open", packet_id=packet_id) for name in names)
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_a_friend_opens_what_was_sent_and_is_paid(opened: Opened, people: People) -> None:
    packet_id = await send(people, to_buyer_id=people.id("阿茶"), amount_fen=520, greeting="谢谢")
    chat_id = (await people.ask("阿茶", "chat/list")).chats[0].chat_id
    (said,) = await people.heard("阿茶", chat_id)
    assert (said.kind, said.packet_id, said.text) == ("packet", packet_id, "谢谢")
    assert await held(people) == 520
    with pytest.raises(refusals.OwnPacket):
        await people.ask("小林", "packets/open", packet_id=packet_id)
    with pytest.raises(refusals.PacketNotFound):
        await people.ask("路人", "packets/open", packet_id=packet_id)

    view = await people.ask("阿茶", "packets/open", packet_id=packet_id)
    assert (view.mine_fen, view.state, view.can_open) == (520, "empty", False)
    await finish_work(opened)
    assert await held(people) == 0
    again = await people.ask("阿茶", "packets/open", packet_id=packet_id)
    assert (again.mine_fen, again.taken) == (520, 1)
    assert len((await people.ask("小林", "packets/sent/list")).packets) == 1
    (got,) = (await people.ask("阿茶", "packets/received/list")).packets
    assert (got.sender, got.amount_fen) == ("小林", 520)
    await proven(opened)


async def test_of_three_at_once_two_get_the_two_portions(opened: Opened, people: People) -> None:
    packet_id = await group_packet(people)
    given = await open_all(people, packet_id, "小林", "阿茶", "老周", "阿茶")
    lost = {str(one) for one in given if isinstance(one, Refusal)}
    view = await people.ask("小林", "packets/get", packet_id=packet_id)
    assert (view.taken, view.taken_fen, view.state) == (2, 600, "empty")
    assert len({one.buyer_id for one in view.openers}) == 2
    assert lost == {str(refusals.AllTaken())}
    assert sum(one.is_luckiest for one in view.openers) == 1
    seed = domain.seed_of(opened.house.secret, int(packet_id))
    assert [one.amount_fen for one in view.openers] == domain.lucky(600, 2, seed)
    await finish_work(opened)
    await proven(opened)


async def looks(people: People, packet_id: str, *names: str) -> list[str]:
    told = []
    for name in names:
        found = await people.ask(name, "packets/look", packet_ids=[packet_id, "9" * 18])
        told += [one.look for one in found.looks] or ["none"]
    return told


async def test_a_packet_looks_to_each_as_it_is_for_him(opened: Opened, people: People) -> None:
    everybody = ("小林", "阿茶", "老周", "路人")
    packet_id = await group_packet(people, 600, 2, kind=2)
    assert await looks(people, packet_id, *everybody) == ["sealed"] * 3 + ["none"]
    await people.ask("阿茶", "packets/open", packet_id=packet_id)
    await people.ask("小林", "packets/open", packet_id=packet_id)
    assert await looks(people, packet_id, *everybody) == ["opened", "opened", "empty", "none"]
    alone = await send(people, to_buyer_id=people.id("阿茶"), amount_fen=520)
    assert await looks(people, alone, "小林", "阿茶", "老周") == ["waiting", "sealed", "none"]
    late = await send(people, to_buyer_id=people.id("老周"), amount_fen=300)
    await people.ask("阿茶", "packets/open", packet_id=alone)
    assert await looks(people, alone, "小林", "阿茶") == ["taken", "opened"]
    with moved_clock(opened, DAY):
        assert await looks(people, late, "小林", "老周") == ["expired", "expired"], "before it ends"
        await finish_work(opened)
        sent = await people.ask("小林", "packets/sent/list")
        got = await people.ask("阿茶", "packets/received/list", page_size=1)
    assert (sent.count, sent.total_fen, sent.returned_fen) == (3, 1420, 300)
    assert [one.state for one in sent.packets] == ["expired", "empty", "empty"]
    assert (got.count, got.total_fen, len(got.packets)) == (2, 820, 1)


async def test_money_is_not_taken_back_with_its_message(opened: Opened, people: People) -> None:
    packet_id = await send(people, to_buyer_id=people.id("阿茶"), amount_fen=520)
    chat_id = (await people.ask("小林", "chat/list")).chats[0].chat_id
    (said,) = await people.heard("小林", chat_id)
    assert not said.can_recall
    with pytest.raises(MoneyStays):
        await people.ask("小林", "chat/recall", chat_id=chat_id, seq=said.seq)
    (still,) = await people.heard("阿茶", chat_id)
    assert (still.packet_id, still.is_recalled) == (packet_id, False)
    await proven(opened)


async def test_what_nobody_opened_in_a_day_goes_back(opened: Opened, people: People) -> None:
    packet_id = await group_packet(people, 600, 3, kind=2)
    await people.ask("阿茶", "packets/open", packet_id=packet_id)
    await finish_work(opened)
    async with calling(opened) as call:
        await call.tx.execute("insert into gateway_faults values (0, 'fail_refund', 1)")
    opened.house.demo = True
    with moved_clock(opened, DAY):
        with pytest.raises(refusals.PacketOver):
            await people.ask("老周", "packets/open", packet_id=packet_id)
        await finish_work(opened)
        assert await held(people) == 400
        view = await people.ask("老周", "packets/get", packet_id=packet_id)
        assert (view.state, view.taken_fen, view.can_open) == ("expired", 200, False)
    with moved_clock(opened, DAY + timedelta(minutes=10)):
        await finish_work(opened)
        assert await held(people) == 0
    await proven(opened)


async def test_opening_and_expiry_at_once_pay_each_fen_once(opened: Opened, people: People) -> None:
    packet_id = await group_packet(people, 600, 3, kind=2)

    async def end() -> None:
        with moved_clock(opened, DAY):
            async with calling(opened) as call:
                await actions.end_due(call, 10)

    given: Any = await asyncio.gather(
        people.ask("阿茶", "packets/open", packet_id=packet_id),
        end(),
        people.ask("老周", "packets/open", packet_id=packet_id),
        end(),
        return_exceptions=True,
    )
    for one in (given[0], given[2]):
        assert isinstance(one, refusals.PacketOver) or one.mine_fen == 200
    with moved_clock(opened, 3 * DAY):
        await finish_work(opened)
    assert await held(people) == 0
    await proven(opened)


async def test_a_portion_that_reaches_nobody_goes_back(opened: Opened, people: People) -> None:
    packet_id = await send(people, to_buyer_id=people.id("阿茶"), amount_fen=520)
    opened.house.demo = True
    async with calling(opened) as call:
        await SANDBOX_GATEWAY.set_fault(call, 0, Fault.FAIL_TRANSFER, 3)
    await people.ask("阿茶", "packets/open", packet_id=packet_id)
    for minutes in (0, 6, 12, 18):
        with moved_clock(opened, timedelta(minutes=minutes)):
            await finish_work(opened)
    assert await held(people) == 0
    back = await opened.house.pool.fetchval("select sum(amount_fen) from refunds")
    assert back == 520
    await proven(opened)


async def test_money_that_comes_after_the_time_to_pay_goes_back(
    opened: Opened, people: People
) -> None:
    packet_id = await send(people, is_paid=False, to_buyer_id=people.id("阿茶"), amount_fen=520)
    await people.ask("小林", "packets/pay", packet_id=packet_id, confirm=True)
    async with calling(opened) as call:
        await call.tx.execute("update packets set state = 'lapsed', due_at = null")
    await finish_work(opened)
    assert await held(people) == 0
    assert await opened.house.pool.fetchval("select state from refunds") == "done"
    with pytest.raises(refusals.NotUnpaid):
        await people.ask("小林", "packets/pay", packet_id=packet_id)
    await proven(opened)


async def test_only_chats_and_friends_of_ones_own_get_packets(people: People) -> None:
    chat_id = await people.group("小林", "阿茶")
    group = {"chat_id": chat_id, "kind": 2, "amount_fen": 200, "portions": 2}
    with pytest.raises(ChatNotFound):
        await people.ask("路人", "packets/make", **group)
    with pytest.raises(refusals.ReceiverNotFriend):
        await people.ask("小林", "packets/make", to_buyer_id=people.id("路人"), amount_fen=1)
    with pytest.raises(refusals.FormWrong):
        await people.ask("小林", "packets/make", **(group | {"kind": 1, "portions": 1}))
    packet_id = await send(people, is_paid=False, **group)
    for name in ("阿茶", "路人"):
        with pytest.raises(refusals.PacketNotFound):
            await people.ask(name, "packets/get", packet_id=packet_id)
        with pytest.raises(refusals.PacketNotFound):
            await people.ask(name, "packets/pay", packet_id=packet_id)
    assert (await people.ask("小林", "packets/sent/list")).packets == []


async def test_a_chat_that_takes_nothing_gives_the_money_back(
    opened: Opened, people: People
) -> None:
    packet_id = await send(people, is_paid=False, to_buyer_id=people.id("阿茶"), amount_fen=520)
    await people.ask("阿茶", "contact/block", buyer_id=people.id("小林"))
    await people.ask("小林", "packets/pay", packet_id=packet_id, confirm=True)
    await finish_work(opened)
    assert await held(people) == 0
    view = await people.ask("小林", "packets/get", packet_id=packet_id)
    assert view.state == "expired"
    await proven(opened)
