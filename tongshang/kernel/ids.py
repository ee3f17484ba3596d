"""Ids: 64 bits, time-ordered, made in Python, with a leading number that tells their kind.

An id is `prefix` x 10^17 + (milliseconds since 2020 << 15 | worker << 10 | sequence): 19 digits, of
which the first two say what it names (37 an order, 42 a present, as on the platform we model), then
room for 41 bits of time, 32 workers and 1,024 ids a millisecond each (reference section 4 and 5.2).
"""

from enum import IntEnum
from typing import Final

EPOCH_MS: Final = 1_577_836_800_000
WORKERS_MAX: Final = 32
PER_MS_MAX: Final = 1_024
_BASE: Final = 10**17


class Named(IntEnum):
    """What an id names. The values are stored in ids: add, never renumber."""

    PARTY = 10
    PRODUCT = 11
    SKU = 12
    MEDIA = 13
    AUDIT = 14
    CONTENT = 15
    TOUCH = 16
    BUYER = 17
    ADDRESS = 18
    FREIGHT = 19
    AFTERSALE = 20
    PAYMENT = 21
    REFUND = 22
    ENTRY = 23
    FLOW = 24
    STOCK_FLOW = 25
    JOB = 26
    PUSH = 27
    WITHDRAWAL = 28
    SHARE = 29
    LINK = 30
    DISCOUNT = 31
    CHAT = 32
    MESSAGE = 33
    COMMENT = 34
    VISIT = 35
    PLAN = 36
    ORDER = 37
    ACTIVITY = 38
    TRANSFER = 39
    BANK_ACCOUNT = 40
    INVITATION = 41
    PRESENT = 42
    REPORT = 43
    EVENT_LOAD = 44
    DEAL = 45
    PACKET = 46
    TICKET = 48
    STATEMENT = 49
    RECONCILIATION = 50
    DIGEST = 51


def pack(named: Named, at_ms: int, worker: int, sequence: int) -> int:
    """One id from its parts."""
    assert 0 <= worker < WORKERS_MAX
    assert 0 <= sequence < PER_MS_MAX
    assert at_ms >= EPOCH_MS
    return named * _BASE + ((at_ms - EPOCH_MS) << 15 | worker << 10 | sequence)


def named(value: int) -> int:
    """The leading number of an id: what it names."""
    return value // _BASE
