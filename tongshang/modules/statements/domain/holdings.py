"""Whose money an account is, what a line is to its owner, and what a day made of an account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tongshang.modules.ledger.api import Account, AccountKind, Line

# By their names, so that a kind that the ledger is given later needs no line here, or one: what
# names a party is that party's, but for money on its way to a bank or held till all is clear;
# what names none and is the shop's own stands in the first list.
_SHOPS_OWN: Final = frozenset({"shop_pending", "shop_available"})
_NOBODYS_YET: Final = frozenset({"withdrawing", "suspense"})

Owner = tuple[int, int, str]  # book, party, and for what is no party's its kind or "shop"


@dataclass(frozen=True, slots=True)
class DayBalance:
    """What an account had before and after a day, and what came and went between."""

    account: Account
    day: date
    opening_fen: int
    in_fen: int
    out_fen: int
    moved_fen: int
    lines: int

    @property
    def closing_fen(self) -> int:
        """What it had after the day."""
        return self.opening_fen + self.in_fen - self.out_fen + self.moved_fen


@dataclass(frozen=True, slots=True)
class Sums:
    """A period of an owner's money: opening + in - out = closing."""

    opening_fen: int
    in_fen: int
    out_fen: int
    lines: int

    @property
    def closing_fen(self) -> int:
        """What there was after it."""
        return self.opening_fen + self.in_fen - self.out_fen


def owner_of(account: Account) -> Owner:
    """Whose an account is."""
    kind = account.kind.value
    if account.party_id and kind not in _NOBODYS_YET:
        return account.book_id, account.party_id, ""
    return account.book_id, account.party_id, "shop" if kind in _SHOPS_OWN else kind


def is_of(account: Account, owner_id: int) -> bool:
    """Whether an account is a party's own: by its name, or a shop's in its own book."""
    kind = account.kind.value
    if account.party_id:
        return account.party_id == owner_id and kind not in _NOBODYS_YET
    return account.book_id == owner_id and kind in _SHOPS_OWN


def own_kinds(*, is_shop: bool) -> list[str]:
    """The kinds of account that are a shop's own, or a party's."""
    if is_shop:
        return sorted(_SHOPS_OWN)
    return [kind.value for kind in AccountKind if kind.value not in _SHOPS_OWN | _NOBODYS_YET]


def change_for(line: Line, owner_id: int) -> int:
    """What a line adds to what an owner has; zero where both ends are the owner's, or neither."""
    posting = line.posting
    gains = is_of(posting.target, owner_id) - is_of(posting.source, owner_id)
    return gains * posting.amount_fen


def balances_after(
    day: date, lines: Iterable[Line], opening: Mapping[Account, int]
) -> list[DayBalance]:
    """Every account that a day's lines touch, with what it had before and has after."""
    came: dict[Account, list[int]] = {}
    for line in lines:
        source, target = line.posting.source, line.posting.target
        fen, is_inside = line.posting.amount_fen, owner_of(source) == owner_of(target)
        out, into = came.setdefault(source, [0, 0, 0, 0]), came.setdefault(target, [0, 0, 0, 0])
        if is_inside:
            out[2] -= fen
            into[2] += fen
        else:
            out[1] += fen
            into[0] += fen
            out[3] += 1
            into[3] += 1
    return [
        DayBalance(account, day, opening.get(account, 0), *sums)
        for account, sums in sorted(came.items())
    ]


def running(opening_fen: int, changes: Sequence[int]) -> list[int]:
    """The balance after each of the changes."""
    balances, balance = [], opening_fen
    for change in changes:
        balance += change
        balances.append(balance)
    return balances
