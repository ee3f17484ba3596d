"""Faults of closed days and statements, and a statement for them."""

from typing import Final

from tests.market import Market
from tests.prove.fault import fault

FAULTS: Final = (
    fault(
        "a line of a closed day was moved by a moment",
        """update entries set at = at + interval '1 microsecond'
           where entry_id = (select min(entry_id) from day_leaves)""",
        "days_are_sealed",
    ),
    fault(
        "a closed day was sealed anew by who has not the chain",
        "update day_digests set digest = sha256(digest)",
        "days_are_sealed",
    ),
    fault(
        "a line was taken out of its closed day",
        """delete from day_leaves where place = (select max(place) from day_leaves);
           update closing set seen_id = 9223372036854775807""",
        "days_are_sealed", "closed_days_are_whole", "statements_add_up",
    ),
    fault(
        "a closed day begins with a fen that nobody had",
        """update day_balances set opening_fen = opening_fen + 1, closing_fen = closing_fen + 1
           where day = (select max(day) from day_balances)""",
        "statements_add_up",
    ),
    fault(
        "a statement tells a yuan more than there was",
        "update statements set in_fen = in_fen + 100, closing_fen = closing_fen + 100",
        "statements_add_up",
    ),
)  # fmt: skip


async def make_statement(market: Market) -> None:
    """The shop's of the day on which the first order was paid."""
    path = "/v1/shop/statements"
    day = (await market.ask(market.shop, f"{path}/list")).periods[-1].starts
    await market.ask(market.shop, f"{path}/make", period="day", starts=day)
