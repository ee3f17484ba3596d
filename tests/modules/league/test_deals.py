"""Deals: the chain of receivers of a sale, divided to the fen, struck once."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.platform import calling
from tongshang.app import Opened
from tongshang.modules.league.api import (
    THE_SHOP,
    DealDraft,
    Hand,
    Hop,
    deals_of,
    divide,
    paid_out_ppm,
    strike,
)

# The platform's own example: 10 for the agency, who passes 6, who passes 4, who passes 2, who
# passes 1 (reference section 7.1).
CHAIN = (
    Hop(Hand.AGENCY, 1, 100_000),
    Hop(Hand.RESELLER, 2, 60_000, 0),
    Hop(Hand.PROMOTER, 3, 40_000, 1),
    Hop(Hand.SHARER_AGENCY, 4, 20_000, 2),
    Hop(Hand.SHARER, 5, 10_000, 3),
)
DRAFT = DealDraft(71, 81, 2, 91, CHAIN)


def test_the_longest_chain_leaves_each_what_the_platform_says() -> None:
    parts = divide(10_000, CHAIN)
    assert [part.gross_fen for part in parts] == [1_000, 600, 400, 200, 100]
    assert [part.net_fen for part in parts] == [400, 200, 200, 100, 100]


@st.composite
def chains(draw: st.DrawFn) -> tuple[Hop, ...]:
    """Chains and trees of up to five, each passing on at most what came."""
    left = {THE_SHOP: 900_000}
    hops: list[Hop] = []
    for place in range(draw(st.integers(1, 5))):
        payer = draw(st.sampled_from(sorted(left)))
        ratio = draw(st.integers(0, left[payer]))
        left[payer] -= ratio
        left[place] = ratio
        hops.append(Hop(Hand(place + 1), place + 1, ratio, payer))
    return tuple(hops)


@given(st.integers(0, 10**12), chains())
def test_what_stays_in_all_hands_is_what_left_the_shop(
    goods_fen: int, hops: tuple[Hop, ...]
) -> None:
    parts = divide(goods_fen, hops)
    left_shop = sum(part.gross_fen for part in parts if part.hop.payer == THE_SHOP)
    assert sum(part.net_fen for part in parts) == left_shop
    assert left_shop <= goods_fen * paid_out_ppm(hops) // 1_000_000
    assert all(0 <= part.net_fen <= part.gross_fen for part in parts)


@pytest.mark.parametrize(
    "hops",
    [
        (),
        (Hop(Hand.PROMOTER, 1, 900_001),),
        (Hop(Hand.PROMOTER, 1, 100), Hop(Hand.SHARER, 2, 101, 0)),
        (Hop(Hand.PROMOTER, 1, 100), Hop(Hand.SHARER, 1, 50, 0)),
        (Hop(Hand.PROMOTER, 1, 100, 0),),
    ],
)
async def test_a_deal_that_cannot_be_paid_is_not_struck(
    opened: Opened, hops: tuple[Hop, ...]
) -> None:
    async with calling(opened) as call:
        with pytest.raises(AssertionError):
            await strike(call, [replace(DRAFT, hops=hops)])


async def test_equal_terms_are_one_deal_even_struck_at_once(opened: Opened) -> None:
    async def struck(*drafts: DealDraft) -> list[int]:
        async with calling(opened) as call:
            return await strike(call, drafts)

    other = replace(DRAFT, hops=CHAIN[:3])
    both = await asyncio.gather(struck(DRAFT, other), struck(DRAFT, other))
    assert both[0] == both[1]
    assert both[0][0] != both[0][1]
    async with calling(opened) as call:
        found = await deals_of(call.tx, [(71, both[0][0]), (72, both[0][0])])
        assert {key: deal.hops for key, deal in found.items()} == {(71, both[0][0]): CHAIN}
