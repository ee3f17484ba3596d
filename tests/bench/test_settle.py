"""What the bench of the settlement piles up is trade as the platform books it."""

from typing import Final

from bench.settle import find_sellers, pile_up, settle
from tests.platform import calling, finish_work
from tongshang.app import Opened
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.prove import CHECKS, Check

_ASKED: Final = {
    "entries_balance", "balances_equal_postings", "sums_are_zero",
    "settlements_divide_to_the_fen", "deals_are_divided_to_the_fen", "receivers_got_their_parts",
    "debts_have_their_reasons",
}  # fmt: skip


async def test_what_was_piled_up_is_settled_to_the_fen(opened: Opened) -> None:
    async with calling(opened) as call:
        drafts = [PartyDraft(PartyKind.SHOP, name) for name in ("甲", "乙")]
        shops = await identity.add_parties(call, drafts)
    sellers = await find_sellers(opened, [(shop_id, 101, 201) for shop_id in shops])
    await pile_up(opened, sellers, 30)
    await settle(opened)
    await finish_work(opened)
    pool = opened.house.pool
    assert await pool.fetchval("select count(*) from commissions where state = 100") == 5 * 30
    assert await pool.fetchval("select count(*) from share_parts") == 5 * 30
    assert await pool.fetchval("select count(*) from settlements where state = 60") == 15
    for check in CHECKS:
        if isinstance(check, Check) and check.name in _ASKED:
            assert not await pool.fetch(check.breaches), check.name
