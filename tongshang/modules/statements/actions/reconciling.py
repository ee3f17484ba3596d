"""Comparing the books with what the channel says it did, day by day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from tongshang.kernel.ids import Named
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import AccountKind, Cause, Line, Posting
from tongshang.modules.payment import api as payment
from tongshang.modules.payment.api import BillKind
from tongshang.modules.settlement import api as settlement
from tongshang.modules.statements.domain import days
from tongshang.modules.statements.domain import reconciling as domain
from tongshang.modules.statements.domain.reconciling import ChannelFile, Difference, Key
from tongshang.modules.statements.machine import DIFFERENCE
from tongshang.modules.statements.refusals import (
    DayNotOver,
    DifferenceNotFound,
    DifferenceResolved,
    FileDiffers,
)
from tongshang.modules.statements.store import closing
from tongshang.modules.statements.store import reconciling as store
from tongshang.runtime.call import Call

BOOKS_BATCH: Final = 200
DAYS_BATCH: Final = 10  # in a transaction
RECHECKED_MAX: Final = 1_000
_BEGINNING: Final = date(2000, 1, 1)
_WITHDRAWAL: Final = "withdrawal"  # as funds names to payment what a transfer is for

# What the books' causes are to the channel. A withdrawal leaves several books under its own
# number, and the bank pays it as one transfer.
_KINDS: Final = {
    "payment": BillKind.PAYMENT, "refund": BillKind.REFUND, "transfer": BillKind.TRANSFER,
    "withdrawal_paid": BillKind.TRANSFER, "withdrawal_back": BillKind.RETURN,
}  # fmt: skip
_CAUSES: Final = {BillKind.TRANSFER: "withdrawal_paid", BillKind.RETURN: "withdrawal_back"}


async def compare_due(call: Call) -> bool:
    """Compare closed days with the sandbox's files of them; whether there may be more."""
    compared, through = await store.hold_compared(call.tx)
    if through is None or through == compared:
        return False
    for _ in range(DAYS_BATCH):
        day = await _next_day(call, compared or _BEGINNING)
        if day is None or day > through:
            await store.note_compared(call.tx, through)
            return False
        if await store.find_mark(call.tx, domain.SANDBOX, day) is None:
            since, until = days.begins(day), days.begins(days.next_day(day))
            text = await payment.day_file_of(call.tx, since, until)
            await take_file(call, domain.SANDBOX, day, text)
        await store.note_compared(call.tx, day)
        compared = day
    return True


async def _next_day(call: Call, compared: date) -> date | None:
    """The next day on which a book moved or the channel did anything."""
    sealed = await store.next_sealed(call.tx, compared)
    billed = await payment.next_bill_at(call.tx, days.begins(days.next_day(compared)))
    found = [sealed] if sealed else []
    return min([*found, days.day_of(billed)] if billed else found, default=None)


async def take_file(call: Call, channel: str, day: date, text: str) -> ChannelFile:
    """Keep a channel's file of a day, and note where the books differ; the same again is nothing."""
    through = await closing.find_through(call.tx)
    if through is None or day > through:
        raise DayNotOver(day=day.isoformat())
    bills = domain.read_file(text)
    file = ChannelFile(channel, day, domain.mark(text), bills, call.at)
    if not await store.add_file(call.tx, file):
        if await store.find_mark(call.tx, channel, day) != file.mark:
            raise FileDiffers(day=day.isoformat())
        return file
    booked = await _of_channel(call, channel, await _booked_on(call, day))
    lines = {domain.key_of(bill) for bill in bills}
    booked |= await _booked_ever(call, [key for key in lines if key not in booked])
    told = await store.find_bills(call.tx, [key for key in booked if key not in lines])
    found = domain.compare(bills, booked, told)
    ids = call.take_ids(Named.RECONCILIATION, len(found))
    await store.add_differences(
        call.tx,
        [
            Difference(
                one.key[0], id_, channel, day, one.fault, one.key[1], one.key[2], one.channel_no,
                one.channel_fen, one.books_fen, DIFFERENCE.start, call.at,
            )
            for id_, one in zip(ids, found, strict=True)
        ],
    )  # fmt: skip
    await _look_again(call)
    return file


