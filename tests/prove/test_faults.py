"""The proof finds what it is there to find: a fault of every kind, planted in sound books.

Each fault is planted in a transaction that is rolled back; where the schema would prevent it, its
constraint is dropped there first. What is asked is that the named checks report it, and no others:
a check that reports everything would be as useless as one that reports nothing.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import asyncpg
import pytest

from tests.market import Market, build_market
from tests.modules.gifting.company import begin_activity, create_present, gather_company
from tests.modules.social.people import people_on
from tests.platform import finish_work
from tests.prove.closing import FAULTS as CLOSING
from tests.prove.closing import make_statement
from tests.prove.fault import Fault, fault
from tests.prove.selling import FAULTS as SELLING
from tests.prove.selling import sell_by_deal, withdraw
from tongshang.app import open_house
from tongshang.kernel.refusal import Refusal
from tongshang.prove import CHECKS, examine
from tongshang.prove.run import find_breaches
from tongshang.runtime.db import Connection, Pool

FAULTS: Final = (
    *SELLING,
    *CLOSING,
    fault(
        "an entry moved nothing",
        """insert into entries select book_id, 1, 'strange', 1, '', at from entries limit 1""",
        "entries_balance",
    ),
    fault(
        "postings that balance have no entry",
        """insert into postings
           select book_id, 1, 1, 'shop_pending', 0, 'shop_available', 0, 5 from entries limit 1;
           insert into postings
           select book_id, 1, 2, 'shop_available', 0, 'shop_pending', 0, 5 from entries limit 1""",
        "entries_balance",
    ),
    fault(
        "a fen went from one account to another without a posting",
        """update accounts set balance_fen = balance_fen + 1 where kind = 'channel'
             and book_id in (select book_id from accounts where kind = 'platform_fee');
           update accounts set balance_fen = balance_fen - 1 where kind = 'platform_fee'""",
        "balances_equal_postings",
    ),
    fault(
        "a fen came out of nothing",
        "update accounts set balance_fen = balance_fen + 1 where kind = 'platform_fee'",
        "balances_equal_postings", "sums_are_zero",
    ),
    fault(
        "a payment was taken and not booked",
        """insert into payments
           select shop_id, 1, 'other', 1, buyer_id, 700, channel, prepay_id, state, 'twin', 0,
                  created_at, paid_at, looked_at
           from payments where state = 'paid' limit 1""",
        "payments_are_booked",
    ),
    fault(
        "a refund is booked for another cause",
        "update entries set cause_id = cause_id + 1 where cause_kind = 'refund'",
        "payments_are_booked",
    ),
    fault(
        "a payment says that less was given back than was",
        "update payments set refunded_fen = refunded_fen - 1 where refunded_fen between 2 and amount_fen - 1",
        "refunds_add_up",
    ),
    fault(
        "a settled order's shop got a fen that was the platform's",
        "update settlements set fee_fen = fee_fen - 1, shop_fen = shop_fen + 1 where state = 60",
        "settlements_divide_to_the_fen",
    ),
    fault(
        "a settled order was divided into more than there was",
        """alter table settlements drop constraint settlements_divided;
           update settlements set shop_fen = shop_fen + 1 where state = 60""",
        "settlements_divide_to_the_fen",
    ),
    fault(
        "a line's share says another fee than the order's",
        "update shares set fee_fen = fee_fen + 1, shop_fen = shop_fen - 1 where shop_fen > 0",
        "settlements_divide_to_the_fen",
    ),
    fault(
        "the platform gave back less of its fee than the line says",
        "update shares set fee_back_fen = fee_back_fen + 1 where fee_back_fen > 0",
        "clawbacks_are_booked",
    ),
    fault(
        "a promoter kept what the line says was given back",
        "update shares set commission_back_fen = commission_back_fen - 1 where commission_back_fen > 0",
        "clawbacks_are_booked", "deals_are_divided_to_the_fen", "receivers_got_their_parts",
        "commission_orders_equal_the_books",
    ),
    fault(
        "a flow shows a shop another amount than was moved",
        """update funds_flows set amount_fen = amount_fen + 1
           where flow_id = (select min(flow_id) from funds_flows)""",
        "funds_flows_follow_the_books",
    ),
    fault(
        "an order stands where its last move did not lead",
        "update orders set state = 30 where state = 100",
        "orders_have_one_state",
    ),
    fault(
        "an order jumped between two states",
        "update order_moves set source = 10 where number = 2",
        "orders_have_one_state",
    ),
    fault(
        "an order's first move is lost",
        "delete from order_moves where number = 1 and target = 20",
        "orders_have_one_state",
    ),
    fault(
        "an order came into its state without a move",
        """delete from order_moves m using orders o
           where o.order_id = m.order_id and o.state = 100""",
        "orders_have_one_state",
    ),
    fault(
        "a line's price is a fen below what the order says",
        "update order_lines set paid_fen = paid_fen - 1 where refunded_fen = 0 and paid_fen > 0",
        "orders_add_up",
    ),
    fault(
        "a paid order has no payment",
        "update payments set subject_kind = 'other' where state = 'paid' and subject_kind = 'order'",
        "orders_add_up",
    ),
    fault(
        "an order has no lines, nor stock that it holds",
        """delete from order_lines l using orders o where o.order_id = l.order_id and o.state = 10;
           delete from stock_flows f using orders o where o.order_id = f.order_id and o.state = 10;
           update stocks s set available = (
               select f.ending from stock_flows f where f.sku_id = s.sku_id
               order by f.flow_id desc limit 1)""",
        "orders_add_up",
    ),
    fault(
        "an order was closed and its money kept",
        """update orders set state = 250, closed_at = paid_at where state = 20 and gift is null;
           update order_moves m set target = 250 from orders o
           where o.order_id = m.order_id and o.state = 250 and m.target = 20;
           insert into stock_flows
           select f.shop_id, f.sku_id, at, (select max(flow_id) + 1 from stock_flows),
                  f.product_id, 5, available, available + beginning - ending, f.order_id
           from stock_flows f join orders o using (order_id) join stocks s using (sku_id)
           where o.state = 250 and o.paid_at is not null;
           update stocks s set available = (
               select f.ending from stock_flows f where f.sku_id = s.sku_id
               order by f.flow_id desc limit 1)""",
        "orders_add_up",
    ),
    fault(
        "a buyer does not find an order",
        "delete from buyer_orders where order_id = (select max(order_id) from buyer_orders)",
        "buyers_find_their_orders",
    ),
    fault(
        "an order is listed to a second buyer",
        "insert into buyer_orders select 1, order_id, shop_id from buyer_orders limit 1",
        "buyers_find_their_orders",
    ),
    fault(
        "a piece lies in stock that never came in",
        "update stocks set available = available + 1",
        "stock_is_what_moved",
    ),
    fault(
        "a flow begins where none ended",
        """update stock_flows set beginning = beginning + 1, ending = ending + 1
           where op = 4 and order_id in (select order_id from orders where state = 100)""",
        "stock_is_what_moved",
    ),
    fault(
        "an order holds fewer pieces than were bought",
        "update order_lines set count = count + 1",
        "nothing_is_oversold",
    ),
    fault(
        "a closed order never gave its pieces back: another cause did",
        """update stock_flows set op = 1
           where op = 5 and order_id not in (select order_id from portions)""",
        "nothing_is_oversold",
    ),
    fault(
        "an order was told twice",
        """insert into pushes
           select p.shop_id, c.last_seq + 1, push_id, event, body, state, round, attempts, error,
                  told_at, delivered_at
           from pushes p join push_counters c using (shop_id)
           where event = 'channels_ec_order_pay' limit 1;
           update push_counters set last_seq = last_seq + 1""",
        "pushes_are_journalled_once",
    ),
    fault(
        "a number in the journal is missing",
        "update push_counters set last_seq = last_seq + 1",
        "pushes_are_journalled_once",
    ),
    fault(
        "a payment was never told",
        "update pushes set event = 'other' where event = 'channels_ec_order_pay'",
        "nothing_is_left_untold",
    ),
    fault(
        "a payment was never told, and what should have told it gave up",
        """update pushes set event = 'other' where event = 'channels_ec_order_pay';
           insert into jobs (bucket, job_id, kind, body, run_at, dead)
           select 0, 1, 'push.hear', '', told_at, true from pushes limit 1""",
        "nothing_is_left_untold",
    ),
    fault(
        "somebody has a portion whose order is somebody else's",
        "update portions set receiver_id = receiver_id + 100000 where state = 'ordered'",
        "portions_have_one_outcome", "draws_are_as_promised",
    ),
    fault(
        "a portion jumped to where no move led",
        "delete from portion_moves where target = 'refunded'",
        "portions_have_one_outcome",
    ),
    fault(
        "a present is open though nothing of it is left",
        "update presents set state = 'open' where state = 'done'",
        "presents_follow_their_portions",
    ),
    fault(
        "a present cost its giver more than its orders",
        """alter table presents drop constraint presents_check;
           update presents set amount_fen = amount_fen + 1 where not is_free and kind = 1""",
        "presents_add_up",
    ),
    fault(
        "a portion that was taken was paid back too",
        """insert into refunds (shop_id, refund_id, payment_id, subject_kind, subject_id, cause_kind,
                                cause_id, amount_fen, state, asked_at, looked_at)
           select p.shop_id, 1, 1, 'present', p.present_id, 'portion', p.order_id, g.each_fen,
                  'failed', g.made_at, g.made_at
           from portions p join presents g using (shop_id, present_id)
           where p.state = 'ordered' and not g.is_free limit 1""",
        "presents_add_up",
    ),
    fault(
        "a gift that waits holds no piece",
        """update stock_flows set op = 1
           where op = 4 and order_id in (select order_id from portions where state = 'open')""",
        "gifts_hold_their_stock", "nothing_is_oversold",
    ),
    fault(
        "more went back than a present aftersale says",
        "update present_aftersales set amount_fen = amount_fen - 1",
        "returns_name_their_portions",
    ),
    fault(
        "a charity was given less than the books say",
        "update gift_donations set amount_fen = amount_fen - 1",
        "donations_are_booked",
    ),
    fault(
        "a gift was donated by somebody who had it not",
        "update gift_donations set donor_id = donor_id + 1",
        "donations_are_booked",
    ),
    fault(
        "another seed was shown than was promised",
        "update presents set seed = '\\x00' where seed is not null",
        "draws_are_as_promised",
    ),
    fault(
        "a pool has more pieces left than it should",
        "update gift_pool set used = used - 1 where used > 0",
        "shops_give_what_is_in_the_pool",
    ),
    fault(
        "a transfer reached somebody and is booked as another",
        "update entries set cause_id = cause_id + 1 where cause_kind = 'transfer'",
        "transfers_are_booked",
    ),
    fault(
        "a red packet holds money that came for something else",
        "update payments set subject_kind = 'other' where subject_kind = 'packet'",
        "packets_hold_what_is_left",
    ),
    fault(
        "a portion of a red packet is a fen too large",
        "update packet_parts set amount_fen = amount_fen + 1 where number = 1",
        "packets_are_divided_to_the_fen",
    ),
)  # fmt: skip


async def _give(market: Market) -> None:
    """Gifts in every state: taken, open, declined, drawn, of the shop itself."""
    company = await gather_company(market, 2)
    await company.claim(company.friends[0], (await company.give()).token)
    await company.give()
    await company.ask(company.friends[1], "decline", token=(await company.give()).token)
    drawn = await company.give(kind=3, portions=1)
    for friend in company.friends:
        await company.ask(friend, "join", token=drawn.token)
    await company.ask(company.giver, "draw", present_id=drawn.present_id)
    donated = await company.give()
    rule = {"name": "donation_party_id", "reason": "ours: a test"}
    path = "/v1/platform/gifts/rule/set"
    await market.ask(market.operator, path, value=market.promoter.party_id, **rule)
    await company.ask(company.friends[0], "donate", token=donated.token)
    await market.ask(market.operator, path, value=0, **rule)
    for friend in company.friends:
        with contextlib.suppress(Refusal):
            await company.claim(friend, drawn.token)
    activity = await begin_activity(company)
    await create_present(company, activity.activity_id, company.friends[0].buyer_id)


async def _send_packet(market: Market) -> None:
    """A red packet for a group, of which one portion is opened."""
    people = await people_on(market.opened, "小林", "阿茶", "老周")
    await people.befriend("小林", "阿茶")
    await people.befriend("小林", "老周")
    chat_id = await people.group("小林", "阿茶", "老周")
    made = await people.ask(
        "小林", "packets/make", chat_id=chat_id, kind=3, amount_fen=888, portions=2
    )
    await people.ask("小林", "packets/pay", packet_id=made.packet_id, confirm=True)
    await finish_work(market.opened)
    await people.ask("阿茶", "packets/open", packet_id=made.packet_id)


async def _trade(market: Market) -> None:
    """One whole trade, its refund after the settlement, and orders in other states beside it."""
    card = await market.card(market.tea)
    order_id = await market.place(market.tea, count=2, sku=1, card=card)
    await market.pay(order_id)
    await market.ship(order_id)
    await market.receive(order_id)
    sold, agency_id = await sell_by_deal(market)
    market.opened.house.clock.offset += timedelta(days=7, minutes=1)
    await finish_work(market.opened)
    apply, accept = "/v1/buyer/aftersale/apply", "/channels/ec/aftersale/acceptapply"
    case = await market.ask(
        market.buyer, apply, order_id=order_id, line=1, count=1, amount_fen=9_900
    )
    number = case.aftersale_id
    await market.ask(market.shop, accept, after_sale_order_id=number, accept_type=2)
    case = await market.ask(market.buyer, apply, order_id=sold, line=1, count=1)
    await market.ask(market.shop, accept, after_sale_order_id=case.aftersale_id, accept_type=2)
    await finish_work(market.opened)
    await withdraw(market, agency_id, 100)
    await make_statement(market)
    cancelled = await market.place(market.cup)
    await market.ask(market.buyer, "/v1/buyer/order/cancel", order_id=cancelled)
    await market.pay(await market.place(market.cup))
    await market.place(market.cup)
    await _give(market)
    await _send_packet(market)
    await finish_work(market.opened)


@pytest.fixture(scope="module")
async def traded(
    _database: str, _cleaner: asyncpg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Pool]:
    """A market with trade behind it, the same for all that look on."""
    await _cleaner.execute("select clean()")
    async with open_house(_database, tmp_path_factory.mktemp("home")) as opened:
        await _trade(await build_market(opened))
        yield opened.house.pool
    await _cleaner.execute("select clean()")


async def _reported(connection: Connection) -> set[str]:
    """The checks that report something, in the transaction that runs."""
    return {check.name for check in CHECKS if (await find_breaches(connection, check))[0]}


async def test_the_books_are_sound_and_every_check_looked_at_something(traded: Pool) -> None:
    async with traded.acquire() as connection:
        async for verdict in examine(connection):
            assert verdict.breaches == 0, verdict
            assert verdict.looked_at > 0, verdict.check.name


@pytest.mark.parametrize("planted", FAULTS, ids=lambda one: one.says)
async def test_a_planted_fault_is_found(planted: Fault, traded: Pool) -> None:
    async with traded.acquire() as connection:
        planting = connection.transaction()
        await planting.start()
        try:
            for statement in planted.plant.split(";"):
                done = await connection.execute(statement)
                assert not done.endswith(" 0"), f"nothing was planted by {statement}"
            assert await _reported(connection) == planted.seen_by
        finally:
            await planting.rollback()


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert {check.name for check in CHECKS} == frozenset().union(*(one.seen_by for one in FAULTS))


async def _prove(dsn: str, home: str) -> tuple[int, str]:
    environment = {**os.environ, "TONGSHANG_DATABASE_URL": dsn, "TONGSHANG_HOME": home}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tongshang", "prove", env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_the_command_ends_with_1_and_shows_the_first_row_atfault(
    market: Market, dsn: str, tmp_path: object
) -> None:
    await _trade(market)
    status, said = await _prove(dsn, str(tmp_path))
    assert (status, said.count("✗")) == (0, 0), said
    pool = market.opened.house.pool
    sku_id = int(market.cup.sku_ids[0])
    await pool.execute("update stocks set available = available + 1 where sku_id = $1", sku_id)
    status, said = await _prove(dsn, str(tmp_path))
    assert status == 1
    assert "✗ stock_is_what_moved" in said
    assert f"shop_id={market.shop_id}, sku_id={sku_id}, available=" in said
    assert "THE BOOKS ARE NOT SOUND" in said
