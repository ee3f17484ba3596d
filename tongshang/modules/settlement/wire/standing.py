"""What the operator sees of parties whose money is held, and says about them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from tongshang.modules.identity.api import Party
from tongshang.modules.ledger.api import Account, AccountKind
from tongshang.modules.settlement.domain.purses import OWN_KINDS
from tongshang.modules.settlement.domain.standing import HeldLine, Standing, Suspended
from tongshang.runtime.wire import Id, seconds


class SuspendRequest(msgspec.Struct, forbid_unknown_fields=True):
    party_id: Id
    standing: Standing
    # No NUL: PostgreSQL keeps it in no text.
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class PartyQuery(msgspec.Struct, forbid_unknown_fields=True):
    party_id: Id


class SuspendedView(msgspec.Struct):
    """A party that is not in good standing, and its money.

    `free_at`: from then on what is held may go back to the shops; zero: never.
    """

    party_id: str
    kind: str
    name: str
    standing: str
    reason: str
    since: int
    free_at: int
    held_fen: int
    own_fen: int
    debt_fen: int

    @classmethod
    def of(
        cls, one: Suspended, parties: Mapping[int, Party], accounts: Mapping[Account, int]
    ) -> "SuspendedView":
        """One of them; `accounts` are everybody's."""
        party = parties.get(one.party_id)
        mine = {a: fen for a, fen in accounts.items() if a.party_id == one.party_id}
        own = [fen for a, fen in mine.items() if a.kind in OWN_KINDS]
        wait = one.rule.forfeits_after
        return cls(
            str(one.party_id),
            party.kind.value if party else "",
            party.name if party else "",
            one.standing.value,
            one.reason,
            seconds(one.since),
            seconds(one.since + wait) if wait else 0,
            sum(fen for a, fen in mine.items() if a.kind is AccountKind.SUSPENSE),
            sum(fen for fen in own if fen > 0),
            sum(-fen for fen in own if fen < 0),
        )


class SuspenseList(msgspec.Struct):
    parties: list[SuspendedView]
    held_fen: int
    reserve_fen: int


class HeldView(msgspec.Struct):
    """A line of whose commission something is held."""

    shop_id: str
    shop_name: str
    order_id: str
    line: int
    held_fen: int

    @classmethod
    def all_of(
        cls, lines: Sequence[HeldLine], party_id: int, shops: Mapping[int, Party]
    ) -> list["HeldView"]:
        """What is held for a party."""
        return [
            cls(
                str(one.shop_id),
                shops[one.shop_id].name if one.shop_id in shops else "",
                str(one.order_id),
                one.share.line,
                one.part_of(party_id).net_fen - one.part_of(party_id).back_fen,
            )
            for one in lines
        ]


class HeldList(msgspec.Struct):
    lines: list[HeldView]


class Moved(msgspec.Struct):
    """What became of what was held."""

    moved_fen: int
