"""Deals of any shape, prices, discounts and refunds in any order: money is conserved by all.

Pure, on the functions that settlement books with; the same on the running platform, with lines of
random deals refunded at random before and after the settlement, is at the end.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.settlement.chain import Chain, open_chain
from tests.platform import finish_work
from tongshang.app import Opened
from tongshang.kernel.money import WHOLE
from tongshang.modules.league.api import THE_SHOP, Hand, Hop, paid_out_ppm
from tongshang.modules.ledger.api import Account, AccountKind, Entry, net
from tongshang.modules.ordering.api import SoldLine
from tongshang.modules.settlement.domain.dividing import came_back, divide, receivers, take_back
from tongshang.modules.settlement.domain.flows import (
    flows_from_parties,
    flows_of_division,
    flows_of_refund,
    flows_to_parties,
)
from tongshang.modules.settlement.domain.postings import divided, returned_after
from tongshang.modules.settlement.domain.values import Returned, Share
from tongshang.prove import CHECKS, Check
from tongshang.prove.run import find_breaches

AT: Final = datetime(2026, 11, 11, tzinfo=UTC)
SHOP, ORDER = 1, 37
PAID_OUT_MAX: Final = 900_000


@st.composite
def chains(draw: st.DrawFn) -> tuple[Hop, ...]:
    """Up to five receivers: chains, forks, both streams out of the shop's hands."""
    left, hops = {THE_SHOP: PAID_OUT_MAX}, list[Hop]()
    hands = draw(st.permutations(list(Hand)))
    for place in range(draw(st.integers(1, 5))):
        payer = draw(st.sampled_from(sorted(left)))
        ratio = draw(st.integers(0, left[payer]))
        left[payer] -= ratio
        left[place] = ratio
        hops.append(Hop(hands[place], 100 + place, ratio, payer))
    return tuple(hops)


@st.composite
def sales(draw: st.DrawFn) -> tuple[SoldLine, tuple[Hop, ...]]:
    """A line of some pieces at some price, less a discount, with freight; partly refunded before."""
    hops = draw(chains())
    listed = draw(st.integers(1, 10**7)) * draw(st.integers(1, 20))
    paid = max(listed - draw(st.integers(0, listed)), 1)
    freight = draw(st.integers(0, 5_000))
    before = draw(st.one_of(st.just(0), st.integers(0, paid + freight - 1)))
    out = paid_out_ppm(hops)
    fee = draw(st.integers(0, WHOLE - out))
    return SoldLine(1, paid, freight, before, fee, 100, out, 45), hops


def _amounts(base: int, weights: Sequence[int]) -> list[int]:
    """Refunds by weights of what is left each time, and the rest of it at the end."""
    amounts, left = [], base
    for weight in weights:
        amount = left * weight // 1_000
        if amount:
            amounts.append(amount)
            left -= amount
    return [*amounts, left] if left else amounts


def _post(held: dict[Account, int], entry: Entry) -> None:
    for account, fen in net(entry.postings).items():
        held[account] = held.get(account, 0) + fen


@settings(max_examples=400)
@given(sales(), st.frozensets(st.integers(100, 104), max_size=2))
def test_parts_sum_to_the_whole_and_nobody_loses(
    sale: tuple[SoldLine, tuple[Hop, ...]], frozen: frozenset[int]
) -> None:
    line, hops = sale
    share = divide(line, hops, frozen)
    kept = [part.net_fen for part in receivers(share)]
    assert share.base_fen == line.paid_fen + line.freight_fen - line.refunded_fen
    assert share.base_fen == share.fee_fen + share.shop_fen + sum(kept)
    assert min(share.shop_fen, share.fee_fen, *kept) >= 0
    for part in receivers(share):
        assert part.gross_fen == share.goods_fen * part.ratio_ppm // WHOLE
        assert part.held == (part.party_id in frozen)
    if not share.base_fen:
        return
    held: dict[Account, int] = {}
    _post(held, divided((SHOP, ORDER), [share], AT))
    assert held.pop(Account(SHOP, AccountKind.SHOP_PENDING)) == -share.base_fen
    assert sum(held.values()) == share.base_fen
    assert all(fen >= 0 for fen in held.values())
    out = sum(flow.amount_fen for flow in flows_of_division((SHOP, ORDER), [share], AT))
    assert share.base_fen - out == share.shop_fen
    told = sum(flow.amount_fen for flow in flows_to_parties((SHOP, ORDER), [share], AT))
    assert told == sum(part.net_fen for part in receivers(share) if not part.held)


