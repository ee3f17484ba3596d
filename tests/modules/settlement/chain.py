"""A sale by a deal: the longest chain of receivers, for tests of money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.modules.settlement.money import Books, open_books
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import PartyDraft, PartyKind
from tongshang.modules.league.api import THE_SHOP, DealDraft, Hand, Hop, paid_out_ppm, strike
from tongshang.modules.settlement import api as settlement
from tongshang.runtime.call import Caller

FEE_PPM: Final = 50_000  # and at most 90 % leave for those who sell
# The platform's own example: 10 for the agency, who passes 6 to another that sells for it, who
# passes 4 to the promoter, who passes 2 to a sharers' agency, who passes 1 (reference section 7.1).
LONGEST: Final = (
    Hop(Hand.AGENCY, 1, 100_000),
    Hop(Hand.RESELLER, 2, 60_000, 0),
    Hop(Hand.PROMOTER, 3, 40_000, 1),
    Hop(Hand.SHARER_AGENCY, 4, 20_000, 2),
    Hop(Hand.SHARER, 5, 10_000, 3),
)
# The shop fixes 10 % for the promoter and 20 % for the agency, who pays a sharer 8 % out of its own
# (reference section 7.7).
BOTH: Final = (
    Hop(Hand.PROMOTER, 3, 100_000),
    Hop(Hand.AGENCY, 1, 200_000),
    Hop(Hand.SHARER, 5, 80_000, 1),
)

_SOLD = """
    update order_lines set fee_ppm = $5, promoter_id = $3, commission_ppm = $4, deal_id = $2
    where order_id = $1
"""


@dataclass
class Chain:
    """The books of a shop, and everybody who sells for it: by the numbers of the hops above."""

    books: Books
    parties: list[identity.Party]

    @property
    def opened(self) -> Opened:
        return self.books.opened

    def id_of(self, number: int) -> int:
        return self.parties[number - 1].party_id

    def caller(self, number: int) -> Caller:
        party = self.parties[number - 1]
        if party.kind is PartyKind.PROMOTER:
            return identity.promoter_caller(party)
        return identity.agency_caller(party)

    async def strike(self, hops: Sequence[Hop]) -> int:
        """A deal with these receivers, whoever the numbers stand for."""
        named = tuple(replace(hop, party_id=self.id_of(hop.party_id)) for hop in hops)
        async with calling(self.opened) as call:
            draft = DealDraft(self.books.market.shop_id, 101, 4, 1, named)
            (deal_id,) = await strike(call, [draft])
        return deal_id

    async def buy(self, hops: Sequence[Hop], *lines: tuple[int, int]) -> str:
        """Place and pay an order that was brought by such a deal."""
        market = self.books.market
        deal_id = await self.strike(hops)
        order_id: str = (await market.place(*lines)).order_id
        await self.opened.house.pool.execute(
            _SOLD, int(order_id), deal_id, self.id_of(3), paid_out_ppm(hops), FEE_PPM
        )
        await market.pay(order_id)
        await finish_work(self.opened)
        return order_id

    async def settle(self, hops: Sequence[Hop], *lines: tuple[int, int]) -> str:
        """The same, received and settled."""
        order_id = await self.buy(hops, *lines)
        await self.books.ship_and_receive(order_id, *lines)
        await self.books.wait_a_week()
        return order_id

    async def has(self) -> list[int]:
        """What each of the five has, debts negative."""
        found = []
        async with calling(self.opened) as call:
            for party in self.parties:
                books = await settlement.books_of(call, party.party_id)
                found.append(sum(one.available_fen for one in books))
        return found

    async def ask(self, number: int, path: str, **fields: Any) -> Any:
        return await ask(self.opened, self.caller(number), path, **fields)


async def open_chain(opened: Opened, prices: tuple[int, ...] = (10_000, 3_333)) -> Chain:
    books = await open_books(opened, prices)
    drafts = [
        PartyDraft(PartyKind.AGENCY, "大团"),
        PartyDraft(PartyKind.AGENCY, "帮卖团"),
        PartyDraft(PartyKind.AGENCY, "推客团"),
        PartyDraft(PartyKind.SHARER, "小林"),
    ]
    async with calling(opened) as call:
        first, second, fourth, fifth = await identity.add_parties(call, drafts)
        ids = [first, second, books.market.promoter_id, fourth, fifth]
        known = await identity.find_parties(call.tx, ids)
    return Chain(books, [known[party_id] for party_id in ids])


__all__ = ["BOTH", "LONGEST", "THE_SHOP", "Chain", "open_chain"]
