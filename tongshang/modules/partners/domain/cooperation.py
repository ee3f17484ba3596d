"""Accounts that cooperate with shops (reference section 10.3)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from tongshang.modules.partners.machine import BOND, TIMED_OUT, BondMove, BondState

INVITED_FOR: Final = timedelta(days=3)  # the sources name no time; ours
SHOPS_MAX: Final = 20  # of one account (reference section 1)
FILE_HOURS: Final = timedelta(hours=2)


class AccountType(IntEnum):
    """What kind of account. Stored and on the wire."""

    OFFICIAL = 2
    MINI_PROGRAM = 3


@dataclass(frozen=True, slots=True)
class Bond:
    """What an account is to a shop. `sharer_id` is its appid, wherever it is registered."""

    shop_id: int
    sharer_id: str
    kind: AccountType
    name: str
    state: BondState
    ticket: str
    invited_at: datetime
    expires_at: datetime
    bound_at: datetime | None = None
    unbound_at: datetime | None = None
    rejected_at: datetime | None = None
    cancelled_at: datetime | None = None

    def is_late(self, at: datetime) -> bool:
        """Whether nobody answered in time."""
        return self.state is BondState.INVITED and self.expires_at <= at

    def status(self, at: datetime) -> int:
        """What the wire says of it."""
        return TIMED_OUT if self.is_late(at) else self.state

    def moved(self, by: BondMove, at: datetime) -> "Bond":
        """It after a move."""
        changed = replace(self, state=BOND.step(self.state, by))
        match changed.state:
            case BondState.BOUND:
                return replace(changed, bound_at=at)
            case BondState.UNBOUND:
                return replace(changed, unbound_at=at)
            case BondState.REFUSED:
                return replace(changed, rejected_at=at)
            case BondState.CANCELLED:
                return replace(changed, cancelled_at=at)
        return changed


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What an account uploaded for one of its users."""

    owner_id: int
    file_id: int
    openid: str
    url: str
    kept_at: datetime
