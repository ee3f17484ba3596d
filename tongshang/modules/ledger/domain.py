import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongshang.kernel.money import Fen


class AccountKind(StrEnum):
    """Whose money an account holds. The values are stored: add, never rename."""

    CHANNEL = "channel"
    """The world outside: what came in by payment channels is owed to it. Below zero as a rule."""

    SHOP_PENDING = "shop_pending"
    """Paid by buyers and not settled. Never below zero."""

    SHOP_AVAILABLE = "shop_available"
    """The shop's own; below zero the shop owes, and its next settlement pays it off."""

    PLATFORM_FEE = "platform_fee"
    """The platform's, a sub-account in every shop's book, so that no row is everybody's."""

    PROMOTER = "promoter"
    """A promoter's with this shop; below zero the promoter owes."""

    PACKETS = "packets"
    """A buyer's, in a book of his own: paid for red packets, not opened yet. Never below zero."""

    AGENCY = "agency"
    """An agency's with this shop, also where it sells for another or leads sharers; may owe."""

    SHARER = "sharer"
    """A sharer's with this shop; below zero the sharer owes."""

    SUSPENSE = "suspense"
    """Earned by a party that is frozen or gone, and held for it. Never below zero."""

    WITHDRAWING = "withdrawing"
    """A party's, on its way out to a bank. Never below zero."""

    DONATION = "donation"
    """A charity's: gifts whose receivers gave them away. Never below zero."""

    RESERVE = "reserve"
    """The platform's, with which it stands in for those who left owing. Below zero as a rule."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An account of a book; where a kind is many parties' it says whose it is."""

    book_id: int
    kind: AccountKind
    party_id: int = 0


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount_fen` leave `source` and reach `target`.

    One posting has both sides, so a set of postings balances by being written at all.
    """

    source: Account
    target: Account
    amount_fen: Fen

    def __post_init__(self) -> None:
        """Refuse what moves nothing, or moves between books."""
        assert self.amount_fen > 0
        assert self.source != self.target
        assert self.source.book_id == self.target.book_id


Postings = tuple[Posting, ...]


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """What happened once in the world, and therefore posts once: `("payment", 42)`."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """All that one cause moved in one book."""

    book_id: int
    cause: Cause
    postings: Postings
    at: datetime

    def __post_init__(self) -> None:
        """Refuse postings in another book."""
        assert self.postings
        assert all(posting.source.book_id == self.book_id for posting in self.postings)


@dataclass(frozen=True, slots=True)
class Line:
    """One posting as it stands in the books, with its place in its entry."""

    entry_id: int
    position: int
    cause: Cause
    at: datetime
    posting: Posting

    @property
    def book_id(self) -> int:
        """The book it stands in."""
        return self.posting.source.book_id

    @property
    def key(self) -> tuple[int, int, int]:
        """Book, entry and position: what names it."""
        return self.book_id, self.entry_id, self.position


def net(postings: Iterable[Posting]) -> dict[Account, int]:
    """What each account gains, or loses where negative. Sums to zero."""
    change: dict[Account, int] = {}
    for posting in postings:
        source, target, amount_fen = posting.source, posting.target, posting.amount_fen
        change[source] = change.get(source, 0) - amount_fen
        change[target] = change.get(target, 0) + amount_fen
    assert sum(change.values()) == 0
    return change


def mark(postings: Postings) -> bytes:
    """A hash that tells whether the same cause comes with the same postings."""
    text = ";".join(
        f"{p.source.kind}/{p.source.party_id}>{p.target.kind}/{p.target.party_id}={p.amount_fen}"
        for p in postings
    )
    return hashlib.sha256(text.encode()).digest()[:16]
