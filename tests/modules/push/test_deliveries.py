"""Pushes as a shop lives them: its address, its receiver, its journal."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.modules.push.receiver import KEY, TOKEN, Receiver, own_certificate, receiving
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.modules.catalog.events import ProductChanged
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.league.events import AgencyItemChanged
from tongshang.modules.push import api, domain, sending
from tongshang.modules.push.api import PushDraft
from tongshang.modules.push.machine import PUSH, PushMove, PushState
from tongshang.modules.push.refusals import (
    BadTarget,
    NoTarget,
    PushNotFound,
    TooManyPushes,
    UnknownState,
)
from tongshang.runtime import jobs
from tongshang.runtime.call import Caller


@pytest.fixture
async def shop(opened: Opened) -> Caller:
    async with calling(opened) as call:
        (shop_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.SHOP, "山间杂货")])
        return identity.shop_caller(await identity.get_party(call.tx, shop_id))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


async def _configure(opened: Opened, shop: Caller, receiver: Receiver, **more: object) -> None:
    fields: dict[str, Any] = {"url": receiver.url, "token": TOKEN, "aes_key": KEY, **more}
    await ask(opened, shop, "/v1/shop/push/configure", **fields)
    await finish_work(opened)


async def _write(opened: Opened, shop: Caller, count: int = 1) -> None:
    async with calling(opened) as call:
        body = '{"ToUserName":"gh_1","FromUserName":"o1","Event":"toy","n":3705115058471208928}'
        drafts = [PushDraft(shop.party_id, "toy", body, call.at)] * count
        await api.journal(call, drafts)


async def _states(opened: Opened, shop: Caller) -> list[tuple[int, str, int]]:
    page = await ask(opened, shop, "/v1/shop/push/list", limit=100)
    return [(push.seq, push.state, push.attempts) for push in page.pushes]


async def _holds(things: list[Any]) -> list[Any]:
    return things


async def _until(found: Callable[[], Awaitable[list[Any]]], count: int = 1) -> None:
    """Wait two seconds at most until so many are there."""
    for _ in range(100):
        if len(await found()) >= count:
            return
        await asyncio.sleep(0.02)
    pytest.fail("not in time")


async def test_an_address_that_echoes_gets_the_test_event_encrypted(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver)
    found = await ask(opened, shop, "/v1/shop/push/get")
    assert (found.in_use.url, found.asked, found.refused) == (receiver.url, None, None)
    assert TOKEN not in str(found)
    assert KEY not in str(found)

    written = await ask(opened, shop, "/v1/shop/push/test")
    await finish_work(opened)
    (got,) = receiver.got
    assert got.plain["Event"] == "debug_demo"
    assert got.plain["debug_str"] == "hello world"
    assert got.appid == shop.appid
    assert got.query["from"] == "tongshang"
    assert got.query["openid"] == got.plain["FromUserName"]
    assert got.headers["tongshang-push-id"] == written.push_id
    assert got.headers["tongshang-push-seq"] == str(written.seq) == "1"
    assert await _states(opened, shop) == [(1, "delivered", 1)]


async def test_in_plain_mode_the_body_is_the_event(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver, mode="plain")
    await _write(opened, shop)
    await finish_work(opened)
    assert receiver.got[0].plain["n"] == 3705115058471208928
    assert "msg_signature" not in receiver.got[0].query


async def test_an_address_that_does_not_echo_is_refused_and_the_old_one_stays(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver)
    async with receiving() as other:
        other.echoes = False
        await _configure(opened, shop, other)
        found = await ask(opened, shop, "/v1/shop/push/get")
        assert found.in_use.url == receiver.url
        assert "echostr" in found.refused.error
        other.echoes = True
        await _configure(opened, shop, other)
        found = await ask(opened, shop, "/v1/shop/push/get")
        assert (found.in_use.url, found.refused) == (other.url, None)


async def test_a_network_that_is_not_the_shops_is_not_called(opened: Opened, shop: Caller) -> None:
    for place in ("169.254.169.254", "10.0.0.1", "[::ffff:192.168.1.1]", "0.0.0.0"):
        url = f"http://{place}/hook"
        await ask(opened, shop, "/v1/shop/push/configure", url=url, token=TOKEN)
        await finish_work(opened)
        found = await ask(opened, shop, "/v1/shop/push/get")
        assert "network" in found.refused.error
    assert domain.may_call("127.0.0.1")
    assert domain.may_call("8.8.8.8")


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "ftp://shop.test/x"},
        {"url": "http:///x"},
        {"url": "http://me:secret@shop.test/"},
        {"url": "http://shop.test/" + "x" * 512},
        {"token": "a b"},
        {"aes_key": "short"},
    ],
)
async def test_a_bad_address_is_refused_and_nothing_changes(
    opened: Opened, shop: Caller, fields: dict[str, str]
) -> None:
    draft: dict[str, Any] = {"url": "http://shop.test/", "token": TOKEN, "aes_key": KEY, **fields}
    with pytest.raises(BadTarget):
        await ask(opened, shop, "/v1/shop/push/configure", **draft)
    found = await ask(opened, shop, "/v1/shop/push/get")
    assert (found.asked, found.in_use, found.refused) == (None, None, None)


async def test_a_failed_push_comes_again_on_the_schedule_of_the_platform(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver)
    receiver.answers = [(500, b""), (200, b"no thanks")]
    await _write(opened, shop)
    await finish_work(opened)
    assert len(receiver.got) == 3
    assert await _states(opened, shop) == [(1, "delivered", 3)]


async def test_after_ten_deliveries_a_push_is_dead_and_can_be_replayed(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver)
    receiver.answers = [(500, b"")] * 10
    await _write(opened, shop)
    waits = [0, 10, 60, 300, 1800, 3600, 3600, 3600]
    for wait, deliveries in zip(waits, [3, 4, 5, 6, 7, 8, 9, 10], strict=True):
        opened.house.clock.offset += timedelta(seconds=wait - 1) if wait else timedelta(0)
        await finish_work(opened)
        if wait:
            assert len(receiver.got) == deliveries - 1, "not before its time"
            opened.house.clock.offset += timedelta(seconds=1)
            await finish_work(opened)
        assert len(receiver.got) == deliveries
    page = await ask(opened, shop, "/v1/shop/push/list", state="dead")
    assert [(push.seq, push.attempts, push.error) for push in page.pushes] == [
        (1, 10, "it answered HTTP 500")
    ]
    assert await opened.house.pool.fetchval("select count(*) from jobs") == 0

    assert (await ask(opened, shop, "/v1/shop/push/replay", seq=1)).count == 1
    await finish_work(opened)
    assert await _states(opened, shop) == [(1, "delivered", 1)]
    assert receiver.got[0].plain == receiver.got[-1].plain
    push_ids = {got.headers["tongshang-push-id"] for got in receiver.got}
    assert len(push_ids) == 1, "a receiver recognises what it had already"


async def test_a_slow_receiver_has_five_seconds(
    opened: Opened, shop: Caller, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert domain.ANSWER_SECONDS == 5
    await _configure(opened, shop, receiver)
    monkeypatch.setattr(domain, "ANSWER_SECONDS", 0.05)
    receiver.delay = 0.2
    await _write(opened, shop)
    await finish_work(opened)
    ((_, state, attempts),) = await _states(opened, shop)
    assert (state, attempts) == ("waiting", 3)
    receiver.delay = 0
    await ask(opened, shop, "/v1/shop/push/replay", seq=1)  # without waiting for the schedule
    await finish_work(opened)
    delivered = len(receiver.got)
    opened.house.clock.offset += timedelta(hours=5)
    await finish_work(opened)
    assert len(receiver.got) == delivered, "the job of the round before is void"


async def test_a_receiver_that_hangs_holds_up_no_other_work(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver)
    receiver.delay = 3
    await _write(opened, shop)
    working = asyncio.create_task(jobs.work(opened.house, opened.works))
    try:
        await _until(lambda: _holds(receiver.got))
        async with calling(opened, shop) as call:
            await call.tell(ProductChanged(shop.party_id, 11, 5))
        opened.house.work_waits.set()
        await _until(lambda: _states(opened, shop), 2)
        assert (1, "waiting", 0) in await _states(opened, shop), "the first still hangs"
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_a_push_over_tls_goes_to_the_host_that_its_certificate_names(
    opened: Opened, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving(tls := own_certificate()) as receiver:
        monkeypatch.setattr(sending, "_tls", lambda: tls.trusting)
        await _configure(opened, shop, receiver)
        await ask(opened, shop, "/v1/shop/push/test")
        await finish_work(opened)
        assert receiver.got[0].headers["host"].startswith("localhost:")
        other = receiver.url.replace("localhost", "127.0.0.1")  # not in the certificate
        receiver.url = other
        await _configure(opened, shop, receiver)
        found = await ask(opened, shop, "/v1/shop/push/get")
        assert "CERTIFICATE_VERIFY_FAILED" in found.refused.error


async def test_what_had_nowhere_to_go_is_kept_for_a_later_address(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _write(opened, shop, 3)
    assert {state for _, state, _ in await _states(opened, shop)} == {"kept"}
    assert (
        await opened.house.pool.fetchval("select count(*) from jobs where kind like 'push.%'") == 0
    )
    with pytest.raises(NoTarget):
        await ask(opened, shop, "/v1/shop/push/replay", from_seq=1)
    with pytest.raises(NoTarget):
        await ask(opened, shop, "/v1/shop/push/test")

    await _configure(opened, shop, receiver)
    assert (await ask(opened, shop, "/v1/shop/push/replay", from_seq=2)).count == 2
    await finish_work(opened)
    assert await _states(opened, shop) == [
        (3, "delivered", 1),
        (2, "delivered", 1),
        (1, "kept", 0),
    ]


async def test_a_switched_off_address_is_not_called(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver)
    await _write(opened, shop)
    await ask(opened, shop, "/v1/shop/push/switch", is_on=False)
    await _write(opened, shop)
    await finish_work(opened)
    assert receiver.got == []
    assert {state for _, state, _ in await _states(opened, shop)} == {"kept"}


async def test_of_journals_written_at_once_none_has_a_gap(opened: Opened, shop: Caller) -> None:
    async def write(count: int) -> None:
        if count != 4:
            await _write(opened, shop, count)
            return
        with contextlib.suppress(ZeroDivisionError):
            async with calling(opened) as call:
                await api.journal(call, [PushDraft(shop.party_id, "lost", "{}", call.at)])
                raise ZeroDivisionError

    await asyncio.gather(*(write(count) for count in range(1, 8)))
    written = sum(range(1, 8)) - 4
    assert [seq for seq, _, _ in await _states(opened, shop)] == list(range(written, 0, -1))


async def test_the_journal_is_paged_and_each_shop_sees_its_own(
    opened: Opened, shop: Caller
) -> None:
    await _write(opened, shop, 5)
    first = await ask(opened, shop, "/v1/shop/push/list", limit=3)
    key = first.next_key
    second = await ask(opened, shop, "/v1/shop/push/list", limit=3, next_key=key)
    assert [push.seq for push in first.pushes + second.pushes] == [5, 4, 3, 2, 1]
    assert second.next_key == ""
    async with calling(opened) as call:
        (other,) = await identity.add_parties(call, [PartyDraft(PartyKind.SHOP, "别家")])
        stranger = identity.shop_caller(await identity.get_party(call.tx, other))
    assert await _states(opened, stranger) == []
    with pytest.raises(UnknownState):
        await ask(opened, shop, "/v1/shop/push/list", state="lost")


async def test_a_replay_names_pushes_that_exist_and_not_too_many(
    opened: Opened, shop: Caller, receiver: Receiver
) -> None:
    await _configure(opened, shop, receiver)
    await _write(opened, shop)
    await finish_work(opened)
    wrong: list[dict[str, Any]] = [{}, {"seq": 2}, {"from_seq": 2}, {"from_seq": 2, "to_seq": 1}]
    for fields in wrong:
        with pytest.raises(PushNotFound):
            await ask(opened, shop, "/v1/shop/push/replay", **fields)
    with pytest.raises(TooManyPushes):
        await ask(opened, shop, "/v1/shop/push/replay", from_seq=1, to_seq=10_001)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("state", PushState)
def test_only_what_waits_is_delivered_and_all_may_be_replayed(state: PushState) -> None:
    waits = state is PushState.WAITING
    assert PUSH.open_moves(state) == (set(PushMove) if waits else {PushMove.REPLAY})


async def test_an_agency_hears_at_an_address_of_its_own(opened: Opened, receiver: Receiver) -> None:
    async with calling(opened) as call:
        (party_id,) = await identity.add_parties(call, [PartyDraft(PartyKind.AGENCY, "好物机构")])
        agency = identity.agency_caller(await identity.get_party(call.tx, party_id))
    fields: dict[str, Any] = {"url": receiver.url, "token": TOKEN, "aes_key": KEY}
    await ask(opened, agency, "/v1/agency/push/configure", **fields)
    await finish_work(opened)
    fact = AgencyItemChanged(party_id, 7, "wx1", 8, 1, ("status",), opened.house.clock.now())
    async with calling(opened) as call:
        await call.tell(fact)
    await finish_work(opened)
    (push,) = (await ask(opened, agency, "/v1/agency/push/list")).pushes
    assert (push.event, push.state) == ("head_supplier_item_update", "delivered")