@settings(max_examples=300)
@given(
    sales(),
    st.lists(st.integers(0, 1_000), max_size=6),
    st.frozensets(st.integers(100, 104), max_size=1),
    st.randoms(use_true_random=False),
)
def test_refunds_in_any_order_end_where_nobody_gained(
    sale: tuple[SoldLine, tuple[Hop, ...]],
    weights: list[int],
    frozen: frozenset[int],
    luck: random.Random,
) -> None:
    line, hops = sale
    sold = divide(line, hops, frozen)
    amounts = _amounts(sold.base_fen, weights)
    luck.shuffle(amounts)
    held: dict[Account, int] = {}
    flowed: dict[int, int] = {}
    _post(held, divided((SHOP, ORDER), [sold], AT)) if sold.base_fen else None
    for flow in flows_to_parties((SHOP, ORDER), [sold], AT):
        flowed[flow.party_id] = flowed.get(flow.party_id, 0) + flow.amount_fen
    share, shop_fen = sold, sold.shop_fen
    for number, amount in enumerate(amounts):
        before, share = share, take_back(share, amount)
        refund = Returned(SHOP, number, 21, ORDER, amount, AT, number, 1)
        _post(held, returned_after(refund, before, share))
        shop_fen += sum(flow.change_fen for flow in flows_of_refund(refund, "", before, share))
        for flow in flows_from_parties(refund, before, share):
            flowed[flow.party_id] += flow.amount_fen
        _holds(sold, share, held, flowed)
        assert held.get(Account(SHOP, AccountKind.SHOP_AVAILABLE), 0) == shop_fen
    assert share.refunded_fen == sold.base_fen
    held.pop(Account(SHOP, AccountKind.SHOP_PENDING), None)
    assert held.pop(Account(SHOP, AccountKind.CHANNEL), 0) == sold.base_fen
    assert not any(held.values())
    assert not any(flowed.values())


def _holds(sold: Share, share: Share, held: dict[Account, int], flowed: dict[int, int]) -> None:
    """After each refund: everybody keeps the part of what is left, within a fen of it exactly."""
    left = sold.goods_fen - min(share.refunded_fen, sold.goods_fen)
    for part, back in zip(receivers(share), came_back(receivers(share)), strict=True):
        kept = part.net_fen - part.back_fen
        assert kept >= 0
        assert 0 <= back <= part.gross_fen
        assert abs(kept * sold.goods_fen - part.net_fen * left) <= sold.goods_fen
        kind = AccountKind.SUSPENSE if part.held else _KINDS[part.hand]
        assert held.get(Account(SHOP, kind, part.party_id), 0) == kept
        if not part.held:
            assert flowed.get(part.party_id, 0) == kept
    assert share.service_back_fen <= share.commission_back_fen <= sold.commission_fen


_KINDS: Final = {
    Hand.PROMOTER: AccountKind.PROMOTER,
    Hand.AGENCY: AccountKind.AGENCY,
    Hand.RESELLER: AccountKind.AGENCY,
    Hand.SHARER_AGENCY: AccountKind.AGENCY,
    Hand.SHARER: AccountKind.SHARER,
}


