from collections.abc import Sequence
from datetime import datetime

from tongshang.kernel.ids import Named
from tongshang.modules.ledger import store
from tongshang.modules.ledger.domain import Account as Account
from tongshang.modules.ledger.domain import AccountKind as AccountKind
from tongshang.modules.ledger.domain import Cause as Cause
from tongshang.modules.ledger.domain import Entry as Entry
from tongshang.modules.ledger.domain import Line as Line
from tongshang.modules.ledger.domain import Posting as Posting
from tongshang.modules.ledger.domain import Postings as Postings
from tongshang.modules.ledger.domain import mark
from tongshang.modules.ledger.domain import net as net
from tongshang.modules.ledger.refusals import AccountOverdrawn as AccountOverdrawn
from tongshang.modules.ledger.refusals import CausePostedOtherwise as CausePostedOtherwise
from tongshang.runtime.call import Call
from tongshang.runtime.db import Tx


async def post(call: Call, entries: Sequence[Entry]) -> list[bool]:
    """Move money because of each entry's cause; False where that cause has moved it already.

    Each account changes once for the whole batch, and all accounts in one order, so that two
    batches that share accounts wait for each other instead of deadlocking.
    """
    if not entries:
        return []
    numbered = list(zip(call.take_ids(Named.ENTRY, len(entries)), entries, strict=True))
    first = await store.claim_causes(call.tx, numbered)
    new = [one for one in numbered if one[0] in first]
    if len(new) < len(numbered):
        await _compare(call.tx, [entry for entry_id, entry in numbered if entry_id not in first])
    if new:
        changes = net(posting for _, entry in new for posting in entry.postings)
        await store.change_balances(call.tx, changes)
        await store.add_postings(call.tx, new)
    return [entry_id in first for entry_id, _ in numbered]


async def _compare(tx: Tx, repeated: Sequence[Entry]) -> None:
    """Refuse a cause that comes again with other postings than it had."""
    marks = await store.find_marks(tx, repeated)
    for entry in repeated:
        if marks[entry.book_id, entry.cause] != mark(entry.postings):
            raise CausePostedOtherwise(cause_kind=entry.cause.kind, cause_id=str(entry.cause.id))


async def balances(tx: Tx, book_id: int) -> dict[Account, int]:
    """All balances of a book; they sum to zero."""
    return await store.list_balances(tx, (book_id,), tuple(AccountKind))


async def balances_of_books(
    tx: Tx, book_ids: Sequence[int], kinds: Sequence[AccountKind] = tuple(AccountKind)
) -> dict[Account, int]:
    """The balances of some kinds in several books."""
    return await store.list_balances(tx, book_ids, kinds)


async def balance(tx: Tx, account: Account) -> int:
    """The balance of one account; an account that nothing moved has zero."""
    return await store.get_balance(tx, account)


async def party_balances(tx: Tx, kind: AccountKind, party_id: int) -> dict[int, int]:
    """What a party has in each shop's book."""
    return await store.list_party_balances(tx, kind, party_id)


async def accounts_of(tx: Tx, party_id: int) -> dict[Account, int]:
    """All accounts that are a party's, in any book, in the order of their keys."""
    return await store.list_accounts(tx, [party_id])


async def accounts_of_parties(tx: Tx, party_ids: Sequence[int]) -> dict[Account, int]:
    """The same of several parties."""
    return await store.list_accounts(tx, party_ids)


async def hold(tx: Tx, accounts: Sequence[Account]) -> dict[Account, int]:
    """The balances of accounts, to decide on: nobody else moves them until the transaction ends.

    Those that nothing has moved yet are not there, and not held.
    """
    return await store.hold_accounts(tx, accounts)


async def kind_totals(tx: Tx) -> dict[AccountKind, int]:
    """What all accounts of each kind hold together; they sum to zero."""
    return await store.sum_kinds(tx)


async def entries_of(tx: Tx, book_id: int, causes: Sequence[Cause]) -> list[Entry]:
    """What the causes moved in a book, in the order of time."""
    return await store.list_entries(tx, book_id, causes)


async def first_booked_at(tx: Tx, since: datetime) -> datetime | None:
    """When the earliest entry was booked, of those since a moment."""
    return await store.first_booked_at(tx, since)


async def books_booked(
    tx: Tx, since: datetime, until: datetime, late_after: int, after_book: int, limit: int
) -> list[int]:
    """Books in which something was booked in [since, until).

    Also those of entries that are dated earlier and came late, with an id after `late_after`.
    """
    return await store.list_books(tx, since, until, late_after, after_book, limit)


async def lines_booked(
    tx: Tx, since: datetime, until: datetime, late_after: int, book_ids: Sequence[int]
) -> list[Line]:
    """The lines of what was booked so (see `books_booked`), by book, entry and position."""
    return await store.list_booked(tx, since, until, late_after, book_ids)


async def lines_of(tx: Tx, keys: Sequence[tuple[int, int, int]]) -> list[Line]:
    """Lines by (book_id, entry_id, position), in the order asked; those there are."""
    return await store.list_lines(tx, keys)
