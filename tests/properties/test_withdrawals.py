"""Random lives of money on its way to banks: nothing is lost, made, or paid twice."""

import random
from typing import Any, Final

import pytest

from tests.modules.funds.purses import Purses
from tests.modules.funds.purses import purses as purses
from tests.platform import finish_work
from tongshang.kernel.refusal import Refusal
from tongshang.modules.payment.gateway.store import Fault
from tongshang.prove import examine

_WHO: Final = ("shop", "promoter", "agency", "sharer")
_STEPS: Final = 14
_HOLD: Final = {
    "balances_equal_postings", "sums_are_zero", "entries_balance", "withdrawals_are_booked",
    "banks_got_what_was_withdrawn",
}  # fmt: skip
_FAULTS: Final = (
    None, None, Fault.RETURN_TRANSFER, Fault.DOUBLE_NOTICE, Fault.LATE_NOTICE, Fault.LOSE_NOTICE,
)  # fmt: skip
_AT_BANK: Final = """
    select coalesce(sum(transfer_fen), 0)::bigint from gateway_transfers
    where owner_id = $1 and succeeded and (returned_at is null or returned_at > $2)
"""


@pytest.mark.parametrize("seed", range(4))
async def test_what_came_is_here_or_on_its_way_or_at_the_bank(purses: Purses, seed: int) -> None:
    chance = random.Random(seed)
    earned = dict.fromkeys(_WHO, 10_000)
    for _ in range(_STEPS):
        who = chance.choice(_WHO)
        book = chance.choice(("shop", "second shop")) if who != "shop" else "shop"
        match chance.randrange(4):
            case 0:
                fen = chance.choice((1, 777, 5_000, -333, -9_000))
                await purses.give(who, book, fen)
                earned[who] += fen
            case 1 | 2:
                await _withdraw(purses, who, chance)
            case _:
                await purses.later(hours=chance.choice((1, 13, 30, 80)))
    await purses.later(days=11)
    now = purses.opened.house.clock.now()
    for who in _WHO:
        balance = await purses.ask(who, "balance")
        at_bank = await purses.opened.house.pool.fetchval(_AT_BANK, purses.parties[who], now)
        here = sum(one.available_fen for one in balance.books)
        assert here + at_bank == earned[who], (seed, who)
        assert balance.withdrawing_fen == 0
    async with purses.opened.house.pool.acquire() as connection:
        async for verdict in examine(connection):
            if verdict.check.name in _HOLD:
                assert not verdict.breaches, (seed, verdict.check.name, verdict.first)


async def _withdraw(purses: Purses, who: str, chance: random.Random) -> None:
    """Ask for some of it, often too much; confirm, cancel or forget it; the bank may err."""
    has = (await purses.ask(who, "balance")).withdrawable_fen
    fen = max(1, chance.choice((has, has // 2, has + 1, 1)))
    fault = chance.choice(_FAULTS)
    if fault is not None:
        await purses.fault(who, fault)
    try:
        told: Any = await purses.ask(who, "withdrawal/submit", amount_fen=fen)
    except Refusal:
        return
    match chance.randrange(4):
        case 0:
            await purses.phone("cancel", told.confirmation.ticket)
        case 1:
            pass  # forgotten: it expires
        case _:
            await purses.confirm(told.confirmation.ticket)
    if chance.random() < 0.5:
        await finish_work(purses.opened)
