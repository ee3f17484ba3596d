"""A market with rates on its lines, and a look at its books, for tests of money."""

from dataclasses import dataclass
from typing import Any

from tests.modules.ordering.market import Market, open_market
from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.ids import Named
from tongshang.kernel.money import Fen
from tongshang.modules.identity import api as identity
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting
from tongshang.runtime.call import Caller

PRICES = (3_333, 250)
# Line 1: fee 5 %, promoter's commission 10 %; line 2: fee 0.6 %, nobody promoted it.
_RATES = """
    update order_lines set
        fee_ppm = case line when 1 then 50000 else 6000 end,
        promoter_id = case line when 1 then $2::bigint else 0 end,
        commission_ppm = case line when 1 then 100000 else 0 end
    where order_id = $1
"""
_FAULTS = {
    "accounts are not the sum of their postings": """
        select a.book_id, a.kind, a.party_id, a.balance_fen, coalesce(sum(change), 0)
        from accounts a left join (
            select book_id, source_kind as kind, source_party as party_id, -amount_fen as change
            from postings
            union all select book_id, target_kind, target_party, amount_fen from postings
        ) p using (book_id, kind, party_id)
        group by 1, 2, 3, 4 having a.balance_fen <> coalesce(sum(change), 0)
    """,
    "books do not sum to zero": """
        select book_id, sum(balance_fen) from accounts group by 1 having sum(balance_fen) <> 0
    """,
    "a settled order is not divided to the fen": """
        select s.shop_id, s.order_id from settlements s join shares h using (shop_id, order_id)
        where s.state = 60 group by 1, 2
        having sum(h.base_fen) <> max(s.paid_fen - s.refunded_before_fen)
            or sum(h.refunded_fen) <> max(s.refunded_after_fen)
    """,
    "flows do not run on": """
        select * from (
            select shop_id, balance_fen, sum(case flow_type when 1 then amount_fen
                else -amount_fen end) over (partition by shop_id order by flow_id) as sum_fen
            from funds_flows) f
        where balance_fen <> sum_fen
    """,
}


@dataclass
class Books:
    """The market's money."""

    opened: Opened
    market: Market
    promoter: Caller
    operator: Caller
    withdrawn_fen: int = 0

    async def buy(self, *lines: tuple[int, int], buyer: int = 0) -> str:
        """Place and pay an order with rates on its lines."""
        order_id: str = (await self.market.place(*lines, buyer=buyer)).order_id
        await self.opened.house.pool.execute(_RATES, int(order_id), self.market.promoter_id)
        await self.market.pay(order_id, buyer)
        await finish_work(self.opened)
        return order_id

    async def ship_and_receive(self, order_id: str, *parcel: tuple[int, int]) -> None:
        await self.market.send(order_id, list(parcel))
        await self.market.as_buyer("confirm", order_id=order_id)

    async def wait_a_week(self) -> None:
        self.market.later(days=7)
        await finish_work(self.opened)

    async def apply(self, order_id: str, line: int, count: int, buyer: int = 0, **more: Any) -> Any:
        path = "/v1/buyer/aftersale/apply"
        fields = {"order_id": order_id, "line": line, "count": count, **more}
        return await ask(self.opened, self.market.buyers[buyer], path, **fields)

    async def accept(self, aftersale_id: str) -> None:
        self.market.later(minutes=1)
        path = "/channels/ec/aftersale/acceptapply"
        await ask(self.opened, self.market.shop, path, after_sale_order_id=aftersale_id)
        await finish_work(self.opened)

    async def refund(self, order_id: str, line: int, count: int, **more: Any) -> Any:
        """Apply as the buyer, agree as the shop, and wait for the money."""
        case = await self.apply(order_id, line, count, **more)
        await self.accept(case.aftersale_id)
        return case

    async def withdraw(self, fen: int) -> None:
        """Take money out of the books, as a payout does."""
        shop_id = self.market.shop_id
        own, out = Account(shop_id, AccountKind.SHOP_AVAILABLE), AccountKind.CHANNEL
        posting = Posting(own, Account(shop_id, out), Fen(fen))
        async with calling(self.opened) as call:
            cause = Cause("withdrawal", call.take_id(Named.WITHDRAWAL))
            await ledger.post(call, [Entry(shop_id, cause, (posting,), call.at)])
        self.withdrawn_fen += fen

    async def balances(self) -> dict[str, int]:
        """The balances of the shop's book, zeros left out, after a look for faults."""
        for fault, statement in _FAULTS.items():
            if self.withdrawn_fen and "flows" in fault:
                continue  # the payout above books no flow
            rows = await self.opened.house.pool.fetch(statement)
            assert not rows, f"{fault}: {rows}"
        async with calling(self.opened) as call:
            held = await ledger.balances(call.tx, self.market.shop_id)
        kinds: dict[str, int] = {}
        for account, fen in held.items():
            kinds[account.kind.value] = kinds.get(account.kind.value, 0) + fen
        return {kind: fen for kind, fen in kinds.items() if fen}

    async def ask_shop(self, path: str, **fields: Any) -> Any:
        return await ask(self.opened, self.market.shop, path, **fields)


async def open_books(opened: Opened, prices: tuple[int, ...] = PRICES) -> Books:
    market = await open_market(opened, prices=prices)
    async with calling(opened) as call:
        drafts = [identity.PartyDraft(identity.PartyKind.PLATFORM, "平台")]
        (platform_id,) = await identity.add_parties(call, drafts)
        promoter = await identity.get_party(call.tx, market.promoter_id)
        platform = await identity.get_party(call.tx, platform_id)
    return Books(
        opened, market, identity.promoter_caller(promoter), identity.operator_caller(platform)
    )
