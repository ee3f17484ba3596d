"""How the lines of a day are sealed: a Merkle tree of its lines, and a chain of its days.

Every line of a book is a leaf, hashed with a salt that only who takes part in the line is told:
whoever gets the proof of a line learns nothing of its neighbours. Hashes are SHA-256, and say by
their first byte what they are of, so that none can be passed off as another (RFC 6962, section 2).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tongshang.modules.ledger.api import Line

BEGINNING: Final = bytes(32)
_LEAF: Final = b"\0"
_NODE: Final = b"\1"
_DAY: Final = b"\2"
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Digest:
    """A book's sealed day; `earlier` is the digest of the sealed day before it."""

    book_id: int
    day: date
    lines: int
    root: bytes
    earlier: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Sibling:
    """What stands beside a node on the way to the root, and on which side."""

    is_left: bool
    node: bytes


def line_text(line: Line) -> str:
    """A line as it is sealed: a JSON list without spaces, ids as strings, time in microseconds."""
    source, target = line.posting.source, line.posting.target
    return _json(
        [
            str(line.book_id),
            str(line.entry_id),
            line.position,
            line.cause.kind,
            str(line.cause.id),
            (line.at - _EPOCH) // _MICROSECOND,
            source.kind.value,
            str(source.party_id),
            target.kind.value,
            str(target.party_id),
            line.posting.amount_fen,
        ]
    )


def salt(secret: bytes, key: tuple[int, int, int]) -> bytes:
    """The salt of a line: nobody can make it without the platform's secret."""
    name = "statements.line.{}.{}.{}".format(*key)
    return hmac.new(secret, name.encode(), hashlib.sha256).digest()[:16]


def leaf(secret: bytes, line: Line) -> bytes:
    """The hash of a line."""
    return leaf_of(salt(secret, line.key), line_text(line))


def leaf_of(salt_: bytes, text: str) -> bytes:
    return hashlib.sha256(_LEAF + salt_ + text.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over a day's leaves."""
    level = list(leaves)
    assert level
    while len(level) > 1:
        level = _above(level)
    return level[0]


def way_up(leaves: Sequence[bytes], place: int) -> list[Sibling]:
    """What to hash a leaf with, from the bottom upwards, to come to the root."""
    level, way = list(leaves), []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            way.append(Sibling(beside < place, level[beside]))
        level, place = _above(level), place // 2
    return way


def climb(leaf_: bytes, way: Sequence[Sibling]) -> bytes:
    """Where a leaf comes out when it is hashed along its way: at the root, if it is in."""
    node = leaf_
    for step in way:
        node = _node(step.node, node) if step.is_left else _node(node, step.node)
    return node


def digest(earlier: bytes, book_id: int, day: date, lines: int, root_: bytes) -> bytes:
    """A day's digest, which carries all days before it."""
    text = _json([str(book_id), day.isoformat(), lines, root_.hex()])
    return hashlib.sha256(_DAY + earlier + text.encode()).digest()


def seal(earlier: bytes, book_id: int, day: date, leaves: Sequence[bytes]) -> Digest:
    """A day sealed, after the day before it."""
    top = root(leaves)
    sealed = digest(earlier, book_id, day, len(leaves), top)
    return Digest(book_id, day, len(leaves), top, earlier, sealed)


def _above(level: list[bytes]) -> list[bytes]:
    """Pairs hashed together; the last one, where it has none beside it, goes up as it is."""
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) - len(level) % 2 :]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _json(values: list[object]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
