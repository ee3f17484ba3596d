"""All postings of the trade: one pure function for each fact."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tongshang.kernel.money import Fen
from tongshang.modules.ledger.api import Account, AccountKind, Cause, Entry, Posting, Postings
from tongshang.modules.settlement.domain.dividing import receivers
from tongshang.modules.settlement.domain.values import (
    ACCOUNT_OF,
    DONATION,
    PAYMENT,
    REFUND,
    SETTLEMENT,
    Donated,
    OrderKey,
    PaidIn,
    Returned,
    Share,
    SharePart,
)


def taken(payment: PaidIn) -> Entry:
    """A buyer's money comes in and waits for the settlement; a present's for each order apart."""
    book = payment.shop_id
    amounts = [fen for _, fen in payment.parts] or [payment.amount_fen]
    assert sum(amounts) == payment.amount_fen
    postings = tuple(Posting(channel(book), _pending(book), Fen(fen)) for fen in amounts)
    return Entry(book, Cause(PAYMENT, payment.payment_id), postings, payment.at)


def returned_before(refund: Returned) -> Entry:
    """What was not divided yet goes back whole."""
    book = refund.shop_id
    posting = Posting(_pending(book), channel(book), Fen(refund.amount_fen))
    return Entry(book, Cause(REFUND, refund.refund_id), (posting,), refund.at)


def donated(gift: Donated) -> Entry:
    """What was paid for a gift and is not divided yet becomes a charity's."""
    book = gift.shop_id
    charity = Account(book, AccountKind.DONATION, gift.party_id)
    posting = Posting(_pending(book), charity, Fen(gift.amount_fen))
    return Entry(book, Cause(DONATION, gift.order_id), (posting,), gift.at)


def divided(key: OrderKey, shares: Sequence[Share], at: datetime) -> Entry:
    """Platform and receivers get what stays with them of an order, and the shop the rest."""
    book, order_id = key
    earned: dict[Account, int] = {}
    for one in shares:
        for part in receivers(one):
            own = account_of(book, part)
            earned[own] = earned.get(own, 0) + part.net_fen
    parts = [
        (_fee(book), sum(one.fee_fen for one in shares)),
        *sorted(earned.items()),
        (available(book), sum(one.shop_fen for one in shares)),
    ]
    assert sum(fen for _, fen in parts) == sum(one.base_fen for one in shares)
    return Entry(book, Cause(SETTLEMENT, order_id), moves(_pending(book), parts), at)


def returned_after(refund: Returned, before: Share, after: Share) -> Entry:
    """The shop pays the buyer back, and gets what platform and receivers give back of the line."""
    book = refund.shop_id
    own = available(book)
    postings = [
        *moves(own, ((channel(book), refund.amount_fen),)),
        *moves(_fee(book), ((own, after.fee_back_fen - before.fee_back_fen),)),
    ]
    for old, new in zip(receivers(before), receivers(after), strict=True):
        postings += moves(account_of(book, old), ((own, new.back_fen - old.back_fen),))
    return Entry(book, Cause(REFUND, refund.refund_id), tuple(postings), refund.at)


def moves(source: Account, parts: Iterable[tuple[Account, int]]) -> Postings:
    """What leaves an account for others, as postings; nothing is no posting."""
    return tuple(Posting(source, target, Fen(fen)) for target, fen in parts if fen)


def account_of(book: int, part: SharePart) -> Account:
    """Where a receiver's part lies."""
    kind = AccountKind.SUSPENSE if part.held else ACCOUNT_OF[part.hand]
    return Account(book, kind, part.party_id)


def channel(book: int) -> Account:
    """The world outside."""
    return Account(book, AccountKind.CHANNEL)


def available(book: int) -> Account:
    """What is the shop's own."""
    return Account(book, AccountKind.SHOP_AVAILABLE)


def _pending(book: int) -> Account:
    return Account(book, AccountKind.SHOP_PENDING)


def _fee(book: int) -> Account:
    return Account(book, AccountKind.PLATFORM_FEE)
