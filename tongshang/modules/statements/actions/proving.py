"""Showing a receiver that a line is in its sealed day, and unaltered."""

from tongshang.modules.ledger import api as ledger
from tongshang.modules.statements.domain import holdings, sealing
from tongshang.modules.statements.domain.values import Closed, Proof
from tongshang.modules.statements.refusals import LineNotFound
from tongshang.modules.statements.store import closing, statements
from tongshang.runtime.call import Call


async def prove_line(call: Call, owner_id: int, key: tuple[int, int, int] | None) -> Proof:
    """The proof of a line of the owner's: everything is hashed anew from the books as they are."""
    if key is None:
        raise LineNotFound
    placed = await statements.find_place(call.tx, key)
    lines = await ledger.lines_of(call.tx, [key])
    if placed is None or not lines or not holdings.change_for(lines[0], owner_id):
        raise LineNotFound
    place, _, leaf = placed
    closed = Closed(place, leaf, lines[0])
    (digest,) = await closing.list_digests(call.tx, [(place.book_id, place.day)])
    leaves = await closing.list_leaves(call.tx, place.book_id, place.day)
    way = sealing.way_up(leaves, place.place)
    salt = sealing.salt(call.house.secret, key)
    text = sealing.line_text(lines[0])
    now = sealing.leaf_of(salt, text)
    again = sealing.digest(
        digest.earlier, digest.book_id, digest.day, digest.lines, sealing.climb(now, way)
    )
    return Proof(closed, salt, text, way, digest, again == digest.digest)
