"""Parties with money in shops' books, and the bank that pays it out, for tests of funds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import msgspec
import pytest

from tests.platform import ask, calling, finish_work
from tongshang.app import Opened
from tongshang.kernel.ids import Named
from tongshang.kernel.money import Fen
from tongshang.modules.identity import api as identity
from tongshang.modules.identity.api import BuyerDraft, PartyDraft, PartyKind
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting
from tongshang.modules.payment.actions import SANDBOX_GATEWAY
from tongshang.modules.payment.gateway.store import Fault
from tongshang.runtime.call import Caller

NAMES: Final = {
    "shop": (PartyKind.SHOP, "山里茶铺"),
    "second shop": (PartyKind.SHOP, "溪边茶铺"),
    "promoter": (PartyKind.PROMOTER, "阿宁"),
    "agency": (PartyKind.AGENCY, "好物机构"),
    "sharer": (PartyKind.SHARER, "小满"),
}
_KINDS: Final = {
    "promoter": AccountKind.PROMOTER,
    "agency": AccountKind.AGENCY,
    "sharer": AccountKind.SHARER,
}
ACCOUNT: Final = {
    "kind": "ACCOUNT_TYPE_PRIVATE",
    "account_bank": "招商银行",
    "address_code": "350100",
    "number": "6225880123456789",
}


@dataclass(slots=True)
class Purses:
    """Who has money where."""

    opened: Opened
    callers: dict[str, Caller]
    parties: dict[str, int]
    given: dict[str, int] = field(default_factory=dict)

    async def ask(self, who: str, what: str, **fields: Any) -> Any:
        """Ask an endpoint of funds on the party's own path."""
        return await ask(self.opened, self.callers[who], f"/v1/{who}/funds/{what}", **fields)

    async def wire(self, what: str, **fields: Any) -> Any:
        """Ask one of the shop's endpoints on the wire."""
        path = what if what.startswith("/") else f"/channels/ec/funds/{what}"
        return await ask(self.opened, self.callers["shop"], path, **fields)

    async def phone(self, what: str, ticket: str, **fields: Any) -> Any:
        """Do something with the sandbox's phone."""
        caller = self.callers["nobody"]
        return await ask(self.opened, caller, f"/v1/sandbox/qr/{what}", ticket=ticket, **fields)

    async def give(self, who: str, book: str, fen: int) -> None:
        """Let a party have money in a shop's book; below zero it owes."""
        shop_id, party_id = self.parties[book], self.parties[who]
        kind = _KINDS.get(who, AccountKind.SHOP_AVAILABLE)
        own = Account(shop_id, kind, 0 if kind is AccountKind.SHOP_AVAILABLE else party_id)
        world = Account(shop_id, AccountKind.CHANNEL)
        source, target = (world, own) if fen > 0 else (own, world)
        async with calling(self.opened) as call:
            cause = Cause("test", call.take_id(Named.ENTRY))
            entry = Entry(shop_id, cause, (Posting(source, target, Fen(abs(fen))),), call.at)
            await ledger.post(call, [entry])

    async def withdraw(self, who: str, fen: int) -> Any:
        """A withdrawal asked, scanned and confirmed."""
        told = await self.ask(who, "withdrawal/submit", amount_fen=fen)
        await self.confirm(told.confirmation.ticket)
        return told

    async def confirm(self, ticket: str) -> None:
        """Scan and confirm as an administrator."""
        await self.phone("scan", ticket)
        await self.phone("confirm", ticket)

    async def state(self, who: str, told: Any) -> str:
        """How far a withdrawal is."""
        of = {"withdrawal_id": told.withdrawal.withdrawal_id}
        state: str = (await self.ask(who, "withdrawal/get", **of)).withdrawal.state
        return state

    async def available(self, who: str) -> int:
        """What a party may withdraw."""
        fen: int = (await self.ask(who, "balance")).withdrawable_fen
        return fen

    async def fault(self, who: str, fault: Fault, times: int = 1) -> None:
        """Let the bank do something wrong with this party's money."""
        async with calling(self.opened) as call:
            await SANDBOX_GATEWAY.set_fault(call, self.parties[who], fault, times)

    async def later(self, **by: int) -> None:
        """Time goes by, and what is due is done."""
        self.opened.house.clock.offset += timedelta(**by)
        await finish_work(self.opened)

    async def pushes(self, event: str) -> list[dict[str, Any]]:
        """What the shop was told of this kind, the earliest first."""
        await finish_work(self.opened)
        caller = self.callers["shop"]
        page = await ask(self.opened, caller, "/v1/shop/push/list", limit=100)
        bodies = [msgspec.json.decode(one.body) for one in page.pushes if one.event == event]
        return bodies[::-1]


@pytest.fixture
async def purses(opened: Opened) -> AsyncIterator[Purses]:
    """A demo's platform with one party of each kind, each with a bank account and 100 yuan."""
    opened.house.demo = True
    offset = opened.house.clock.offset
    callers, parties = {"nobody": Caller("nobody")}, {}
    makers = {
        PartyKind.SHOP: identity.shop_caller,
        PartyKind.PROMOTER: identity.promoter_caller,
        PartyKind.AGENCY: identity.agency_caller,
    }
    async with calling(opened) as call:
        for who, (kind, name) in NAMES.items():
            (party_id,) = await identity.add_parties(call, [PartyDraft(kind, name)])
            parties[who] = party_id
            if kind in makers:
                callers[who] = makers[kind](await identity.get_party(call.tx, party_id))
        (buyer_id,) = await identity.add_buyers(call, [BuyerDraft("小满")])
        await identity.name_people(call, [(buyer_id, parties["sharer"])])
        callers["sharer"] = identity.buyer_caller(await identity.get_buyer(call.tx, buyer_id))
    made = Purses(opened, callers, parties)
    for who in ("shop", "promoter", "agency", "sharer"):
        business = {"kind": "ACCOUNT_TYPE_BUSINESS"} if who == "agency" else {}
        await made.ask(who, "bankaccount/set", **{**ACCOUNT, **business})
        await made.give(who, "shop", 10_000)
    yield made
    opened.house.clock.offset = offset
    opened.house.demo = False
