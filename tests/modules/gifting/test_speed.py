"""What gifts cost: statements that do not grow with how many people or gifts there are."""

import asyncio
from datetime import timedelta

import pytest

from tests.modules.gifting.company import Company, gather_company
from tests.platform import calling, finish_work, sent_statements
from tongshang.kernel.refusal import Refusal
from tongshang.modules.gifting.actions import lapsing
from tongshang.modules.gifting.store import chains, presents

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def work(sent: list[str]) -> list[str]:
    """The statements without the frame of their transactions."""
    return [one for one in sent if not one.lstrip().upper().startswith(_FRAME)]


@pytest.mark.parametrize("count", [1, 8])
async def test_a_claim_that_is_too_late_is_one_look(company: Company, count: int) -> None:
    company = await gather_company(company.market, count + 1)
    first, *others = company.friends
    made = await company.give()
    await company.claim(first, made.token)
    with sent_statements(company.market.opened) as sent:
        refused = await asyncio.gather(
            *(company.claim(one, made.token) for one in others), return_exceptions=True
        )
    assert {one.code for one in refused if isinstance(one, Refusal)} == {9020021}
    looks = work(sent)
    assert len(looks) <= 2, "a batch of claims looks once"
    assert not [one for one in looks if "for update" in one.lower()]
    await company.prove()


async def test_who_has_a_portion_or_declined_is_no_late_comer(company: Company) -> None:
    first, second, third, *_ = company.friends
    made = await company.give(kind=2, portions=2)
    mine = await company.claim(first, made.token)
    await company.claim(second, made.token)
    assert (await company.claim(first, made.token)).number == mine.number
    with pytest.raises(Refusal) as refused:
        await company.claim(third, made.token)
    assert refused.value.code == 9020021
    alone = await company.give()
    await company.ask(first, "decline", token=alone.token)
    for who, code in ((first, 9020024), (second, 9020022), (company.giver, 9020020)):
        with pytest.raises(Refusal) as refused:
            await company.claim(who, alone.token)
        assert refused.value.code in {code, 9020021}, who


async def test_accepting_and_declining_cost_what_they_did_before(company: Company) -> None:
    market, (first, second, *_) = company.market, company.friends
    made = [await company.give() for _ in range(2)]
    with sent_statements(market.opened) as sent:
        await company.claim(first, made[0].token)
    assert len(work(sent)) <= 26, work(sent)
    with sent_statements(market.opened) as sent:
        await company.ask(second, "decline", token=made[1].token)
    assert len(work(sent)) <= 40, work(sent)


async def test_gifts_that_end_together_cost_as_much_as_one(company: Company) -> None:
    costs = [await _ending(company, count) for count in (1, 20)]
    assert costs[0] == costs[1], "a batch is a batch"
    assert costs[0] <= 40
    await finish_work(company.market.opened)
    assert await company.refunded_fen() == 21 * 12_800
    await company.prove()


async def _ending(company: Company, count: int) -> int:
    """What it takes to end so many gifts; then their notices, at their own cost."""
    market = company.market
    await asyncio.gather(*(company.make() for _ in range(count)))
    rows = await market.opened.house.pool.fetch(
        "select present_id from presents where state = 'draft'"
    )
    for row in rows:
        path = {"present_id": str(row["present_id"]), "confirm": True}
        await company.ask(company.giver, "pay", **path)
    await finish_work(market.opened)
    market.opened.house.clock.offset += timedelta(hours=24, seconds=5)
    async with calling(market.opened) as call:
        with sent_statements(market.opened) as sent:
            keys = await presents.take_due(call.tx, "to_expire", call.at, 500)
            assert len(keys) == count
            await lapsing.expire(call, keys)
    return len(work(sent))


async def test_how_gifts_travel_is_read_by_the_time_they_were_paid(company: Company) -> None:
    """Among many presents of many shops a span of one shop's is found by an index."""
    pool = company.market.opened.house.pool
    await company.give()
    async with pool.acquire() as connection:
        await connection.execute(
            """
            insert into presents
            select (jsonb_populate_record(g, jsonb_build_object(
                'present_id', g.present_id + n, 'root_id', g.present_id + n,
                'shop_id', case when n % 40 = 0 then g.shop_id else g.shop_id + n % 97 + 1 end,
                'paid_at', g.paid_at - n * interval '1 minute'))).*
            from presents g, generate_series(1, 40000) n where g.parent_id = 0
            """
        )
        await connection.execute(
            """
            insert into portions (shop_id, present_id, number, order_id, state, sku_id)
            select shop_id, present_id, 1, present_id, 'ordered', sku_id from presents
            on conflict do nothing
            """
        )
        await connection.execute("analyze presents")
        await connection.execute("analyze portions")
        at = company.market.opened.house.clock.now() - timedelta(days=7)
        question = (int(company.market.shop_id), at, 0, "")
        for statement in (chains._GROUPS, chains._GIVERS, chains._REACH, chains._FLOWS):
            rows = await connection.fetch(f"explain {statement}", *question)
            plan = "\n".join(row[0] for row in rows)
            assert "Seq Scan" not in plan, plan
            assert "Index" in plan, plan
