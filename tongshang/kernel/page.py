"""Keyset pages: a cursor says where the last page ended and for which question."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Final

from tongshang.kernel.refusal import CursorMismatch

PAGE_SIZE_MAX: Final = 100
_NUMBER_MAX: Final = 2**63

Key = tuple[int | str, ...]


def cursor(question: Sequence[object], last: Key) -> str:
    """An opaque cursor after the row with the key `last`, valid for the same `question` only."""
    packed = json.dumps([_mark(question), *last], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def after(question: Sequence[object], text: str) -> Key | None:
    """The key to go on from, or None on the first page; refuses another question's cursor."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        mark, *last = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, TypeError, RecursionError):
        raise CursorMismatch from None
    if mark != _mark(question) or not all(isinstance(part, int | str) for part in last):
        raise CursorMismatch
    return tuple(last)


def after_number(question: Sequence[object], text: str, start: int) -> int:
    """The one number to go on from, or `start` on the first page; refuses what is none of ours."""
    key = after(question, text)
    if key is None:
        return start
    if len(key) != 1 or not isinstance(key[0], int) or not 0 <= key[0] < _NUMBER_MAX:
        raise CursorMismatch
    return key[0]


def _mark(question: Sequence[object]) -> str:
    return hashlib.sha256(repr(list(question)).encode()).hexdigest()[:8]
