"""Reading the lines of closed days, with what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongshang.modules.identity import api as identity
from tongshang.modules.ledger import api as ledger
from tongshang.modules.ledger.api import Line
from tongshang.modules.payment import api as payment
from tongshang.modules.statements.domain import holdings
from tongshang.modules.statements.domain.days import Period, day_before
from tongshang.modules.statements.domain.values import Closed, Place
from tongshang.modules.statements.store import statements as store
from tongshang.runtime.db import Tx


@dataclass(frozen=True, slots=True)
class About:
    """What a line is about: the order or present that its payment or settlement was for."""

    kind: str = ""
    id: int = 0

    @property
    def text(self) -> str:
        """Its number, if any."""
        return str(self.id) if self.id else ""


async def is_shop(tx: Tx, party_id: int) -> bool:
    """Whether a party has a book of its own."""
    return (await identity.get_party(tx, party_id)).kind is identity.PartyKind.SHOP


def before(period: Period) -> Place:
    """The place before all lines of a period."""
    return Place(day_before(period.starts), 0, -1)


async def lines_after(
    tx: Tx, owner_id: int, period: Period, after: Place, limit: int, *, is_shop: bool
) -> tuple[list[Closed], Place | None]:
    """The owner's lines after a place, of as many leaves as `limit`; then where to go on.

    A shop's book also has lines between others (what an agency passes on): they are left out.
    """
    found = await store.list_places(
        tx, owner_id, period.starts, period.ends, after, limit, is_shop=is_shop
    )
    lines = {one.key: one for one in await ledger.lines_of(tx, [key for _, key, _ in found])}
    closed = [
        Closed(place, leaf, lines[key])
        for place, key, leaf in found
        if key in lines and holdings.change_for(lines[key], owner_id)
    ]
    return closed, found[-1][0] if len(found) == limit else None


async def abouts_of(tx: Tx, lines: Sequence[Line]) -> dict[tuple[int, str, int], About]:
    """What lines are about, by book and cause; what is unknown is left out."""
    causes = sorted({(line.book_id, line.cause) for line in lines})
    found = {
        (book_id, cause.kind, cause.id): About("order", cause.id)
        for book_id, cause in causes
        if cause.kind == "settlement"
    }
    subjects = await payment.subjects_of(tx, [(one, c.kind, c.id) for one, c in causes])
    return found | {key: About(kind, id_) for key, (kind, id_) in subjects.items()}


async def names_of(tx: Tx, closed: Sequence[Closed]) -> dict[int, str]:
    """The names of the shops in whose books lines stand."""
    books = sorted({one.line.book_id for one in closed})
    return {i: party.name for i, party in (await identity.find_parties(tx, books)).items()}


def cause_key(line: Line) -> tuple[int, str, int]:
    """Book and cause of a line."""
    return line.book_id, line.cause.kind, line.cause.id
