"""Receivers who are frozen or gone: what becomes of what they earn and of what they owe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry
from tongshang.modules.settlement.domain.dividing import receivers, service_back
from tongshang.modules.settlement.domain.postings import account_of, available, moves
from tongshang.modules.settlement.domain.values import (
    FUNDS_TYPE_OF,
    Booking,
    Flow,
    FlowType,
    FundsType,
    PartyFlow,
    Share,
    SharePart,
)

RELEASE: Final = "release"
FORFEIT: Final = "forfeit"
COVER: Final = "cover"


class Standing(StrEnum):
    """Why a party's money is held. The values are stored: add, never rename."""

    FROZEN = "frozen"
    """The operator looks into something; it may still turn out well."""

    LEFT = "left"
    """It is gone and sells no more."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is done with a party of a standing.

    All that it earns from then on is held. `covers_debts`: what it owes is paid by the platform's
    reserve, because no next settlement will pay it off. After `forfeits_after` what is held may go
    back to the shops that paid it; None: never.
    """

    covers_debts: bool
    forfeits_after: timedelta | None


RULES: Final[Mapping[Standing, Rule]] = {
    Standing.FROZEN: Rule(covers_debts=False, forfeits_after=None),
    Standing.LEFT:   Rule(covers_debts=True, forfeits_after=timedelta(days=180)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suspended:
    """A party that is not in good standing."""

    party_id: int
    standing: Standing
    reason: str
    since: datetime

    @property
    def rule(self) -> Rule:
        """What is done with it."""
        return RULES[self.standing]


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line of whose commission something is held for a party."""

    shop_id: int
    order_id: int
    share: Share

    def part_of(self, party_id: int) -> SharePart:
        """What is held."""
        return next(one for one in receivers(self.share) if one.party_id == party_id and one.held)


def released(
    lines: Sequence[HeldLine], party_id: int, release_id: int, at: datetime
) -> list[Booking]:
    """What was held becomes the party's own, book by book."""
    done = []
    for shop_id, mine in _by_shop(lines).items():
        parts = [(one, one.part_of(party_id)) for one in mine]
        cause = Cause(RELEASE, release_id)
        told = [
            PartyFlow(
                party_id, shop_id, FUNDS_TYPE_OF[part.hand], part.net_fen - part.back_fen, at,
                cause, one.order_id, one.share.line,
            )
            for one, part in parts
            if part.net_fen > part.back_fen
        ]  # fmt: skip
        if told:
            own: dict[Account, int] = {}
            for _, part in parts:
                account = account_of(shop_id, replace(part, held=False))
                own[account] = own.get(account, 0) + part.net_fen - part.back_fen
            source = Account(shop_id, AccountKind.SUSPENSE, party_id)
            entry = Entry(shop_id, cause, moves(source, own.items()), at)
            done.append(Booking(entry, (), told))
    return done


def freed(share: Share, party_id: int) -> Share:
    """The share with nothing held for the party."""
    return replace(
        share,
        parts=tuple(
            replace(one, held=False) if one.party_id == party_id else one for one in share.parts
        ),
    )


def forfeited(
    lines: Sequence[HeldLine], party_id: int, forfeit_id: int, at: datetime
) -> list[Booking]:
    """What was held for who left goes back to the shops that paid it, book by book."""
    done = []
    for shop_id, mine in _by_shop(lines).items():
        cause = Cause(FORFEIT, forfeit_id)
        flows = []
        for one in mine:
            after = given_up(one.share, party_id)
            service = after.service_back_fen - one.share.service_back_fen
            whole = after.commission_back_fen - one.share.commission_back_fen
            for what, fen in (
                (FundsType.PROMOTER_COMMISSION, whole - service),
                (FundsType.AGENCY_SERVICE, service),
            ):
                if fen:
                    flows.append(Flow(shop_id, what, FlowType.IN, fen, at, one.order_id, cause))
        if flows:
            source = Account(shop_id, AccountKind.SUSPENSE, party_id)
            whole = sum(flow.amount_fen for flow in flows)
            entry = Entry(shop_id, cause, moves(source, ((available(shop_id), whole),)), at)
            done.append(Booking(entry, flows))
    return done


def given_up(share: Share, party_id: int) -> Share:
    """The share once the shop has back what was held for the party: a refund takes no more of it."""
    parts = tuple(
        replace(one, back_fen=one.net_fen, held=False) if one.party_id == party_id else one
        for one in share.parts
    )
    return replace(
        share,
        parts=parts,
        commission_back_fen=sum(one.back_fen for one in parts),
        service_back_fen=service_back(parts),
    )


def covered(balances: Mapping[Account, int], cover_id: int, at: datetime) -> list[Booking]:
    """What a party that left owes is paid by the reserve, book by book."""
    done = []
    for account, owed in sorted(balances.items()):
        if owed >= 0:
            continue
        book, party_id = account.book_id, account.party_id
        reserve = Account(book, AccountKind.RESERVE)
        cause = Cause(COVER, cover_id)
        entry = Entry(book, cause, moves(reserve, ((account, -owed),)), at)
        what = FundsType.PROMOTER_COMMISSION
        if account.kind is AccountKind.AGENCY:
            what = FundsType.AGENCY_SERVICE
        done.append(Booking(entry, (), (PartyFlow(party_id, book, what, -owed, at, cause),)))
    return done


def _by_shop(lines: Sequence[HeldLine]) -> dict[int, list[HeldLine]]:
    found: dict[int, list[HeldLine]] = {}
    for one in lines:
        found.setdefault(one.shop_id, []).append(one)
    return found