@settings(max_examples=200)
@given(sales(), st.lists(st.integers(0, 1_000), max_size=5), st.integers(0, 5))
def test_what_went_back_before_and_after_is_as_if_it_all_went_after_when_it_is_all(
    sale: tuple[SoldLine, tuple[Hop, ...]], weights: list[int], early: int
) -> None:
    """The order of refunds and settlement does not matter where everything goes back."""
    line, hops = sale
    whole = replace(line, refunded_fen=0)
    amounts = _amounts(whole.paid_fen + whole.freight_fen, weights)
    share = divide(replace(whole, refunded_fen=sum(amounts[:early])), hops)
    for amount in amounts[early:]:
        share = take_back(share, amount)
    assert share.refunded_fen == share.base_fen
    assert share.commission_back_fen == share.commission_fen
    assert (share.fee_back_fen, share.service_back_fen) == (share.fee_fen, share.service_fen)


# --- on the running platform -------------------------------------------------------------------


_SELLING: Final = {
    "settlements_divide_to_the_fen", "clawbacks_are_booked", "deals_are_divided_to_the_fen",
    "receivers_got_their_parts", "debts_have_their_reasons", "suspense_holds_what_is_held",
    "commission_orders_equal_the_books", "balances_equal_postings", "sums_are_zero",
    "funds_flows_follow_the_books",
}  # fmt: skip


@pytest.fixture
async def chain(opened: Opened) -> Any:
    offset = opened.house.clock.offset
    yield await open_chain(opened, (9_999, 3_333, 777))
    opened.house.clock.offset = offset


@pytest.mark.parametrize("seed", [3, 20261123])
async def test_a_random_trade_by_deals_proves_itself(chain: Chain, seed: int) -> None:
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    luck = random.Random(seed)
    sold = [await _sell(chain, luck) for _ in range(6)]
    await chain.books.wait_a_week()
    await _refuse(chain, luck, sold, 0.6)
    await _prove(chain)
    await _refuse(chain, luck, sold, 1.0)
    await _prove(chain)
    assert await chain.has() == [0, 0, 0, 0, 0]
    assert await chain.books.balances() == {}


async def _sell(chain: Chain, luck: random.Random) -> tuple[str, list[int]]:
    """An order by a random deal, some pieces of it refunded before it is received."""
    hops, left = [], {THE_SHOP: PAID_OUT_MAX}
    numbers = luck.sample((Hand.AGENCY, Hand.RESELLER, Hand.PROMOTER, Hand.SHARER_AGENCY), 3)
    for place, hand in enumerate([*numbers, Hand.SHARER]):
        payer = luck.choice(sorted(left))
        ratio = luck.randint(0, left[payer])
        left[payer] -= ratio
        left[place] = ratio
        number = {Hand.AGENCY: 1, Hand.RESELLER: 2, Hand.PROMOTER: 3, Hand.SHARER_AGENCY: 4}
        hops.append(Hop(hand, number.get(hand, 5), ratio, payer))
    lines = [(sku, luck.randint(1, 4)) for sku in luck.sample(range(3), luck.randint(1, 3))]
    order_id = await chain.buy(hops, *lines)
    await chain.books.market.send(order_id, lines)
    left_over = [count for _, count in lines]
    if luck.random() < 0.5:
        await chain.books.refund(order_id, 1, 1)
        left_over[0] -= 1
    if any(left_over):
        await chain.books.market.as_buyer("confirm", order_id=order_id)
    return order_id, left_over


async def _refuse(
    chain: Chain, luck: random.Random, sold: Sequence[tuple[str, list[int]]], share: float
) -> None:
    """Refunds piece by piece, of lines in any order."""
    pieces = [
        (order_id, left, line)
        for order_id, left in sold
        for line, count in enumerate(left)
        for _ in range(count)
    ]
    luck.shuffle(pieces)
    for order_id, left, line in pieces[: int(len(pieces) * share)]:
        await chain.books.refund(order_id, line + 1, 1)
        left[line] -= 1


async def _prove(chain: Chain) -> None:
    await finish_work(chain.opened)
    for check in CHECKS:
        if isinstance(check, Check) and check.name in _SELLING:
            async with chain.opened.house.pool.acquire() as connection:
                count, first = await find_breaches(connection, check)
            assert not count, (check.name, first)