async def resolve(call: Call, difference_id: int, note: str) -> Difference:
    """Somebody of the platform says what a difference was."""
    one = await store.hold_difference(call.tx, difference_id)
    if one is None:
        raise DifferenceNotFound
    if one.state is not DIFFERENCE.start:
        raise DifferenceResolved
    done = domain.resolved(one, note, call.caller.party_id, call.at)
    assert await store.save_differences(call.tx, [done]) == 1
    return done


async def _look_again(call: Call) -> None:
    """Differences that are none by now: a notice came late, or a file a day after."""
    waiting = await store.hold_open(call.tx, RECHECKED_MAX)
    keys = [one.key for one in waiting]
    booked = await _booked_ever(call, keys)
    told = await store.find_bills(call.tx, keys)
    gone = [
        moved
        for one in waiting
        if (moved := domain.vanished(one, booked.get(one.key, 0), told.get(one.key), call.at))
    ]
    if gone:
        await store.save_differences(call.tx, gone)


# --- what the books know -------------------------------------------------------------------------


async def _booked_on(call: Call, day: date) -> dict[Key, int]:
    """All that went over the channel's accounts on a closed day, in all books."""
    after, booked = 0, dict[Key, int]()
    while books := await store.list_books(call.tx, day, after, BOOKS_BATCH):
        sealed = await store.list_sealed(call.tx, books, day)
        for key, fen in (await _by_key(call, await ledger.lines_of(call.tx, sealed))).items():
            booked[key] = booked.get(key, 0) + fen
        after = books[-1]
    return booked


async def _of_channel(call: Call, channel: str, booked: dict[Key, int]) -> dict[Key, int]:
    """What went by a channel; what payment knows nothing of is asked of the sandbox's files."""
    known = await payment.channels_of(call.tx, list(booked))
    return {key: fen for key, fen in booked.items() if known.get(key, domain.SANDBOX) == channel}


async def _booked_ever(call: Call, keys: Sequence[Key]) -> dict[Key, int]:
    """The same of some payments, refunds and transfers, whenever they were booked."""
    if not keys:
        return {}
    causes = {(owner_id, Cause(kind.value, number)) for owner_id, kind, number in keys}
    asked = [(owner_id, "transfer", number) for owner_id, kind, number in keys if kind in _CAUSES]
    subjects = await payment.subjects_of(call.tx, asked) if asked else {}
    for owner_id, kind, number in keys:
        subject = subjects.get((owner_id, "transfer", number)) if kind in _CAUSES else None
        if subject and subject[0] == _WITHDRAWAL:
            parts = await settlement.parts_of(call, subject[1])
            causes |= {(one.shop_id, Cause(_CAUSES[kind], subject[1])) for one in parts}
    lines = []
    for book_id in sorted({book_id for book_id, _ in causes}):
        own = sorted(cause for book, cause in causes if book == book_id)
        for entry in await ledger.entries_of(call.tx, book_id, own):
            lines += [Line(0, 0, entry.cause, entry.at, posting) for posting in entry.postings]
    found = await _by_key(call, lines)
    return {key: found[key] for key in keys if key in found}


async def _by_key(call: Call, lines: Iterable[Line]) -> dict[Key, int]:
    """What lines moved over the channel, by what the channel knows it as."""
    over = [line for line in lines if line.cause.kind in _KINDS and _is_over(line.posting)]
    owners = {
        (_party_of(line), _WITHDRAWAL, line.cause.id)
        for line in over
        if line.cause.kind in _CAUSES.values()
    }
    transfers = await payment.transfers_of(call.tx, sorted(owners)) if owners else {}
    sums: dict[Key, int] = {}
    for line in over:
        owner_id, number = line.book_id, line.cause.id
        if line.cause.kind in _CAUSES.values():
            owner_id = _party_of(line)
            transfer = transfers.get((owner_id, _WITHDRAWAL, number))
            number = transfer.transfer_id if transfer else number
        key = owner_id, _KINDS[line.cause.kind], number
        sums[key] = sums.get(key, 0) + line.posting.amount_fen
    return sums


def _is_over(posting: Posting) -> bool:
    return AccountKind.CHANNEL in {posting.source.kind, posting.target.kind}


def _party_of(line: Line) -> int:
    """Whose withdrawal a line is of: a shop's own money names nobody."""
    return line.posting.source.party_id or line.posting.target.party_id or line.book_id
