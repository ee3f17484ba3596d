"""The file by which a channel says, once a day, what it did: to be compared with the books.

Columns as in the channels' own bills: kind, merchant, merchant's number, channel's number, fen,
time; a last line counts them and sums them up.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

COLUMNS: Final = ("kind", "sub_mchid", "out_no", "channel_no", "amount_fen", "success_time")
TOTAL: Final = "total"


class BillKind(StrEnum):
    """What the channel did: took money in, gave it back, paid it out, had it returned by a bank."""

    PAYMENT = "payment"
    REFUND = "refund"
    TRANSFER = "transfer"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Bill:
    """One thing that the channel did; `number` is the one that it was asked under."""

    kind: BillKind
    owner_id: int
    number: int
    channel_no: str
    amount_fen: int
    at: datetime


def day_file(bills: Sequence[Bill]) -> str:
    """The file of a day."""
    into = io.StringIO()
    rows = csv.writer(into, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in bills:
        at = one.at.isoformat(timespec="microseconds")
        rows.writerow(
            (one.kind.value, one.owner_id, one.number, one.channel_no, one.amount_fen, at)
        )
    total_fen = sum(one.amount_fen for one in bills)
    rows.writerow((TOTAL, "", len(bills), "", total_fen, ""))
    return into.getvalue()
