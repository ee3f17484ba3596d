"""Gifts to a group: first come, drawn, designated; who is late, who is not meant, who passes on."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest

from tests.modules.gifting.company import Company, gather_company
from tests.platform import calling, finish_work, sent_statements
from tongshang.kernel.refusal import Refusal
from tongshang.modules.gifting.actions import claiming, drawing, lapsing
from tongshang.modules.gifting.domain.claiming import Claim
from tongshang.modules.gifting.store import presents


async def test_of_five_who_claim_three_portions_at_once_three_have_one(company: Company) -> None:
    made = await company.give(kind=2, portions=3)
    given = await asyncio.gather(
        *(company.claim(friend, made.token) for friend in company.friends),
        return_exceptions=True,
    )
    codes = [one.code for one in given if isinstance(one, Refusal)]
    assert codes == [9020021, 9020021]
    assert len({one.number for one in given if not isinstance(one, BaseException)}) == 3
    seen = await company.ask(company.giver, "get", present_id=made.present_id)
    assert (seen.state, [one.state for one in seen.portions]) == ("done", ["ordered"] * 3)
    await company.prove()


async def test_two_on_the_last_portion_over_two_connections(company: Company) -> None:
    """Each in a transaction of its own, as two processes would be."""
    market = company.market
    made = await company.give(kind=2, portions=1)
    key = (int(market.shop_id), int(made.present_id))

    async def claim(who: int) -> object:
        async with calling(market.opened) as call:
            home = int(company.homes[who])
            (answer,) = await claiming.claim(call, [Claim(*key, who, home)])
        return answer

    both = await asyncio.gather(*(claim(friend.buyer_id) for friend in company.friends[:2]))
    assert sorted(isinstance(one, Refusal) for one in both) == [False, True]
    await company.prove()


async def test_nobody_has_two_portions_and_the_giver_may_have_one(company: Company) -> None:
    made = await company.give(kind=2, portions=3)
    friend = company.friends[0]
    first = await company.ask(friend, "claim", token=made.token)
    assert (first.state, first.order_id) == ("accepted", "")
    again = await asyncio.gather(*(company.claim(friend, made.token) for _ in range(4)))
    assert {one.number for one in again} == {first.number}
    assert again[-1].state == "ordered"
    assert (await company.claim(company.giver, made.token)).state == "ordered"
    with pytest.raises(Refusal) as refused:
        await company.ask(company.friends[1], "decline", token=made.token)
    assert refused.value.code == 606662, "a free portion of a group is not hers to decline"
    await company.wait(hours=25)
    assert await company.refunded_fen() == 12_800
    await company.prove()


async def test_an_address_that_is_not_served_leaves_the_portion_to_the_next(
    company: Company,
) -> None:
    made = await company.give(kind=2, portions=1)
    with pytest.raises(Refusal) as refused:
        await company.ask(company.friends[0], "claim", token=made.token, address_id="1")
    assert refused.value.code == 9020033
    assert (await company.claim(company.friends[1], made.token)).number == 1


async def test_a_draw_is_recomputed_by_anybody(company: Company) -> None:
    stock = await company.left()
    made = await company.give(kind=3, portions=2)
    assert len(made.seed_hash) == 64
    numbers = [
        (await company.ask(friend, "join", token=made.token)).number for friend in company.friends
    ]
    assert numbers == [1, 2, 3, 4, 5]
    assert (await company.ask(company.friends[0], "join", token=made.token)).number == 1
    before = await company.ask(company.friends[0], "open", token=made.token)
    assert (before.draw.seed, before.draw.seed_hash) == ("", made.seed_hash)
    with pytest.raises(Refusal) as refused:
        await company.claim(company.friends[0], made.token)
    assert refused.value.code == 9020025
    await company.ask(company.giver, "draw", present_id=made.present_id)
    seen = (await company.ask(company.friends[0], "open", token=made.token)).draw
    seed = bytes.fromhex(seen.seed)
    assert hashlib.sha256(seed).hexdigest() == made.seed_hash, "the seed that was promised"
    lots = {
        number: hmac.new(seed, f"{made.present_id}:{number}".encode(), "sha256").digest()
        for number in numbers
    }
    winners = sorted(lots, key=lots.__getitem__)[:2]
    assert sorted(one.number for one in seen.numbers if one.has_won) == sorted(winners)
    for number, friend in zip(numbers, company.friends, strict=True):
        if number in winners[:1]:
            assert (await company.claim(friend, made.token)).state == "ordered"
        elif number not in winners:
            with pytest.raises(Refusal) as refused:
                await company.claim(friend, made.token)
            assert refused.value.code == 9020026
    await company.wait(hours=25)
    assert await company.refunded_fen() == 12_800, "one winner said no address in time"
    assert await company.left() == stock - 1
    await company.prove()


async def test_a_draw_with_nobody_goes_back_whole_at_its_time(company: Company) -> None:
    at = company.market.opened.house.clock.now() + timedelta(hours=2)
    made = await company.give(kind=3, portions=3, draw_at=at)
    await company.wait(hours=2, seconds=5)
    assert await company.refunded_fen() == 3 * 12_800
    seen = await company.ask(company.giver, "get", present_id=made.present_id)
    assert (seen.state, {one.state for one in seen.portions}) == ("returned", {"refunded"})
    with pytest.raises(Refusal) as refused:
        await company.ask(company.friends[0], "join", token=made.token)
    assert refused.value.code == 9020030
    await company.prove()


async def test_of_draw_and_expiry_and_of_extension_and_expiry_at_once_one_is_done(
    company: Company,
) -> None:
    market = company.market

    def key_of(made: Any) -> tuple[int, int]:
        return int(market.shop_id), int(made.present_id)

    async def alone(does: Any, *arguments: Any) -> None:
        async with calling(market.opened) as call:
            await does(call, *arguments)

    drawn = await company.give(kind=3, portions=2)
    await company.ask(company.friends[0], "join", token=drawn.token)
    market.opened.house.clock.offset += timedelta(hours=49)
    await asyncio.gather(
        alone(drawing.draw, [key_of(drawn)]), alone(lapsing.expire, [key_of(drawn)])
    )
    await finish_work(market.opened)
    await company.prove()

    made = await company.give()
    async with calling(market.opened) as call:
        held = (await presents.find_presents(call.tx, [key_of(made)]))[key_of(made)]
    assert held.expires_at is not None
    market.opened.house.clock.offset += held.expires_at - market.opened.house.clock.now()
    given = await asyncio.gather(
        company.ask(company.giver, "extend", present_id=made.present_id),
        alone(lapsing.expire, [key_of(made)]),
        return_exceptions=True,
    )
    assert isinstance(given[0], Refusal), "its time is over"
    await company.prove()


async def test_only_those_named_have_a_designated_gift(company: Company) -> None:
    named = [str(friend.buyer_id) for friend in company.friends[:2]]
    made = await company.give(kind=4, portions=2, named_ids=named)
    waiting = await company.ask(company.friends[1], "received/list")
    assert [one.present_id for one in waiting.gifts] == [made.present_id]
    with pytest.raises(Refusal) as refused:
        await company.claim(company.friends[2], made.token)
    assert refused.value.code == 606662
    assert (await company.claim(company.friends[1], made.token)).number == 2
    await company.ask(company.friends[0], "decline", token=made.token)
    await finish_work(company.market.opened)
    assert await company.refunded_fen() == 12_800
    await company.prove()


async def test_a_gift_is_passed_on_only_where_the_platform_allows_it(company: Company) -> None:
    market, (first, second, *_) = company.market, company.friends
    made = await company.give(kind=2, portions=2)
    await company.ask(first, "claim", token=made.token)
    wish = {"token": made.token, "to_buyer_id": str(second.buyer_id)}
    with pytest.raises(Refusal) as refused:
        await company.ask(first, "pass", **wish)
    assert refused.value.code == 9020035
    await market.ask(
        market.operator, "/v1/platform/gifts/rule/set", name="may_pass_on", value=1, reason="test"
    )
    try:
        with pytest.raises(Refusal) as refused:
            await company.ask(first, "pass", **wish)
        assert refused.value.code == 9020009, "only to a friend"
    finally:
        await market.ask(
            market.operator, "/v1/platform/gifts/rule/set",
            name="may_pass_on", value=0, reason="reference section 5.1",
        )  # fmt: skip


@pytest.mark.parametrize("count", [1, 32])
async def test_the_statements_of_many_claims_do_not_grow_with_them(
    company: Company, count: int
) -> None:
    company = await gather_company(company.market, count)
    made = await company.give(kind=2, portions=40)
    await finish_work(company.market.opened)
    with sent_statements(company.market.opened) as sent:
        await asyncio.gather(*(company.claim(friend, made.token) for friend in company.friends))
    assert len(sent) <= 40, sent
